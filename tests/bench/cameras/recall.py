"""Which incidents are found when the detector looks at few frames, of those found when it looks at all.

Both ways run over the same clips with the same weights, tracker and rules: every place of a grid is a danger zone. An
incident counts as found when the other way opened one in the same zone on the same person (boxes that overlap).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from prometheus_client import CollectorRegistry

from domain.contracts.detections import Box, FrameAnalysed, ModelRef, ObjectClass
from domain.contracts.events import RulePublished
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import Polygon, RuleKind, Thresholds
from domain.rules.engine import CameraFold, Opening
from domain.rules.hits import ActiveRule
from inference.attention import Attention
from inference.detections import Detections
from inference.metrics import Metrics
from inference.parts import Size
from inference.pipeline import CameraPipeline
from inference.protocols import Detector
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.frames import Pixels, SharedFrame
from infra.scaling import Scaler
from producers.selection import FrameChooser
from tests.bench.cameras.clips import Clip, busy, calm, made
from tests.bench.cameras.plant import ANALYSED_FPS
from tests.domain.samples import T0

CAMERA: Final = "recall"
START_US: Final = 1_767_225_600_000_000
STRETCHES: Final = (1.0, 1.5, 2.0, 3.0)
ACROSS, DOWN = 4, 3
SAME: Final = 0.3


@dataclass(frozen=True)
class Found:
    """An incident: where, on whom, and that track's boxes by frame number."""

    rule: str
    boxes: dict[int, Box]


class Remembering:
    """A Detector that finds in a whole frame what it found in it before.

    runs   of whole frames and of parts
    work   the same, each counted by the part of a whole frame's pixels that it is given
    """

    depth = 1

    def __init__(self, inner: Detector) -> None:
        self._inner = inner
        self._known: dict[int, Detections] = {}
        self.frame = 0
        self.runs = 0
        self.work = 0.0

    @property
    def model(self) -> ModelRef:
        return self._inner.model

    @property
    def inputs(self) -> tuple[Size, ...]:
        return self._inner.inputs

    def submit(self, pixels: Pixels, size: Size | None = None) -> "_Known":
        self.runs += 1
        whole = self.inputs[0]
        self.work += prod(size or whole) / prod(whole)
        if size is not None:
            return _Known(self._inner.submit(pixels, size).result())
        if self.frame not in self._known:
            self._known[self.frame] = self._inner.submit(pixels).result()
        return _Known(self._known[self.frame])


@dataclass(frozen=True)
class _Known:
    found: Detections
    ready: bool = True

    def result(self) -> Detections:
        return self.found


def recall(detector: Detector) -> dict[str, Any]:
    """For each clip and in all."""
    clips = busy() + calm()
    files = made(clips)
    rows = [_clip(clip, files[clip.name], detector) for clip in clips]
    every = sum(row["incidents_every_frame"] for row in rows)
    result: dict[str, Any] = {"bench": "cameras --recall", "incidents_every_frame": every, "clips": rows}
    for stretch in STRETCHES:
        key = f"stretch_{stretch:g}"
        missed = sum(row[key]["missed"] for row in rows)
        result[key] = {
            "recall": round(1 - missed / max(1, every), 4),
            "missed": missed,
            "extra": sum(row[key]["extra"] for row in rows),
            "detector_runs_per_frame": round(sum(row[key]["runs"] for row in rows) / sum(r["frames"] for r in rows), 3),
            "whole_runs_per_frame": round(sum(row[key]["work"] for row in rows) / sum(r["frames"] for r in rows), 3),
        }
    return result


def _clip(clip: Clip, path: Path, detector: Detector) -> dict[str, Any]:
    frames = list(_sampled(path))
    remembering = Remembering(detector)
    every = incidents(analysed(frames, remembering, None))
    row: dict[str, Any] = {"clip": clip.name, "frames": len(frames), "incidents_every_frame": len(every)}
    for stretch in STRETCHES:
        remembering.runs, remembering.work = 0, 0.0
        gated = incidents(analysed(frames, remembering, stretch))
        row[f"stretch_{stretch:g}"] = {
            "incidents": len(gated),
            "missed": sum(not is_in(one, gated) for one in every),
            "extra": sum(not is_in(one, every) for one in gated),
            "runs": remembering.runs,
            "work": round(remembering.work, 1),
        }
    return row


