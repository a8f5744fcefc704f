"""The Russian words that are drawn into pictures."""

from typing import Final

from domain.contracts.detections import Attribute, ObjectClass

OBJECTS: Final = {
    "PERSON": "человек",
    "BICYCLE": "велосипед",
    "CAR": "автомобиль",
    "MOTORCYCLE": "мотоцикл",
    "BUS": "автобус",
    "TRUCK": "грузовик",
    "ANIMAL": "животное",
    "WEAPON": "оружие",
    "OBJECT": "предмет",
    "MACHINE": "оборудование",
}
MISSING: Final = {
    Attribute.HELMET: "без каски",
    Attribute.VEST: "без жилета",
    Attribute.GLASSES: "без очков",
    Attribute.GLOVES: "без перчаток",
    Attribute.MASK: "без маски",
}


def object_word(object_class: ObjectClass) -> str:
    """A class without a word of its own is an object."""
    return OBJECTS.get(object_class.name, OBJECTS["OBJECT"])
