"""Tells the domain service what a process has found about the history, and asks it what all have found."""

import nats.errors
from nats.aio.client import Client

from domain.contracts import codec
from domain.contracts.guard import GUARD, GuardReport, GuardVerdict, decode_verdict

ANSWER_S = 2.0


async def tell_guard(nc: Client, process: str, findings: tuple[str, ...]) -> bool:
    """Whether the domain service has taken it; if not, tell again."""
    return await _ask(nc, codec.to_json(GuardReport(process, findings))) is not None


async def ask_guard(nc: Client, timeout_s: float = ANSWER_S) -> GuardVerdict | None:
    """None when no domain service answers."""
    return await _ask(nc, b"", timeout_s)


async def _ask(nc: Client, payload: bytes, timeout_s: float = ANSWER_S) -> GuardVerdict | None:
    try:
        return decode_verdict((await nc.request(GUARD, payload, timeout=timeout_s)).data)
    except (nats.errors.Error, codec.CodecError):
        return None
