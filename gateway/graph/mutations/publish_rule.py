"""publishRule: a person makes a rule, or changes it by a new version of it (R33, R54, R72)."""

from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import PublishRule
from domain.contracts.subjects import RULE
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.meanwhile import by_whom
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant_input import RuleInput
from gateway.graph.plant_rights import camera_for, new_part, require_basis, rule_for
from gateway.graph.rules import Rule
from gateway.projected import PLANT
from gateway.reads import plant
from gateway.rights import NotAllowed

RulePayload = Annotated[Rule | Refusal, strawberry.union("RulePayload")]


async def publish_rule(info: GraphInfo, input: RuleInput, command_id: str) -> RulePayload:
    try:
        (await info.context.access()).cameras(Right.PUBLISH_RULES)
        command = input.checked(new_part("rule", info, command_id))
        if input.rule_id is not None:
            await rule_for(info, Right.PUBLISH_RULES, command.rule_id)
        camera = await camera_for(info, Right.PUBLISH_RULES, command.camera_id)
        await require_basis(info, camera, command.zone_id, {command.kind})
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(PublishRule.__name__, info, error)
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    if refused is not None:
        return await by_whom(info, RULE, command.rule_id, refused)
    try:
        rows = await plant.rules_by_id(info.context.services.database, [command.rule_id])
    except DatabaseBusy as error:
        return refusal(PublishRule.__name__, info, error)
    there = [Rule.of(row) for row in rows if not row.retired]
    return there[0] if there else Refusal(code="rule_unknown", message="there is no such rule")
