"""Facts and commands as JSON: what comes back is what went in, what must not be stored is refused."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts import codec
from domain.contracts.commands import (
    Accepted,
    MarkFalsePositive,
    Refused,
    decode_command,
    decode_reply,
    encode_command,
    encode_reply,
)
from domain.contracts.events import Envelope, EventUnknown, decode_event, encode_event, event_name
from domain.contracts.identifiers import CommandId, IncidentId
from tests.domain.samples import T0, danger_rule, opened, zone

INCIDENT = IncidentId(UUID(int=7))


@dataclass(frozen=True)
class Sample:
    text: str
    number: float
    count: int
    at: datetime
    pair: tuple[float, float]
    maybe: str | None = None


SAMPLE = Sample("Каска", 0.5, 3, T0, (0.1, 0.2))


@pytest.mark.parametrize("event", [opened(), danger_rule(), zone()])
def test_an_event_comes_back_as_it_was(event: Any) -> None:
    envelope = Envelope(T0, "rules", CommandId("open"), event)
    assert decode_event(event_name(event), encode_event(envelope)) == envelope


def test_a_command_comes_back_as_it_was() -> None:
    command = MarkFalsePositive(INCIDENT, "тень", 3)
    order = decode_command(encode_command(command, command_id="c1", by="anna", at=T0))
    assert (order.command, order.command_id, order.by, order.at) == (command, "c1", "anna", T0)


@pytest.mark.parametrize("reply", [Accepted(42), Refused("busy", "send it again")])
def test_a_reply_comes_back_as_it_was(reply: Accepted | Refused) -> None:
    assert decode_reply(encode_reply(reply)) == reply


def test_an_event_of_a_newer_build_is_named_not_guessed() -> None:
    with pytest.raises(EventUnknown, match=r"incident\.teleported\.v1"):
        decode_event("incident.teleported.v1", b"{}")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": float("nan")},  # Postgres jsonb refuses it later, for ever
        {"number": float("inf")},
        {"text": "a\x00b"},  # text columns refuse NUL
        {"text": "\ud800"},  # not UTF-8
        {"count": 2**70},  # JavaScript reads another number
        {"at": datetime(2026, 1, 1)},  # noqa: DTZ001 - which hour of which place?
        {"at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3)))},  # UTC has no such day
    ],
)
def test_B8_what_cannot_be_stored_everywhere_is_refused_at_the_write_side(wrong: dict[str, Any]) -> None:
    with pytest.raises(codec.CodecError, match=next(iter(wrong))):
        codec.to_json(Sample(**{**vars(SAMPLE), **wrong}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 1),
        ("number", "0.5"),
        ("number", True),
        ("count", 1.5),
        ("at", "yesterday"),
        ("at", "2026-01-01T00:00:00"),
        ("at", "0001-01-01T00:00:00+03:00"),
        ("pair", [1.0]),
        ("maybe", 5),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    plain = {**codec.to_plain(SAMPLE), field: value}
    with pytest.raises(codec.CodecError, match=f"Sample.{field}"):
        codec.from_json(Sample, json.dumps(plain).encode())


def test_a_missing_field_is_named() -> None:
    with pytest.raises(codec.CodecError, match=r"Sample\.number: missing"):
        codec.from_json(Sample, b'{"text": "x"}')


def test_B12_an_unknown_field_is_ignored() -> None:
    plain = {**codec.to_plain(SAMPLE), "colour": "red"}
    assert codec.from_json(Sample, json.dumps(plain).encode()) == SAMPLE


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff", b'{"number": NaN}'])
def test_what_is_not_json_is_refused(data: bytes) -> None:
    with pytest.raises(codec.CodecError):
        codec.from_json(Sample, data)


@given(
    st.builds(
        Sample,
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-codec.MAX_INTEGER, codec.MAX_INTEGER),
        st.datetimes(timezones=st.just(UTC)),
        st.tuples(st.floats(0, 1), st.floats(0, 1)),
        st.none() | st.just("x"),
    )
)
def test_every_storable_value_comes_back(sample: Sample) -> None:
    assert codec.from_json(Sample, codec.to_json(sample)) == sample
