"""Faults between client and server: acknowledgements that never arrive."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg


@contextmanager
def losing_acknowledgements(nc: Client, count: int = 1) -> Iterator[list[str]]:
    """The server stores the next `count` publishes, but their acknowledgements are lost. Yields all subjects asked."""
    real = nc.request
    asked: list[str] = []

    async def lossy(subject: str, *arguments: Any, **rest: Any) -> Msg:
        reply = await real(subject, *arguments, **rest)
        if "Nats-Msg-Id" in (rest.get("headers") or {}):
            asked.append(subject)
            if len(asked) <= count:
                raise nats.errors.TimeoutError
        return reply

    nc.request = lossy  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        nc.request = real  # type: ignore[method-assign]
