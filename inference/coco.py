"""Which of COCO's classes are objects of ours."""

from typing import Final

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Codes

NOT_OURS: Final = 0

COCO80: Final[dict[int, ObjectClass]] = {
    0: ObjectClass.PERSON,
    1: ObjectClass.BICYCLE,
    2: ObjectClass.CAR,
    3: ObjectClass.MOTORCYCLE,
    5: ObjectClass.BUS,
    7: ObjectClass.TRUCK,
    **dict.fromkeys(range(14, 24), ObjectClass.ANIMAL),
    34: ObjectClass.WEAPON,
    43: ObjectClass.WEAPON,
}
"""Index among the 80 classes of YOLO's outputs. 14 to 23 are bird, cat, dog, horse, ... giraffe; 34 is baseball bat, 43
knife."""

COCO90: Final[dict[int, ObjectClass]] = {
    **{index: COCO80[index] for index in (0, 1, 2, 3, 5, 7)},
    **dict.fromkeys(range(15, 25), ObjectClass.ANIMAL),
    38: ObjectClass.WEAPON,
    48: ObjectClass.WEAPON,
}
"""Index among the 90 places of the original label map, which has gaps (EfficientDet)."""


def code_table(classes: dict[int, ObjectClass], count: int) -> Codes:
    """(count,) uint8: the ObjectClass of each of a model's classes, NOT_OURS for the rest."""
    table = np.full(count, NOT_OURS, np.uint8)
    for index, object_class in classes.items():
        table[index] = object_class
    return table
