"""Cursors of lists that are sorted by anything: the place of the last row, opaque to the browser."""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from gateway.errors import InputRefused

Value = datetime | UUID | str | int | float | bool
_LONGEST = 1000


def to_place(order: str, *values: Value) -> str:
    """order   names the sorting, so that a cursor of another one is refused"""
    plain = [v.isoformat() if isinstance(v, datetime) else str(v) if isinstance(v, UUID) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps([order, *plain]).encode()).decode()


def from_place(order: str, cursor: str, *parsers: Callable[[object], Value]) -> list[Value]:
    """The values, each by its parser. Raises InputRefused for a cursor that this sorting never gave out."""
    try:
        found, *values = json.loads(base64.urlsafe_b64decode(cursor[:_LONGEST].encode()))
        parsed = [parse(value) for parse, value in zip(parsers, values, strict=True)]
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise InputRefused("after: not a cursor of this list") from error
    if found != order:
        raise InputRefused("after: not a cursor of this sorting")
    return parsed


def moment(value: object) -> datetime:
    if isinstance(value, str) and (at := datetime.fromisoformat(value)).tzinfo is not None:
        return at
    raise ValueError("no time with offset")


def identifier(value: object) -> UUID:
    if isinstance(value, str):
        return UUID(value)
    raise ValueError("no identifier")


def text(value: object) -> str:
    if isinstance(value, str) and "\x00" not in value:
        return value
    raise ValueError("no text")


def whole(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
        return value
    raise ValueError("no whole number")


def number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53:
        return float(value)
    raise ValueError("no number")


def truth(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("neither true nor false")
