"""XML of strangers: no entities, no external documents, no more than it may be; names without their prefixes."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

import defusedxml.ElementTree as SafeElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from infra.onvif import OnvifError

MOST_ELEMENTS: Final = 20_000
MOST_TEXT: Final = 2_048


def parsed(data: bytes) -> Element:
    """Raises OnvifError."""
    try:
        root: Element = SafeElementTree.fromstring(data, forbid_dtd=True)
    except (DefusedXmlException, SafeElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise OnvifError(f"the answer is no XML that may be read: {type(error).__name__}") from error
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise OnvifError(f"the answer has more than {MOST_ELEMENTS} elements")
    return root


def every(root: Element, name: str) -> Iterator[Element]:
    """All elements of the name below, whatever their namespace: devices differ in versions of it."""
    return (
        element for element in root.iter() if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name
    )


def first(root: Element, *path: str) -> Element | None:
    """The first element that lies under the names, one inside the other, at any depth."""
    found: Element | None = root
    for name in path:
        found = None if found is None else next((e for e in every(found, name) if e is not found), None)
    return found


def text(root: Element, *path: str) -> str:
    """Its text, printable and short; empty when there is none."""
    found = first(root, *path)
    raw = (found.text or "").strip() if found is not None else ""
    return "".join(c for c in raw if c.isprintable())[:MOST_TEXT]


def number(root: Element, *path: str) -> float:
    """0 when there is none, or nonsense."""
    try:
        found = float(text(root, *path) or 0)
    except ValueError:
        return 0.0
    return found if 0 <= found < 1e6 else 0.0
