import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import nats.errors
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, ProgrammingError, StoredEvent
from nats.aio.msg import Msg

from infra.eventstore import JetStreamFactory, appending
from infra.eventstore.recorders import JetStreamApplicationRecorder
from infra.eventstore.verification import verify_chain
from tests.conftest import OwnNats
from tests.infra.eventstore.conftest import NewRecorder
from tests.infra.nats.losing import losing_acknowledgements

A, B = UUID(int=10), UUID(int=11)


def events(originator_id: UUID | str, *versions: int, state: bytes = b"{}") -> list[StoredEvent]:
    return [StoredEvent(originator_id, version, "topic", state) for version in versions]


def versions(recorder: JetStreamApplicationRecorder, originator_id: UUID | str) -> list[int]:
    return [event.originator_version for event in recorder.select_events(originator_id)]


def test_a_version_that_exists_is_refused(recorder: JetStreamApplicationRecorder, new_recorder: NewRecorder) -> None:
    recorder.insert_events(events(A, 1, 2))
    for same_history in (recorder, new_recorder()):
        for repeated in (1, 2):
            with pytest.raises(IntegrityError):
                same_history.insert_events(events(A, repeated))
    assert versions(recorder, A) == [1, 2]


@pytest.mark.parametrize("gap", [[3], [5], [1, 3]])
def test_a_gap_in_the_versions_is_refused(recorder: JetStreamApplicationRecorder, gap: list[int]) -> None:
    with pytest.raises(IntegrityError):
        recorder.insert_events(events(A, *gap))
    assert versions(recorder, A) == []


def test_a_recorder_that_remembers_an_old_head_asks_before_it_refuses(
    recorder: JetStreamApplicationRecorder, new_recorder: NewRecorder
) -> None:
    recorder.insert_events(events(A, 1))
    other = new_recorder()
    other.insert_events(events(A, 2))
    recorder.insert_events(events(A, 3))
    other.insert_events(events(A, 4))
    assert versions(recorder, A) == [1, 2, 3, 4]
    assert verify_chain(recorder, A) == 4


def test_a_stale_replica_does_not_make_a_save_fail(
    recorder: JetStreamApplicationRecorder, new_recorder: NewRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sees_nothing_yet(*_: Any) -> None:
        return None

    recorder.insert_events(events(A, 1))
    monkeypatch.setattr(appending, "get_last", sees_nothing_yet)
    assert new_recorder().insert_events(events(A, 2)) == [2]
    with pytest.raises(IntegrityError, match="is at version 2"):
        new_recorder().insert_events(events(A, 2))
    assert verify_chain(recorder, A) == 2


def test_an_aggregate_that_begins_at_zero_goes_on_in_another_process(
    recorder: JetStreamApplicationRecorder, new_recorder: NewRecorder
) -> None:
    recorder.insert_events(events(A, 0))
    new_recorder().insert_events(events(A, 1))
    assert versions(recorder, A) == [0, 1]
    assert verify_chain(recorder, A) == 2


def test_A20_of_twenty_decisions_at_once_exactly_one_is_accepted(  # named after its row in FAULTS.md
    recorder: JetStreamApplicationRecorder, new_recorder: NewRecorder
) -> None:
    recorders = (recorder, new_recorder())
    recorder.insert_events(events(A, 1))

    def try_version(version: int, number: int) -> bool:
        try:
            recorders[number % 2].insert_events(events(A, version, version + 1) if number % 3 else events(A, version))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        for _ in range(10):
            at = versions(recorder, A)[-1]
            won = list(threads.map(lambda number, at=at: try_version(at + 1, number), range(20)))
            assert won.count(True) == 1
    assert versions(recorder, A) == list(range(1, versions(recorder, A)[-1] + 1))
    assert verify_chain(recorder, A) == len(versions(recorder, A))


def test_a_save_over_two_aggregates_is_stored_whole_or_not_at_all(recorder: JetStreamApplicationRecorder) -> None:
    assert recorder.insert_events([*events(A, 1), *events(B, 1), *events(A, 2)]) == [1, 2, 3]
    with pytest.raises(IntegrityError):
        recorder.insert_events([*events(A, 3), *events(B, 1)])
    assert (versions(recorder, A), versions(recorder, B)) == ([1, 2], [1])
    assert recorder.insert_events([*events(A, 3), *events(B, 2)]) == [4, 5]
    assert (verify_chain(recorder, A), verify_chain(recorder, B)) == (3, 2)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("lost", [1, 2])
def test_A18_a_lost_acknowledgement_neither_fails_nor_doubles_a_save(
    recorder: JetStreamApplicationRecorder, count: int, lost: int
) -> None:
    recorder.insert_events(events(B, 1))
    with losing_acknowledgements(recorder.bridge.nc, lost):
        ids = recorder.insert_events(events(A, *range(1, count + 1)))
    assert ids == list(range(2, count + 2))
    assert versions(recorder, A) == list(range(1, count + 1))
    with losing_acknowledgements(recorder.bridge.nc, lost):
        recorder.insert_events(events(A, *range(count + 1, 2 * count + 1)))
    assert versions(recorder, A) == list(range(1, 2 * count + 1))
    assert verify_chain(recorder, A) == 2 * count


def test_a_lost_acknowledgement_of_somebody_elses_success_is_a_conflict(
    recorder: JetStreamApplicationRecorder, new_recorder: NewRecorder
) -> None:
    other = new_recorder()
    recorder.insert_events(events(A, 1))
    real = recorder.bridge.nc.request

    async def overtaken(*_: Any, **__: Any) -> Msg:
        recorder.bridge.nc.request = real  # type: ignore[method-assign]
        await asyncio.to_thread(other.insert_events, events(A, 2))
        raise nats.errors.TimeoutError

    recorder.bridge.nc.request = overtaken  # type: ignore[method-assign]
    with pytest.raises(IntegrityError):
        recorder.insert_events(events(A, 2))
    assert versions(recorder, A) == [1, 2]


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) - 300])
def test_A17_an_oversize_event_is_refused_and_the_connection_lives(
    recorder: JetStreamApplicationRecorder, size: int
) -> None:
    with pytest.raises(ProgrammingError, match="store it elsewhere"):
        recorder.insert_events([*events(B, 1), *events(A, 1, state=b"x" * size)])
    recorder.insert_events(events(A, 1))
    assert (versions(recorder, A), versions(recorder, B)) == ([1], [])


