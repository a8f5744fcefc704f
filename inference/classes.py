"""Which of a detector's classes are objects of ours, by the names that stand in the model's file (R51, R87, R196).

A further class of a further detector is one line of `OBJECTS`.
"""

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.coco import COCO80, NOT_OURS, code_table
from inference.detections import Codes
from inference.errors import ModelUnusable

OBJECTS: Final[Mapping[str, ObjectClass]] = {
    **dict.fromkeys(("person", "pedestrian", "human"), ObjectClass.PERSON),
    "bicycle": ObjectClass.BICYCLE,
    "car": ObjectClass.CAR,
    **dict.fromkeys(("motorcycle", "motorbike"), ObjectClass.MOTORCYCLE),
    "bus": ObjectClass.BUS,
    "truck": ObjectClass.TRUCK,
    **dict.fromkeys(("bird", "cat", "dog", "horse", "sheep", "cow"), ObjectClass.ANIMAL),
    **dict.fromkeys(("elephant", "bear", "zebra", "giraffe", "animal"), ObjectClass.ANIMAL),
    **dict.fromkeys(("knife", "machete", "sword", "axe", "baseball bat"), ObjectClass.WEAPON),
    **dict.fromkeys(("gun", "handgun", "pistol", "revolver", "firearm"), ObjectClass.WEAPON),
    **dict.fromkeys(("rifle", "shotgun", "machine gun", "weapon"), ObjectClass.WEAPON),
}
"""In small letters, words apart by one blank."""

COCO_CLASSES: Final = 80


def names_in(text: str) -> tuple[str, ...]:
    """Names by class, of a model's metadata: `{0: 'person', 1: 'bicycle', …}` as ultralytics writes it, or a list.

    Raises ValueError when it is neither.
    """
    try:
        plain = ast.literal_eval(text)
        numbered = dict(plain if isinstance(plain, Mapping) else enumerate(plain))
        names = [numbered[i] for i in range(len(numbered))]
    except (SyntaxError, ValueError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise ValueError(f"the names of its classes are not readable: {text[:80]!r}") from error
    return tuple(plain_name(str(name)) for name in names)


def plain_name(name: str) -> str:
    """A class's name as `OBJECTS` has it: in small letters, words apart by one blank."""
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def codes_of(path: Path, names: str | None, count: int) -> Codes:
    """(count,) uint8: the ObjectClass of each of a model's classes, NOT_OURS for the rest.

    path     of the model, for the words of a refusal
    names    what the model's file says; without it a model of 80 classes is taken for one of COCO
    count    of the classes that the model gives scores for
    Raises   ModelUnusable
    """
    if names is None:
        if count != COCO_CLASSES:
            raise ModelUnusable(f"{path} does not name its {count} classes")
        return code_table(COCO80, count)
    try:
        known = names_in(names)
    except ValueError as error:
        raise ModelUnusable(f"{path}: {error}") from error
    if len(known) != count:
        raise ModelUnusable(f"{path} names {len(known)} classes and gives {count}")
    codes = np.array([OBJECTS.get(name, NOT_OURS) for name in known], np.uint8)
    if not codes.any():
        raise ModelUnusable(f"{path}: none of its classes is an object of ours: {', '.join(known)[:200]}")
    return codes
