"""Thermal pictures: the detector is given what shows it more, the picture or its negative (R23, R199)."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from domain.contracts.detections import ObjectClass
from inference.detections import Detections
from inference.negative import FIRST_TRIALS, OFTEN, SELDOM, SUFFIX, EitherWay, is_grey, turned
from inference.parts import Size
from inference.protocols import Detector
from infra.checkout import CHECKOUT
from infra.frames import Pixels
from tests.inference.clips.conftest import detector
from tests.inference.clips.stage import WORKER, heat, person, scene
from tests.inference.samples import MODEL, ScriptedResult, detections

__all__ = ["detector"]

THERMAL = CHECKOUT.parent / "shared" / "data" / "images" / "thermal_llvip"
GREY = np.full((96, 160, 3), 200, np.uint8)
COLOUR = GREY.copy()
COLOUR[40:60, 40:60] = (20, 20, 220)
BOX = (10.0, 10.0, 40.0, 90.0)


class Weighing:
    """Finds one person: so surely in bright pictures, so surely in dark ones."""

    model, depth, inputs = MODEL, 2, ((640, 384), (192, 192))

    def __init__(self, bright: float, dark: float) -> None:
        self.bright, self.dark = bright, dark
        self.shown: list[float] = []

    def submit(self, pixels: Pixels, size: Size | None = None) -> ScriptedResult:
        del size
        self.shown.append(float(pixels.mean()))
        return ScriptedResult(detections((BOX, self.bright if self.shown[-1] > 128 else self.dark)))


def look(way: EitherWay, picture: Pixels, times: int, size: Size | None = None) -> list[float]:
    """The scores that are told."""
    return [float(way.submit(picture, size).result().scores[0]) for _ in range(times)]


def test_the_way_that_shows_more_stays() -> None:
    inner = Weighing(bright=0.4, dark=0.8)
    way = EitherWay(inner)
    assert look(way, GREY, OFTEN * FIRST_TRIALS)[0] == pytest.approx(0.4)
    assert way.negative
    assert look(way, GREY, 1) == [pytest.approx(0.8)]
    assert (way.model.id, way.model.digest) == (MODEL.id + SUFFIX, MODEL.digest)
    inner.bright, inner.dark = 0.8, 0.4  # somebody changed the camera's palette
    look(way, GREY, SELDOM * 9)
    assert not way.negative


@pytest.mark.parametrize(("bright", "dark"), [(0.7, 0.75), (0.8, 0.3), (0.1, 0.2)])
def test_a_little_more_or_hardly_anything_changes_nothing(bright: float, dark: float) -> None:
    way = EitherWay(Weighing(bright, dark))
    look(way, GREY, OFTEN * 20)
    assert not way.negative
    assert way.model == MODEL


def test_pictures_with_colour_and_parts_are_tried_one_way_only() -> None:
    inner = Weighing(bright=0.4, dark=0.8)
    way = EitherWay(inner)
    look(way, COLOUR, 40)
    look(way, GREY, 40, (192, 192))
    assert len(inner.shown) == 80
    assert not way.negative


def test_trials_are_few_and_a_camera_that_shows_colour_by_day_is_shown_so() -> None:
    inner = Weighing(bright=0.4, dark=0.8)
    way = EitherWay(inner)
    look(way, GREY, OFTEN * FIRST_TRIALS)
    inner.shown.clear()
    look(way, GREY, SELDOM * 3)
    assert len(inner.shown) == SELDOM * 3 + 3
    assert look(way, COLOUR, 1) == [pytest.approx(0.4)]
    assert way.model == MODEL
    assert look(way, GREY, 1, (192, 192)) == [pytest.approx(0.8)], "parts are turned like the whole"


def test_what_compression_leaves_of_colour_is_none() -> None:
    noise = np.random.default_rng(1).integers(-3, 4, GREY.shape)
    assert is_grey(np.clip(GREY + noise, 0, 255).astype(np.uint8))
    assert not is_grey(COLOUR)
    assert turned(turned(COLOUR)).tolist() == COLOUR.tolist()


def walking_by_night(x: int) -> Pixels:
    grey = cv2.cvtColor(scene((person(WORKER, 240), (x, 340))), cv2.COLOR_BGR2GRAY)
    return np.repeat(np.asarray(grey, np.uint8)[:, :, None], 3, axis=2)


@pytest.mark.assets
@pytest.mark.parametrize(("picture", "negative"), [(heat, True), (walking_by_night, False)])
def test_real_detectors_choose_for_heat_and_for_night_light(
    detector: Detector, picture: Callable[[int], Pixels], negative: bool
) -> None:
    way = EitherWay(detector)
    for x in range(100, 420, 16):
        way.submit(picture(x)).result()
    assert way.negative is negative


@pytest.mark.assets
@pytest.mark.skipif(not THERMAL.is_dir(), reason="the thermal pictures are not there")
def test_many_more_people_are_found_surely_on_a_real_thermal_camera(detector: Detector) -> None:
    """R199: every second of LLVIP's pictures."""
    files = sorted((THERMAL / "ir").iterdir())[::2]
    pictures = [np.asarray(cv2.imread(str(file)), np.uint8) for file in files]
    way = EitherWay(detector)
    for each in pictures:
        way.submit(each).result()
    assert way.negative
    assert _sure(pictures, way) > 1.25 * _sure(pictures, detector)


def _sure(pictures: Sequence[Pixels], by: Detector) -> int:
    found: list[Detections] = [by.submit(each).result() for each in pictures]
    return sum(int(((each.scores >= 0.4) & (each.codes == ObjectClass.PERSON)).sum()) for each in found)
