"""The catalogue of events: what older facts do not survive is refused, what they survive is written down."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NewType

import pytest

from domain.contracts import catalogue
from domain.contracts.catalogue import Catalogue, CatalogueError, breaks, check, of_the_code, write

GateId = NewType("GateId", str)
DoorId = NewType("DoorId", str)
OPENED = "gate.opened.v1"


class Side(StrEnum):
    IN = "in"
    OUT = "out"


class WiderSide(StrEnum):
    IN = "in"
    OUT = "out"
    BOTH = "both"


class NarrowerSide(StrEnum):
    IN = "in"


@dataclass
class Width:
    metres: float


@dataclass
class WidthInFeet:
    feet: float


@dataclass
class Opened:
    gate_id: GateId
    at: datetime
    side: Side
    widths: tuple[Width, ...]
    by: str | None


@dataclass
class Renamed:
    gate_id: DoorId
    at: datetime
    side: Side
    widths: tuple[Width, ...]
    by: str | None


@dataclass
class WithOptional(Opened):
    note: str = ""
    pair: tuple[int, ...] = field(default_factory=tuple)


@dataclass
class WithRequired(Opened):
    note: str


@dataclass
class WithoutAt:
    gate_id: GateId
    side: Side
    widths: tuple[Width, ...]
    by: str | None


@dataclass
class WithWiderSide:
    gate_id: GateId
    at: datetime
    side: WiderSide
    widths: tuple[Width, ...]
    by: str | None


@dataclass
class WithNarrowerSide(WithWiderSide):
    side: NarrowerSide  # type: ignore[assignment]


@dataclass
class WithOtherType(WithWiderSide):
    at: int  # type: ignore[assignment]


@dataclass
class WithNull(WithWiderSide):
    at: datetime | None  # type: ignore[assignment]


@dataclass
class WithoutNull(WithWiderSide):
    by: str


@dataclass
class WithOtherWidth(WithWiderSide):
    widths: tuple[WidthInFeet, ...]  # type: ignore[assignment]


@dataclass
class WithEnumerationForText(WithWiderSide):
    gate_id: Side  # type: ignore[assignment]


@dataclass
class WithRecordForWords(WithWiderSide):
    side: Width  # type: ignore[assignment]


def of(names: dict[str, type[Any]], *retired: str) -> Catalogue:
    return of_the_code(names, dict.fromkeys(retired, lambda plain: plain))


COMMITTED = of({OPENED: Opened})


def test_the_committed_catalogue_is_that_of_the_code() -> None:
    assert check(of_the_code()) == []


def test_a_catalogue_says_what_is_stored() -> None:
    assert of({OPENED: WithOptional}) == Catalogue(
        events={
            OPENED: {
                "gate_id": "GateId:str",
                "at": "datetime",
                "side": "Side",
                "widths": "list<Width, ...>",
                "by": "str or null",
                "note": "str, optional",
                "pair": "list<int, ...>, optional",
            }
        },
        types={"Side": ["in", "out"], "Width": {"metres": "float"}},
        retired=[],
    )


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (WithoutAt, "gate.opened.v1.at was removed"),
        (WithRequired, "gate.opened.v1.note is new and required"),
        (WithOtherType, "gate.opened.v1.at was datetime and is int"),
        (WithoutNull, "gate.opened.v1.by was str or null and is str"),
        (WithNarrowerSide, "gate.opened.v1.side may no longer be 'out'"),
        (WithOtherWidth, "gate.opened.v1.widths.metres was removed"),
        (WithEnumerationForText, "gate.opened.v1.gate_id was GateId:str and is Side"),
        (WithRecordForWords, "gate.opened.v1.side was Side and is Width"),
    ],
)
def test_what_older_facts_do_not_survive_asks_for_a_new_version(now: type[Any], why: str) -> None:
    assert f"{why}; make a new version of gate.opened.v1 with an upcaster" in breaks(COMMITTED, of({OPENED: now}))


@pytest.mark.parametrize("now", [WithOptional, WithNull, WithWiderSide, Renamed])
def test_what_older_facts_survive_only_has_to_be_written_down(now: type[Any], tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    write(COMMITTED, path)
    current = of({OPENED: now, "gate.closed.v1": Opened})
    assert check(current, path) == [
        "the events differ from catalogue.json, in a way that older facts survive; --write it"
    ]
    assert write(current, path) == []
    assert check(current, path) == []


def test_an_optional_field_stays_optional() -> None:
    assert breaks(of({OPENED: WithOptional}), of({OPENED: WithRequired}))[0].startswith(
        "gate.opened.v1.note is required now"
    )


def test_a_name_does_not_vanish() -> None:
    why = "gate.opened.v1: events of this name are stored for ever; keep it, or retire it with an upcaster"
    assert breaks(COMMITTED, of({})) == [why]
    assert breaks(of({"gate.opened.v2": Opened}, OPENED), of({"gate.opened.v2": Opened})) == [why]


def test_a_version_is_retired_by_an_upcaster_to_one_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    write(COMMITTED, path)
    current = of({"gate.opened.v2": WithRequired}, OPENED)
    assert write(current, path) == []
    assert check(current, path) == []
    nowhere = breaks(COMMITTED, of({}, OPENED))
    assert nowhere == ["gate.opened.v1: its upcaster leads to gate.opened.v2, which is not an event"]


def test_an_incompatible_change_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    write(COMMITTED, path)
    before = path.read_bytes()
    assert write(of({OPENED: WithoutAt}), path) == check(of({OPENED: WithoutAt}), path) != []
    assert path.read_bytes() == before


def test_a_missing_catalogue_is_said(tmp_path: Path) -> None:
    assert check(COMMITTED, tmp_path / "catalogue.json") == ["catalogue.json is missing; --write it"]


@pytest.mark.parametrize("content", ["", "[]", '{"events": {}}'])
def test_a_file_that_is_no_catalogue_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "catalogue.json").write_text(content)
    with pytest.raises(CatalogueError, match=r"catalogue\.json"):
        check(COMMITTED, tmp_path / "catalogue.json")


def test_the_command_line_says_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogue.main(["--check"]) == 0
    assert catalogue.main(["--frobnicate"]) == 2
    fewer = replace(of_the_code(), events={})
    monkeypatch.setattr(catalogue, "of_the_code", lambda: fewer)
    assert catalogue.main(["--check"]) == 1
    assert "incident.opened.v1: events of this name are stored for ever" in capsys.readouterr().err
