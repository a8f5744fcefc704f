"""nats-py without two things that cost most of the time when a stream is read, and with a `flush` that holds."""

from collections.abc import Callable
from functools import lru_cache

from nats.aio.client import DEFAULT_FLUSH_TIMEOUT, Client

Taker = Callable[[bytes, bytes], None]
"""Takes a message of a subscription as headers, as they came, and payload."""


class QuickClient(Client):
    """The library's client; overrides `flush`, and two of its inner functions, pinned by `tests/infra/nats`.

    Headers: the library asks each character of each name whether it is a space; here a name is looked at once.
    takers: messages of a subscription, by its number, go there on the loop thread, past queues and tasks (`bulk.py`).
    """

    def __init__(self) -> None:
        super().__init__()
        self.takers: dict[int, Taker] = {}

    async def _process_msg(self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes) -> None:
        taker = self.takers.get(sid)
        if taker is None:
            await super()._process_msg(sid, subject, reply, data, headers)
        else:
            taker(headers or b"", data)

    async def flush(self, timeout: int = DEFAULT_FLUSH_TIMEOUT) -> None:  # noqa: ASYNC109 - the library's signature
        """Returns when the server has dealt with all that was sent before, a subscription say.

        Twice, because the library's PING (2.16.0) overtakes what is still pending: its answer says nothing of that, and
        a message of somebody else may be gone before the subscription comes. What was pending is sent meanwhile.
        """
        await super().flush(timeout)
        await super().flush(timeout)

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        headers: dict[str, str] = {}
        for line in raw.split(b"\r\n"):
            name, colon, value = line.partition(b":")
            key = _header_name(name) if colon else None
            if key is not None:
                headers[key] = value.strip().decode("utf-8", "replace")
        return headers


@lru_cache(maxsize=1024)
def _header_name(name: bytes) -> str | None:
    """None for a name that is none: not ASCII, or with a space inside."""
    name = name.strip()
    if not name.isascii() or any(c.isspace() for c in name.decode()):
        return None
    return name.decode()
