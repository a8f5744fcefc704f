"""How a machine can look, in words: states that exclude each other are one aspect. Folders of examples bear them."""

from dataclasses import dataclass
from typing import Final

from domain.contracts.detections import Attribute
from domain.contracts.machines import STATES, UNKNOWN, Aspect, aspect_of
from domain.contracts.plant import LAMPS
from inference.errors import InferenceError

__all__ = ["MEANINGS", "STATES", "UNKNOWN", "Aspect", "Meaning", "StateUnknown", "aspect_of", "state_named"]


class StateUnknown(InferenceError):
    """A folder of examples is named by a state that a machine can be in."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a state of an aspect says of one attribute."""

    attribute: Attribute
    present: frozenset[str]
    """States in which the machine has the attribute; in the aspect's others it has not."""


MEANINGS: Final[dict[Aspect, tuple[Meaning, ...]]] = {
    Aspect.GUARD: (Meaning(Attribute.GUARD_OPEN, frozenset({"open"})),),
    Aspect.RUNNING: (Meaning(Attribute.RUNNING, frozenset({"running"})),),
    Aspect.LAMP: tuple(Meaning(attribute, frozenset({lamp.value})) for lamp, attribute in LAMPS.items()),
}
_OTHER_WORDS: Final = {
    "открыт": "open",
    "закрыт": "closed",
    "работает": "running",
    "стоит": "stopped",
    "красный": "red",
    "жёлтый": "yellow",
    "желтый": "yellow",
    "зелёный": "green",
    "зеленый": "green",
    "выключен": "off",
    "неясно": UNKNOWN,
}
_PREFIXES: Final = ("guard-", "lamp-")


def state_named(text: str) -> str:
    """The state that a folder's name means: `open`, `Lamp_Red`, `зелёный`. Raises StateUnknown."""
    word = text.strip().casefold().replace("_", "-")
    for prefix in _PREFIXES:
        word = word.removeprefix(prefix)
    word = _OTHER_WORDS.get(word, word)
    if word == UNKNOWN or any(word in states for states in STATES.values()):
        return word
    known = ", ".join([*(state for states in STATES.values() for state in states), UNKNOWN])
    raise StateUnknown(f"{text!r} is no state of a machine; there are: {known}")
