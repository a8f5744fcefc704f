"""A real street: the incidents of every frame are found with a fraction of the detector's runs."""

from collections.abc import Iterator
from itertools import islice

import av
import pytest

from inference.detectors import create
from inference.detectors.options import PARTS, YoloOptions
from infra.assets import fetch
from infra.detectors import DetectorKind
from infra.frames import SharedFrame
from infra.scaling import Scaler
from tests.bench.cameras.recall import START_US, Remembering, analysed, incidents, is_in

pytestmark = pytest.mark.assets

FRAMES = 150


def street() -> Iterator[SharedFrame]:
    """The first 15 seconds of vtest.avi, ten pictures a second, five to eight people in each."""
    scaler = Scaler()
    with av.open(str(fetch("vtest.avi"))) as video:
        for number, picture in enumerate(islice(video.decode(video=0), FRAMES)):
            yield SharedFrame("street", number, START_US + number * 100_000, scaler.scaled(picture, 640, 480).copy())


def test_the_same_incidents_are_found_with_a_fraction_of_the_work() -> None:
    frames = list(street())
    detector = Remembering(create(DetectorKind.OPENVINO, YoloOptions(parts=PARTS)))
    every_frame = analysed(frames, detector, None)
    assert detector.work == detector.runs == FRAMES
    every = incidents(every_frame)
    assert len(every) >= 15

    detector.runs, detector.work = 0, 0.0
    few = analysed(frames, detector, 1.0)
    assert detector.work <= 0.25 * FRAMES
    assert detector.runs == sum(not frame.predicted for frame in few)
    assert sum(not is_in(one, incidents(few)) for one in every) <= 1

    detector.work = 0.0
    overloaded = analysed(frames, detector, 2.0)
    assert detector.work <= 0.18 * FRAMES
    assert sum(not is_in(one, incidents(overloaded)) for one in every) <= 2
