"""Durable publishing: several messages become one atomic batch, and a repeat of it stores nothing.

Behaviour of nats-server 2.15.1 that this file rests on: a batch in which any message id is already known to the stream
(or occurs twice) is refused as a whole with error 10201; a single message with a known id is acknowledged, marked as a
duplicate, with the sequence that it has.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from nats.aio.client import Client

from infra.nats.errors import MessageTooLarge, NoAnswer, Rejected
from infra.nats.requests import FIRST_TRY_S, PAUSE_S, UNANSWERED

MAX_BATCH = 1000  # the server's limit
DUPLICATE_IN_BATCH = 10201
TRY_AGAIN = frozenset({10008, 10176, 10210, 10211})  # system unavailable, batch incomplete, too many batches in flight
HEADER_ALLOWANCE = 1024  # bytes: batch headers, and what the server adds when the message is read again


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to store. A `Nats-Msg-Id` header makes a repeat harmless across processes, for the stream's window."""

    subject: str
    data: bytes
    headers: Mapping[str, str]


async def publish_batch(nc: Client, messages: Sequence[Outgoing], timeout_s: float = 15.0) -> list[int]:
    """Stores up to 1000 messages of one stream, all or none, and returns their sequences in order.

    A message whose Nats-Msg-Id is already stored is dropped and its place in the answer holds the stored sequence; the
    others of such a batch are then stored one by one. A message without an id gets one for the length of this call.
    Raises  MessageTooLarge before anything is sent; Rejected; NoAnswer after timeout_s (unknown: repeat it)
    """
    check_size(nc, messages)
    named = [_with_id(message) for message in messages]
    if not named:
        return []
    deadline = asyncio.get_running_loop().time() + timeout_s
    try:
        return await _until_answered(nc, named, deadline)
    except Rejected as refusal:
        if refusal.code != DUPLICATE_IN_BATCH:
            raise
    return [(await _until_answered(nc, [message], deadline))[0] for message in named]


async def publish_each(nc: Client, messages: Sequence[Outgoing], timeout_s: float = 15.0) -> list[int]:
    """Stores messages of one stream in their order, each for itself, all on the way at once; returns their sequences.

    For a few messages this is many times faster than an atomic batch, which costs the server a folder of its own
    (docs/adr/0005). A repeat stores nothing when the messages have ids. Only where the connection breaks in the middle
    may some of them be stored, or a later one before an earlier.
    Raises  MessageTooLarge before anything is sent; Rejected; NoAnswer after timeout_s (unknown: repeat it)
    """
    check_size(nc, messages)
    deadline = asyncio.get_running_loop().time() + timeout_s
    sending = [_until_answered(nc, [_with_id(message)], deadline) for message in messages]
    answers = await asyncio.gather(*sending, return_exceptions=True)
    sequences = []
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        sequences += answer
    return sequences


async def send(nc: Client, messages: Sequence[Outgoing], timeout_s: float) -> list[int]:
    """One try: a plain publish, or an atomic batch under a fresh batch id. Raises Rejected, NoAnswer."""
    batch, last = uuid4().hex, messages[-1]
    try:
        if len(messages) == 1:
            reply = await nc.request(last.subject, last.data, timeout_s, headers=dict(last.headers))
        else:
            for number, message in enumerate(messages[:-1], 1):
                await nc.publish(message.subject, message.data, headers=_batch_headers(message, batch, number))
            headers = _batch_headers(last, batch, len(messages)) | {"Nats-Batch-Commit": "1"}
            reply = await nc.request(last.subject, last.data, timeout_s, headers=headers)
    except UNANSWERED as error:
        raise NoAnswer(f"no acknowledgement for {len(messages)} messages to {last.subject}") from error
    answer = json.loads(reply.data)
    if "error" in answer:
        raise Rejected(answer["error"].get("err_code", 0), answer["error"].get("description", ""))
    end: int = answer["seq"]
    return list(range(end - len(messages) + 1, end + 1))


def check_size(nc: Client, messages: Sequence[Outgoing]) -> None:
    """Raises MessageTooLarge. Sent all the same, such a message would make the server close the connection for good."""
    if len(messages) > MAX_BATCH:
        raise MessageTooLarge(f"{len(messages)} messages in one batch, the message server takes {MAX_BATCH}")
    for message in messages:
        size = len(message.data) + sum(len(k.encode()) + len(v.encode()) + 4 for k, v in message.headers.items())
        if size + HEADER_ALLOWANCE > nc.max_payload:
            raise MessageTooLarge(
                f"a message of {size} bytes to {message.subject} is larger than the message server takes "
                f"({nc.max_payload - HEADER_ALLOWANCE}): store it elsewhere and send a reference"
            )


async def _until_answered(nc: Client, messages: Sequence[Outgoing], deadline: float) -> list[int]:
    clock, patience = asyncio.get_running_loop().time, FIRST_TRY_S
    while True:
        try:
            return await send(nc, messages, patience)
        except NoAnswer:
            if clock() >= deadline:
                raise
        except Rejected as refusal:
            if refusal.code not in TRY_AGAIN or clock() >= deadline:
                raise
        patience *= 2
        await asyncio.sleep(PAUSE_S)


def _with_id(message: Outgoing) -> Outgoing:
    if "Nats-Msg-Id" in message.headers:
        return message
    return Outgoing(message.subject, message.data, {**message.headers, "Nats-Msg-Id": uuid4().hex})


def _batch_headers(message: Outgoing, batch: str, number: int) -> dict[str, str]:
    return {**message.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