@pytest.mark.parametrize("token", ["", "a.b", "a b", "*", "a>", "a\n"])
def test_an_id_that_is_not_one_token_of_a_subject_is_refused(
    recorder: JetStreamApplicationRecorder, token: str
) -> None:
    with pytest.raises(ProgrammingError, match="one token"):
        recorder.insert_events(events(token, 1))


def test_a_save_with_no_answer_tells_that_its_outcome_is_unknown(
    fresh_nats: Callable[[], OwnNats], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "TRIES_OF_ONE_SAVE_S", 0.2)
    server = fresh_nats()
    with JetStreamFactory({"NATS_URL": server.url(), "ES_CONTEXT": "incident"}) as factory:
        recorder = factory.application_recorder()
        recorder.insert_events(events(A, 1))
        server.kill()
        with pytest.raises(OperationalError, match="unknown"):
            recorder.insert_events(events(A, 2))
        server.start()
        for _ in range(2):  # what had no answer may still be stored after the caller has read again
            with contextlib.suppress(IntegrityError):
                recorder.insert_events(events(A, versions(recorder, A)[-1] + 1))
        assert versions(recorder, A) in ([1, 2, 3], [1, 2, 3, 4])
        assert verify_chain(recorder, A) == versions(recorder, A)[-1]
        factory.close()


def test_A1_saves_across_kills_of_the_server_are_each_there_once(
    fresh_nats: Callable[[], OwnNats],
) -> None:
    server = fresh_nats()
    with JetStreamFactory({"NATS_URL": server.url(), "ES_CONTEXT": "incident"}) as factory, ThreadPoolExecutor(4) as ex:
        recorder = factory.application_recorder()

        def save(number: int) -> tuple[UUID, list[int]]:
            case, ids = uuid4(), list[int]()
            for version in range(1, 6):
                ids += recorder.insert_events(events(case, 2 * version - 1, 2 * version)) or []
            return case, ids

        saving = [ex.submit(save, number) for number in range(60)]
        for finished in (5, 20, 40):
            while sum(future.done() for future in saving) < finished:
                time.sleep(0.005)
            server.kill()
            server.start()
        saved = dict(future.result(60) for future in saving)
        for case, ids in saved.items():
            assert versions(recorder, case) == list(range(1, 11))
            assert verify_chain(recorder, case) == 10
            assert [n.id for n in recorder.select_notifications(ids[0], 5000) if n.originator_id == case] == ids
        assert recorder.max_notification_id() == 600
        factory.close()
