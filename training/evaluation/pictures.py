"""The pictures of the report: frames where the counts differ most, and crops of what was missed or made up."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from infra.footage import open_footage
from training.evaluation.boxes import mistakes
from training.evaluation.dataset import Boxes, Floats
from training.evaluation.incidents import Incident
from training.evaluation.scoring import CONFIDENCE, Scores

WORST_FRAMES: Final = 4
MOST_CROPS: Final = 8
MOST_INCIDENTS: Final = 6
CROP_PX: Final = 180
AROUND: Final = 1.0
"""So much of a box's size is shown on each side of it."""

GREEN, RED = (60, 180, 75), (40, 60, 230)  # BGR: labelled, found
Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """group: worst, missed, false, incident_missed or incident_false; jpeg: base64."""

    group: str
    caption: str
    jpeg: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A crop around a box, or the whole frame with all boxes where there is none."""

    group: str
    frame: int
    caption: str
    corners: Floats | None = None


def pictures(scores: Scores) -> list[Picture]:
    """In the order of the groups, worst first within each."""
    wanted = [*_frames(scores), *_crops(scores), *_incidents(scores)]
    by_frame: dict[int, list[int]] = {}
    for place, each in enumerate(wanted):
        by_frame.setdefault(each.frame, []).append(place)
    drawn: dict[int, str] = {}
    for number, image in _decoded(scores.sequence.video, max(by_frame, default=0)):
        for place in by_frame.get(number, ()):
            drawn[place] = _jpeg(_drawn(image, scores, wanted[place]))
    return [Picture(each.group, each.caption, drawn[n]) for n, each in enumerate(wanted) if n in drawn]


def _frames(scores: Scores) -> Iterator[_Wanted]:
    """The frames in which the counts differ most, at least a second apart: there a person should look."""
    frames = np.arange(scores.frames + 1)
    labelled = np.bincount(scores.sequence.truth.within(1, scores.frames).frames, minlength=len(frames))
    tracked = np.bincount(scores.tracks.frames, minlength=len(frames))
    chosen: list[int] = []
    for frame in np.argsort(-np.abs(labelled - tracked)[1:], kind="stable") + 1:
        if all(abs(int(frame) - other) >= scores.sequence.fps for other in chosen):
            chosen.append(int(frame))
            yield _Wanted("worst", int(frame), f"Кадр {frame}: размечено {labelled[frame]}, треков {tracked[frame]}")
        if len(chosen) == WORST_FRAMES:
            return


def _crops(scores: Scores) -> Iterator[_Wanted]:
    found = mistakes(scores.boxes, scores.sequence.truth.within(1, scores.frames), CONFIDENCE)
    for frame, corners, _ in _apart(found.missed, scores.sequence.fps):
        yield _Wanted("missed", frame, f"Кадр {frame}, высота {int(corners[3] - corners[1])} пикс.", corners)
    for frame, corners, score in _apart(found.false, scores.sequence.fps):
        yield _Wanted("false", frame, f"Кадр {frame}, уверенность {score:.2f}", corners)


def _apart(boxes: Boxes, fps: float) -> Iterator[tuple[int, Floats, float]]:
    """The first of them, of one place only one in five seconds."""
    chosen: list[tuple[int, Floats]] = []
    for row in range(len(boxes)):
        frame, corners = int(boxes.frames[row]), boxes.corners[row]
        middle, size = (corners[:2] + corners[2:]) / 2, corners[2:] - corners[:2]
        is_known = any(
            abs(frame - other) < 5 * fps and (np.abs((there[:2] + there[2:]) / 2 - middle) < size).all()
            for other, there in chosen
        )
        if not is_known:
            chosen.append((frame, corners))
            yield frame, corners, float(boxes.scores[row])
        if len(chosen) == MOST_CROPS:
            return


def _incidents(scores: Scores) -> Iterator[_Wanted]:
    sides = (("incident_missed", scores.missed, scores.sequence.truth), ("incident_false", scores.false, scores.tracks))
    for group, incidents, boxes in sides:
        for incident in incidents[:MOST_INCIDENTS]:
            frame = max(1, min(scores.frames, scores.clock.frame(incident.opened_us)))
            yield _Wanted(group, frame, f"{incident.rule}, кадр {frame}", _corners(incident, boxes, frame))


def _corners(incident: Incident, boxes: Boxes, frame: int) -> Floats | None:
    rows = boxes.of(frame)
    mine = np.flatnonzero(boxes.ids[rows] == incident.track)
    return boxes.corners[rows][mine[0]] if len(mine) else None


def _decoded(video: Path, last: int) -> Iterator[tuple[int, Image]]:
    with open_footage(video) as opened:
        for number, picture in enumerate(opened.decode(video=0), 1):
            if number > last:
                return
            yield number, np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)


def _drawn(image: Image, scores: Scores, wanted: _Wanted) -> Image:
    canvas = image.copy()
    if wanted.corners is None or wanted.group == "worst":
        for boxes, colour in ((scores.sequence.truth, GREEN), (scores.tracks, RED)):
            for corners in boxes.corners[boxes.of(wanted.frame)]:
                _rectangle(canvas, corners, colour)
        return canvas
    _rectangle(canvas, wanted.corners, GREEN if wanted.group.endswith("missed") else RED)
    if wanted.group.startswith("incident"):
        return canvas
    x1, y1, x2, y2 = wanted.corners
    margin = AROUND * max(x2 - x1, y2 - y1)
    top, left = max(0, int(y1 - margin)), max(0, int(x1 - margin))
    part = canvas[top : int(y2 + margin) + 1, left : int(x2 + margin) + 1]
    scale = CROP_PX / max(part.shape[:2])
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _rectangle(canvas: Image, corners: Floats, colour: tuple[int, int, int]) -> None:
    x1, y1, x2, y2 = corners.round().astype(int).tolist()
    cv2.rectangle(canvas, (x1, y1), (x2, y2), colour, 2)


def _jpeg(image: Image) -> str:
    scale = min(1.0, 960 / image.shape[1])
    if scale < 1.0:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    _, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return base64.b64encode(jpeg.tobytes()).decode()
