"""JSON for facts and commands: strict both ways, driven by the dataclasses' own types.

What cannot be stored everywhere for ever is refused where it is written (FAULTS B8): NaN, NUL, lone surrogates,
integers beyond 2^53, naive times. Unknown fields are kept out and ignored (B12), missing ones are an error.
"""

import json
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, date, datetime, time
from enum import Enum
from functools import cache
from math import isfinite
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, which Postgres refuses, and surrogates, which are no UTF-8."""

MAX_INTEGER = 2**53
"""The largest integer that JavaScript, Postgres and Python all read alike."""


class CodecError(ValueError):
    """A message does not have the agreed form; the sentence names the field."""


def to_json(value: object) -> bytes:
    """A dataclass as compact UTF-8 JSON with sorted keys, so that equal values give equal bytes.

    Raises CodecError on a value that must not be stored.
    """
    return dump(to_plain(value))


def dump(plain: object) -> bytes:
    """What `to_plain` made, as JSON in its one form."""
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def to_plain(value: object, path: str = "") -> Any:
    """The JSON-able form of a dataclass, enum, tuple, time, UUID or plain value."""
    match value:
        case None | bool():
            return value
        case Enum():
            return value.value
        case str():
            return _checked_text(value, path)
        case int():
            return _checked_integer(value, path)
        case float():
            return _checked_float(value, path)
        case datetime():
            return _checked_time(value, path).astimezone(UTC).isoformat(timespec="microseconds")
        case date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
        case tuple() | list():
            return [to_plain(item, f"{path}[{i}]") for i, item in enumerate(value)]
    if is_dataclass(value):
        before = f"{path}." if path else ""
        return {name: to_plain(getattr(value, name), before + name) for name in _names(value.__class__)}
    raise CodecError(f"{path}: {type(value).__name__} has no JSON form")


@cache
def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def from_json(cls: type[T], data: bytes) -> T:
    """An instance of the dataclass `cls`. Raises CodecError naming the wrong field."""
    return from_plain(cls, load(data))


def load(data: bytes) -> Any:
    """Parsed JSON. Raises CodecError on malformed text and on NaN or Infinity."""
    try:
        return _DECODER.decode(data.decode())
    except (ValueError, RecursionError) as error:
        raise CodecError(f"not JSON: {error}") from error


def from_plain(cls: type[T], plain: object) -> T:
    """An instance of the dataclass `cls` from parsed JSON."""
    target: Any = cls
    instance: T = _decoder(target)(plain, cls.__name__)
    return instance


Decoder = Callable[[object, str], Any]


@cache
def _decoder(kind: Any) -> Decoder:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional_decoder(kind)
    if origin is tuple:
        return _tuple_decoder(get_args(kind))
    supertype = getattr(kind, "__supertype__", None)
    if supertype is not None:
        return _decoder(supertype)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_decoder(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum_decoder(kind)
    if kind in _SCALARS:
        return _SCALARS[kind]
    raise TypeError(f"no JSON form for {kind}")


def _dataclass_decoder(cls: type[Any]) -> Decoder:
    hints = get_type_hints(cls)
    plan = [(f.name, _decoder(hints[f.name]), _is_required(f)) for f in fields(cls)]

    def decode(plain: object, path: str) -> Any:
        if not isinstance(plain, (dict, Mapping)):  # a dict is recognised at once, an abstract class is slow to ask
            raise CodecError(f"{path}: an object is expected")
        values = {}
        for name, decoder, required in plan:
            if name in plain:
                values[name] = decoder(plain[name], f"{path}.{name}")
            elif required:
                raise CodecError(f"{path}.{name}: missing")
        return cls(**values)

    return decode


def _is_required(f: "Field[Any]") -> bool:
    return f.default is MISSING and f.default_factory is MISSING


def _optional_decoder(kind: Any) -> Decoder:
    inner = [a for a in get_args(kind) if a is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"only `X | None` has a JSON form, not {kind}")
    decoder = _decoder(inner[0])
    return lambda plain, path: None if plain is None else decoder(plain, path)


def _tuple_decoder(args: tuple[Any, ...]) -> Decoder:
    repeated = len(args) == 2 and args[1] is Ellipsis
    decoders = [_decoder(a) for a in (args[:1] if repeated else args)]

    def decode(plain: object, path: str) -> Any:
        if not isinstance(plain, list) or not (repeated or len(plain) == len(decoders)):
            raise CodecError(f"{path}: a list{'' if repeated else f' of {len(decoders)}'} is expected")
        chosen = decoders * len(plain) if repeated else decoders
        return tuple(d(item, f"{path}[{i}]") for i, (d, item) in enumerate(zip(chosen, plain, strict=True)))

    return decode


def _enum_decoder(cls: type[Enum]) -> Decoder:
    def decode(plain: object, path: str) -> Enum:
        try:
            return cls(plain)
        except ValueError:
            allowed = ", ".join(str(m.value) for m in cls)
            raise CodecError(f"{path}: one of {allowed} is expected") from None

    return decode


def _text(plain: object, path: str) -> str:
    if not isinstance(plain, str):
        raise CodecError(f"{path}: text is expected")
    return _checked_text(plain, path)


def _integer(plain: object, path: str) -> int:
    if not isinstance(plain, int) or isinstance(plain, bool):
        raise CodecError(f"{path}: a whole number is expected")
    return _checked_integer(plain, path)


def _float(plain: object, path: str) -> float:
    if not isinstance(plain, int | float) or isinstance(plain, bool):
        raise CodecError(f"{path}: a number is expected")
    return _checked_float(float(plain), path)


def _boolean(plain: object, path: str) -> bool:
    if not isinstance(plain, bool):
        raise CodecError(f"{path}: true or false is expected")
    return plain


def _datetime(plain: object, path: str) -> datetime:
    try:
        return _checked_time(datetime.fromisoformat(_text(plain, path)), path)
    except ValueError as error:
        raise CodecError(f"{path}: an ISO 8601 time with offset is expected") from error


def _time(plain: object, path: str) -> time:
    try:
        return time.fromisoformat(_text(plain, path))
    except ValueError as error:
        raise CodecError(f"{path}: a time of day HH:MM is expected") from error


def _uuid(plain: object, path: str) -> UUID:
    try:
        return UUID(_text(plain, path))
    except ValueError as error:
        raise CodecError(f"{path}: a UUID is expected") from error


_SCALARS: dict[Any, Decoder] = {
    str: _text,
    int: _integer,
    float: _float,
    bool: _boolean,
    datetime: _datetime,
    time: _time,
    UUID: _uuid,
}


def _checked_text(value: str, path: str) -> str:
    if _UNSTORABLE.search(value):
        raise CodecError(f"{path}: text with NUL or a lone surrogate cannot be stored")
    return value


def _checked_integer(value: int, path: str) -> int:
    if abs(value) > MAX_INTEGER:
        raise CodecError(f"{path}: {value} is beyond 2^53")
    return value


def _checked_float(value: float, path: str) -> float:
    if not isfinite(value):
        raise CodecError(f"{path}: {value} is not a number")
    return value


def _checked_time(value: datetime, path: str) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise CodecError(f"{path}: a time without offset cannot be stored")
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise CodecError(f"{path}: {value.isoformat()} has no form in UTC") from None
    return value


def _refuse_constant(name: str) -> object:
    raise CodecError(f"{name} is not a number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
"""Made once: json.loads with an argument makes one for every call."""
