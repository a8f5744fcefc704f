"""Looks whether persons wear helmets and vests; only for cameras that want it, a few times a second.

A person who is too small gets no attribute: "cannot tell" is not "no helmet" (R46).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from domain.contracts.detections import ModelRef, ObjectClass
from inference.bodies import Body
from inference.detections import Detections, Tracks, nothing
from inference.detectors.openvino import OpenVinoDetector
from inference.detectors.options import YoloOptions
from inference.poses import PoseDetector
from inference.protocols import Detector, Pending
from inference.regions import Region, regions
from inference.wearing import Attributes, Worn, in_doubt, wearing
from inference.weights import PPE_BASELINE, own
from infra.frames import Pixels

INPUT_PX = 512
MIN_SCORE = 0.25
BASELINE = (Worn.HELMET, Worn.NO_HELMET, Worn.VEST, Worn.NO_VEST)
"""What the baseline's classes are."""


@dataclass(frozen=True, slots=True)
class PpeOptions:
    """min_person_px   height of a person in the analysed frame from which it can be told
    max_regions     parts of a frame that are looked at; the model runs once for each
    interval_s      of one camera between two looks
    """

    min_person_px: float = 60.0
    max_regions: int = 2
    interval_s: float = 0.5


class PpeStage:
    """Adds attributes to the tracks of one camera.

    detector   codes are Worn; may be shared by all cameras of a process
    poses      asked at each look: None where parts of the body are told by the person's box alone. It is used where
               that leaves doubt
    """

    def __init__(
        self, detector: Detector, options: PpeOptions, poses: Callable[[], PoseDetector | None] = lambda: None
    ) -> None:
        self._detector, self._options, self._poses = detector, options, poses
        self._posed: tuple[ModelRef, ...] = ()
        self._last_us: int | None = None
        self._seen_us: dict[int, int] = {}

    @property
    def models(self) -> tuple[ModelRef, ...]:
        """Those of the last look; that which tells what is worn comes last."""
        return (*self._posed, self._detector.model)

    def look(self, pixels: Pixels, tracks: Tracks, captured_at_us: int) -> list[Attributes] | None:
        """Attributes per track, or None when the model did not run: it was not time yet, or nobody is large enough."""
        persons = np.flatnonzero(tracks.codes == ObjectClass.PERSON)
        boxes, ids = tracks.boxes[persons], tracks.ids[persons].tolist()
        tall = np.flatnonzero(boxes[:, 3] - boxes[:, 1] >= self._options.min_person_px)
        if not len(tall) or not self._is_time(captured_at_us):
            return None
        self._last_us = captured_at_us
        self._seen_us = {i: at for i, at in self._seen_us.items() if i in ids}
        order = sorted(tall.tolist(), key=lambda i: self._seen_us.get(ids[i], 0))
        height, width = pixels.shape[:2]
        attributes: list[Attributes] = [()] * len(tracks)
        limit = min(self._options.max_regions, self._detector.depth)
        chosen = regions(boxes, order, width, height, limit)
        crops = [pixels[r.y1 : r.y2, r.x1 : r.x2] for r in chosen]
        looks = [self._detector.submit(crop) for crop in crops]
        posing, self._posed = self._poses(), ()
        for region, pending, crop in zip(chosen, looks, crops, strict=True):
            parts, bodies = _parts(pending, region), list[Body | None]()
            if posing is not None and in_doubt(boxes, parts):
                bodies = posing.submit(crop).result().moved(region.x1, region.y1).of(boxes)
                self._posed = (posing.model,)
            worn = wearing(boxes, parts, bodies)
            for member in region.persons:
                attributes[persons[member]] = worn[member]
                self._seen_us[ids[member]] = captured_at_us
        return attributes

    def _is_time(self, captured_at_us: int) -> bool:
        if self._last_us is None:
            return True
        elapsed = captured_at_us - self._last_us
        return elapsed < 0 or elapsed >= self._options.interval_s * 1e6


def _parts(pending: Pending, region: Region) -> Detections:
    """The sound heads and torsos of a region, in pixels of the frame."""
    found = pending.result()
    good = np.isfinite(found.boxes).all(axis=1) & (found.boxes[:, :2] < found.boxes[:, 2:]).all(axis=1)
    good &= (found.scores >= 0.0) & (found.scores <= 1.0)
    if not good.any():
        return nothing()
    found = found.pick(good)
    moved = found.boxes + np.array([region.x1, region.y1, region.x1, region.y1], np.float32)
    return Detections(moved, found.scores, found.codes)


def baseline_detector(threads: int) -> Detector:
    """The project's own baseline model, inference/models/ppe_baseline.md. Raises ModelUnusable."""
    options = YoloOptions(width=INPUT_PX, height=INPUT_PX, threads=threads, min_score=MIN_SCORE)
    return OpenVinoDetector(own(PPE_BASELINE), np.array(BASELINE, np.uint8), options)
