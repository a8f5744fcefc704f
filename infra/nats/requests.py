"""A request that may be repeated without harm: asks again while the server restarts or has no leader."""

import asyncio

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from infra.nats.errors import NoAnswer

FIRST_TRY_S = 1.0  # then doubled: what was in flight while the server restarted is repeated soon
PAUSE_S = 0.05

UNANSWERED = (nats.errors.TimeoutError, nats.errors.NoRespondersError, nats.errors.OutboundBufferLimitError)


async def ask(nc: Client, subject: str, payload: bytes = b"", timeout_s: float = 5.0) -> Msg:
    """The reply. Raises NoAnswer after timeout_s."""
    clock = asyncio.get_running_loop().time
    deadline, patience = clock() + timeout_s, FIRST_TRY_S
    while True:
        try:
            return await nc.request(subject, payload, timeout=min(patience, timeout_s))
        except UNANSWERED as reason:
            if clock() >= deadline:
                raise NoAnswer(f"no answer to {subject} within {timeout_s} s") from reason
        patience *= 2
        await asyncio.sleep(PAUSE_S)
