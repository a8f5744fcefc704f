"""Russian number plates (ГОСТ Р 50577): how a text that was read becomes a number, and whether it can be one. Pure.

Twelve Cyrillic letters stand on plates because they look like Latin ones; readers give either, and confuse letters with
digits. Which of the two belongs at a place is known from the plate's format, so a reading is repaired by its position.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from domain.contracts.plate_regions import REGIONS

CYRILLIC: Final = "АВЕКМНОРСТУХ"
LATIN: Final = "ABEKMHOPCTYX"
"""The same letters, in the same order."""

_TO_LATIN: Final = str.maketrans(CYRILLIC, LATIN)
_TO_CYRILLIC: Final = str.maketrans(LATIN, CYRILLIC)

MOST_REPAIRS: Final = 2
"""A reading that needs more is another text."""

TWINS: Final = 0.5
ON_ONE_LINE: Final = 0.7
UNKNOWN_REGION: Final = 0.3
"""Costs, where any other repair costs 1. O and 0, B and 8 differ in nothing that a reader can rely on: a common number
with one of them exchanged is likelier than a tractor's on one line, or than one of no known region."""

LONGEST: Final = 16
"""Characters of a reading that are looked at."""


class PlateFormat(StrEnum):
    """What a text can be. Types of the standard that differ only in size or colour have the same text."""

    CAR = "car"  # types 1 and 1А: А123ВС77
    PUBLIC = "public"  # type 1Б, taxis and buses: АВ12377
    TRAILER = "trailer"  # types 2 and 6: АВ123477
    TRACTOR_OR_MOTORCYCLE = "tractor_or_motorcycle"  # types 3, 4, 5, 7, 8, also of the forces: 1234АВ77
    TRANSIT = "transit"  # type 15: АВ123С77
    EXPORT = "export"  # type 19, leaving the country for good: ТАВ12377
    POLICE = "police"  # type 20: А123477
    POLICE_TRAILER = "police_trailer"  # type 21: 123А77
    POLICE_MOTORCYCLE = "police_motorcycle"  # type 22: 1234А77
    MISSION_HEAD = "mission_head"  # type 9: 001CD177
    DIPLOMATIC = "diplomatic"  # type 10, D and T: 001D00177


_PATTERNS: Final = {
    PlateFormat.CAR: "L000LL",
    PlateFormat.TRAILER: "LL0000",
    PlateFormat.PUBLIC: "LL000",
    PlateFormat.TRACTOR_OR_MOTORCYCLE: "0000LL",
    PlateFormat.DIPLOMATIC: "000d000",
    PlateFormat.MISSION_HEAD: "000cd0",
    PlateFormat.TRANSIT: "LL000L",
    PlateFormat.EXPORT: "TLL000",
    PlateFormat.POLICE: "L0000",
    PlateFormat.POLICE_MOTORCYCLE: "0000L",
    PlateFormat.POLICE_TRAILER: "000L",
}
"""Without the region; the common ones first. L one of the twelve letters, 0 a digit, d D or T, c and T themselves."""

_COMMON: Final = tuple(_PATTERNS)[:4]
"""Only readings of these are repaired: a wrong reading is hardly ever one of the others."""

_RARE: Final = {
    **dict.fromkeys((PlateFormat.POLICE, PlateFormat.POLICE_MOTORCYCLE, PlateFormat.POLICE_TRAILER), 0.7),
    **dict.fromkeys((PlateFormat.TRANSIT, PlateFormat.EXPORT), 0.4),
    **dict.fromkeys((PlateFormat.DIPLOMATIC, PlateFormat.MISSION_HEAD), 0.4),
}
"""What speaks against a format: of the police are fewer than there are taxis and trailers with an O read as a zero."""

_TWINS: Final = ({"O", "0"}, {"B", "8"})

_ALLOWED: Final = {"L": frozenset(LATIN), "0": frozenset("0123456789"), "d": frozenset("DT"), "c": frozenset("C")}
_DIGIT_FOR: Final = {"O": "0", "D": "0", "Q": "0", "U": "0", "I": "1", "L": "1", "J": "1", "Z": "2", "E": "3"} | {
    **{"A": "4", "S": "5", "G": "6", "C": "6", "T": "7", "Y": "7", "B": "8", "P": "9"}
}
"""The digit that a letter at a digit's place most often was."""

_LETTER_FOR: Final = {"0": "O", "D": "O", "Q": "O", "8": "B", "4": "A", "3": "E", "6": "C", "G": "C", "7": "T"} | {
    **{"1": "T", "I": "T", "9": "P", "F": "P", "R": "P", "V": "Y", "U": "Y", "J": "Y", "N": "H", "W": "M", "5": "B"}
}
"""The letter that a digit, or a letter that no plate bears, most often was."""


