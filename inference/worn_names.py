"""What a model for protective equipment calls its classes, and what that is to us (R44, R51).

A plant annotates in words of its own: «белая каска», "NO-Safety Vest", "blue gloves". The last word says what it
is, and a word for "without" anywhere before it that it is missing.
"""

from typing import Final

from inference.classes import plain_name
from inference.wearing import Worn

ITEMS: Final[dict[str, Worn]] = {
    **dict.fromkeys(("helmet", "hardhat", "hard hat", "bump cap"), Worn.HELMET),
    **dict.fromkeys(("каска", "каски", "каскетка", "каскетки", "шлем", "шлема"), Worn.HELMET),
    **dict.fromkeys(("vest", "workwear", "work wear", "coverall", "coveralls", "overalls", "uniform"), Worn.VEST),
    **dict.fromkeys(("жилет", "жилета", "спецодежда", "спецодежды", "комбинезон", "комбинезона"), Worn.VEST),
    **dict.fromkeys(("glasses", "goggles", "eyewear", "очки", "очков"), Worn.GLASSES),
    **dict.fromkeys(("glove", "gloves"), Worn.GLOVES),
    **dict.fromkeys(("перчатка", "перчатки", "перчаток", "рукавицы", "рукавиц"), Worn.GLOVES),
    **dict.fromkeys(("mask", "respirator", "маска", "маски", "респиратор", "респиратора"), Worn.MASK),
}
"""Where a name ends with one of these, it is worn; workwear counts as a vest, a bump cap as a helmet (R44)."""

MISSING: Final = {
    Worn.HELMET: Worn.NO_HELMET,
    Worn.VEST: Worn.NO_VEST,
    Worn.GLASSES: Worn.NO_GLASSES,
    Worn.GLOVES: Worn.NO_GLOVES,
    Worn.MASK: Worn.NO_MASK,
}
WITHOUT: Final = frozenset({"no", "not", "non", "without", "без", "нет"})
BARE: Final = {"bare head": Worn.NO_HELMET, "bare hand": Worn.NO_GLOVES, "bare hands": Worn.NO_GLOVES}


def worn_named(name: str) -> Worn | None:
    """What a class is, by its name; None where it is nothing of ours."""
    plain = plain_name(name)
    if plain in BARE:
        return BARE[plain]
    item = next((worn for end, worn in ITEMS.items() if plain == end or plain.endswith(f" {end}")), None)
    if item is None:
        return None
    return MISSING[item] if WITHOUT & set(plain.split()[:-1]) else item
