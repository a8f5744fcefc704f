"""What the payload of a message in EVENTS holds: who, when, by which command, and the event itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from domain.contracts import codec
from domain.contracts.events.named import NAMES, Event
from domain.contracts.identifiers import CommandId, UserId
from domain.contracts.personal import Seal, Unseal, has_sealed, opened, sealed
from domain.contracts.upcasters import newest, upcast

_STORED: Final = frozenset({"at", "by", "command_id", "event"})


class EventUnknown(ValueError):
    """An event's stored name is none that this build knows: it was written by a newer one."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event with its circumstances: recorded at, by whom (login or process), answering which command.

    owners   whose each personal value is, by field, `by` among them: these are sealed where they are stored
    """

    at: datetime
    by: str
    command_id: CommandId
    event: Event
    owners: Mapping[str, UserId] = field(default_factory=dict)


def encode_event(envelope: Envelope, seal: Seal | None = None) -> bytes:
    """The payload of a message in EVENTS; its name travels as the message's topic.

    seal     needed where somebody owns a value
    Raises   CodecError
    """
    plain = {part: codec.to_plain(getattr(envelope, part), part) for part in _STORED}
    if not envelope.owners:
        return codec.dump(plain)
    if seal is None:
        raise codec.CodecError("personal values are not stored unsealed")
    return codec.dump(sealed(plain, envelope.owners, seal))


def decode_event(name: str, payload: bytes, unseal: Unseal | None = None) -> Envelope:
    """The event, of an older version too: in the form of the newest.

    unseal   None: personal values that were sealed are WITHHELD
    Raises   EventUnknown for a name of a newer build, CodecError for a broken payload
    """
    cls = NAMES.get(newest(name))
    if cls is None:
        raise EventUnknown(f"{name} is not an event of this build")
    plain = codec.load(payload)
    if not isinstance(plain, dict) or not plain.keys() >= _STORED:
        raise codec.CodecError(f"{name}: an envelope has at, by, command_id and event")
    owners: Mapping[str, UserId] = {}
    if has_sealed(payload):
        plain, owners = opened(plain, unseal)
    return Envelope(
        at=codec.from_plain(_Circumstances, plain).at,
        by=str(plain["by"]),
        command_id=CommandId(str(plain["command_id"])),
        event=codec.from_plain(cls, _upcast(name, plain["event"])),
        owners=owners,
    )


def _upcast(name: str, fields: Any) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise codec.CodecError(f"{name}: its event is not an object")
    try:
        return upcast(name, fields)
    except (LookupError, TypeError, ValueError) as error:
        raise codec.CodecError(f"{name}: not as events of this version are: {error!r}") from error


@dataclass(frozen=True, slots=True)
class _Circumstances:
    at: datetime