@dataclass(frozen=True, slots=True)
class Plate:
    """A number that can be one.

    number    Cyrillic letters, no spaces; D, T and CD of diplomats stay Latin
    region    its code; see `region_name`
    repairs   characters that were read as something else
    """

    number: str
    format: PlateFormat
    region: str
    repairs: int = 0


def region_name(code: str | None) -> str | None:
    """None for a code that nobody issues."""
    return None if code is None else REGIONS.get(code)


def cleaned(text: str) -> str:
    """Capital Latin letters and digits only: a Cyrillic letter of plates becomes the Latin one that looks like it."""
    upper = text.upper().translate(_TO_LATIN)
    return "".join(c for c in upper if "0" <= c <= "9" or "A" <= c <= "Z")[:LONGEST]


@lru_cache(maxsize=4096)
def parsed(text: str, *, two_lines: bool = False) -> Plate | None:
    """The number that a text is; None when it fits no format.

    The smallest cost wins, then the commoner format: `АВ123777` is the trailer 1237 of region 77 and not the taxi 123
    of region 777, which reads alike. The letters RUS are no part of the number; one character more at an end (a bolt,
    the frame) may be dropped as a repair. What is repaired needs an issued region.

    two_lines   as tractors' and motorcycles' plates are; on one line such a number is rare, and a car's more likely
    """
    whole = cleaned(text)
    candidates = [(whole, 0)]
    for ending in ("RUS", "RU", "US"):
        if ending in whole[-4:]:
            candidates.append((whole[: whole.rindex(ending)], 0))
            break
    text = candidates[-1][0]
    candidates += [(text[1:], 1), (text[:-1], 1), (text[1:-1], 2)]
    found = [fit for part, dropped in candidates for fit in _fits(part, dropped, two_lines)]
    return min(found, key=lambda fit: fit[0])[1] if found else None


def same_but_for_one(left: str, right: str) -> bool:
    """Whether two numbers differ in one character, or in none: what one wrong reading can do."""
    return len(left) == len(right) and sum(a != b for a, b in zip(left, right, strict=True)) <= 1


def _fits(text: str, dropped: int, two_lines: bool) -> Iterator[tuple[tuple[float, int], Plate]]:
    """Every format that the text fits, with what speaks against it: its cost, and how rare it is."""
    for rank, (format_, pattern) in enumerate(_PATTERNS.items()):
        if len(text) - len(pattern) not in (2, 3):
            continue
        fitted = _fitted(text, pattern + "0" * (len(text) - len(pattern)))
        if fitted is None:
            continue
        number, repairs, cost = fitted[0], fitted[1] + dropped, fitted[2] + dropped
        region = number[len(pattern) :]
        if region == "00" or (len(region) == 3 and region[0] == "0") or repairs > MOST_REPAIRS:
            continue
        is_issued = region in REGIONS
        if repairs and (not is_issued or rank >= len(_COMMON)):
            continue
        cost += _RARE.get(format_, 0.0) + UNKNOWN_REGION * (not is_issued)
        if format_ is PlateFormat.TRACTOR_OR_MOTORCYCLE and not two_lines:
            cost += ON_ONE_LINE
        yield (cost, rank), Plate(_spelled(number, format_), format_, region, repairs)


def _fitted(text: str, pattern: str) -> tuple[str, int, float] | None:
    """The text with the characters that belong to the pattern's places, how many were others, and their cost.

    None where it does not fit, or where no letter's place holds a letter: digits alone are a telephone number.
    """
    chars: list[str] = []
    repairs, cost = 0, 0.0
    if not any(char.isalpha() for char, place in zip(text, pattern, strict=True) if place != "0"):
        return None
    for char, place in zip(text, pattern, strict=True):
        fitting = _at(char, place)
        if fitting is None:
            return None
        chars.append(fitting)
        if fitting != char:
            repairs += 1
            cost += TWINS if {char, fitting} in _TWINS else 1.0
    return "".join(chars), repairs, cost


def _at(char: str, place: str) -> str | None:
    if char in _ALLOWED.get(place, frozenset(place.upper())):
        return char
    if place == "0":
        return _DIGIT_FOR.get(char)
    return _LETTER_FOR.get(char) if place == "L" else None


def _spelled(number: str, format_: PlateFormat) -> str:
    diplomatic = format_ in (PlateFormat.DIPLOMATIC, PlateFormat.MISSION_HEAD)
    return number if diplomatic else number.translate(_TO_CYRILLIC)
