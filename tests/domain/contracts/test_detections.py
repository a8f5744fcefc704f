"""FrameAnalysed on the wire: small, exact to its stated precision, and never believed when broken."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.detections import (
    HEADER,
    MOST_COLUMNS,
    MOST_MODELS,
    WIDE_VERSION,
    WIRE_VERSION,
    Attribute,
    AttributeScore,
    DetectionsUnreadable,
    FrameAnalysed,
    ModelRef,
    ObjectClass,
    TrackObservation,
    decode,
    encode,
    from_microseconds,
    to_microseconds,
)
from domain.contracts.identifiers import TrackId
from tests.domain.samples import DETECTOR, PPE, T0, YARD, frame, person

unit = st.floats(0, 1)
attributes = st.lists(
    st.builds(AttributeScore, st.sampled_from(Attribute), unit, unit), unique_by=lambda a: a.attribute, max_size=4
).map(tuple)
tracks = st.builds(
    TrackObservation,
    st.integers(0, 2**53).map(TrackId),
    st.sampled_from(ObjectClass),
    unit,
    st.tuples(unit, unit, unit, unit),
    attributes,
)
frames = st.builds(
    FrameAnalysed,
    st.just(YARD),
    st.integers(0, 2**53),
    st.integers(0, 2**53),
    st.integers(0, 65535),
    st.integers(0, 65535),
    st.sampled_from([(), (DETECTOR,), (DETECTOR, PPE)]),
    st.lists(tracks, max_size=5).map(tuple),
    st.integers(1, 2**31),
    st.integers(1, 2**53),
    st.booleans(),
)


@given(frames)
def test_a_frame_read_and_written_again_is_the_same_message(original: FrameAnalysed) -> None:
    data = encode(original)
    read = decode(YARD, data)
    assert encode(read) == data
    assert read.predicted == original.predicted
    assert [t.track_id for t in read.tracks] == [t.track_id for t in original.tracks]
    for before, after in zip(original.tracks, read.tracks, strict=True):
        assert after.score == pytest.approx(before.score, abs=1 / 65535)
        assert after.box == pytest.approx(before.box, abs=1 / 65535)
        assert {a.attribute for a in after.attributes} == {a.attribute for a in before.attributes}


def test_cannot_tell_is_not_zero() -> None:
    read = decode(YARD, encode(frame(0, person(helmet=(0.0, 0.0)), person(n=1))))
    assert [len(t.attributes) for t in read.tracks] == [1, 0]


def test_a_frame_with_three_people_takes_less_than_200_bytes() -> None:
    assert len(encode(frame(0, *(person(helmet=(0.1, 0.9), n=i) for i in range(3))))) < 200


EVERYTHING = tuple(AttributeScore(attribute, 0.5, 0.25) for attribute in Attribute)
MANY_MODELS = tuple(ModelRef(f"machine-{n}", f"{n:064x}") for n in range(MOST_MODELS + 1))


@pytest.mark.parametrize(
    ("one", "version"),
    [
        (replace(frame(0, person()), models=MANY_MODELS[1:]), WIRE_VERSION),
        (replace(frame(0, person()), models=MANY_MODELS), WIDE_VERSION),
        (frame(0, replace(person(), attributes=EVERYTHING[:MOST_COLUMNS])), WIRE_VERSION),
        (frame(0, replace(person(), attributes=EVERYTHING), person(n=1)), WIDE_VERSION),
        (replace(frame(0, replace(person(), attributes=EVERYTHING)), predicted=True), WIDE_VERSION),
    ],
)
def test_what_the_header_cannot_count_is_counted_behind_it(one: FrameAnalysed, version: int) -> None:
    data = encode(one)
    read = decode(YARD, data)
    assert data[0] == version
    assert (read.models, read.predicted) == (one.models, one.predicted)
    assert [[a.attribute for a in t.attributes] for t in read.tracks] == [
        [a.attribute for a in t.attributes] for t in one.tracks
    ]
    with pytest.raises(DetectionsUnreadable):
        decode(YARD, data[: HEADER.size + 1])


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_cut_message_is_refused(cut: int) -> None:
    data = encode(frame(0, person(), person(n=1)))
    with pytest.raises(DetectionsUnreadable):
        decode(YARD, data[: min(cut, len(data) - 1)])


def test_another_wire_version_is_refused() -> None:
    data = bytes([99]) + encode(frame(0))[1:]
    with pytest.raises(DetectionsUnreadable, match="wire version 99"):
        decode(YARD, data)


@given(st.integers(0, 4_000_000_000_000_000))
def test_microseconds_are_exact(us: int) -> None:
    assert to_microseconds(from_microseconds(us)) == us
    assert from_microseconds(to_microseconds(T0)) == T0
