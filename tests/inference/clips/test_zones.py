"""From pixels to incidents: directions, loitering, perimeter, vehicles, animals, heat, weapons (R54, R66-R73, R87)."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from domain.contracts.detections import ObjectClass
from domain.contracts.plant import RuleKind
from inference.protocols import Detector
from infra.frames import Pixels
from tests.inference.clips.stage import (
    OFFICER,
    WORKER,
    cat,
    draw_bat,
    film,
    heat,
    motorcycle,
    person,
    scene,
    steps,
    yard,
)
from tests.inference.clips.watching import WHOLE, analysed, at_s, judged, usual

pytestmark = pytest.mark.assets

RIGHT_PART = [[0.6, 0.0], [1.0, 0.0], [1.0, 1.0], [0.6, 1.0]]
UPWARDS = [[0.5, 1.0], [0.5, 0.0]]
"""A line in the middle: `in` is to the right of who looks up."""


def test_only_who_goes_the_forbidden_way_is_an_incident(tmp_path: Path, detector: Detector) -> None:
    """One goes in at the back, another one out in front, at the same time."""
    ways = zip(steps(200, 440, 20), steps(470, 190, 20), strict=True)
    pictures = [scene((person(WORKER, 120), (x, 150)), (person(OFFICER, 200), (out, 370))) for x, out in ways]
    seen = analysed(film(tmp_path / "gate.mp4", pictures, 5), 5, detector)
    [out] = judged(seen, usual(RuleKind.DIRECTION, WHOLE, line=UPWARDS))
    [into] = judged(seen, usual(RuleKind.DIRECTION, WHOLE, line=UPWARDS, forbidden="in"))
    assert out.opened.box[3] > 0.9, "in front"
    assert into.opened.box[3] < 0.5, "at the back"
    assert out.opened.kind is RuleKind.DIRECTION


def test_loitering_is_a_warning_before_the_perimeter_is_crossed(tmp_path: Path, detector: Detector) -> None:
    """Somebody stands beside the zone for 10 s, then goes in; another one passes by and goes away."""
    places = [*([330] * 20), *steps(330, 500, 8), *([500] * 8)]
    passing = [*steps(20, 200, 10), *([None] * (len(places) - 10))]
    pictures = [
        scene(*([(person(OFFICER, 150), (other, 200))] if other else []), (person(WORKER, 200), (x, 370)))
        for x, other in zip(places, passing, strict=True)
    ]
    seen = analysed(film(tmp_path / "fence.mp4", pictures, 2), 2, detector)
    loitering, crossing, danger = judged(
        seen,
        usual(RuleKind.LOITERING, RIGHT_PART, dwell_s=7.0),
        usual(RuleKind.PERIMETER, RIGHT_PART),
        usual(RuleKind.DANGER_ZONE, RIGHT_PART),
    )
    kinds = [each.opened.kind for each in (loitering, crossing, danger)]
    assert kinds[0] is RuleKind.LOITERING
    assert set(kinds[1:]) == {RuleKind.PERIMETER, RuleKind.DANGER_ZONE}
    assert at_s(loitering) == pytest.approx(8, abs=1.5)
    assert 12 <= at_s(crossing) <= 16


def test_vehicles_count_where_they_are_listed_and_animals_never_unless_they_are(
    tmp_path: Path, detector: Detector
) -> None:
    ways = zip(steps(120, 520, 24), steps(560, 100, 24), strict=True)
    pictures = [scene((cat(70), (other, 110)), (motorcycle(150), (x, 350))) for x, other in ways]
    seen = analysed(film(tmp_path / "road.mp4", pictures, 6), 6, detector)
    classes = {track.object_class for frame in seen for track in frame.tracks}
    assert classes >= {ObjectClass.ANIMAL, ObjectClass.MOTORCYCLE}, "both are there to be seen"
    assert judged(seen, usual(RuleKind.PERIMETER, WHOLE)) == []
    vehicles = ["person", "car", "truck", "bus", "motorcycle", "bicycle"]
    [ridden] = judged(seen, usual(RuleKind.PERIMETER, WHOLE, classes=vehicles))
    assert ridden.opened.object_class is ObjectClass.MOTORCYCLE


def test_an_intruder_is_found_by_their_heat(tmp_path: Path, detector: Detector) -> None:
    seen = analysed(film(tmp_path / "heat.mp4", [heat(x) for x in steps(120, 480, 24)], 6), 6, detector)
    found = judged(seen, usual(RuleKind.PERIMETER, RIGHT_PART))
    assert [each.opened.object_class for each in found] == [ObjectClass.PERSON], "one intruder, one incident"


def swaying(number: int) -> Pixels:
    """Bushes in the wind, and their shadow."""
    picture = yard().copy()
    leaves = np.random.default_rng(5).integers(0, 2, (60, 80)).astype(np.uint8)
    crown = cv2.resize(leaves, (240, 220), interpolation=cv2.INTER_NEAREST)
    moved = np.roll(crown, (number * 5 % 11, number * 7 % 17), axis=(0, 1)).astype(bool)
    for left in (60, 340):
        part = picture[90:310, left : left + 240]
        part[moved] = (40, 110, 50)
        cv2.ellipse(picture, (left + 120, 340), (110 + number % 5 * 4, 18), 0, 0, 360, (70, 70, 70), -1)
    return picture


def test_swaying_bushes_are_nobody(tmp_path: Path, detector: Detector) -> None:
    seen = analysed(film(tmp_path / "wind.mp4", [swaying(n) for n in range(20)], 5), 5, detector)
    every_class = [each.name.lower() for each in ObjectClass if each not in {ObjectClass.MACHINE, ObjectClass.OBJECT}]
    assert judged(seen, usual(RuleKind.PERIMETER, WHOLE, classes=every_class)) == []


def test_a_weapon_in_somebodys_hand_is_an_incident_and_one_that_lies_there_is_not(
    tmp_path: Path, detector: Detector
) -> None:
    # held out: the weapon's middle is beyond an arm's length, its end in the hand
    held = [draw_bat(scene((person(WORKER, 240), (x, 340))), (x + 8, 225)) for x in steps(200, 260, 16)]
    lying = [draw_bat(yard().copy(), (300, 225)) for _ in range(16)]
    rule = usual(RuleKind.WEAPON)
    [armed] = judged(analysed(film(tmp_path / "held.mp4", held, 5), 5, detector), rule)
    assert armed.opened.object_class is ObjectClass.WEAPON
    seen = analysed(film(tmp_path / "lying.mp4", lying, 5), 5, detector)
    assert any(track.object_class is ObjectClass.WEAPON for frame in seen for track in frame.tracks)
    assert judged(seen, rule) == []
