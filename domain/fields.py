"""Checks of commands' fields that several deciders share. A refusal names the field and what is accepted."""

import re
from datetime import datetime

from domain.contracts.access import Scope
from domain.contracts.identifiers import IdentifierRefused, slug
from domain.contracts.plant import Schedule
from domain.refusals import ChangedMeanwhile, Refusal
from domain.rules.schedule import ScheduleRefused, checked_schedule

LONGEST_NAME = 200
LONGEST_KEY = 500
"""Characters."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class FieldRefused(Refusal):
    """A field of a command is outside what is possible."""

    code = "field_refused"


def require(holds: bool, field: str, accepted: str) -> None:
    if not holds:
        raise FieldRefused(f"{field}: {accepted} is accepted")


def require_version(expected: int | None, newest: int | None) -> None:
    """newest   None: it was taken away, or never was. Raises ChangedMeanwhile."""
    if expected is None or expected == newest:
        return
    now = "it was taken away" if newest is None else f"it has version {newest} now"
    raise ChangedMeanwhile(f"version {expected} was to be changed, and {now}")


def require_slug(field: str, text: str) -> None:
    try:
        slug(text)
    except IdentifierRefused as error:
        raise FieldRefused(f"{field}: {error}") from error


def require_text(field: str, text: str, longest: int = LONGEST_NAME) -> None:
    require(len(text.strip()) >= 1 and len(text) <= longest, field, f"1 to {longest} characters")


def require_sha256(field: str, text: str) -> None:
    require(_SHA256.fullmatch(text) is not None, field, "a sha256 of 64 small hexadecimal digits")


def require_object(key: str, sha256: str, prefix: str = "") -> None:
    """An object in the store and the sha256 of its bytes; prefix: what both fields' names begin with."""
    require_text(f"{prefix}key", key, LONGEST_KEY)
    require_sha256(f"{prefix}sha256", sha256)


def require_aware(field: str, at: datetime) -> None:
    require(at.tzinfo is not None, field, "a time with its offset")


def require_schedule(field: str, schedule: Schedule | None) -> None:
    try:
        checked_schedule(schedule)
    except ScheduleRefused as error:
        raise FieldRefused(f"{field}: {error}") from error


def require_different(field: str, values: tuple[object, ...], least: int = 1) -> None:
    """At least so many values, no two the same."""
    require(len(values) >= least, field, f"at least {least}")
    require(len(set(values)) == len(values), field, "each only once")


def require_scope(field: str, scope: Scope) -> None:
    parts = (*scope.shops, *scope.groups, *scope.cameras)
    require(scope.whole_plant != bool(parts), field, "either the whole plant or at least one shop, group or camera")
    for part in parts:
        require_slug(field, part)
