"""What the models saw at a moment, and how it is drawn."""

from datetime import UTC
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    Box,
    FrameAnalysed,
    ModelRef,
    ObjectClass,
    TrackObservation,
)
from domain.contracts.identifiers import CameraId, TrackId
from infra.frames import Pixels
from infra.overlay.painting import GOOD, VIOLATION, Outline, paint
from infra.overlay.seen import Seen
from infra.overlay.words import MISSING, OBJECTS, object_word

T0_US = 1_800_000_000_000_000
BOX: Box = (0.25, 0.25, 0.5, 0.75)
BARE = (AttributeScore(Attribute.HELMET, 0.1, 0.9),)


def track(box: Box = BOX, number: int = 1, attributes: tuple[AttributeScore, ...] = ()) -> TrackObservation:
    return TrackObservation(TrackId(number), ObjectClass.PERSON, 0.92, box, attributes)


def frame(at_us: int, *tracks: TrackObservation, until_us: int = 0) -> FrameAnalysed:
    model = ModelRef("m", "00" * 32)
    return FrameAnalysed(CameraId("gate"), 1, at_us, 640, 360, (model,), tracks, last_captured_at_us=until_us)


@pytest.fixture
def seen() -> Seen:
    seen = Seen()
    seen.add(frame(T0_US, track((0.0, 0.0, 0.2, 0.2))))
    seen.add(frame(T0_US + 200_000, track((0.2, 0.2, 0.4, 0.4)), track(BOX, 2)))
    seen.add(frame(T0_US + 2_000_000, until_us=T0_US + 5_000_000))
    return seen


@pytest.mark.parametrize(
    ("offset_us", "boxes"),
    [
        (-500_000, []),
        (-100_000, [(0.0, 0.0, 0.2, 0.2)]),  # the coming frame is near
        (0, [(0.0, 0.0, 0.2, 0.2)]),
        (100_000, [(0.1, 0.1, 0.3, 0.3)]),  # half the way
        (200_000, [(0.2, 0.2, 0.4, 0.4), BOX]),
        (500_000, [(0.2, 0.2, 0.4, 0.4), BOX]),
        (1_000_000, []),  # too far from both
        (4_000_000, []),  # within a run of empty frames
    ],
)
def test_a_track_is_where_it_was_seen_or_must_have_been(seen: Seen, offset_us: int, boxes: list[Box]) -> None:
    found = [each.box for each in seen.at(T0_US + offset_us)]
    assert [pytest.approx(box) for box in boxes] == found


def test_what_is_old_is_forgotten_and_what_comes_late_is_left_out() -> None:
    seen = Seen(kept_us=1_000_000)
    for at_us in (0, 500_000, 400_000, 2_000_000):
        seen.add(frame(T0_US + at_us, track()))
    assert seen.at(T0_US) == ()
    assert seen.at(T0_US + 2_000_000) == (track(),)


def test_nothing_seen_is_nothing() -> None:
    assert Seen().at(T0_US) == ()


def painted(*tracks: TrackObservation, zones: tuple[Outline, ...] = (), guilty: int | None = None) -> Pixels:
    picture = np.zeros((360, 640, 3), np.uint8)
    paint(picture, T0_US, tracks, zones, tz=UTC, guilty=None if guilty is None else TrackId(guilty))
    return picture


def test_a_box_is_drawn_where_the_track_is_in_the_colour_of_what_is_known() -> None:
    for drawn, colour in (
        (painted(track()), GOOD),
        (painted(track(attributes=BARE)), VIOLATION),
        (painted(track(), guilty=1), VIOLATION),
        (painted(track(), guilty=2), GOOD),
    ):
        assert tuple(drawn[200, 160]) == colour  # the left edge
        assert tuple(drawn[270, 250]) == colour  # the lower edge
        assert not drawn[200, 250].any()  # inside


def test_words_differ_by_what_is_missing_and_stay_inside_the_picture() -> None:
    plain, bare = painted(track()), painted(track(attributes=BARE))
    assert (bare[70:90, 160:400] > 0).sum() > (plain[70:90, 160:400] > 0).sum() * 1.3
    at_the_corner = painted(track((0.95, 0.0, 1.0, 0.1), attributes=BARE))
    assert (at_the_corner[0:20, 450:, 2] > 150).sum() > 50


def test_a_zone_is_drawn_with_its_name() -> None:
    square = Outline("Пресс", ((0.5, 0.5), (0.9, 0.5), (0.9, 0.9), (0.5, 0.9)))
    drawn = painted(zones=(square,))
    assert drawn[250, 320, 0] > 150
    assert (drawn[160:178, 320:400, 0] > 150).sum() > 30


def test_the_time_is_that_of_the_plants_clocks() -> None:
    utc, there = (np.zeros((360, 640, 3), np.uint8) for _ in range(2))
    paint(utc, T0_US, (), (), tz=UTC)
    paint(there, T0_US, (), (), tz=ZoneInfo("Asia/Vladivostok"))
    assert utc[:14, :200].any()
    assert (utc != there).any()


def test_a_tiny_picture_can_be_painted_too() -> None:
    picture = np.zeros((16, 16, 3), np.uint8)
    paint(picture, T0_US, (track(),), (), tz=UTC)
    assert picture.any()


def test_there_is_a_word_for_every_class_and_item() -> None:
    assert {object_word(each) for each in ObjectClass} <= set(OBJECTS.values())
    assert set(MISSING) <= set(Attribute)
    assert object_word(ObjectClass.TRUCK) == "грузовик"
