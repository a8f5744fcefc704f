"""grantRole, revokeRole: who manages access gives somebody a role or takes it (R135)."""

from typing import Annotated
from uuid import UUID

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import GrantRole, RevokeRole
from domain.contracts.identifiers import RoleId, UserId
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.access import PlantUser
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, ordered, refusal
from gateway.graph.plant_input import checked_slug
from gateway.projected import ACCESS
from gateway.reads import access
from gateway.rights import NotAllowed

RolesPayload = Annotated[PlantUser | Refusal, strawberry.union("RolesPayload")]


class UserUnknown(InputRefused):
    """There is no such user."""

    code = "user_unknown"


async def grant_role(info: GraphInfo, user_id: strawberry.ID, role_id: strawberry.ID, command_id: str) -> RolesPayload:
    return await _changed(info, GrantRole, user_id, role_id, command_id)


async def revoke_role(info: GraphInfo, user_id: strawberry.ID, role_id: strawberry.ID, command_id: str) -> RolesPayload:
    return await _changed(info, RevokeRole, user_id, role_id, command_id)


async def _changed(
    info: GraphInfo,
    kind: type[GrantRole] | type[RevokeRole],
    user_id: strawberry.ID,
    role_id: strawberry.ID,
    command_id: str,
) -> PlantUser | Refusal:
    database = info.context.services.database
    try:
        (await info.context.access()).require_everywhere(Right.MANAGE_ACCESS)
        role, user = RoleId(checked_slug("roleId", role_id)), _identifier(user_id)
        if not await access.users(database, user):
            raise UserUnknown("there is no such user")
        refused = await ordered(info, kind(role, UserId(user)), command_id, read_in=(ACCESS,))
        if refused is not None:
            return refused
        rows = await access.users(database, user)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(kind.__name__, info, error)
    return PlantUser.of(rows[0]) if rows else refusal(kind.__name__, info, UserUnknown("there is no such user"))


def _identifier(text: strawberry.ID) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise InputRefused("userId: a UUID is expected") from error
