"""What the ready sets of analytics consist of, in the schema (R89)."""

import strawberry

from domain.contracts.packs import PACKS, CasePack, PackPlace
from domain.contracts.plant import RuleKind


@strawberry.type(description="What attachCasePack switches on for one kind of site.")
class CasePackContents:
    pack: CasePack
    ppe: bool = strawberry.field(description="protective equipment is looked for")
    plates: bool = strawberry.field(description="number plates are read")
    kinds: list[RuleKind] = strawberry.field(description="of rules in the whole picture")
    place: PackPlace = strawberry.field(description="what its zone is for")


def case_packs() -> list[CasePackContents]:
    """All of them, in their usual order."""
    return [
        CasePackContents(pack=pack, ppe=of.ppe, plates=of.plates, kinds=list(of.kinds), place=of.place)
        for pack, of in PACKS.items()
    ]
