"""The pictures that both sides are given, as files: name, country, number."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from domain.contracts.plates import CYRILLIC
from tests.inference.plates.drawn import blurred, car, night, noisy, one_line, two_lines
from tests.inference.plates.test_finding import GROUND_TRUTH, around

REGIONS = ("77", "50", "777", "199", "16", "102")


@dataclass(frozen=True)
class Case:
    """group: us, eu, br, or the manner in which a Russian one is drawn; whole: the car; crop: the plate alone."""

    group: str
    text: str
    whole: Any
    crop: Any | None


def cases(drawn: int) -> Iterator[Case]:
    """drawn   Russian plates of each manner"""
    yield from _photographed()
    chosen = random.Random(5)
    for manner, change in (("day", None), ("night", night), ("noise", noisy), ("moving", blurred)):
        for _ in range(drawn):
            text, plate, width = _plate(chosen)
            picture = car(plate, plate_px=width, tilt=chosen.choice((0.0, 0.2, 0.4)), seed=chosen.randrange(999))
            yield Case(f"ru {manner}", text, picture if change is None else change(picture), None)


def _photographed() -> Iterator[Case]:
    if not GROUND_TRUTH.is_dir():
        return
    with (GROUND_TRUTH / "gt.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            picture = np.asarray(cv2.imread(str(GROUND_TRUTH / row["file"])), np.uint8)
            x, y, w, h = (int(row[key]) for key in "xywh")
            crop = np.ascontiguousarray(picture[max(0, y) : y + h, max(0, x) : x + w])
            yield Case(row["region"], row["text"], around(picture, row), crop)


def _plate(chosen: random.Random) -> tuple[str, Any, int]:
    def letters(n: int) -> str:
        return "".join(chosen.choice(CYRILLIC) for _ in range(n))

    def digits(n: int) -> str:
        return "".join(chosen.choice("0123456789") for _ in range(n))

    region, width = chosen.choice(REGIONS), chosen.choice((80, 100, 120))
    match chosen.randrange(5):
        case 0 | 1:
            main = letters(1) + digits(3) + letters(2)
        case 2:
            main = letters(2) + digits(3)
        case 3:
            main, region = letters(2) + digits(4), region[:2]
        case _:
            top, bottom = letters(1) + digits(3), letters(2)
            return top + bottom + region, two_lines(top, bottom, region), round(width * 0.6)
    return main + region, one_line(main, region), width


def save(folder: Path, found: list[Case]) -> None:
    """For the peer, which is another Python: <number>.whole.png, <number>.crop.png."""
    for number, case in enumerate(found):
        cv2.imwrite(str(folder / f"{number}.whole.png"), case.whole)
        if case.crop is not None:
            cv2.imwrite(str(folder / f"{number}.crop.png"), case.crop)
