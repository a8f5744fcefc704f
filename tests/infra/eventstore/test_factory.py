from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    InfrastructureFactory,
    InfrastructureFactoryError,
    OperationalError,
    StoredEvent,
    TrackingRecorder,
)
from eventsourcing.tests import persistence as library
from eventsourcing.utils import Environment

from infra.embedded.nats import NatsServer
from infra.eventstore import JetStreamFactory
from infra.eventstore.recorders import JetStreamAggregateRecorder, JetStreamApplicationRecorder
from infra.eventstore.tracking import JetStreamProcessRecorder, JetStreamTrackingRecorder
from infra.nats.bridge import Bridge
from infra.nats.streams import check_streams, ensure_streams
from tests.conftest import OwnNats


class OwnTrackingRecorder(JetStreamTrackingRecorder):
    """Named by topic in the library's case."""


class TestFactory(library.InfrastructureFactoryTestCase[JetStreamFactory]):
    @pytest.fixture(autouse=True)
    def _environment(self, nats_server: NatsServer) -> None:
        own_streams = {"NATS_URL": nats_server.url("admin"), "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
        self.env = Environment("Incidents", {"PERSISTENCE_MODULE": "infra.eventstore", **own_streams})

    def expected_factory_class(self) -> type[JetStreamFactory]:
        return JetStreamFactory

    def expected_aggregate_recorder_class(self) -> type[JetStreamAggregateRecorder]:
        return JetStreamAggregateRecorder

    def expected_application_recorder_class(self) -> type[JetStreamApplicationRecorder]:
        return JetStreamApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[JetStreamTrackingRecorder]:
        return JetStreamTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return OwnTrackingRecorder

    def expected_process_recorder_class(self) -> type[JetStreamProcessRecorder]:
        return JetStreamProcessRecorder


@pytest.mark.parametrize("missing", ["NATS_URL", "ES_CONTEXT"])
def test_a_missing_variable_is_named(nats_server: NatsServer, missing: str) -> None:
    env = {"NATS_URL": nats_server.url("admin"), "ES_CONTEXT": "incident"}
    del env[missing]
    with pytest.raises(InfrastructureFactoryError, match=missing):
        JetStreamFactory(env)


def test_a_recorder_class_of_another_store_is_refused(nats_server: NatsServer) -> None:
    topic = "eventsourcing.popo:POPOApplicationRecorder"
    env = {"NATS_URL": nats_server.url("admin"), "ES_CONTEXT": "app", "APPLICATION_RECORDER_TOPIC": topic}
    factory = JetStreamFactory(env)
    with pytest.raises(InfrastructureFactoryError, match="POPOApplicationRecorder is not a"):
        factory.application_recorder()
    factory.close()


@pytest.fixture
def service_env(fresh_nats: Callable[[], OwnNats]) -> Iterator[dict[str, str]]:
    """The real streams, made by the administrator, and the rights of the domain service."""
    server = fresh_nats()
    admin = Bridge(server.url("admin"), name="admin")
    admin.run(ensure_streams(admin.js))
    yield {"PERSISTENCE_MODULE": "infra.eventstore", "NATS_URL": server.url("domain"), "CREATE_TABLE": "no"}
    assert admin.run(check_streams(admin.js)) == []
    admin.close()


class Case(Aggregate):
    @event("Opened")
    def __init__(self, camera: str) -> None:
        self.camera, self.seen = camera, 0

    @event("Seen")
    def see(self) -> None:
        self.seen += 1


class Cases(Application[UUID]):
    is_snapshotting_enabled = True
    snapshotting_intervals = {Case: 10}  # noqa: RUF012  # the library's own type of this attribute


def test_an_application_works_with_the_rights_of_the_domain_service(service_env: dict[str, str]) -> None:
    with Cases({**service_env, "ES_CONTEXT": "incident"}) as app:
        case = Case("gate")
        positions = [recording.notification.id for recording in app.save(case)]
        for _ in range(45):
            case = app.repository.get(case.id)
            case.see()
            positions += [recording.notification.id for recording in app.save(case)]
        assert positions == list(range(1, 47))
        assert app.repository.get(case.id).seen == 45
        assert app.repository.get(case.id, version=33).seen == 32
        assert app.snapshots is not None
        assert [snapshot.originator_version for snapshot in app.snapshots.get(case.id)] == [20, 30, 40]


def test_a_service_without_the_right_to_write_events_cannot(fresh_nats: Callable[[], OwnNats]) -> None:
    server = fresh_nats()
    with Bridge(server.url("admin"), name="admin") as admin:
        admin.run(ensure_streams(admin.js))
    env = {"NATS_URL": server.url("gateway"), "ES_CONTEXT": "incident", "CREATE_TABLE": "no"}
    factory = InfrastructureFactory.construct({**env, "PERSISTENCE_MODULE": "infra.eventstore"})
    recorder = factory.application_recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.eventstore.appending.TRIES_OF_ONE_SAVE_S", 0.2)
        with pytest.raises(OperationalError):
            recorder.insert_events([StoredEvent(UUID(int=1), 1, "topic", b"{}")])
    assert recorder.select_notifications(1, 10) == []
    factory.close()
