"""A stand-in for the domain service: takes commands on NATS, keeps them, answers as the test says."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts.commands import (
    Accepted,
    ConfirmViolation,
    LockEvidence,
    MarkFalsePositive,
    Order,
    Refused,
    ReopenReview,
    Reply,
    UnlockEvidence,
    decode_command,
    encode_reply,
)
from gateway.reads.rows import IncidentRow
from tests.gateway.plant import Plant

Answer = Callable[[Order], Reply | None]


@dataclass
class DomainStandIn:
    """orders: every command that arrived. answer: None keeps silent."""

    plant: Plant
    orders: list[Order] = field(default_factory=list)
    answer: Answer = field(default=lambda _: Refused("unexpected", "no command was expected"))

    async def listen(self, nc: Client) -> None:
        await nc.subscribe("cmd.>", cb=self._take)
        await nc.flush()

    async def _take(self, message: Msg) -> None:
        order = decode_command(message.data)
        self.orders.append(order)
        reply = await asyncio.to_thread(self.answer, order)
        if reply is not None:
            await message.respond(encode_reply(reply))

    def obeys(self, row: IncidentRow) -> None:
        """Every verdict changes `row`, which is then projected as the projections do."""

        def answer(order: Order) -> Reply:
            changed = replace(_decided(row, order), version=row.version + 1, position=self.plant.position + 1)
            self.plant.put(changed)
            return Accepted(changed.position)

        self.answer = answer


def _decided(row: IncidentRow, order: Order) -> IncidentRow:
    match order.command:
        case ConfirmViolation():
            return replace(row, verdict="violation", decided_by=order.by)
        case MarkFalsePositive(_, reason):
            return replace(row, verdict="false_positive", decided_by=order.by, reason=reason)
        case LockEvidence():
            return replace(row, locked=True)
        case UnlockEvidence():
            return replace(row, locked=False)
        case ReopenReview():
            return replace(row, verdict="review", decided_by=None)
        case _:
            return row
