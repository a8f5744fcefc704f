"""What an audit of a history must find, and that it finds nothing in one that was not touched."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.proof.audit import Audit
from domain.proof.checkpoint import Checkpoint
from domain.proof.history import Record, SignedNote
from domain.proof.leaf import GENESIS, LeafMalformed, LoggedEvent, parse_leaf
from infra.eventstore.envelope import chained_hash
from tests.domain.proof.logs import KEY, checkpoint, events, findings, history, rehashed, signed, verifies, written

LOG = events(60)
SIZES = (1, 20, 21, 47, 60)

texts = st.text(max_size=20)
any_event = st.builds(LoggedEvent, st.integers(0, 2**64 - 1), texts, texts, texts, texts, st.binary(max_size=40))


@given(any_event)
def test_a_leaf_is_read_and_written_alike(event: LoggedEvent) -> None:
    assert parse_leaf(event.leaf()) == event


@given(any_event, any_event)
def test_different_events_have_different_leaves(one: LoggedEvent, other: LoggedEvent) -> None:
    assert (one.leaf() == other.leaf()) == (one == other)


@pytest.mark.parametrize("cut", [0, 1, 8, 9, 12, 30, -1])
def test_a_cut_leaf_is_none(cut: int) -> None:
    with pytest.raises(LeafMalformed):
        parse_leaf(LOG[0].leaf()[:cut])


def test_the_chain_is_that_of_the_event_store() -> None:
    event = LOG[0]
    expected = chained_hash(GENESIS, event.subject, int(event.version), event.topic, event.payload)
    assert event.chained_hash(GENESIS) == expected == event.hash


def test_an_untouched_history_has_no_findings() -> None:
    assert findings(written(history(LOG, SIZES))) == []


def with_event(at: int, event: LoggedEvent) -> list[Record]:
    """The history with another event at sequence `at`, and the old checkpoints: they cannot be signed again."""
    records = history(LOG, SIZES)
    return [event if isinstance(r, LoggedEvent) and r.sequence == at else r for r in records]


def rewritten(at: int) -> list[Record]:
    """As a careful forger does: a payload changed and every later hash of the aggregate computed anew."""
    log = list(LOG)
    log[at - 1] = replace(log[at - 1], payload=b"{}")
    heads: dict[str, str] = {}
    for i, event in enumerate(log):
        log[i] = rehashed(event, heads.get(event.subject, GENESIS))
        heads[event.subject] = log[i].hash
    notes = iter([r for r in history(LOG, SIZES) if isinstance(r, SignedNote)])
    return [r if isinstance(r, LoggedEvent) else next(notes) for r in history(log, SIZES)]


def swapped(at: int) -> list[Record]:
    """Two neighbours change places, with their sequences."""
    records = with_event(at, replace(LOG[at], sequence=at))
    return [
        replace(LOG[at - 1], sequence=at + 1) if isinstance(r, LoggedEvent) and r.sequence == at + 1 else r
        for r in records
    ]


def dropped(at: int, *, renumbered: bool) -> list[Record]:
    records: list[Record] = []
    for r in history(LOG, SIZES):
        if isinstance(r, LoggedEvent) and r.sequence >= at:
            if r.sequence > at:
                records.append(replace(r, sequence=r.sequence - 1) if renumbered else r)
        else:
            records.append(r)
    return records


@pytest.mark.parametrize("at", [1, 13, 20, 60])
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda at: with_event(at, replace(LOG[at - 1], payload=b"{}")), "chain of hashes breaks"),
        (lambda at: with_event(at, replace(LOG[at - 1], topic="incident.dismissed.v1")), "chain of hashes breaks"),
        (lambda at: with_event(at, replace(LOG[at - 1], version="99")), "version 99 cannot follow"),
        (lambda at: with_event(at, replace(LOG[at - 1], version="x")), "version x cannot follow"),
        (lambda at: with_event(at, replace(LOG[at - 1], hash="ab" * 32)), "chain of hashes breaks"),
        (lambda at: with_event(at, replace(LOG[at - 1], hash="")), "not written by the event store"),
        (lambda at: with_event(at, replace(LOG[at - 1], hash="zz")), "chain of hashes breaks"),
        (rewritten, "are not those for which"),
        (lambda at: dropped(at, renumbered=False), "missing|signed for"),
        (lambda at: dropped(at, renumbered=True), "signed for|not those"),
    ],
)
def test_a_touched_event_is_found(at: int, change: Callable[[int], list[Record]], named: str) -> None:
    found = findings(written(change(at)))
    assert any(re.search(named, sentence) for sentence in found), found


@pytest.mark.parametrize("at", [1, 20, 46])
def test_swapped_events_are_found(at: int) -> None:
    assert any("not those for which" in sentence for sentence in findings(written(swapped(at))))


def test_a_shortened_history_is_found_by_a_checkpoint_that_somebody_kept() -> None:
    audit = Audit(KEY, verifies)
    for event in LOG[:40]:
        audit.event(event)
    assert audit.checkpoint(checkpoint(LOG[:20])) == audit.newest
    audit.checkpoint(checkpoint(LOG), "the checkpoint of March")
    assert audit.findings == ["the checkpoint of March was signed for 60 events, but there are only 40"]


def test_a_checkpoint_out_of_its_place_is_found() -> None:
    records = history(LOG, SIZES)
    notes = [i for i, r in enumerate(records) if isinstance(r, SignedNote)]
    records[notes[1]], records[notes[2]] = records[notes[2]], records[notes[1]]
    assert findings(written(records))


def test_a_checkpoint_that_was_never_signed_is_found() -> None:
    records = history(LOG, SIZES)
    forged = signed(Checkpoint(KEY.name, 60, bytes(32)).text())
    assert findings(written([*records[:-1], SignedNote(forged)]))
    good = records[-1]
    assert isinstance(good, SignedNote)
    assert findings(written([*records[:-1], SignedNote(good.data.replace(b"\n60\n", b"\n59\n"))]))


def test_a_history_without_a_last_checkpoint_is_none() -> None:
    assert findings(written(history(LOG, SIZES)[:-1])) == ["the file does not end with a checkpoint"]


def test_an_inclusion_proof_comes_with_the_audit() -> None:
    audit = Audit(KEY, verifies)
    for event in LOG:
        audit.event(event)
    under = audit.checkpoint(checkpoint(LOG))
    assert under is not None
    for event in LOG:
        assert audit.inclusion(event, under).event == event
    assert audit.findings == []
    audit.inclusion(replace(LOG[3], payload=b"other"), under)
    assert audit.findings == ["sequence 4 is not in the log under the checkpoint of 60 events"]


def test_1000_random_changes_of_one_byte_are_all_found() -> None:
    data, chance = written(history(LOG, SIZES)), random.Random(3)
    for _ in range(1000):
        at = chance.randrange(len(data))
        changed = data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :]
        assert findings(changed), at


def test_bytes_more_or_less_are_found() -> None:
    data = written(history(LOG, SIZES))
    for changed in (data[:-1], data + b"\n", data + b"C", data + b"E\0\0\0\0", b"", data[:16]):
        assert findings(changed)
