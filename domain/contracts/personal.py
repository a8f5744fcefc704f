"""Personal data in events: which fields hold it, whose it is, and the form in which it is stored.

A field is marked where it is declared: `text: Annotated[str, Personal(ACTOR)]`. Stored, its value is an envelope
`{"person": <id>, "sealed": <base64>}`, made under a key of that person; without the key it says «стёрто» for ever. What
is hashed, signed and proved is the stored form, so that a proof outlives the key (docs/adr/0008). Facts from before
there were keys hold plain values and still load. `infra.persons` does the sealing; here is no cryptography.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_type_hints
from uuid import UUID

from domain.contracts.codec import CodecError
from domain.contracts.identifiers import UserId, local_user_id

ERASED: Final = "стёрто"
"""Stands for a personal value whose key is gone, in rows, exports and passports."""

WITHHELD: Final = "скрыто"
"""Stands for a personal value that the reading process has no right to."""

ACTOR: Final = "by"
"""Owner: whoever caused the event. Also the name under which `by` itself is sealed."""

LOGIN: Final = "login"
"""Owner: the person whose login the value is."""

_MARK: Final = b'"sealed":'
"""In the stored JSON of an event with a sealed field, and of no other: within a text its quotes are escaped."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a text field. owner: ACTOR, LOGIN, or the field that names the person, here or in an earlier event."""

    owner: str


Seal = Callable[[UserId, str, str], str]
"""Person, field, text -> its sealed form in base64."""

Unseal = Callable[[UserId, str, str], str | None]
"""Person, field, sealed form -> the text; None when the person's key is gone. Raises CodecError on a changed byte."""


def personal_fields(kind: type[Any]) -> Mapping[str, Personal]:
    """The marked fields of an event's class."""
    key: Any = kind
    marks: Mapping[str, Personal] = _marks(key)
    return marks


@cache
def _marks(kind: Any) -> Any:
    return {
        name: mark
        for name, hint in get_type_hints(kind, include_extras=True).items()
        for mark in getattr(hint, "__metadata__", ())
        if isinstance(mark, Personal)
    }


def owners_of(event: object, actor: UserId | None, earlier: Sequence[object]) -> dict[str, UserId]:
    """Field -> the person whose it is. Fields without a value, or of nobody, are left out.

    actor    the person who causes the event; None when a process does
    earlier  the aggregate's events before it
    """
    owners = {} if actor is None else {ACTOR: actor}
    for name, mark in personal_fields(type(event)).items():
        value = getattr(event, name)
        owner = None if value is None else _owner(mark, value, event, actor, earlier)
        if owner is not None:
            owners[name] = owner
    return owners


def _owner(mark: Personal, value: str, event: object, actor: UserId | None, earlier: Sequence[object]) -> UserId | None:
    if mark.owner == ACTOR:
        return actor
    if mark.owner == LOGIN:
        return local_user_id(value)
    named = (getattr(source, mark.owner, None) for source in (event, *reversed(earlier)))
    return next((UserId(person) for person in named if isinstance(person, UUID)), None)


def sealed(plain: dict[str, Any], owners: Mapping[str, UserId], seal: Seal) -> dict[str, Any]:
    """The stored form of an envelope: `by` and the event's fields that somebody owns are sealed."""
    event = dict(plain["event"])
    stored = plain | {"event": event}
    for name, person in owners.items():
        holder = stored if name == ACTOR else event
        holder[name] = {"person": str(person), "sealed": seal(person, name, holder[name])}
    return stored


def has_sealed(payload: bytes) -> bool:
    """Whether a stored event has a sealed field: most have none, and pay no more than this."""
    return _MARK in payload


def opened(plain: dict[str, Any], unseal: Unseal | None) -> tuple[dict[str, Any], dict[str, UserId]]:
    """The envelope with its sealed values replaced, and whose they are. Raises CodecError."""
    event = plain["event"]
    if not isinstance(event, dict):
        raise CodecError("its event is not an object")
    readable, fields, owners = dict(plain), dict(event), dict[str, UserId]()
    for name, value, holder in ((ACTOR, plain[ACTOR], readable), *((n, v, fields) for n, v in event.items())):
        if isinstance(value, dict) and value.keys() == {"person", "sealed"}:
            owners[name] = person = _person(value["person"], name)
            holder[name] = _text(person, name, value["sealed"], unseal)
    return readable | {"event": fields}, owners


def _person(value: object, field: str) -> UserId:
    try:
        return UserId(UUID(str(value)))
    except ValueError as error:
        raise CodecError(f"{field}: sealed for nobody") from error


def _text(person: UserId, field: str, value: object, unseal: Unseal | None) -> str:
    if not isinstance(value, str):
        raise CodecError(f"{field}: its sealed form is not text")
    if unseal is None:
        return WITHHELD
    text = unseal(person, field, value)
    return ERASED if text is None else text
