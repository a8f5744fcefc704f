"""Reads from a stream by direct get: any replica answers, no consumer is created on the server.

Used by StreamReader, by the event store and, inside its own event loop, by the gateway.
"""

import asyncio
import base64
import itertools
import json
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts.subjects import ALL_DETECTIONS, ALL_EVENTS, ALL_OBSERVATIONS
from infra.nats.errors import NoAnswer, Rejected
from infra.nats.requests import FIRST_TRY_S, PAUSE_S, ask

PAGE_BYTES = 8 * 1024 * 1024
SEQUENCE_HEADER: Final = "Nats-Sequence"
WHOLE: Final = frozenset({("EVENTS", ALL_EVENTS), ("DETECTIONS", ALL_DETECTIONS), ("OBSERVATIONS", ALL_OBSERVATIONS)})
"""Subjects that hold all of their stream."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message as the stream keeps it; `time` is the server's, aware UTC."""

    subject: str
    sequence: int
    headers: Mapping[str, str]
    data: bytes
    time: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Messages in stream order, and how many more the stream held after them when it answered."""

    messages: list[StoredMessage]
    pending: int


class _Interrupted(Exception):
    """The answer is missing or has a hole: ask again."""


@dataclass(slots=True)
class _Inbox:
    """Replies of several messages, told apart by the last token of their subject; one subscription per client."""

    prefix: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    open: bool = False
    tokens: "itertools.count[int]" = field(default_factory=itertools.count)
    replies: dict[str, asyncio.Queue[Msg]] = field(default_factory=dict)

    async def receive(self, message: Msg) -> None:
        queue = self.replies.get(message.subject.rpartition(".")[2])
        if queue is not None:
            queue.put_nowait(message)


_inboxes: "weakref.WeakKeyDictionary[Client, _Inbox]" = weakref.WeakKeyDictionary()


async def get_page(nc: Client, stream: str, seq: int, limit: int, subject: str, *, timeout_s: float = 5.0) -> Page:
    """Up to `limit` (1..1000) messages on `subject` (wildcards allowed) from sequence `seq` on.

    Asks again while the server restarts or has no leader.
    Raises  NoAnswer after timeout_s, Rejected when the server refuses the request
    """
    request = page_request(stream, seq, limit, subject)
    clock = asyncio.get_running_loop().time
    deadline, patience = clock() + timeout_s, FIRST_TRY_S
    while True:
        try:
            return await _ask(nc, stream, request, min(patience, timeout_s))
        except _Interrupted as reason:
            if clock() >= deadline:
                raise NoAnswer(f"no page of stream {stream} within {timeout_s} s: {reason}") from reason
        patience *= 2
        await asyncio.sleep(PAUSE_S)


def page_request(stream: str, seq: int, limit: int, subject: str) -> bytes:
    """Asks for `>` where the subject is all that the stream holds.

    The server tells with each page how many messages are left. For another subject than `>` it looks for that into
    every block of the stream: of a million events 200 to 400 ms of a processor for a page, not 40 (2.15.1, measured).
    """
    every = ">" if (stream, subject) in WHOLE else subject
    return json.dumps({"seq": max(seq, 1), "batch": limit, "next_by_subj": every, "max_bytes": PAGE_BYTES}).encode()


async def get_last(nc: Client, stream: str, subject: str, timeout_s: float = 5.0) -> StoredMessage | None:
    """The newest message on `subject` (wildcards allowed), from any replica: just after a write it may be stale."""
    request = json.dumps({"last_by_subj": subject}).encode()
    reply = await ask(nc, f"$JS.API.DIRECT.GET.{stream}", request, timeout_s)
    status = _status(reply)
    if status == "404":
        return None
    if status is not None:
        raise Rejected(int(status), str((reply.headers or {}).get("Description", "direct get refused")))
    return _stored(reply)


async def get_last_from_leader(nc: Client, stream: str, subject: str, timeout_s: float = 5.0) -> StoredMessage | None:
    """The newest message on `subject` as the stream's leader knows it: slower, never stale."""
    return await _ask_leader(nc, stream, {"last_by_subj": subject}, timeout_s)


