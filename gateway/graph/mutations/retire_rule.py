"""retireRule: a person takes a rule out of force; its incidents stay (R74)."""

from typing import Annotated

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import RetireRule
from domain.contracts.identifiers import RuleId
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant_input import checked_slug
from gateway.graph.plant_rights import rule_for
from gateway.projected import PLANT
from gateway.rights import NotAllowed


@strawberry.type(description="A rule that is not in force any more; what it found stays.")
class RuleRetired:
    id: strawberry.ID


RetireRulePayload = Annotated[RuleRetired | Refusal, strawberry.union("RetireRulePayload")]


async def retire_rule(info: GraphInfo, rule_id: strawberry.ID, command_id: str) -> RetireRulePayload:
    try:
        (await info.context.access()).cameras(Right.PUBLISH_RULES)
        command = RetireRule(RuleId(checked_slug("ruleId", rule_id)))
        await rule_for(info, Right.PUBLISH_RULES, command.rule_id)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(RetireRule.__name__, info, error)
    refused = await ordered(info, command, command_id, read_in=(PLANT,))
    return refused or RuleRetired(id=strawberry.ID(command.rule_id))
