"""The stages of an evaluation, each a process of its own that leaves files: perception, then rules."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from domain.contracts.detections import FrameAnalysed, ModelRef, ObjectClass, TrackObservation, decode, encode
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.slices import pack, unpack
from infra.checkout import CHECKOUT
from training.evaluation.dataset import Boxes
from training.evaluation.errors import StageFailed
from training.evaluation.incidents import Clock, Incident

CAMERA: Final = CameraId("recording")
NOBODY: Final = ModelRef("ground-truth", "0" * 64)


@dataclass(frozen=True, slots=True)
class Perceived:
    """What perception left of a recording.

    slice_path  its detections, as a file for the rules
    boxes       persons as the detector saw them (ids are 0), pixels of the video
    tracks      persons as they were tracked
    """

    slice_path: Path
    boxes: Boxes
    tracks: Boxes
    frames: int
    size: tuple[int, int]
    clock: Clock
    about: dict[str, Any]


def perceive(video: Path, folder: Path, fps: float, options: Sequence[str] = ()) -> Perceived:
    """Runs `inference.offline`. Raises StageFailed."""
    _run("inference.offline", str(video), str(folder), f"--fps={fps}", *options)
    about = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
    size = (int(about["width"]), int(about["height"]))
    path = folder / "detections.slice"
    frames = [decode(CAMERA, payload) for _, payload in unpack(path.read_bytes())]
    clock = Clock(int(about["start_us"]), fps)
    return Perceived(path, _seen(folder / "boxes.npz", size), tracked(frames, size), len(frames), size, clock, about)


def judge(slice_path: Path, rules: Path) -> list[Incident]:
    """Runs `domain.replay.offline`. Raises StageFailed."""
    return [Incident.of(plain) for plain in json.loads(_run("domain.replay.offline", str(slice_path), str(rules)))]


def tracked(frames: Sequence[FrameAnalysed], size: tuple[int, int]) -> Boxes:
    """Persons of the facts, numbered by frame from 1, in pixels of a picture of that size."""
    rows = [
        (number, track.track_id, track.score, track.box)
        for number, frame in enumerate(frames, 1)
        for track in frame.tracks
        if track.object_class is ObjectClass.PERSON
    ]
    scale = np.array([size[0], size[1]] * 2, np.float64)
    return Boxes(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[3] for row in rows], np.float64).reshape(-1, 4) * scale,
        np.array([row[2] for row in rows], np.float64),
    )


def write_truth(path: Path, truth: Boxes, frames: int, size: tuple[int, int], clock: Clock) -> None:
    """Ground truth as if perception had been perfect."""
    scale = np.array([size[0], size[1]] * 2, np.float64)
    path.write_bytes(
        pack((number, encode(_fact(truth, number, scale, size, clock))) for number in range(1, frames + 1))
    )


def _fact(truth: Boxes, number: int, scale: Any, size: tuple[int, int], clock: Clock) -> FrameAnalysed:
    rows, at_us = truth.of(number), clock.at_us(number)
    corners = np.clip(truth.corners[rows] / scale, 0.0, 1.0).tolist()
    ids = truth.ids[rows].tolist()
    tracks = tuple(
        TrackObservation(TrackId(who), ObjectClass.PERSON, 1.0, (x1, y1, x2, y2))
        for who, (x1, y1, x2, y2) in zip(ids, corners, strict=True)
    )
    return FrameAnalysed(CAMERA, number, at_us, *size, (NOBODY,), tracks, 1, at_us)


def _seen(path: Path, size: tuple[int, int]) -> Boxes:
    with np.load(path) as table:
        persons = table["codes"] == ObjectClass.PERSON
        corners = table["boxes"][persons].astype(np.float64) * np.array([size[0], size[1]] * 2)
        frames, scores = table["frames"][persons], table["scores"][persons].astype(np.float64)
    return Boxes(frames, np.zeros(len(frames), np.int64), corners, scores)


def _run(module: str, *arguments: str) -> str:
    """A stage's stdout; its stderr goes to ours."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise StageFailed(f"{module} ended with {done.returncode}")
    return done.stdout
