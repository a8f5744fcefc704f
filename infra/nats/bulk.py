"""Pages of a stream as columns, for who reads all of it: three times as fast as `direct.get_page`, and less told.

Same request, same answers; what does not go smoothly is asked again through `get_page`, which waits and retries.
"""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Final

from nats.aio.client import Client

from infra.nats.direct import PAGE_BYTES, get_page
from infra.nats.quick_client import QuickClient

PATIENCE_S: Final = 2.0
NONE: Final = b"NATS/1.0 404"
END: Final = re.compile(rb"NATS/1\.0 204 (?:.*\r\n)*?Nats-Last-Sequence: (\d+)\r\n")
STORED: Final = re.compile(
    rb"\r\nNats-Subject: (\S+)\r\nNats-Sequence: (\d+)\r\n(?:.*\r\n)*?Nats-Last-Sequence: (\d+)\r\n"
)


@dataclass(slots=True)
class Columns:
    """Messages in stream order: three lists of equal length."""

    sequences: list[int] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)


class _Interrupted(Exception):
    """The page did not come whole."""


async def get_columns(nc: Client, stream: str, seq: int, limit: int, subject: str) -> Columns:
    """Up to `limit` (1..1000) messages on `subject` (wildcards allowed) from sequence `seq` on; none = no more.

    Raises  NoAnswer, Rejected
    """
    if isinstance(nc, QuickClient):
        request = {"seq": max(seq, 1), "batch": limit, "next_by_subj": subject, "max_bytes": PAGE_BYTES}
        try:
            return await _ask(nc, stream, json.dumps(request).encode())
        except _Interrupted:
            pass
    page = (await get_page(nc, stream, seq, limit, subject)).messages
    return Columns([m.sequence for m in page], [m.subject for m in page], [m.data for m in page])


async def _ask(nc: QuickClient, stream: str, request: bytes) -> Columns:
    page = _Page(asyncio.get_running_loop().create_future())
    inbox = nc.new_inbox()
    subscription = await nc.subscribe(inbox)
    nc.takers[subscription._id] = page.take
    try:
        await nc.publish(f"$JS.API.DIRECT.GET.{stream}", request, reply=inbox)
        await asyncio.wait_for(page.finished, PATIENCE_S)
    except TimeoutError as error:
        raise _Interrupted from error
    finally:
        await subscription.unsubscribe()
        del nc.takers[subscription._id]
    return page.columns


class _Page:
    """One page while it comes in."""

    def __init__(self, finished: "asyncio.Future[None]") -> None:
        self.columns, self.finished = Columns(), finished
        self._last = 0
        self._subjects: dict[bytes, str] = {}

    def take(self, headers: bytes, data: bytes) -> None:
        """Each message names the one before it, so that a lost one shows."""
        if self.finished.done():
            return
        found = STORED.search(headers)
        if found is None:
            self._finish(headers)
            return
        subject, sequence, previous = found.groups()
        if int(previous) != self._last:
            self.finished.set_exception(_Interrupted())
            return
        self._last = int(sequence)
        self.columns.sequences.append(self._last)
        self.columns.subjects.append(self._subjects.setdefault(subject, subject.decode()))
        self.columns.payloads.append(data)

    def _finish(self, headers: bytes) -> None:
        """The end names the last message; everything else than an end or "there is none" is for `get_page` to tell."""
        end = END.match(headers)
        if (end is not None and int(end[1]) == self._last) or headers.startswith(NONE):
            self.finished.set_result(None)
        else:
            self.finished.set_exception(_Interrupted())
