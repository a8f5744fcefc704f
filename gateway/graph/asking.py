"""Queries that the inquiry process answers: the passport of an incident, and the incident as it was known."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain.contracts import known, passport
from domain.contracts.codec import CodecError
from domain.contracts.commands import Refused
from domain.contracts.inquiries import AskIncident, AskPassport
from gateway.errors import DatabaseBusy, GatewayError, InputRefused, InquiryUnavailable
from gateway.graph.context import GraphInfo
from gateway.graph.known import KnownIncident, NotKnownYet
from gateway.graph.passport import Passport
from gateway.graph.payload import Refusal
from gateway.graph.permitted import IncidentUnknown, viewed
from gateway.rights import NotAllowed

PassportAnswer = Annotated[Passport | NotKnownYet | Refusal, strawberry.union("PassportAnswer")]
KnownIncidentAnswer = Annotated[KnownIncident | NotKnownYet | Refusal, strawberry.union("KnownIncidentAnswer")]


@strawberry.input(description="Which frames and events to tell; the answers say how many there are.")
class PassportPart:
    frames_from: int = 0
    frames: int = 100
    events_from: int = 0


async def incident_passport(
    info: GraphInfo, id: strawberry.ID, as_known_at: datetime | None = None, part: PassportPart | None = None
) -> PassportAnswer:
    wanted = part or PassportPart()
    question = AskPassport(id, as_known_at, wanted.frames_from, wanted.frames, wanted.events_from)
    try:
        await viewed(info, id)
        answer = await info.context.services.inquiries.passport(question)
    except (CodecError, InquiryUnavailable, IncidentUnknown, NotAllowed, DatabaseBusy) as error:
        return _refusal(error)
    return Passport.of(answer) if isinstance(answer, passport.Passport) else _without(answer)


async def incident_as_known(
    info: GraphInfo, id: strawberry.ID, at: datetime, events_from: int = 0
) -> KnownIncidentAnswer:
    try:
        await viewed(info, id)
        answer = await info.context.services.inquiries.incident(AskIncident(id, at, events_from))
    except (CodecError, InquiryUnavailable, IncidentUnknown, NotAllowed, DatabaseBusy) as error:
        return _refusal(error)
    return KnownIncident.of(answer) if isinstance(answer, known.KnownIncident) else _without(answer)


def _without(answer: known.NotKnownYet | Refused) -> NotKnownYet | Refusal:
    if isinstance(answer, Refused):
        return Refusal(code=answer.code, message=answer.message)
    return NotKnownYet.of(answer)


def _refusal(error: CodecError | GatewayError) -> Refusal:
    return Refusal(code=error.code if isinstance(error, GatewayError) else InputRefused.code, message=str(error))
