"""erasePerson: what is known about a person becomes unreadable for ever; what they did stays proven."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import ErasePerson
from domain.contracts.identifiers import user_named
from gateway.database import sql
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, checked_text, ordered, refusal
from gateway.projected import ACCESS, INCIDENTS
from gateway.rights import NotAllowed


@dataclass(frozen=True, slots=True)
class ErasedRow:
    id: UUID
    erased_at: datetime


@strawberry.type(description="A user about whom nothing is known any more.")
class PersonErased:
    id: strawberry.ID
    erased_at: datetime


ErasePersonPayload = Annotated[PersonErased | Refusal, strawberry.union("ErasePersonPayload")]


async def erase_person(
    info: GraphInfo,
    person: Annotated[str, strawberry.argument(description="the user's identifier, or a login")],
    reason: Annotated[str, strawberry.argument(description="1 to 500 characters, nothing about the person: it stays")],
    command_id: str,
) -> ErasePersonPayload:
    try:
        command = ErasePerson(user_named(checked_text("person", person)), checked_text("reason", reason))
        (await info.context.access()).require_everywhere(Right.ERASE_PERSONS)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(ErasePerson.__name__, info, error)
    refused = await ordered(info, command, command_id, read_in=(ACCESS, INCIDENTS))
    if refused is not None:
        return refused
    services = info.context.services
    await services.accounts.forget_erased()
    row = await services.database.row(ErasedRow, sql("user_erased"), {"id": command.user_id})
    if row is None:
        return Refusal(code="user_unknown", message="there is no such user")
    return PersonErased(id=strawberry.ID(str(row.id)), erased_at=row.erased_at)
