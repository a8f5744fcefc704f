"""Whether what was written under one description of a record can be read under another. Used by `catalogue`.

A reader ignores fields that it does not know and fills in optional ones. So a field may come when it is optional and
an enumeration may grow; what was there must stay, with its type.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

Shape = dict[str, str]
"""Field -> type in words."""

Members = list[str]
"""The words of an enumeration."""

Types = Mapping[str, Shape | Members]

OPTIONAL: Final = ", optional"
"""Ends the words of a field that may be missing."""

_NULL: Final = " or null"
_WORD = re.compile(r"(?:\w+:)?(\w+)")


def broken_shapes(path: str, before: Shape, now: Shape, old: Types, new: Types) -> Iterator[str]:
    """Each reason, in a sentence that names the field.

    old, new   what the names of types meant then and mean now
    """
    for field, words in before.items():
        if field not in now:
            yield f"{path}.{field} was removed"
        else:
            yield from _broken_field(f"{path}.{field}", words, now[field], old, new)
    for field, words in now.items():
        if field not in before and not words.endswith(OPTIONAL):
            yield f"{path}.{field} is new and required"


def _broken_field(path: str, before: str, now: str, old: Types, new: Types) -> Iterator[str]:
    if before.endswith(OPTIONAL) and not now.endswith(OPTIONAL):
        yield f"{path} is required now"
    before, now = before.removesuffix(OPTIONAL), now.removesuffix(OPTIONAL)
    if _outline(now, new) not in (_outline(before, old), _outline(before, old) + _NULL):
        yield f"{path} was {before} and is {now}"
        return
    for then_called, now_called in zip(_named(before, old), _named(now, new), strict=True):
        yield from _broken_type(path, then_called, now_called, old, new)


def _broken_type(path: str, then_called: str, now_called: str, old: Types, new: Types) -> Iterator[str]:
    before, now = old[then_called], new[now_called]
    if isinstance(before, dict) and isinstance(now, dict):
        yield from broken_shapes(path, before, now, old, new)
    elif isinstance(before, list) and isinstance(now, list):
        for word in before:
            if word not in now:
                yield f"{path} may no longer be {word!r}"
    else:
        yield f"{path} was {then_called} and is {now_called}"


def _outline(words: str, types: Types) -> str:
    """The words without the names of identifiers and types: only what they are made of on the wire."""
    return _WORD.sub(lambda m: "@" if m[1] in types else m[1], words)


def _named(words: str, types: Types) -> list[str]:
    return [m[1] for m in _WORD.finditer(words) if m[1] in types]
