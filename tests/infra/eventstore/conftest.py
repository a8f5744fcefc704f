"""An event store of one's own: streams named after the test, on the shared server or the shared cluster."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import pytest

from infra.embedded.nats import NatsServer
from infra.eventstore import JetStreamFactory
from infra.eventstore.recorders import JetStreamApplicationRecorder
from tests.infra.eventstore.cluster import Cluster, three_nodes

NewRecorder = Callable[[], JetStreamApplicationRecorder]


@pytest.fixture
def new_recorder(nats_server: NatsServer) -> Iterator[NewRecorder]:
    """Each call gives one more recorder of the same history, as another process would have it."""
    env = {"NATS_URL": nats_server.url("admin"), "ES_CONTEXT": "incident", "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
    with ExitStack() as opened:

        def make() -> JetStreamApplicationRecorder:
            factory = JetStreamFactory(env)
            opened.callback(factory.close)
            return factory.application_recorder()

        yield make


@pytest.fixture
def recorder(new_recorder: NewRecorder) -> JetStreamApplicationRecorder:
    return new_recorder()


@pytest.fixture(scope="session")
def running_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with three_nodes(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture
def cluster(running_cluster: Cluster) -> Cluster:
    """Whole again, whatever the test before has killed."""
    running_cluster.make_whole()
    return running_cluster
