"""Brushed titanium by a seed: directed grain under an uneven lamp, with scratches, pits and cracks and their masks."""

from pathlib import Path

import cv2
import numpy as np

from training.defects.texture import Picture

SIDE = 192


def brushed(rng: np.random.Generator, side: int = SIDE) -> Picture:
    """A good surface: grain along x, a lamp somewhere."""
    noise = rng.normal(0, 1, (side, side)).astype(np.float32)
    grain = 9 * cv2.blur(noise, (61, 1)) * 7.8 + 3 * rng.normal(0, 1, (side, side))
    y, x = np.mgrid[0:side, 0:side] / side
    lamp = 30 * np.cos(3 * (x - rng.uniform()) * rng.uniform(0.3, 1)) + 20 * (y - 0.5) * rng.uniform(-1, 1)
    return _grey(rng.uniform(120, 160) + grain + lamp)


def scratched(rng: np.random.Generator, side: int = SIDE) -> tuple[Picture, Picture]:
    """A thin straight line across the grain, bright beside dark."""
    surface, mask = brushed(rng, side).astype(np.float32), np.zeros((side, side), np.uint8)
    angle, length = rng.uniform(0.5, 2.6), rng.uniform(0.35, 0.6) * side
    x, y = rng.uniform(0.3, 0.7, 2) * side
    ends = [(int(x + s * length / 2 * np.cos(angle)), int(y + s * length / 2 * np.sin(angle))) for s in (-1, 1)]
    cv2.line(mask, ends[0], ends[1], 255, 2, cv2.LINE_8)
    shadow = np.roll(mask, 2, axis=1)
    surface += 26.0 * (mask > 0) - 22.0 * ((shadow > 0) & (mask == 0))
    return _grey(surface), mask


def pitted(rng: np.random.Generator, side: int = SIDE) -> tuple[Picture, Picture]:
    """A group of small dark holes with bright rims."""
    surface, mask = brushed(rng, side).astype(np.float32), np.zeros((side, side), np.uint8)
    middle = rng.uniform(0.3, 0.7, 2) * side
    for _ in range(rng.integers(6, 12)):
        x, y = (middle + rng.normal(0, 0.09 * side, 2)).astype(int).tolist()
        radius = int(rng.integers(2, 4))
        rim = np.zeros_like(mask)
        cv2.circle(rim, (x, y), radius + 1, 255, 1)
        cv2.circle(mask, (x, y), radius, 255, -1)
        surface += 18.0 * (rim > 0)
    surface -= 30.0 * (mask > 0)
    return _grey(surface), mask


def cracked(rng: np.random.Generator, side: int = SIDE) -> tuple[Picture, Picture]:
    """A dark line that wanders and forks."""
    surface, mask = brushed(rng, side).astype(np.float32), np.zeros((side, side), np.uint8)
    for _ in range(2):
        x, y = rng.uniform(0.35, 0.65, 2) * side
        heading = rng.uniform(0, 2 * np.pi)
        for _ in range(26):
            heading += rng.normal(0, 0.7)
            to = x + 4 * np.cos(heading), y + 4 * np.sin(heading)
            cv2.line(mask, (int(x), int(y)), (int(to[0]), int(to[1])), 255, 1)
            x, y = to
    surface -= 34.0 * (mask > 0)
    return _grey(surface), mask


DEFECTS = {"crack": cracked, "pit": pitted, "scratch": scratched}


def write_set(folder: Path, seed: int, good: int, of_each: int, masks: bool = True) -> None:
    """A folder as `./kaska defects train` reads it."""
    rng = np.random.default_rng(seed)
    for number in range(good):
        _write(folder / "good" / f"{number:02}.png", brushed(rng))
    for kind, render in DEFECTS.items() if of_each else ():
        for number in range(of_each):
            picture, mask = render(rng)
            _write(folder / kind / f"{number:02}.png", picture)
            if masks:
                _write(folder / kind / f"{number:02}.mask.png", mask)


def _write(path: Path, picture: Picture) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def _grey(values: np.ndarray) -> Picture:
    return np.asarray(np.clip(values, 0, 255), np.uint8)
