"""The `eventsourcing` library's own test cases once more, on three nodes and three copies of each stream."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from eventsourcing.utils import Environment

from infra.eventstore import JetStreamFactory
from tests.infra.eventstore import test_factory as factory_on_one_node
from tests.infra.eventstore import test_recorders as on_one_node
from tests.infra.eventstore.cluster import Cluster

pytestmark = pytest.mark.cluster


class _OnThreeNodes:
    @pytest.fixture(autouse=True)
    def _server(self, cluster: Cluster) -> Iterator[None]:
        self._url = cluster.url()
        self._factories: list[JetStreamFactory] = []
        yield
        for factory in self._factories:
            factory.close()

    def new_factory(self) -> JetStreamFactory:
        own_streams = {"ES_CONTEXT": "app", "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
        self._factories.append(JetStreamFactory({"NATS_URL": self._url, "ES_REPLICAS": "3", **own_streams}))
        return self._factories[-1]


class TestAggregateRecorder(_OnThreeNodes, on_one_node.TestAggregateRecorder):
    pass


class TestSnapshotRecorder(_OnThreeNodes, on_one_node.TestSnapshotRecorder):
    pass


class TestApplicationRecorder(_OnThreeNodes, on_one_node.TestApplicationRecorder):
    pass


class TestNonInterleaving(_OnThreeNodes, on_one_node.TestNonInterleaving):
    pass


class TestTrackingRecorder(_OnThreeNodes, on_one_node.TestTrackingRecorder):
    pass


class TestProcessRecorder(_OnThreeNodes, on_one_node.TestProcessRecorder):
    pass


class TestFactory(factory_on_one_node.TestFactory):
    @pytest.fixture(autouse=True)
    def _environment(self, cluster: Cluster) -> None:
        own_streams = {"NATS_URL": cluster.url(), "ES_REPLICAS": "3", "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
        self.env = Environment("Incidents", {"PERSISTENCE_MODULE": "infra.eventstore", **own_streams})
