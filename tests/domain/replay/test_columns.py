"""Columns say what `decode` says, about every message, broken ones too."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.detections import (
    CANNOT_TELL,
    Attribute,
    AttributeScore,
    DetectionsUnreadable,
    FrameAnalysed,
    TrackObservation,
    decode,
    encode,
)
from domain.replay.columns import Columns, Decoder
from tests.domain.contracts.test_detections import EVERYTHING, MANY_MODELS, frames
from tests.domain.samples import YARD, frame, person


def test_columns_are_what_decode_reads() -> None:
    two = frame(0, person(helmet=(0.1, 0.9)), person(n=1))
    assert_same([encode(two), encode(frame(1)), encode(frame(2, person(n=2)))])


def test_frames_of_both_wire_versions_side_by_side() -> None:
    machine = frame(1, replace(person(), attributes=EVERYTHING), person((0.3, 0.3, 0.4, 0.5), n=1))
    assert_same([encode(frame(0, person())), encode(machine), encode(replace(frame(2), models=MANY_MODELS))])


@given(st.lists(frames, max_size=4))
def test_any_frames(recorded: list[FrameAnalysed]) -> None:
    assert_same([encode(one) for one in recorded])


@given(st.lists(frames, min_size=1, max_size=3), st.data())
def test_any_damage(recorded: list[FrameAnalysed], data: st.DataObject) -> None:
    """A changed byte or a cut: what one reader refuses, the other refuses."""
    payloads = [bytearray(encode(one)) for one in recorded]
    for payload in payloads:
        at = data.draw(st.integers(0, len(payload) - 1))
        payload[at] = data.draw(st.integers(0, 255))
        del payload[data.draw(st.integers(0, len(payload))) :]
    assert_same([bytes(payload) for payload in payloads])


@pytest.mark.parametrize("garbage", [b"", b"garbage", bytes(36), b"\x01" + b"\xff" * 60])
def test_garbage_between_good_messages_is_left_aside(garbage: bytes) -> None:
    assert_same([encode(frame(0, person())), garbage, encode(frame(1, person()))])


def test_a_model_whose_name_is_no_text_is_left_aside() -> None:
    good = encode(frame(0, person()))
    assert_same([good, good.replace(b"yolo11n", b"yolo\xff1n"), good])


def assert_same(payloads: Sequence[bytes]) -> None:
    columns, left_aside = Decoder(YARD).columns(range(1, len(payloads) + 1), payloads)
    expected: list[tuple[int, FrameAnalysed]] = []
    refused = []
    for sequence, payload in enumerate(payloads, start=1):
        try:
            expected.append((sequence, decode(YARD, payload)))
        except DetectionsUnreadable:
            refused.append(sequence)
    assert left_aside == refused
    assert columns.sequences.tolist() == [sequence for sequence, _ in expected]
    assert columns.first_us.tolist() == [one.captured_at_us for _, one in expected]
    assert columns.last_us.tolist() == [one.last_captured_at_us for _, one in expected]
    assert columns.frames.tolist() == [one.frames for _, one in expected]
    assert _tracks(columns) == [[_exact(track) for track in one.tracks] for _, one in expected]


def _exact(track: TrackObservation) -> tuple[object, ...]:
    return track.track_id, track.object_class.value, track.score, track.box, track.attributes


def _tracks(columns: Columns) -> list[list[tuple[object, ...]]]:
    rows = columns.rows.tolist()
    return [[_track(columns, row) for row in range(a, b)] for a, b in pairwise(rows)]


def _track(columns: Columns, row: int) -> tuple[object, ...]:
    return (
        columns.track_ids.tolist()[row],
        columns.classes.tolist()[row],
        columns.scores.tolist()[row],
        tuple(columns.boxes.tolist()[row]),
        tuple(_attributes(columns, row)),
    )


def _attributes(columns: Columns, row: int) -> list[AttributeScore]:
    return [
        AttributeScore(Attribute(code), present[row].item() / 100, absent[row].item() / 100)
        for code, (present, absent) in sorted(columns.attributes.items())
        if present[row] != CANNOT_TELL
    ]
