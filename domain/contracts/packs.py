"""Ready sets of analytics for the usual kinds of site: what «attach a pack» starts a camera with (R89)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.contracts.plant import RuleKind


class CasePack(StrEnum):
    """What kind of site the camera watches."""

    FACTORY = "factory"
    OFFICE = "office"
    WAREHOUSE = "warehouse"
    PARKING = "parking"


class PackPlace(StrEnum):
    """What a zone of a pack is for: passages of vehicles, people who come and go, the time that they work."""

    GATE = "gate"
    ENTRANCE = "entrance"
    WORKPLACE = "workplace"


PLACE_NAMES: Final = {PackPlace.GATE: "Ворота", PackPlace.ENTRANCE: "Вход", PackPlace.WORKPLACE: "Рабочее место"}
"""As a person in the plant reads them."""


@dataclass(frozen=True, slots=True)
class PackContents:
    """kinds   of rules that hold in the whole picture; those about protective equipment only where `ppe` is
    place   the zone that the camera must have; without one it gets the whole picture, for a person to narrow
    ppe, plates   see CameraRegistered; a pack only ever switches them on
    """

    kinds: tuple[RuleKind, ...]
    place: PackPlace
    ppe: bool = False
    plates: bool = False


PACKS: Final[dict[CasePack, PackContents]] = {
    CasePack.FACTORY: PackContents((RuleKind.NO_HELMET,), PackPlace.GATE, ppe=True, plates=True),
    CasePack.OFFICE: PackContents((), PackPlace.ENTRANCE),
    CasePack.WAREHOUSE: PackContents((RuleKind.NO_HELMET, RuleKind.NO_VEST), PackPlace.WORKPLACE, ppe=True),
    CasePack.PARKING: PackContents((), PackPlace.GATE, plates=True),
}
"""Every kind of site has its line."""
