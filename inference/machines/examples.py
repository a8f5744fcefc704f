"""Cuts labelled crops of a machine out of a recording, into a folder per state."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.error import FFmpegError

from domain.contracts.detections import Box
from inference.machines.crop import cut, grown
from inference.machines.pictures import ExamplesRefused
from inference.machines.states import state_named
from infra.frames import Pixels

STEP_S: Final = 1.0
"""Between the pictures of a stretch."""

LATE_S: Final = 0.5
"""How much later than asked a frame may be, at the most."""

MOST: Final = 1000
"""Pictures of one call."""

_MOMENT: Final = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?=(.+)")


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds from the recording's beginning, and what the machine looks like then."""

    at_s: float
    states: tuple[str, ...]


def moments(text: str) -> list[Moment]:
    """`12.5=open`, `12.5=open,running`, `10-14=closed`: one a second. Raises ExamplesRefused, StateUnknown."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ExamplesRefused(f"{text!r}: SECONDS=STATE or SECONDS-SECONDS=STATE,STATE is expected, like 12.5=open")
    first, last = float(found[1]), float(found[2] or found[1])
    if last < first or (last - first) / STEP_S >= MOST:
        raise ExamplesRefused(f"{text!r}: up to {MOST} seconds, the later one after the hyphen")
    states = states_named(found[3])
    return [Moment(first + i * STEP_S, states) for i in range(math.floor((last - first) / STEP_S) + 1)]


def states_named(text: str) -> tuple[str, ...]:
    """`open,running`. Raises StateUnknown."""
    return tuple(state_named(word) for word in text.split(","))


def crop_named(text: str) -> Box:
    """`x1,y1,x2,y2` in 0..1 of the frame, around the zone; grown as live frames' crops are. Raises ExamplesRefused."""
    try:
        x1, y1, x2, y2 = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ExamplesRefused(f"{text!r}: four numbers x1,y1,x2,y2 are expected") from error
    if not (0.0 <= x1 < x2 <= 1.0 and 0.0 <= y1 < y2 <= 1.0):
        raise ExamplesRefused(f"{text!r}: 0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1, parts of the picture, are expected")
    return grown((x1, y1, x2, y2))


def cut_examples(video: Path, crop: Box, wanted: Sequence[Moment], folder: Path) -> list[Path]:
    """The files written. Raises ExamplesRefused when the recording cannot be read or ends before a moment."""
    due = sorted(wanted, key=lambda moment: moment.at_s)
    written: list[Path] = []
    try:
        for at_s, picture in _pictures(video):
            while due and due[0].at_s <= at_s:
                moment = due.pop(0)
                if at_s - moment.at_s <= LATE_S:
                    name = f"{video.stem}-{moment.at_s:010.3f}"
                    written += saved(cut(picture, crop), moment.states, name, folder)
            if not due:
                break
    except (FFmpegError, IndexError) as error:
        raise ExamplesRefused(f"{video}: {error}") from error
    missing = [moment.at_s for moment in wanted if not any(f"-{moment.at_s:010.3f}." in path.name for path in written)]
    if missing:
        raise ExamplesRefused(f"{video}: there is no picture at {', '.join(f'{at_s:g}' for at_s in missing)} s")
    return written


def _pictures(video: Path) -> Iterator[tuple[float, Pixels]]:
    """Seconds from the first frame, and pixels."""
    with av.open(str(video)) as opened:
        stream = opened.streams.video[0]
        stream.thread_type = "AUTO"
        first: float | None = None
        for picture in opened.decode(stream):
            if picture.time is None:
                continue
            first = picture.time if first is None else first
            yield picture.time - first, np.asarray(picture.to_ndarray(format="bgr24"), np.uint8)


def saved(crop: Pixels, states: Sequence[str], name: str, folder: Path) -> list[Path]:
    """A crop in the folder of each of its states. Raises OSError."""
    _, data = cv2.imencode(".png", crop)
    paths = [folder / state / f"{name}.png" for state in states]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.tobytes())
    return paths
