"""Labelled recordings in a folder: a video, its boxes in the MOT format, and what else is known of it.

`<sequence>/<any>.{mp4,avi,mkv}`, `<sequence>/gt.txt` (frame, id, x, y, w, h, counts, class or -1, …; frames from 1,
pixels; rows whose 7th column is 0 are left out), and optional `<sequence>/sequence.json` with `use_case` (text),
`fps` (number) and `rules` (a list, see rules.py). Sequences of MOT15 to MOT20 are taken as they are: pictures in
`<sequence>/img1/`, `<sequence>/gt/gt.txt`, and the rate in `<sequence>/seqinfo.ini`.
"""

import configparser
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.evaluation.errors import DatasetUnreadable

VIDEOS: Final = (".mp4", ".avi", ".mkv")
LABELS: Final = "gt.txt"
ABOUT: Final = "sequence.json"
COLUMNS: Final = 7
DEFAULT_FPS: Final = 10.0
PICTURES, LABELS_FOLDER, MOT_ABOUT = "img1", "gt", "seqinfo.ini"

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Boxes:
    """Objects over time, as columns of equal length n, sorted by frame.

    frames   (n,) from 1
    ids      (n,) who it is
    corners  (n, 4) x1 y1 x2 y2 in pixels
    scores   (n,) 0..1, all 1 for ground truth
    """

    frames: Ids
    ids: Ids
    corners: Floats
    scores: Floats

    def __len__(self) -> int:
        return len(self.frames)

    def of(self, frame: int) -> slice:
        """Where a frame's rows are."""
        return slice(int(np.searchsorted(self.frames, frame)), int(np.searchsorted(self.frames, frame, "right")))

    def pick(self, mask: NDArray[np.bool_]) -> "Boxes":
        return Boxes(self.frames[mask], self.ids[mask], self.corners[mask], self.scores[mask])

    def at(self, rows: NDArray[np.intp]) -> "Boxes":
        """These rows in this order; `of` is not for the result."""
        return Boxes(self.frames[rows], self.ids[rows], self.corners[rows], self.scores[rows])

    def within(self, first: int, last: int) -> "Boxes":
        """Those of the frames first..last."""
        return self.pick((self.frames >= first) & (self.frames <= last))


@dataclass(frozen=True, slots=True)
class Sequence:
    """One labelled recording.

    use_case  what it stands for in the report (weather, pose, scene); the folder's name when nothing is said
    rules     the plain form of the rules to judge it by; empty for the usual ones
    """

    name: str
    video: Path
    truth: Boxes
    use_case: str
    fps: float
    rules: tuple[dict[str, Any], ...] = ()


def sequences(folder: Path) -> Iterator[Sequence]:
    """All labelled recordings in a folder and below, by name. Raises DatasetUnreadable."""
    found = False
    for labels in sorted(folder.rglob(LABELS)):
        videos = sorted(path for path in labels.parent.iterdir() if path.suffix in VIDEOS)
        pictures = labels.parent.parent / PICTURES
        if labels.parent.name == LABELS_FOLDER and pictures.is_dir():
            videos = [pictures]
        if len(videos) == 1:
            found = True
            yield _sequence(folder, labels, videos[0])
    if not found:
        raise DatasetUnreadable(f"{folder}: no folder in it has a {LABELS} beside exactly one video")


def _sequence(folder: Path, labels: Path, video: Path) -> Sequence:
    home = video.parent
    about = _of_mot(home / MOT_ABOUT) | _about(home / ABOUT)
    name = str(home.relative_to(folder)) if home != folder else home.name
    try:
        fps = float(about.get("fps", DEFAULT_FPS))
        return Sequence(
            name, video, read_mot(labels), str(about.get("use_case", name)), fps, tuple(about.get("rules", ()))
        )
    except (TypeError, ValueError) as error:
        raise DatasetUnreadable(f"{home / ABOUT}: {error}") from error


def _of_mot(path: Path) -> dict[str, Any]:
    """The rate of a sequence of MOT; nothing where there is no such file. Raises DatasetUnreadable."""
    parser = configparser.ConfigParser()
    try:
        parser.read(path, encoding="utf-8")
        return {"fps": parser.getfloat("Sequence", "frameRate")} if parser.has_section("Sequence") else {}
    except (configparser.Error, ValueError) as error:
        raise DatasetUnreadable(f"{path}: {error}") from error


def _about(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DatasetUnreadable(f"{path} is no JSON: {error}") from error
    if not isinstance(about, dict):
        raise DatasetUnreadable(f"{path} must be a JSON object")
    return about


def read_mot(path: Path) -> Boxes:
    """Boxes of a file in the MOT format. Raises DatasetUnreadable."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    try:
        table = np.array([line.split(",")[:COLUMNS] for line in lines], np.float64).reshape(len(lines), -1)
    except ValueError as error:
        raise DatasetUnreadable(f"{path}: {error}") from error
    if table.shape[1] < COLUMNS:
        raise DatasetUnreadable(f"{path}: a row has frame, id, x, y, w, h and whether it counts")
    if not np.isfinite(table[:, :COLUMNS]).all() or (table[:, 4:6] <= 0).any() or (table[:, 0] < 1).any():
        raise DatasetUnreadable(f"{path}: frames count from 1, widths and heights are above 0")
    table = table[table[:, 6] != 0]
    table = table[np.argsort(table[:, 0], kind="stable")]
    corners = np.concatenate([table[:, 2:4], table[:, 2:4] + table[:, 4:6]], axis=1)
    return Boxes(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), corners, np.ones(len(table)))
