"""Answers commands: NATS requests on `cmd.<context>`, each with a position or a refusal, exactly one reply."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from eventsourcing.persistence import IntegrityError, OperationalError, ProgrammingError
from nats.aio.msg import Msg
from prometheus_client import CollectorRegistry, Counter

from domain.contracts.codec import CodecError
from domain.contracts.commands import (
    CONTEXT_OF,
    Accepted,
    ErasePerson,
    Order,
    Refused,
    Reply,
    decode_command,
    encode_reply,
)
from domain.contracts.subjects import EVENTS, command_subject, event_subject
from domain.refusals import PersonErased, Refusal
from domain.service.entitlement import Entitlement
from domain.service.erasing import Eraser
from domain.service.ledger import Ledger
from domain.service.routing import route
from infra.nats.bridge import Bridge
from infra.nats.direct import get_last
from infra.nats.errors import NatsAdapterError

log = logging.getLogger(__name__)

QUEUE = "domain"


class CommandDesk:
    """Takes commands on a few threads; the order of one aggregate's commands is that of its events.

    refusal   asked before each command; what it returns is the answer
    """

    def __init__(
        self,
        bridge: Bridge,
        ledgers: Mapping[str, Ledger],
        registry: CollectorRegistry,
        clock: Callable[[], datetime],
        *,
        eraser: Eraser,
        refusal: Callable[[], Refused | None] = lambda: None,
        threads: int = 4,
    ) -> None:
        self._bridge, self._ledgers, self._clock = bridge, ledgers, clock
        self._eraser, self._refusal, self._entitlement = eraser, refusal, Entitlement(bridge, ledgers)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="command")
        self._answered = Counter("kaska_commands", "commands answered", ["context", "outcome"], registry=registry)
        self._subscriptions = [bridge.run(self._listen(context)) for context in ledgers]

    async def _listen(self, context: str) -> object:
        async def take(message: Msg) -> None:
            self._pool.submit(self._answer, context, message)

        subscription = await self._bridge.nc.subscribe(command_subject(context), queue=QUEUE, cb=take)
        await self._bridge.nc.flush()
        return subscription

    def close(self) -> None:
        """Finishes what it took and takes no more."""
        self._pool.shutdown(wait=True)

    def _answer(self, context: str, message: Msg) -> None:
        reply = self.reply(context, message.data)
        outcome = "accepted" if isinstance(reply, Accepted) else reply.code
        self._answered.labels(context, outcome).inc()
        if message.reply:
            try:
                self._bridge.run(self._bridge.nc.publish(message.reply, encode_reply(reply)))
            except NatsAdapterError as error:
                log.warning("an answer was not delivered", extra={"context": context, "reason": str(error)})

    def reply(self, context: str, data: bytes) -> Reply:
        """The answer to a request's payload; never raises for what a client sent."""
        try:
            if refused := self._refusal():
                return refused
            order = decode_command(data)
            if CONTEXT_OF[type(order.command)] != context:
                return Refused("malformed", f"this command does not belong to {context}")
            return Accepted(self._execute(context, order))
        except CodecError as error:
            return Refused("malformed", str(error))
        except Refusal as refusal:
            return Refused(refusal.code, str(refusal))
        except IntegrityError:
            return Refused("busy", "too many changes at once, send it again")
        except ProgrammingError as error:
            return Refused("malformed", str(error))
        except (OperationalError, NatsAdapterError) as error:
            log.warning("outcome of a command unknown", extra={"context": context, "reason": str(error)})
            return Refused("outcome_unknown", "the event store does not answer; send the same command again")
        except Exception:
            log.exception("a command failed", extra={"context": context})
            return Refused("failed", "the domain service failed on this command; its log says why")

    def _execute(self, context: str, order: Order) -> int:
        at = self._clock()
        if self._eraser.is_erased(order.person):
            raise PersonErased("this person was erased and cannot act")
        aggregate_id, fold = route(order, at)
        if isinstance(order.command, ErasePerson):
            position = self._eraser.erase(order, order.command, at)
        else:
            self._entitlement.require(order, aggregate_id)
            position = self._ledgers[context].execute(
                aggregate_id, order.command_id, order.by, at, fold, person=order.person
            )
        return self._last_position(context, aggregate_id) if position is None else position

    def _last_position(self, context: str, aggregate_id: str) -> int:
        last = self._bridge.run(get_last(self._bridge.nc, EVENTS, event_subject(context, aggregate_id)))
        return last.sequence if last else 0
