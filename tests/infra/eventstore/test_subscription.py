import threading
from collections.abc import Callable
from itertools import islice
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from infra.eventstore import JetStreamFactory
from infra.eventstore.recorders import JetStreamApplicationRecorder
from tests.conftest import OwnNats


def save(recorder: JetStreamApplicationRecorder, number: int, topic: str = "topic") -> None:
    recorder.insert_events([StoredEvent(UUID(int=number), 1, topic, b"{}")])


def test_it_yields_stored_and_then_new_events_of_the_wanted_topics(recorder: JetStreamApplicationRecorder) -> None:
    for number, topic in enumerate(["opened", "closed", "opened"], 1):
        save(recorder, number, topic)
    with recorder.subscribe(gt=1, topics=["opened"]) as subscription:
        assert next(subscription).id == 3
        threading.Timer(0.2, save, (recorder, 4, "opened")).start()
        assert next(subscription).id == 4


def test_another_thread_can_stop_it_while_it_waits(recorder: JetStreamApplicationRecorder) -> None:
    with recorder.subscribe() as subscription:
        threading.Timer(0.2, subscription.stop).start()
        assert list(subscription) == []


def test_A25_it_goes_on_after_a_kill_of_the_server(fresh_nats: Callable[[], OwnNats]) -> None:
    server = fresh_nats()
    with JetStreamFactory({"NATS_URL": server.url(), "ES_CONTEXT": "incident"}) as factory:
        recorder = factory.application_recorder()
        save(recorder, 1)
        with recorder.subscribe() as subscription:
            assert next(subscription).id == 1
            server.kill()
            server.start()
            save(recorder, 2)
            save(recorder, 3)
            assert [notification.id for notification in islice(subscription, 2)] == [2, 3]
        factory.close()
