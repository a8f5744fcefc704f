"""Cursors of a page: where the last row stood in its order. Opaque to the browser, checked when they come back."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from uuid import UUID

from gateway.errors import InputRefused

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class After:
    """The sort value and the id of the last row seen."""

    value: datetime | float
    id: UUID


def to_cursor(order: str, after: After) -> str:
    """order   names the sorting, so that a cursor of another one is refused"""
    value = after.value.isoformat() if isinstance(after.value, datetime) else after.value
    return base64.urlsafe_b64encode(json.dumps([order, value, str(after.id)]).encode()).decode()


def from_cursor(order: str, cursor: str) -> After:
    """Raises InputRefused for a cursor of another sorting, or one that was never given out."""
    try:
        found_order, value, row_id = json.loads(base64.urlsafe_b64decode(cursor[:_LONGEST].encode()))
        after = After(_value(value), UUID(row_id))
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise InputRefused("after: not a cursor of this list") from error
    if found_order != order:
        raise InputRefused("after: not a cursor of this sorting")
    return after


def _value(value: object) -> datetime | float:
    if isinstance(value, str):
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError("without offset")
        return at
    if isinstance(value, float | int) and isfinite(value):
        return float(value)
    raise ValueError("neither time nor number")
