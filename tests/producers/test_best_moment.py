"""The moment of the best evidence: the clearest frame of the deciding track, not the one that happened to decide."""

from dataclasses import replace

import pytest
from minio import Minio

from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    Box,
    FrameAnalysed,
    ModelRef,
    ObjectClass,
    TrackObservation,
    to_microseconds,
)
from domain.contracts.events import IncidentOpened
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
from domain.contracts.plant import RuleKind
from producers.best_moment import Moment, best_moment
from tests.domain.samples import YARD, opened
from tests.producers.footage import frames_of
from tests.producers.plant import Plant
from tests.producers.test_evidence import (
    PHOTO,
    StartProcess,
    ago_us,
    attached,
    camera,
    numbers,
    plant,
    ring,
    start,
    store,
    stored,
)

__all__ = ["camera", "plant", "ring", "start", "store"]

OPENED = replace(opened(), kind=RuleKind.NO_HELMET, zone_id=None, track_id=TrackId(1), box=(0.4, 0.4, 0.6, 0.8))
OPENED_US = to_microseconds(OPENED.opened_at)
SECOND = 1_000_000
HERE = OPENED.box
ELSEWHERE: Box = (0.0, 0.1, 0.2, 0.5)


def frame(before_s: float, absent: float, box: Box = HERE, *, score: float = 0.9, track: int = 1) -> FrameAnalysed:
    """So long before the deciding frame."""
    at_us = OPENED_US - round(before_s * SECOND)
    worn = (AttributeScore(Attribute.HELMET, 1 - absent, absent),)
    seen = TrackObservation(TrackId(track), ObjectClass.PERSON, score, box, worn)
    return FrameAnalysed(YARD, 1, at_us, 640, 360, (ModelRef("m", "00" * 32),), (seen,))


def at(before_s: float, box: Box | None) -> Moment:
    return Moment(OPENED_US - round(before_s * SECOND), box)


def found(incident: IncidentOpened, *frames: FrameAnalysed, since_s: float = 20) -> Moment:
    return best_moment(incident, frames, OPENED_US - round(since_s * SECOND))


@pytest.mark.parametrize(
    ("frames", "moment"),
    [
        ((frame(2, 0.7), frame(1, 0.95, ELSEWHERE), frame(0, 0.8)), at(1, ELSEWHERE)),
        ((frame(2, 0.7), frame(0, 0.8)), at(0, None)),  # the deciding frame itself
        ((frame(1, 0.99, track=2), frame(0, 0.6)), at(0, None)),  # somebody else
        ((frame(1, 0.4), frame(0, 0.3)), at(0, None)),  # more speaks for the helmet
        ((frame(30, 0.99), frame(1, 0.6)), at(1, HERE)),  # no video is kept of that
        ((frame(2, 0.9, (0.4, 0.4, 0.5, 0.5)), frame(1, 0.9)), at(1, HERE)),  # of equals the larger one
        ((replace(frame(2, 0.9), predicted=True), frame(1, 0.9, (0.4, 0.4, 0.5, 0.5))), at(1, (0.4, 0.4, 0.5, 0.5))),
        ((), at(0, None)),
    ],
    ids=["clearest", "deciding", "other track", "against", "too old", "larger", "seen not predicted", "nothing"],
)
def test_the_clearest_frame_of_the_track_is_chosen(frames: tuple[FrameAnalysed, ...], moment: Moment) -> None:
    assert found(OPENED, *frames) == moment


def test_of_a_rule_about_presence_the_detectors_score_counts() -> None:
    intruder = replace(OPENED, kind=RuleKind.PERIMETER)
    assert found(intruder, frame(2, 0.0, score=0.95), frame(1, 0.9, score=0.6)) == at(2, HERE)


def test_of_a_rule_about_a_zone_only_frames_count_in_which_it_stood_there() -> None:
    in_zone = replace(OPENED, kind=RuleKind.DANGER_ZONE, zone_id=ZoneId("pit"))
    near: Box = (0.42, 0.4, 0.62, 0.8)
    frames = frame(3, 0, ELSEWHERE, score=0.99), frame(2, 0, near, score=0.8), frame(1, 0, score=0.7)
    assert found(in_zone, *frames) == at(2, near)


def test_the_photo_is_taken_where_the_evidence_is_clearest_and_says_where_the_object_is(
    plant: Plant, start: StartProcess, camera: CameraId, store: Minio
) -> None:
    moment_us = ago_us(8)
    sequences = []
    for n, absent in enumerate((0.6, 0.95, 0.7, 0.8)):
        left = n / 10
        worn = (AttributeScore(Attribute.HELMET, 0.0, absent),)
        person = TrackObservation(TrackId(1), ObjectClass.PERSON, 0.9, (left, 0.2, left + 0.1, 0.8), worn)
        other = TrackObservation(TrackId(2), ObjectClass.PERSON, 0.99, (0.8, 0.2, 0.9, 0.8), worn)
        sequences.append(plant.analyse(camera, moment_us - 3 * SECOND + n * SECOND, person, other))
    start()
    plant.open_incident(camera, next(numbers) << 64, moment_us, (sequences[0], sequences[-1]))
    photo = attached(plant.wait_for_orders(3))[PHOTO]
    assert abs(to_microseconds(photo.captured_from) - (moment_us - 2 * SECOND)) <= 20_000
    assert photo.box == pytest.approx((0.1, 0.2, 0.2, 0.8), abs=1e-4)
    assert len(frames_of(stored(store, photo.key))) == 1
