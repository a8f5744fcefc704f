"""The `eventsourcing` library's own test cases for recorders, on JetStream with `sync_interval: always`."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests import persistence as library

from infra.embedded.nats import NatsServer
from infra.eventstore import JetStreamFactory
from infra.eventstore.recorders import JetStreamAggregateRecorder, JetStreamApplicationRecorder
from infra.eventstore.tracking import JetStreamProcessRecorder, JetStreamTrackingRecorder


class _OnOwnStreams:
    """Every recorder gets streams of its own: the library's cases expect to begin with nothing."""

    @pytest.fixture(autouse=True)
    def _server(self, nats_server: NatsServer) -> Iterator[None]:
        self._url = nats_server.url("admin")
        self._factories: list[JetStreamFactory] = []
        yield
        for factory in self._factories:
            factory.close()

    def new_factory(self) -> JetStreamFactory:
        env = {"NATS_URL": self._url, "ES_CONTEXT": "app", "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
        self._factories.append(JetStreamFactory(env))
        return self._factories[-1]


class TestAggregateRecorder(_OnOwnStreams, library.AggregateRecorderTestCase):
    def create_recorder(self) -> JetStreamAggregateRecorder:
        return self.new_factory().aggregate_recorder()


class TestSnapshotRecorder(_OnOwnStreams, library.AggregateRecorderTestCase):
    def create_recorder(self) -> JetStreamAggregateRecorder:
        return self.new_factory().aggregate_recorder("snapshots")

    def test_insert_and_select(self) -> None:
        """The library's case asks for conflicts; snapshots have none, and only the last three are kept."""
        recorder, taken = self.create_recorder(), uuid4()
        snapshots = [StoredEvent(taken, version, "t", b"%d" % version) for version in (10, 20, 30, 40, 40)]
        for snapshot in snapshots:
            recorder.insert_events([snapshot])
        self.assertEqual(recorder.select_events(taken, desc=True, limit=1), [snapshots[-1]])
        self.assertEqual(recorder.select_events(taken, lte=35, desc=True, limit=1), [snapshots[2]])
        self.assertEqual(recorder.select_events(taken), snapshots[2:])


class TestApplicationRecorder(_OnOwnStreams, library.ApplicationRecorderTestCase[JetStreamApplicationRecorder]):
    def create_recorder(self) -> JetStreamApplicationRecorder:
        return self.new_factory().application_recorder()

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleaving(_OnOwnStreams, library.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> JetStreamApplicationRecorder:
        return self.new_factory().application_recorder()


class TestTrackingRecorder(_OnOwnStreams, library.TrackingRecorderTestCase):
    def create_recorder(self) -> JetStreamTrackingRecorder:
        recorder = self.new_factory().tracking_recorder()
        assert isinstance(recorder, JetStreamTrackingRecorder)
        return recorder


class TestProcessRecorder(_OnOwnStreams, library.ProcessRecorderTestCase):
    def create_recorder(self) -> JetStreamProcessRecorder:
        return self.new_factory().process_recorder()


def test_two_contexts_share_the_stream_and_see_only_their_own_events(nats_server: NatsServer) -> None:
    env = {"NATS_URL": nats_server.url("admin"), "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
    cameras, zones = (JetStreamFactory({**env, "ES_CONTEXT": context}) for context in ("camera", "zone"))
    camera_recorder, zone_recorder = cameras.application_recorder(), zones.application_recorder()
    first, second = _event("gate"), _event("pit")
    assert camera_recorder.insert_events([first]) == [1]
    assert zone_recorder.insert_events([second]) == [2]
    assert camera_recorder.insert_events([_event("gate", 2)]) == [3]
    assert [n.id for n in camera_recorder.select_notifications(1, 10)] == [1, 3]
    assert [n.id for n in zone_recorder.select_notifications(1, 10)] == [2]
    assert (camera_recorder.max_notification_id(), zone_recorder.max_notification_id()) == (3, 2)
    assert zone_recorder.select_events("gate") == []
    cameras.close()
    zones.close()


def test_more_events_than_one_page_are_read_in_order_and_from_the_end(nats_server: NatsServer) -> None:
    env = {"NATS_URL": nats_server.url("admin"), "ES_CONTEXT": "app", "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
    with JetStreamFactory(env) as factory:
        recorder, long = factory.application_recorder(), uuid4()
        for start in (1, 1001, 2001):
            recorder.insert_events([_event(long, start + n) for n in range(1000)])
        assert [e.originator_version for e in recorder.select_events(long)] == list(range(1, 3001))
        last_two = recorder.select_events(long, gt=10, lte=2500, desc=True, limit=2)
        assert [e.originator_version for e in last_two] == [2500, 2499]
        assert [n.id for n in recorder.select_notifications(999, 2000)] == list(range(999, 2999))
        factory.close()


def _event(originator_id: UUID | str, version: int = 1) -> StoredEvent:
    return StoredEvent(originator_id, version, "topic", b"{}")
