"""Films of real people, vehicles and animals, cut out of photographs and moved over a yard that was never seen."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import skimage

from inference.detections import Floats
from infra.assets import fetch
from infra.frames import Pixels

WIDTH, HEIGHT = 640, 384
OFFICER: Final = (48, 396, 248, 908)
WORKER: Final = (220, 404, 346, 862)
"""Where they stand in bus.jpg: left, top, right, bottom."""

Place = tuple[int, int]
Look = Callable[[Pixels], Pixels]


@cache
def person(box: tuple[int, int, int, int], height: int) -> Pixels:
    """Somebody of bus.jpg, so many pixels high."""
    left, top, right, bottom = box
    return _high(_read(fetch("bus.jpg"))[top:bottom, left:right], height)


@cache
def cat(height: int) -> Pixels:
    return _high(_read(_skimage("chelsea.png")), height)


@cache
def motorcycle(height: int) -> Pixels:
    return _high(_read(_skimage("motorcycle_left.png")), height)


@cache
def yard() -> Pixels:
    """Grey ground with the noise of a sensor."""
    ground = np.linspace(190, 120, HEIGHT)[:, None] + np.random.default_rng(3).normal(0, 4, (HEIGHT, WIDTH))
    return np.repeat(np.clip(ground, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def scene(*things: tuple[Pixels, Place], ground: Pixels | None = None) -> Pixels:
    """Things with the middle of their lower side at a place, the later ones before the others; the frame cuts them."""
    picture = (yard() if ground is None else ground).copy()
    for thing, (x, y) in things:
        left, top = x - thing.shape[1] // 2, y - thing.shape[0]
        x1, y1, x2, y2 = max(0, left), max(0, top), min(WIDTH, left + thing.shape[1]), min(HEIGHT, y)
        if x1 < x2 and y1 < y2:
            picture[y1:y2, x1:x2] = thing[y1 - top : y2 - top, x1 - left : x2 - left]
    return picture


def draw_bat(picture: Pixels, grip: Place, degrees: float = -20.0, length: float = 105.0) -> Pixels:
    """A baseball bat, in place."""
    turn = np.deg2rad(degrees)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    thick = length / 130
    sides = [(0.0, 3.0), (0.35, 3.5), (0.55, 6.0), (0.8, 9.0), (0.95, 9.5), (1.0, 7.0)]
    upper = [grip + along * length * at + across * half * thick for at, half in sides]
    lower = [grip + along * length * at - across * half * thick for at, half in reversed(sides)]
    cv2.fillPoly(picture, [np.array([*upper, *lower], np.int32)], (110, 160, 205), cv2.LINE_AA)
    shine = [(grip + along * length * at + across * 3).astype(int).tolist() for at in (0.5, 0.97)]
    cv2.line(picture, shine[0], shine[1], (150, 195, 230), 2, cv2.LINE_AA)
    cv2.circle(picture, grip, 4, (80, 120, 170), -1, cv2.LINE_AA)
    return picture


def heat(x: int, height: int = 240) -> Pixels:
    """A person as a thermal camera sees them, white is hot: what is warm shines, its edges run, clothes are dull."""
    body = cv2.cvtColor(person(WORKER, height), cv2.COLOR_BGR2GRAY)
    across = body.shape[1]
    warm: Floats = np.zeros(body.shape, np.float32)
    cv2.ellipse(warm, (across // 2, int(0.08 * height)), (int(0.16 * across), int(0.07 * height)), 0, 0, 360, 1.0, -1)
    cv2.ellipse(warm, (across // 2, int(0.33 * height)), (int(0.33 * across), int(0.2 * height)), 0, 0, 360, 1.0, -1)
    for left in (0.3, 0.53):
        foot = (int((left + 0.17) * across), int(0.98 * height))
        cv2.rectangle(warm, (int(left * across), int(0.45 * height)), foot, 1.0, -1)
    warm = np.asarray(cv2.GaussianBlur(warm, (0, 0), height / 80), np.float32)
    picture = np.random.default_rng(x).normal(60, 3, (HEIGHT, WIDTH)).astype(np.float32)
    part = picture[60 : 60 + height, x : x + across]
    part[:] = part * (1 - warm) + warm * (150 + body * 0.4)
    return np.repeat(np.clip(picture, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def film(path: Path, pictures: Iterable[Pixels], fps: int) -> Path:
    """H.264 as a camera sends it."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", fps, {"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for pixels in pictures:
            file.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "bgr24")))
        file.mux(stream.encode())
    return path


def steps(first: int, last: int, count: int) -> Sequence[int]:
    """Whole numbers from first to last."""
    return [round(first + (last - first) * i / max(1, count - 1)) for i in range(count)]


def _skimage(name: str) -> Path:
    return Path(skimage.__file__).parent / "data" / name


def _read(path: Path) -> Pixels:
    picture = cv2.imread(str(path))
    assert picture is not None
    return np.asarray(picture, np.uint8)


def _high(picture: Pixels, height: int) -> Pixels:
    size = (round(picture.shape[1] * height / picture.shape[0]), height)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
