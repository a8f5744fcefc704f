"""Who changed a zone or a rule while somebody else had it in a form."""

from dataclasses import replace
from typing import Final

from domain.contracts.events import NAMES, RulePublished, RuleRetired, ZoneDrawn, ZoneRetired
from gateway.errors import DatabaseBusy
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal
from gateway.reads import audit
from gateway.reads.audit import AuditFilter

CHANGED: Final = "changed_meanwhile"
CHANGES: Final = frozenset(
    name for name, event in NAMES.items() if event in {RulePublished, RuleRetired, ZoneDrawn, ZoneRetired}
)
LOOK_BACK: Final = 50
"""Permissions and teachings of a zone may lie between."""


async def by_whom(info: GraphInfo, entity: str, entity_id: str, refused: Refusal) -> Refusal:
    """A refusal of what was changed meanwhile, with who did it and when, if that can be read."""
    if refused.code != CHANGED:
        return refused
    wanted = AuditFilter(entity=entity, entity_id=entity_id)
    try:
        rows, _ = await audit.page(info.context.services.database, wanted, LOOK_BACK, None)
    except DatabaseBusy:
        return refused
    newest = next((row for row in rows if row.name in CHANGES), None)
    return refused if newest is None else replace(refused, changed_by=newest.actor, changed_at=newest.at)
