"""Renders a lathe as a fixed camera sees it: guard up or down, running or not, its lamp, any light, people passing."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from infra.frames import Pixels

WIDTH, HEIGHT = 640, 360
ZONE = ((0.3, 0.15), (0.8, 0.15), (0.8, 0.85), (0.3, 0.85))
"""Around the lathe, x y in 0..1."""

LAMPS = {"red": (40, 40, 235), "yellow": (40, 220, 240), "green": (70, 225, 60)}
UNLIT = {"red": (45, 45, 95), "yellow": (45, 90, 100), "green": (50, 90, 48)}


@dataclass(frozen=True)
class Light:
    """gain and warmth of the light, gamma of the camera, how far the camera was nudged, noise."""

    gain: float = 1.0
    warmth: float = 0.0
    gamma: float = 1.0
    shift: tuple[int, int] = (0, 0)
    noise: float = 3.0
    slope: float = 0.0


def any_light(random: np.random.Generator) -> Light:
    return Light(
        gain=float(random.uniform(0.5, 1.4)),
        warmth=float(random.uniform(-0.08, 0.08)),
        gamma=float(random.uniform(0.75, 1.3)),
        shift=(int(random.integers(-2, 3)), int(random.integers(-2, 3))),
        noise=float(random.uniform(2, 8)),
        slope=float(random.uniform(-0.3, 0.3)),
    )


def scene(
    guard: str,
    running: str,
    lamp: str,
    random: np.random.Generator,
    light: Light | None = None,
    *,
    person_x: float | None = None,
    person_y: float = 0.97,
    tall: float = 0.75,
) -> Pixels:
    """A frame (360, 640, 3) BGR.

    person_x, person_y   where the middle of somebody's feet is, 0..1; tall their height
    """
    picture = _shop().copy()
    _machine(picture, guard, running, lamp, random)
    if person_x is not None:
        _person(picture, person_x, person_y, tall, random)
    return _lit(picture, light or Light(), random)


@cache
def _shop() -> Pixels:
    """The same floor, wall and clutter every time."""
    fixed = np.random.default_rng(7)
    picture = np.full((HEIGHT, WIDTH, 3), (118, 122, 125), np.uint8)
    picture[230:] = (92, 96, 98)
    for _ in range(40):
        x, y = int(fixed.integers(0, WIDTH)), int(fixed.integers(0, HEIGHT))
        w, h = int(fixed.integers(8, 60)), int(fixed.integers(8, 40))
        colour = tuple(int(c) for c in fixed.integers(60, 180, 3))
        cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
    return cv2.GaussianBlur(picture, (5, 5), 0).astype(np.uint8)


def _machine(picture: Pixels, guard: str, running: str, lamp: str, random: np.random.Generator) -> None:
    cv2.rectangle(picture, (210, 180), (500, 290), (104, 118, 96), -1)  # bed
    cv2.rectangle(picture, (210, 120), (290, 240), (96, 112, 88), -1)  # headstock
    cv2.rectangle(picture, (440, 165), (490, 200), (110, 122, 104), -1)  # tailstock
    _chuck(picture, running, random)
    cv2.rectangle(picture, (318, 176), (440, 188), (190, 192, 196), -1)  # workpiece
    if guard == "closed":
        panel = picture[132:225, 290:420].astype(np.float32)
        picture[132:225, 290:420] = (panel * 0.35 + np.array([60, 150, 175]) * 0.65).astype(np.uint8)
        cv2.rectangle(picture, (290, 132), (420, 225), (30, 90, 110), 2)
    else:
        panel = picture[72:128, 290:420].astype(np.float32)
        picture[72:128, 290:420] = (panel * 0.35 + np.array([60, 150, 175]) * 0.65).astype(np.uint8)
        cv2.rectangle(picture, (290, 72), (420, 128), (30, 90, 110), 2)
    cv2.rectangle(picture, (228, 62), (236, 120), (70, 70, 72), -1)  # pole of the lamp
    for i, colour in enumerate(("red", "yellow", "green")):
        shade = LAMPS[colour] if colour == lamp else UNLIT[colour]
        cv2.rectangle(picture, (223, 62 + 15 * i), (241, 75 + 15 * i), shade, -1)


def _chuck(picture: Pixels, running: str, random: np.random.Generator) -> None:
    """Running it is a blur, standing one sees its jaws, at any angle; a screen beside it shows bars while it runs."""
    if running == "running":
        for radius, shade in ((30, 140), (22, 165), (14, 150)):
            cv2.circle(picture, (305, 182), radius, (shade, shade, shade), -1)
    else:
        cv2.circle(picture, (305, 182), 30, (150, 152, 155), -1)
        start = random.uniform(0, 2 * np.pi)
        for k in range(3):
            angle = start + k * 2 * np.pi / 3
            tip = int(305 + 27 * np.cos(angle)), int(182 + 27 * np.sin(angle))
            cv2.line(picture, (305, 182), tip, (60, 62, 64), 8)
    cv2.rectangle(picture, (455, 215), (492, 245), (40, 36, 34), -1)
    if running == "running":
        for k in range(4):
            cv2.rectangle(picture, (459 + 8 * k, 220), (464 + 8 * k, 240), (190, 200, 120), -1)


def _person(picture: Pixels, x: float, y: float, tall: float, random: np.random.Generator) -> None:
    """Sharp edges, clothes of any colour."""
    foot, high = int(y * HEIGHT), int(tall * HEIGHT)
    middle, across = int(x * WIDTH), int(0.3 * tall * HEIGHT)
    coat = tuple(int(c) for c in random.integers(20, 230, 3))
    legs = tuple(int(c) for c in random.integers(20, 120, 3))
    cv2.rectangle(picture, (middle - across // 3, foot - high // 2), (middle + across // 3, foot), legs, -1)
    cv2.ellipse(picture, (middle, foot - int(high * 0.63)), (across // 2, int(high * 0.24)), 0, 0, 360, coat, -1)
    cv2.circle(picture, (middle, foot - int(high * 0.92)), int(high * 0.075), (120, 150, 190), -1)


def _lit(picture: Pixels, light: Light, random: np.random.Generator) -> Pixels:
    dx, dy = light.shift
    moved = cv2.warpAffine(
        picture, np.array([[1.0, 0, dx], [0, 1.0, dy]]), (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE
    )
    tones = (255 * (np.arange(256) / 255) ** light.gamma * light.gain).astype(np.float32)
    lit = tones[moved] * np.array([1 - light.warmth, 1.0, 1 + light.warmth], np.float32)
    lit *= 1 + light.slope * np.linspace(-1, 1, WIDTH, dtype=np.float32)[None, :, None]
    grain = np.roll(_grain(), tuple(random.integers(0, 300, 2).tolist()), axis=(0, 1))
    return np.asarray(np.clip(lit + grain * np.float32(light.noise), 0, 255), np.uint8)


@cache
def _grain() -> NDArray[np.float32]:
    return np.random.default_rng(9).standard_normal((HEIGHT, WIDTH, 3), np.float32)
