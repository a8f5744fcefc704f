"""How facts of older versions are read today: `incident.opened.v1` becomes v2, v2 becomes v3, when they are read.

What is stored is never touched. A change that older facts do not survive (`catalogue --check` says so) makes a new
version of the event and one function here; the older version's golden file proves that it still loads.
"""

import re
from collections.abc import Callable, Container, Mapping
from typing import Any, Final

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""The fields of an event as parsed JSON, from one version to the next; it must not change its argument."""

UPCASTERS: Final[dict[str, Upcaster]] = {}
"""Stored name of an older version -> how its fields become those of the version after it."""

_VERSIONED = re.compile(r"(.+)\.v(\d+)")


def next_name(name: str) -> str:
    """`incident.opened.v1` -> `incident.opened.v2`. Raises ValueError for what is no stored name."""
    matched = _VERSIONED.fullmatch(name)
    if matched is None:
        raise ValueError(f"{name!r} does not end in a version such as .v1")
    return f"{matched[1]}.v{int(matched[2]) + 1}"


def newest(name: str, retired: Container[str] = UPCASTERS) -> str:
    """The name under which facts of this name are read today."""
    while name in retired:
        name = next_name(name)
    return name


def upcast(name: str, fields: dict[str, Any], upcasters: Mapping[str, Upcaster] = UPCASTERS) -> dict[str, Any]:
    """The fields in their newest version, step by step."""
    while name in upcasters:
        fields = upcasters[name](fields)
        name = next_name(name)
    return fields
