"""Observations keep their stored form: golden files are what lies in the streams of plants."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.contracts.codec import CodecError
from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import ZoneId, local_user_id
from domain.contracts.observations import (
    OBSERVATIONS_BY_NAME,
    Coverage,
    Direction,
    Dropped,
    DropReason,
    FaceMatched,
    Gap,
    GapReason,
    Observation,
    ObservationUnknown,
    PictureQuality,
    PlateRead,
    QualityFault,
    QualityFigures,
    VehiclePassage,
    ZoneVisit,
    decode_observation,
    encode_observation,
    identity_of,
    observation_name,
    subject_of,
)
from domain.contracts.plates import PlateFormat
from tests.domain.samples import DETECTOR, PIT, PPE, T0, TRACK, YARD, second

GOLDEN = Path(__file__).with_name("golden_observations")
COVERAGE = Coverage(
    camera_id=YARD,
    minute=T0,
    since=second(12),
    target_fps=10.0,
    expected=480,
    captured=1200,
    analysed=431,
    detected=62,
    dropped=(Dropped(DropReason.OVERLOAD, 9), Dropped(DropReason.DAMAGED, 2)),
    models=(DETECTOR, PPE),
    gaps=(Gap(second(20), second(24.5), GapReason.CAMERA_UNREACHABLE),),
)
VISIT = ZoneVisit(YARD, PIT, 2, TRACK, ObjectClass.PERSON, T0, second(61.25), 0.875, 590, 17, 2400)
PASSAGE = VehiclePassage(
    YARD, ZoneId("lane"), 1, TRACK, ObjectClass.TRUCK, T0, second(4), Direction.IN, 0.75, 40, 5, 44
)
QUALITY = PictureQuality(
    YARD, QualityFault.MOVED, T0, second(26), QualityFigures(0.5, 0.125, 0.25, 1.0, -0.0625, 0.0), second(90)
)
FACE = FaceMatched(YARD, TRACK, second(3), local_user_id("anna"), 0.625, (DETECTOR, PPE), T0 + timedelta(days=30))
PLATE = PlateRead(
    camera_id=YARD,
    track_id=TRACK,
    first=second(1),
    last=second(3),
    text="A123BC77",
    number="А123ВС77",
    format=PlateFormat.CAR,
    region="77",
    score=0.9375,
    readings=5,
    models=(DETECTOR, PPE),
    keep_until=T0 + timedelta(days=30),
    picture="/9j/4AAQ",
)
EVERY: dict[str, Observation] = {
    observation_name(each): each for each in (COVERAGE, VISIT, PASSAGE, QUALITY, FACE, PLATE)
}


@pytest.mark.parametrize("name", sorted(OBSERVATIONS_BY_NAME))
def test_what_was_stored_means_the_same_today(name: str) -> None:
    path = GOLDEN / f"{name}.json"
    assert path.is_file(), "write it once from EVERY; never change it"
    assert decode_observation(name, path.read_bytes()) == EVERY[name]


@pytest.mark.parametrize("name", sorted(OBSERVATIONS_BY_NAME))
def test_an_observation_comes_back_as_it_was(name: str) -> None:
    assert decode_observation(name, encode_observation(EVERY[name])) == EVERY[name]


def test_subjects_and_identities() -> None:
    assert [subject_of(each) for each in EVERY.values()] == [
        "obs.yard.coverage",
        "obs.yard.zone_visit",
        "obs.yard.vehicle_passage",
        "obs.yard.quality",
        "obs.yard.face",
        "obs.yard.plate",
    ]
    assert [identity_of(each) for each in EVERY.values()] == [
        "coverage:yard:2026-03-02T09:00:00+00:00",
        f"zone_visit:yard:pit:{TRACK}:2026-03-02T09:00:00+00:00",
        f"vehicle_passage:yard:lane:{TRACK}:2026-03-02T09:00:00+00:00",
        "quality:yard:moved:2026-03-02T09:00:00+00:00:ended",
        f"face:yard:{TRACK}:2026-03-02T09:00:03+00:00",
        f"plate:yard:{TRACK}:5",
    ]
    assert identity_of(replace(COVERAGE, analysed=7)) == identity_of(COVERAGE)
    assert identity_of(replace(QUALITY, until=None)) == "quality:yard:moved:2026-03-02T09:00:00+00:00:begun"
    assert identity_of(replace(VISIT, entered=second(1))) != identity_of(VISIT)


@pytest.mark.parametrize(
    ("name", "payload", "error"),
    [
        ("zone_visit.v9", b"{}", ObservationUnknown),
        ("zone_visit.v1", b"{}", CodecError),
        ("zone_visit.v1", b"\x00", CodecError),
        ("coverage.v1", encode_observation(COVERAGE).replace(b'"overload"', b'"boredom"'), CodecError),
    ],
)
def test_B10_what_is_not_an_observation_of_this_build_is_told_apart(
    name: str, payload: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        decode_observation(name, payload)
