"""Which incidents are found of those that really were: the same rules over labelled boxes, PETS09 and others.

Each recording is analysed from several frames on, as it is and mirrored: a look comes a little sooner or later each
time. Nothing is measured where the project's shared videos are missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from domain.contracts.detections import FrameAnalysed, ObjectClass, TrackObservation
from domain.contracts.identifiers import CameraId, TrackId
from inference.offline import frames
from inference.protocols import Detector
from infra.footage import size_of
from infra.frames import SharedFrame
from producers.selection import FrameChooser
from tests.bench.cameras.clips import VIDEOS
from tests.bench.cameras.plant import ANALYSED_FPS, ANALYSED_PX
from tests.bench.cameras.recall import Remembering, analysed, incidents, is_in
from training.evaluation.dataset import Boxes, sequences

RATES: Final = {"pets09_s2l1": 10.0, "tud_stadtmitte": 25.0}
"""The labelled recordings in which every walker is labelled, and the frames a second that they were made with."""

BEGUN_AT: Final = (0, 1, 3, 6)


@dataclass
class Score:
    """Incidents that were there, those of them that were missed, others that were opened, and runs of whole frames."""

    expected: int = 0
    missed: int = 0
    extra: int = 0
    frames: int = 0
    work: float = 0.0

    def as_plain(self) -> dict[str, float]:
        return {
            "recall": round(1 - self.missed / max(1, self.expected), 4),
            "missed": self.missed,
            "extra": self.extra,
            "whole_runs_per_frame": round(self.work / max(1, self.frames), 3),
        }


@dataclass(frozen=True)
class Labelled:
    """A recording as a camera would share it, and its boxes in 0..1 by the frame's number."""

    frames: Sequence[SharedFrame]
    people: dict[int, tuple[TrackObservation, ...]]


def true_recall(detector: Detector, stretches: Sequence[float]) -> dict[str, Any]:
    """Of looking at every frame, and with intervals stretched so; empty where there are no labelled recordings."""
    scores = {key: Score() for key in (None, *stretches)}
    for recording in _labelled():
        remembering = Remembering(detector)
        for first in BEGUN_AT:
            _add(scores, replace(recording, frames=recording.frames[first:]), remembering)
    if not scores[None].expected:
        return {}
    named = {"every_frame" if key is None else f"stretch_{key:g}": each.as_plain() for key, each in scores.items()}
    return {"incidents": scores[None].expected, **named}


def _add(scores: dict[float | None, Score], recording: Labelled, detector: Remembering) -> None:
    expected = incidents([_as_labelled(frame, recording) for frame in recording.frames])
    for stretch, score in scores.items():
        detector.runs, detector.work = 0, 0.0
        found = incidents(analysed(recording.frames, detector, stretch))
        score.expected += len(expected)
        score.missed += sum(not is_in(one, found) for one in expected)
        score.extra += sum(not is_in(one, expected) for one in found)
        score.frames += len(recording.frames)
        score.work += detector.work


def _as_labelled(frame: SharedFrame, recording: Labelled) -> FrameAnalysed:
    """What a camera would tell that sees all there is."""
    people = recording.people.get(frame.frame, ())
    camera = CameraId(frame.camera_id)
    return FrameAnalysed(camera, frame.frame, frame.captured_at_us, frame.width, frame.height, (), people)


def _labelled() -> Iterator[Labelled]:
    """The recordings, each also mirrored."""
    if not VIDEOS.is_dir():
        return
    for sequence in sequences(VIDEOS):
        if (rate := RATES.get(sequence.name)) is None:
            continue
        chooser = FrameChooser(ANALYSED_FPS)
        shown = [f for f in frames(sequence.video, rate, ANALYSED_PX) if chooser.wants(f.captured_at_us)]
        size = size_of(sequence.video)
        yield Labelled(shown, _people(sequence.truth, size, mirrored=False))
        yield Labelled([_mirrored(f) for f in shown], _people(sequence.truth, size, mirrored=True))


def _mirrored(frame: SharedFrame) -> SharedFrame:
    return SharedFrame(frame.camera_id, frame.frame, frame.captured_at_us, np.ascontiguousarray(frame.pixels[:, ::-1]))


def _people(truth: Boxes, size: tuple[int, int], *, mirrored: bool) -> dict[int, tuple[TrackObservation, ...]]:
    corners = np.clip(truth.corners / np.tile(size, 2), 0.0, 1.0)
    if mirrored:
        corners[:, [0, 2]] = 1.0 - corners[:, [2, 0]]
    people: dict[int, list[TrackObservation]] = {}
    for frame, identity, (x1, y1, x2, y2) in zip(
        truth.frames.tolist(), truth.ids.tolist(), corners.tolist(), strict=True
    ):
        if x2 > x1 and y2 > y1:
            seen = TrackObservation(TrackId(identity), ObjectClass.PERSON, 1.0, (x1, y1, x2, y2))
            people.setdefault(frame, []).append(seen)
    return {frame: tuple(each) for frame, each in people.items()}
