from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from infra.eventstore.envelope import HASH, TOPIC, VERSION, chained_hash
from infra.eventstore.recorders import JetStreamApplicationRecorder
from infra.eventstore.verification import verify_chain

CASE = UUID(int=1)


def save(recorder: JetStreamApplicationRecorder, *versions: int) -> None:
    recorder.insert_events([StoredEvent(CASE, version, "topic", b"{}") for version in versions])


def test_a_history_written_by_the_recorder_verifies(recorder: JetStreamApplicationRecorder) -> None:
    assert verify_chain(recorder, CASE) == 0
    save(recorder, 1, 2)
    save(recorder, 3)
    assert verify_chain(recorder, CASE) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {VERSION: "3", TOPIC: "topic"},
        {VERSION: "3", TOPIC: "topic", HASH: "0" * 64},
    ],
)
def test_an_outsiders_event_breaks_the_chain(recorder: JetStreamApplicationRecorder, headers: dict[str, str]) -> None:
    save(recorder, 1, 2)
    recorder.bridge.run(recorder.bridge.js.publish(f"{recorder.prefix}.{CASE}", b"{}", headers=headers))
    with pytest.raises(IntegrityError, match="sequence 3"):
        verify_chain(recorder, CASE)


def test_an_event_cannot_be_turned_into_another_without_changing_its_hash() -> None:
    original = ("00" * 32, "es.incident.1", 1, "opened", b"{}")
    changed = [
        ("11" * 32, "es.incident.1", 1, "opened", b"{}"),
        ("00" * 32, "es.incident.2", 1, "opened", b"{}"),
        ("00" * 32, "es.incident.1", 2, "opened", b"{}"),
        ("00" * 32, "es.incident.1", 1, "closed", b"{}"),
        ("00" * 32, "es.incident.1", 1, "opened", b"{ }"),
        ("00" * 32, "es.incident.1", 1, "opened{", b"}"),  # parts cannot be shifted into each other
    ]
    assert len({chained_hash(*parts) for parts in [original, *changed]}) == len(changed) + 1
