"""The audit in the schema: who did what to which thing, and when; for whoever may see it on the whole plant."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from domain.contracts.access import Right
from domain.contracts.addresses import masked
from domain.contracts.events import NAMES
from domain.contracts.subjects import CONTEXTS
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.lists import LARGEST_PAGE, PageInfo
from gateway.graph.persons import Persons, persons_of
from gateway.graph.scalars import BigInt
from gateway.reads import audit, places
from gateway.reads.audit import AuditFilter, AuditRow

LONGEST = 200
ORDER = "audit"


@strawberry.type(description="Somebody whom an entry names by an identifier; who was erased has no name.")
class AuditPerson:
    id: strawberry.ID
    login: str
    name: str


@strawberry.type(description="One event: who caused it, of which thing, what it says.")
class AuditEntry:
    position: BigInt
    at: datetime
    actor: str = strawberry.field(description="login of a person, or the name of a service")
    service: bool = strawberry.field(description="a service caused it, not a person")
    entity: str = strawberry.field(description="incident, camera, zone, rule, role, user, ...")
    entity_id: strawberry.ID
    kind: str = strawberry.field(description="stored name of the event")
    detail: JSON = strawberry.field(description="its fields, without names, addresses and words of persons")
    actor_name: str | None = strawberry.field(description="of a person who is known")
    persons: list[AuditPerson] = strawberry.field(description="whom entityId and the detail mean")

    @classmethod
    def of(cls, row: AuditRow, known: Persons) -> "AuditEntry":
        return cls(
            position=BigInt(row.position),
            at=row.at,
            actor=row.actor,
            service=row.service,
            entity=row.entity,
            entity_id=strawberry.ID(row.entity_id),
            kind=row.name,
            actor_name=known.name_of(row),
            persons=[
                AuditPerson(id=strawberry.ID(str(each.id)), login=each.login, name=each.name)
                for each in known.meant_by(row)
            ],
            detail=JSON(
                {name: masked(value) if isinstance(value, str) else value for name, value in row.detail.items()}
            ),
        )


@strawberry.type
class AuditEdge:
    cursor: str
    node: AuditEntry


@strawberry.type
class AuditConnection:
    edges: list[AuditEdge]
    page_info: PageInfo


async def list_audit(
    info: GraphInfo,
    *,
    actor: str | None = None,
    entity: str | None = None,
    entity_id: strawberry.ID | None = None,
    kind: str | None = None,
    since: Annotated[datetime | None, strawberry.argument(name="from")] = None,
    until: Annotated[datetime | None, strawberry.argument(name="to")] = None,
    services: bool = True,
    first: int = 50,
    after: str | None = None,
) -> AuditConnection:
    """Raises InputRefused, NotAllowed."""
    database = info.context.services.database
    (await info.context.access()).require_everywhere(Right.VIEW_AUDIT)
    if not 1 <= first <= LARGEST_PAGE:
        raise InputRefused(f"first: 1 to {LARGEST_PAGE} is expected")
    wanted = _checked(AuditFilter(actor, entity, entity_id, kind, since, until, services))
    position = None if after is None else places.from_place(ORDER, after, places.whole)[0]
    rows, has_next = await audit.page(database, wanted, first, position if isinstance(position, int) else None)
    known = await persons_of(database, rows)
    edges = [AuditEdge(cursor=places.to_place(ORDER, row.position), node=AuditEntry.of(row, known)) for row in rows]
    end = edges[-1].cursor if edges else None
    return AuditConnection(edges=edges, page_info=PageInfo(has_next_page=has_next, end_cursor=end))


def _checked(wanted: AuditFilter) -> AuditFilter:
    for name, text in (("actor", wanted.actor), ("entityId", wanted.entity_id)):
        if text is not None and (len(text) > LONGEST or "\x00" in text):
            raise InputRefused(f"{name}: at most {LONGEST} characters without NUL are expected")
    if wanted.entity is not None and wanted.entity not in CONTEXTS:
        raise InputRefused(f"entity: one of {', '.join(CONTEXTS)} is expected")
    if wanted.name is not None and wanted.name not in NAMES:
        raise InputRefused("kind: the stored name of an event is expected, such as incident.commented.v1")
    for name, at in (("from", wanted.since), ("to", wanted.until)):
        if at is not None and at.tzinfo is None:
            raise InputRefused(f"{name}: a time with an offset is expected")
    return wanted