async def get_next_from_leader(
    nc: Client, stream: str, seq: int, subject: str, timeout_s: float = 5.0
) -> StoredMessage | None:
    """The first message on `subject` from sequence `seq` on, as the stream's leader knows it."""
    return await _ask_leader(nc, stream, {"seq": seq, "next_by_subj": subject}, timeout_s)


async def _ask_leader(
    nc: Client, stream: str, request: Mapping[str, str | int], timeout_s: float
) -> StoredMessage | None:
    reply = await ask(nc, f"$JS.API.STREAM.MSG.GET.{stream}", json.dumps(request).encode(), timeout_s)
    answer = json.loads(reply.data)
    if "error" not in answer:
        return _stored_by_leader(answer["message"])
    if answer["error"]["code"] == 404:
        return None
    raise Rejected(answer["error"].get("err_code", 0), answer["error"].get("description", ""))


async def _ask(nc: Client, stream: str, request: bytes, patience_s: float) -> Page:
    """One try at a page; patience_s is the longest silence between two of its messages."""
    inbox = await _inbox(nc)
    token = str(next(inbox.tokens))
    replies: asyncio.Queue[Msg] = asyncio.Queue()
    inbox.replies[token] = replies
    messages: list[StoredMessage] = []
    try:
        await nc.publish(f"$JS.API.DIRECT.GET.{stream}", request, reply=f"{inbox.prefix}.{token}")
        while True:
            reply = replies.get_nowait() if replies.qsize() else await asyncio.wait_for(replies.get(), patience_s)
            status = _status(reply)
            if status is not None:
                return _finished(messages, status, reply.headers or {})
            _check_unbroken(messages, reply)
            messages.append(_stored(reply))
    except (TimeoutError, nats.errors.OutboundBufferLimitError) as error:
        raise _Interrupted("silence") from error
    finally:
        del inbox.replies[token]


def _finished(messages: list[StoredMessage], status: str, headers: Mapping[str, str]) -> Page:
    if status == "204":  # end of batch
        return Page(messages, int(headers.get("Nats-Num-Pending", 0)))
    if status == "404":
        return Page([], 0)
    if status in ("408", "503"):  # no leader, no responder
        raise _Interrupted(f"status {status}")
    raise Rejected(int(status), headers.get("Description", "direct get refused"))


def _check_unbroken(messages: list[StoredMessage], reply: Msg) -> None:
    """Each message of a page names the one before it: a lost one shows (the connection broke, a queue overflowed)."""
    previous = int((reply.headers or {}).get("Nats-Last-Sequence", 0))
    if previous != (messages[-1].sequence if messages else 0):
        raise _Interrupted("a message of the page is missing")


async def _inbox(nc: Client) -> _Inbox:
    inbox = _inboxes.get(nc)
    if inbox is None:
        inbox = _inboxes[nc] = _Inbox(nc.new_inbox())
    if not inbox.open:
        async with inbox.lock:
            if not inbox.open:
                await nc.subscribe(f"{inbox.prefix}.*", cb=inbox.receive)
                inbox.open = True
    return inbox


def _status(message: Msg) -> str | None:
    return (message.headers or {}).get("Status")


def _stored(message: Msg) -> StoredMessage:
    headers = message.headers or {}
    return StoredMessage(
        headers["Nats-Subject"],
        int(headers[SEQUENCE_HEADER]),
        headers,
        message.data,
        datetime.fromisoformat(headers["Nats-Time-Stamp"]),
    )


def _stored_by_leader(message: dict[str, Any]) -> StoredMessage:
    lines = base64.b64decode(message.get("hdrs", "")).decode().split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in lines if line)
    data = base64.b64decode(message.get("data", ""))
    return StoredMessage(message["subject"], message["seq"], headers, data, datetime.fromisoformat(message["time"]))
