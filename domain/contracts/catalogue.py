"""The committed list of every stored event: names, fields, types. A stored event lives for ever, so it is a contract.

`python -m domain.contracts.catalogue --check|--write`. The check fails when the code could no longer read what older
builds wrote: such a change is a new version of the event with an upcaster. What older facts survive (a new event, an
optional field, one more word of an enumeration) only has to be written down.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, asdict, dataclass, field, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from domain.contracts.compatibility import OPTIONAL, Members, Shape, broken_shapes
from domain.contracts.events import NAMES
from domain.contracts.personal import personal_fields
from domain.contracts.upcasters import UPCASTERS, Upcaster, newest

CATALOGUE = Path(__file__).with_name("catalogue.json")


class CatalogueError(Exception):
    """catalogue.json is not a catalogue of events."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """events   stored name -> field -> type, in words that do not depend on where a class lives
    types    what the words in capitals mean: fields of a record, words of an enumeration
    retired  names of older versions, which upcasters read
    personal stored name -> fields whose values belong to a person, and to which
    """

    events: dict[str, Shape]
    types: dict[str, Shape | Members]
    retired: list[str]
    personal: dict[str, dict[str, str]] = field(default_factory=dict)


def of_the_code(names: Mapping[str, type[Any]] = NAMES, upcasters: Mapping[str, Upcaster] = UPCASTERS) -> Catalogue:
    """The catalogue of this build."""
    types: dict[str, Shape | Members] = {}
    events = {name: _shape(cls, types) for name, cls in sorted(names.items())}
    personal = {name: {f: mark.owner for f, mark in personal_fields(names[name]).items()} for name in events}
    marked = {name: fields for name, fields in personal.items() if fields}
    return Catalogue(events, dict(sorted(types.items())), sorted(upcasters), marked)


def _shape(cls: type[Any], types: dict[str, Shape | Members]) -> Shape:
    hints = get_type_hints(cls)
    return {f.name: _words(hints[f.name], types) + ("" if _is_required(f) else OPTIONAL) for f in fields(cls)}


def _is_required(f: "Field[Any]") -> bool:
    return f.default is MISSING and f.default_factory is MISSING


def _words(kind: Any, types: dict[str, Shape | Members]) -> str:
    if kind is type(None):
        return "null"
    if kind is Ellipsis:
        return "..."
    supertype = getattr(kind, "__supertype__", None)
    if supertype is not None:
        return f"{kind.__name__}:{_words(supertype, types)}"
    args = get_args(kind)
    if args and get_origin(kind) is tuple:
        return f"list<{', '.join(_words(a, types) for a in args)}>"
    if args:
        return " or ".join(_words(a, types) for a in args)
    if is_dataclass(kind) and isinstance(kind, type):
        types[kind.__name__] = _shape(kind, types)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        types[kind.__name__] = [str(member.value) for member in kind]
    return str(kind.__name__)


def breaks(committed: Catalogue, current: Catalogue) -> list[str]:
    """Why facts that were written by the committed catalogue cannot be read by the current one; empty when they can."""
    return [*_lost(committed, current), *_misread(committed, current)]


def _lost(committed: Catalogue, current: Catalogue) -> Iterator[str]:
    for name in (*committed.events, *committed.retired):
        if name not in current.events and name not in current.retired:
            yield f"{name}: events of this name are stored for ever; keep it, or retire it with an upcaster"
    for name in current.retired:
        leads_to = newest(name, current.retired)
        if leads_to not in current.events:
            yield f"{name}: its upcaster leads to {leads_to}, which is not an event"


def _misread(committed: Catalogue, current: Catalogue) -> Iterator[str]:
    for name in committed.events.keys() & current.events.keys():
        before, now = committed.events[name], current.events[name]
        for why in broken_shapes(name, before, now, committed.types, current.types):
            yield f"{why}; make a new version of {name} with an upcaster"
        for personal in committed.personal.get(name, {}).keys() - current.personal.get(name, {}).keys():
            yield f"{name}.{personal} is personal: what was sealed for a person is not stored in the open later"


def read(path: Path = CATALOGUE) -> Catalogue | None:
    """The committed catalogue, if there is one. Raises CatalogueError."""
    if not path.is_file():
        return None
    try:
        return Catalogue(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise CatalogueError(f"{path}: {error}") from error


def check(current: Catalogue, path: Path = CATALOGUE) -> list[str]:
    """What is wrong with the committed catalogue; empty when it is that of the code."""
    committed = read(path)
    if committed is None:
        return [f"{path.name} is missing; --write it"]
    found = breaks(committed, current)
    if not found and committed != current:
        found = [f"the events differ from {path.name}, in a way that older facts survive; --write it"]
    return sorted(found)


def write(current: Catalogue, path: Path = CATALOGUE) -> list[str]:
    """Writes the catalogue; or says why not, and changes nothing."""
    committed = read(path)
    found = sorted(breaks(committed, current)) if committed else []
    if not found:
        path.write_text(json.dumps(asdict(current), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


def main(arguments: list[str]) -> int:
    actions = {"--check": check, "--write": write}
    action = actions.get(" ".join(arguments))
    if action is None:
        sys.stderr.write("usage: python -m domain.contracts.catalogue --check|--write\n")
        return 2
    try:
        found = action(of_the_code())
    except CatalogueError as error:
        found = [str(error)]
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
