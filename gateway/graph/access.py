"""People and their roles in the schema (R131, R133 to R135), for whoever manages access."""

import strawberry

from domain.contracts.access import Provider, Right
from gateway.graph.context import GraphInfo
from gateway.reads import access
from gateway.reads.access import RoleRow, UserRow


@strawberry.type(description="A set of rights that people are given.")
class Role:
    id: strawberry.ID
    name: str
    rights: list[Right]

    @classmethod
    def of(cls, row: RoleRow) -> "Role":
        known = {right.value: right for right in Right}
        return cls(
            id=strawberry.ID(row.id), name=row.name, rights=[known[each] for each in row.rights if each in known]
        )


@strawberry.type(description="A role that somebody holds.")
class HeldRole:
    id: strawberry.ID
    name: str
    is_limited: bool = strawberry.field(description="to a part of the plant, smaller than the role's own")


@strawberry.type(description="Somebody who may sign in, and the roles that they hold.")
class PlantUser:
    id: strawberry.ID
    login: str
    name: str
    provider: Provider
    disabled: bool
    roles: list[HeldRole]

    @classmethod
    def of(cls, row: UserRow) -> "PlantUser":
        return cls(
            id=strawberry.ID(str(row.id)),
            login=row.login,
            name=row.name,
            provider=Provider(row.provider),
            disabled=row.disabled,
            roles=[
                HeldRole(id=strawberry.ID(each["id"]), name=each["name"], is_limited=each["is_limited"])
                for each in row.roles
            ],
        )


async def plant_users(info: GraphInfo) -> list[PlantUser]:
    """Raises NotAllowed."""
    (await info.context.access()).require_everywhere(Right.MANAGE_ACCESS)
    return [PlantUser.of(row) for row in await access.users(info.context.services.database)]


async def plant_roles(info: GraphInfo) -> list[Role]:
    """Raises NotAllowed."""
    (await info.context.access()).require_everywhere(Right.MANAGE_ACCESS)
    return [Role.of(row) for row in await access.roles(info.context.services.database)]
