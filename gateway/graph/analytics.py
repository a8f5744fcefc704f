"""What attachAnalytics and detachAnalytics share: several commands, and the rules that are then there (R36, R37)."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Annotated, Final

import strawberry

from domain.contracts.commands import PublishRule, RetireRule
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import RuleKind
from domain.contracts.usual import usual_rule
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant_rights import part_of
from gateway.graph.rules import Rule
from gateway.projected import PLANT
from gateway.reads import plant
from gateway.reads.rows import RuleRow

AT_ONCE: Final = 16


@strawberry.type(
    description="A rule that was not attached or detached, and why; the same command again tries it again."
)
class AnalyticsRefused:
    kind: RuleKind
    code: str
    message: str


@strawberry.type(description="What a camera is analysed for.")
class Analytics:
    camera_id: strawberry.ID
    rules: list[Rule] = strawberry.field(description="those in force on the camera now")
    refused: list[AnalyticsRefused] = strawberry.field(description="empty when all was done")


AnalyticsPayload = Annotated[Analytics | Refusal, strawberry.union("AnalyticsPayload")]

Step = tuple[RuleKind, PublishRule | RetireRule]


async def carried_out(info: GraphInfo, camera_id: str, steps: Sequence[Step], command_id: str) -> AnalyticsPayload:
    """Sends the commands, each with an id of its own, and answers with the rules that can be read then."""
    places = asyncio.Semaphore(AT_ONCE)

    async def send(step: Step) -> AnalyticsRefused | None:
        kind, command = step
        async with places:
            no = await ordered(info, command, part_of(command_id, command.rule_id), read_in=(PLANT,))
        return None if no is None else AnalyticsRefused(kind=kind, code=no.code, message=no.message)

    answers = await asyncio.gather(*map(send, steps))
    try:
        rows = await rules_in_force(info, camera_id)
    except DatabaseBusy as error:
        return refusal(type(steps[0][1]).__name__ if steps else RetireRule.__name__, info, error)
    return Analytics(
        camera_id=strawberry.ID(camera_id),
        rules=[Rule.of(row) for row in rows],
        refused=[answer for answer in answers if answer is not None],
    )


async def attaching(
    info: GraphInfo, camera_id: str, zone: ZoneId | None, kinds: set[RuleKind], command_id: str
) -> list[Step]:
    """A rule for each of the kinds that is not in force there yet. Raises DatabaseBusy."""
    on = CameraId(camera_id)
    there = {RuleKind(row.kind) for row in await rules_in_force(info, camera_id) if row.zone_id == zone}
    ids = await _free_ids(info, on, zone, kinds - there, command_id)
    return [(kind, usual_rule(kind, rule, on, zone)) for kind, rule in sorted(ids.items())]


async def rules_in_force(info: GraphInfo, camera_id: str) -> list[RuleRow]:
    """Raises DatabaseBusy."""
    return await plant.rules_of(info.context.services.database, [camera_id])


def checked_kinds(kinds: list[RuleKind]) -> set[RuleKind]:
    """Raises InputRefused."""
    if not kinds or len(kinds) > len(RuleKind):
        raise InputRefused(f"kinds: 1 to {len(RuleKind)} are expected")
    return set(kinds)


async def _free_ids(
    info: GraphInfo, camera: CameraId, zone: ZoneId | None, kinds: set[RuleKind], command_id: str
) -> dict[RuleKind, RuleId]:
    """The same rule each time a kind is attached here; another one when that went to another camera."""
    usual = {kind: _rule_id(kind, camera, zone or "") for kind in kinds}
    rows = await plant.rules_by_id(info.context.services.database, list(usual.values()))
    gone = {row.id for row in rows if row.camera_id != camera}
    return {
        kind: _rule_id(kind, camera, zone or "", command_id) if rule in gone else rule for kind, rule in usual.items()
    }


def _rule_id(kind: RuleKind, *parts: str) -> RuleId:
    digest = hashlib.sha256("/".join((kind.value, *parts)).encode()).hexdigest()[:16]
    return RuleId(f"{kind.value.replace('_', '-')[:23]}-{digest}")
