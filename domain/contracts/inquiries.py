"""Questions to domain.inquiry and its answers: NATS requests on `ask.<question>`, one JSON reply each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts import codec
from domain.contracts.commands.replies import Refused
from domain.contracts.known import KnownIncident, NotKnownYet
from domain.contracts.passport import Passport

PASSPORT_QUESTION: Final = "ask.passport"
INCIDENT_QUESTION: Final = "ask.incident"

MOST_FRAMES: Final = 400
"""Frames in one answer, so that it stays well below what a message may have."""


@dataclass(frozen=True, slots=True)
class AskPassport:
    """The passport of an incident (its id).

    as_known_at               only what was recorded up to then; None is now
    frames_from, events_from  numbers of the first to tell; 0 is the first
    """

    incident: str
    as_known_at: datetime | None = None
    frames_from: int = 0
    frames: int = 200
    events_from: int = 0


@dataclass(frozen=True, slots=True)
class AskIncident:
    """The incident (its id) alone: from its events, without frames, and without asking for its files."""

    incident: str
    as_known_at: datetime | None = None
    events_from: int = 0


Answer = Passport | KnownIncident | NotKnownYet | Refused

_KINDS: Final[dict[str, type[Any]]] = {
    "passport": Passport,
    "known": KnownIncident,
    "not_known_yet": NotKnownYet,
    "refused": Refused,
}
_WORDS: Final = {cls: word for word, cls in _KINDS.items()}


def encode_answer(answer: Answer) -> bytes:
    """Raises CodecError."""
    return codec.to_json(_Tagged(_WORDS[type(answer)], answer))


def decode_answer(data: bytes) -> Answer:
    """Raises CodecError."""
    plain = codec.load(data)
    kind = _KINDS.get(str(plain.get("kind"))) if isinstance(plain, dict) else None
    if kind is None:
        raise codec.CodecError(f"kind: one of {', '.join(_KINDS)} is expected")
    answer: Answer = codec.from_plain(kind, plain.get("answer"))
    return answer


@dataclass(frozen=True, slots=True)
class _Tagged:
    """An answer with the word for what it is."""

    kind: str
    answer: Answer
