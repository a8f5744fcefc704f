"""The demo's video files: made once from the registries' originals, kept in the asset cache.

H.264 without B-frames, a keyframe each second, about 1 Mbit/s: what a plain camera sends.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import pi, sin
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from infra.assets import Report, cache_folder, fetch

FPS: Final = 10
BIT_RATE: Final = 1_000_000
MADE_AS: Final = "v1"
"""Part of the file names: change it with anything that changes the pictures."""

GATE_PICTURES: Final = 200
GATE_SIZE: Final = (760, 1000)
"""Width and height of the window that moves over bus.jpg (810 x 1080)."""

SHIFT_PICTURES: Final = 400
"""How far the perimeter's view runs ahead of the yard's."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class DemoVideos:
    """Paths of the three cameras' files."""

    yard: Path
    gate: Path
    perimeter: Path


def prepare(progress: Report) -> DemoVideos:
    """Fetches and transcodes what is missing. Raises AssetError."""
    walkers, bus = fetch("vtest.avi", progress), fetch("bus.jpg", progress)
    return DemoVideos(
        yard=_made("yard", lambda: _pictures(walkers), 795, progress),
        gate=_made("gate", lambda: _panned(bus), GATE_PICTURES, progress),
        perimeter=_made("perimeter", lambda: _mirrored_later(walkers), 795, progress),
    )


def _made(name: str, pictures: Callable[[], Iterator[Pixels]], count: int, progress: Report) -> Path:
    path = cache_folder() / "demo" / f"{name}-{MADE_AS}.mp4"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.mp4")
    _encode(unfinished, pictures(), lambda done: progress(path.name, done, count))
    unfinished.replace(path)
    progress(path.name, count, count)
    return path


def _encode(path: Path, pictures: Iterator[Pixels], progress: Callable[[int], None]) -> None:
    options = {"preset": "veryfast", "g": str(FPS), "keyint_min": str(FPS), "sc_threshold": "0", "bf": "0"}
    first = next(pictures)
    with av.open(path, "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.height, stream.width = first.shape[:2]
        stream.pix_fmt, stream.bit_rate = "yuv420p", BIT_RATE
        stream.time_base = Fraction(1, FPS)
        for number, pixels in enumerate(_all(first, pictures)):
            frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
            progress(number)
        container.mux(stream.encode(None))


def _all(first: Pixels, rest: Iterator[Pixels]) -> Iterator[Pixels]:
    yield first
    yield from rest


def _pictures(path: Path) -> Iterator[Pixels]:
    with av.open(path) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)


def _mirrored_later(path: Path) -> Iterator[Pixels]:
    """The same place from the other side, as if at another time."""
    for first, end in ((SHIFT_PICTURES, None), (0, SHIFT_PICTURES)):
        for pixels in islice(_pictures(path), first, end):
            yield np.ascontiguousarray(pixels[:, ::-1])


def _panned(path: Path) -> Iterator[Pixels]:
    """A still seen by a camera that sways a little; the last picture is followed by the first."""
    still = np.asarray(cv2.imread(str(path)), dtype=np.uint8)
    width, height = GATE_SIZE
    right, down = (still.shape[1] - width) // 2, (still.shape[0] - height) // 2
    for number in range(GATE_PICTURES):
        turn = 2 * pi * number / GATE_PICTURES
        x, y = right + round(right * sin(turn)), down + round(down * sin(2 * turn) / 4)
        yield np.ascontiguousarray(still[y : y + height, x : x + width])
