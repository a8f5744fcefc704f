"""A real street far away in a wide picture: its people are found and tracked where a small zone is drawn (R80)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import av
import cv2
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed
from domain.contracts.plant import Polygon
from inference.attention import Attention
from inference.detections import Floats
from inference.detectors import create
from inference.detectors.options import PARTS, YoloOptions
from inference.metrics import Metrics
from inference.overlap import iou
from inference.pipeline import CameraPipeline
from inference.protocols import Detector
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.assets import fetch
from infra.detectors import DetectorKind
from infra.frames import Pixels, SharedFrame
from tests.inference.samples import START_US

pytestmark = pytest.mark.assets

FRAMES: Final = 50
WIDTH, HEIGHT = 1920, 1080
SMALLER: Final = 0.32
"""Of the street: its people are 75 pixels high, and here 24: 8 in the detector's usual input."""

LEFT, TOP = 600, 200
"""Where the street lies in the picture."""


GROUND: Final = np.full((HEIGHT, WIDTH, 3), 140, np.uint8)


@dataclass(frozen=True)
class Drawn:
    """left, top, right, bottom in pixels of the picture"""

    corners: tuple[int, int, int, int]

    @property
    def polygon(self) -> Polygon:
        left, top, right, bottom = self.corners
        x1, x2, y1, y2 = left / WIDTH, right / WIDTH, top / HEIGHT, bottom / HEIGHT
        return ((x1, y1), (x2, y1), (x2, y2), (x1, y2))

    def holds(self, boxes: Floats) -> Floats:
        """Those who stand in it."""
        left, top, right, bottom = self.corners
        x, y = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]
        return np.asarray(boxes[(x >= left) & (x <= right) & (y >= top) & (y <= bottom)], np.float32)


ZONE: Final = Drawn((661, 256, 796, 348))


def street() -> Iterator[Pixels]:
    """vtest.avi, ten pictures a second."""
    with av.open(str(fetch("vtest.avi"))) as video:
        for picture in islice(video.decode(video=0), FRAMES):
            yield np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)


def far(picture: Pixels) -> Pixels:
    shown = GROUND.copy()
    small = cv2.resize(picture, None, fx=SMALLER, fy=SMALLER, interpolation=cv2.INTER_AREA)
    shown[TOP : TOP + small.shape[0], LEFT : LEFT + small.shape[1]] = small
    return shown


def who_is_there(pictures: list[Pixels], detector: Detector) -> dict[int, Floats]:
    """Some of the pictures by number: who stands in the zone as the detector sees them near, boxes of the far ones."""
    known = {}
    for number in range(20, FRAMES, 3):
        found = detector.submit(pictures[number]).result()
        boxes = found.boxes[found.scores >= 0.5] * SMALLER + np.array([LEFT, TOP] * 2)
        known[number] = ZONE.holds(np.asarray(boxes, np.float32))
    return known


def analysed(frames: list[Pixels], detector: Detector, *zones: Drawn) -> list[FrameAnalysed]:
    options = TrackOptions()
    pipeline = CameraPipeline(
        detector,
        ByteTrack(START_US // 1_000_000, options),
        Metrics(CollectorRegistry()),
        attention=Attention(options.new_score, inputs=detector.inputs, zones=lambda: zones),
    )
    done = []
    for number, pixels in enumerate(frames):
        frame = SharedFrame("street", number, START_US + number * 100_000, pixels)
        is_due = pipeline.look(frame) >= 1
        done.append(pipeline.finish(pipeline.begin(frame)) if is_due else pipeline.followed(frame))
    return done


def found_share(frames: list[FrameAnalysed], known: dict[int, Floats]) -> float:
    found = 0
    for number, boxes in known.items():
        tracks = np.array([track.box for track in frames[number].tracks], np.float32).reshape(-1, 4)
        overlaps = iou(boxes, tracks * np.array([WIDTH, HEIGHT] * 2, np.float32))
        found += int((overlaps >= 0.3).any(axis=1).sum())
    return found / sum(len(boxes) for boxes in known.values())


def test_people_24_pixels_high_are_found_and_tracked_in_a_far_zone_and_not_without() -> None:
    detector = create(DetectorKind.OPENVINO, YoloOptions(threads=1, parts=PARTS[-1:]))
    pictures = list(street())
    known = who_is_there(pictures, detector)
    assert sum(len(boxes) for boxes in known.values()) >= 20
    frames = [far(picture) for picture in pictures]
    assert found_share(analysed(frames, detector), known) <= 0.1
    seen = analysed(frames, detector, ZONE)
    assert found_share(seen, known) >= 0.8
    longest = max(
        sum(any(t.track_id == each for t in f.tracks) for f in seen)
        for each in {t.track_id for f in seen for t in f.tracks}
    )
    assert longest >= FRAMES // 2