def _sampled(path: Path) -> Iterator[SharedFrame]:
    """As a producer shares them: ten a second, I420, 640 wide."""
    chooser, scaler = FrameChooser(ANALYSED_FPS), Scaler()
    with av.open(str(path)) as video:
        stream = video.streams.video[0]
        for number, picture in enumerate(video.decode(stream)):
            at_us = START_US + round(float(picture.time or 0.0) * 1e6)
            if chooser.wants(at_us):
                yield SharedFrame(CAMERA, number, at_us, scaler.scaled(picture, 640, 360).copy())


def analysed(frames: Sequence[SharedFrame], detector: Remembering, stretch: float | None) -> list[FrameAnalysed]:
    """What one camera's pipeline says of the frames.

    stretch   of the intervals between runs; None sends every frame to the detector
    """
    tracking = TrackOptions()
    pipeline = CameraPipeline(
        detector,
        ByteTrack(START_US // 1_000_000, tracking),
        Metrics(CollectorRegistry()),
        attention=None if stretch is None else Attention(tracking.new_score, inputs=detector.inputs),
    )
    done = []
    for frame in frames:
        detector.frame = frame.frame
        if pipeline.look(frame) >= (stretch or 0.0):
            done.append(pipeline.finish(pipeline.begin(frame)))
        else:
            done.append(pipeline.followed(frame))
    return done


def incidents(frames: Sequence[FrameAnalysed]) -> list[Found]:
    """What the rules of the grid open."""
    rules, fold, boxes = _grid(), CameraFold(), dict[int, dict[int, Box]]()
    found = []
    for sequence, frame in enumerate(frames, 1):
        for track in frame.tracks:
            boxes.setdefault(track.track_id, {})[frame.frame] = track.box
        for finding in fold.observe(frame, sequence, rules):
            if isinstance(finding, Opening):
                found.append((finding.opened.rule_id, finding.opened.track_id))
    return [Found(rule, boxes[track]) for rule, track in found]


def _grid() -> tuple[ActiveRule, ...]:
    """A rule for each place of a grid over the picture."""
    rules = []
    for row in range(DOWN):
        for column in range(ACROSS):
            x1, x2, y1, y2 = column / ACROSS, (column + 1) / ACROSS, row / DOWN, (row + 1) / DOWN
            rules.append(_rule(f"place-{row}-{column}", ((x1, y1), (x2, y1), (x2, y2), (x1, y2))))
    return tuple(rules)


def _rule(name: str, polygon: Polygon) -> ActiveRule:
    rule = RulePublished(
        rule_id=RuleId(name),
        rule_version=1,
        name=name,
        kind=RuleKind.DANGER_ZONE,
        camera_id=CameraId(CAMERA),
        zone_id=ZoneId(name),
        object_classes=(ObjectClass.PERSON,),
        thresholds=Thresholds(min=0.4, max=0.7),
        dwell_s=1.0,
        window_s=5.0,
        gap_s=3.0,
        schedule=None,
        effective_from=T0,
    )
    return ActiveRule(rule, polygon, 1)


def is_in(one: Found, others: Sequence[Found]) -> bool:
    """Whether the others hold an incident in the same place on the same person."""
    return any(each.rule == one.rule and _is_same(one.boxes, each.boxes) for each in others)


def _is_same(one: dict[int, Box], other: dict[int, Box]) -> bool:
    return any(_iou(one[frame], other[frame]) >= SAME for frame in one.keys() & other.keys())


def _iou(a: Box, b: Box) -> float:
    shared = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return shared / max(areas - shared, float(np.finfo(float).eps))
