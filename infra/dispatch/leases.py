"""Leases of cameras in a stream: the newest message of `lease.camera.<id>` says who holds it.

A lease is renewed by writing it anew, on condition that nobody else has written since. No clock is compared with
another: the holder counts from before its last write, whoever wants the camera from when he first saw that write. So
the holder has always stopped before another one begins.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from nats.aio.client import Client
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

from infra.nats.direct import get_last, get_page
from infra.nats.errors import NoAnswer, Rejected
from infra.nats.requests import UNANSWERED
from infra.tenure import steady

LEASES: Final = "LEASES"
EXPECTED: Final = "Nats-Expected-Last-Subject-Sequence"
WRITTEN_SINCE: Final = 10071
ANSWER_S: Final = 1.0
PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Terms:
    """beat_s     between two looks
    lease_s    a holder that could not renew for so long has stopped
    margin_s   so much earlier it stops, and so much longer others wait
    """

    beat_s: float = 1.0
    lease_s: float = 8.0
    margin_s: float = 2.0

    @property
    def expired_s(self) -> float:
        return self.lease_s + self.margin_s


def leases_config() -> StreamConfig:
    """The newest word of each camera's holder and of each node."""
    return StreamConfig(
        name=LEASES,
        subjects=["lease.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.OLD,
        max_msgs_per_subject=1,
        allow_direct=True,
    )


def camera_subject(camera_id: str) -> str:
    return f"lease.camera.{camera_id}"


def node_subject(node: str) -> str:
    return f"lease.node.{node}"


@dataclass(frozen=True, slots=True)
class Holder:
    """node   empty when the camera was given back"""

    node: str
    since_revision: int
    renewed_at: datetime


async def holder_of(nc: Client, camera_id: str) -> Holder | None:
    """Who holds a camera now, for whoever wants its live view. Raises NatsAdapterError."""
    last = await get_last(nc, LEASES, camera_subject(camera_id))
    return None if last is None else Holder(_said(last.data).node, last.sequence, last.time)


@dataclass(frozen=True, slots=True)
class _Said:
    """run   of the node's process: another one under the same name is somebody else"""

    node: str
    run: str


@dataclass(slots=True)
class _Seen:
    revision: int
    said: _Said
    since: float


@dataclass(slots=True)
class _Held:
    """revision   of the last write that is known to be ours; sent_at: before it was sent, by the monotonic clock"""

    revision: int
    sent_at: float


class LeaseTable:
    """One node's view, and its own leases. For one task."""

    def __init__(self, nc: Client, node: str, terms: Terms, clock: Callable[[], float] = steady) -> None:
        self._nc, self.node, self._terms, self._clock = nc, node, terms, clock
        self._me = _Said(node, uuid4().hex)
        self._seen: dict[str, _Seen] = {}
        self._held: dict[str, _Held] = {}

    @property
    def held(self) -> frozenset[str]:
        return frozenset(self._held)

    def live_nodes(self) -> frozenset[str]:
        """Those that were heard of, and this one. An unknown age counts as fresh: nobody is declared dead early."""
        prefix = node_subject("")
        return frozenset(
            {self.node}
            | {
                subject.removeprefix(prefix)
                for subject in self._seen
                if subject.startswith(prefix) and self._is_fresh(subject)
            }
        )

    def is_free(self, camera_id: str) -> bool:
        """Whether it may be taken: nobody has it, or nobody has renewed it for longer than a lease."""
        subject = camera_subject(camera_id)
        seen = self._seen.get(subject)
        return seen is None or not seen.said.node or seen.said == self._me or not self._is_fresh(subject)

    def lapsed(self) -> list[str]:
        """Cameras whose producers must end at once: another node may begin soon."""
        now = self._clock()
        return [camera for camera in self._held if self.until(camera) < now]

    def until(self, camera_id: str) -> float:
        """By the table's clock: when the processes of a held camera must have stopped, unless it is renewed."""
        return self._held[camera_id].sent_at + self._terms.lease_s - self._terms.margin_s

    def forget(self, camera_id: str) -> None:
        self._held.pop(camera_id, None)

    async def look(self) -> None:
        """Reads what all nodes have written. Raises NatsAdapterError."""
        now, sequence = self._clock(), 1
        while True:
            page = await get_page(self._nc, LEASES, sequence, PAGE, "lease.>", timeout_s=ANSWER_S)
            for message in page.messages:
                sequence = message.sequence + 1
                known = self._seen.get(message.subject)
                if known is None or known.revision != message.sequence:
                    self._seen[message.subject] = _Seen(message.sequence, _said(message.data), now)
            if not page.messages or not page.pending:
                return

    async def beat(self) -> None:
        """Tells the others that this node lives. Raises NatsAdapterError."""
        await self._write(node_subject(self.node), self._me, None)

    async def take(self, camera_id: str) -> bool:
        """Whether the camera is this node's now; False when another was faster. Raises NatsAdapterError."""
        seen = self._seen.get(camera_subject(camera_id))
        return await self._claim(camera_id, 0 if seen is None else seen.revision)

    async def renew(self, camera_id: str) -> bool:
        """False when it is lost: somebody else holds it, or nothing is known any more. Raises NatsAdapterError."""
        held = self._held[camera_id]
        if self._clock() - held.sent_at < self._terms.lease_s / 4:
            return True
        if await self._claim(camera_id, held.revision):
            return True
        last = await get_last(self._nc, LEASES, camera_subject(camera_id), ANSWER_S)
        if last is not None and _said(last.data) == self._me:  # an earlier write whose answer was lost
            held.revision = last.sequence
            return True
        self.forget(camera_id)
        return False

    async def release(self, camera_id: str) -> None:
        """Gives it back, after its producer has ended. Raises NatsAdapterError."""
        held = self._held.pop(camera_id)
        try:
            await self._write(camera_subject(camera_id), _Said("", ""), held.revision)
        except Rejected as refusal:
            if refusal.code != WRITTEN_SINCE:
                raise

    async def _claim(self, camera_id: str, revision: int) -> bool:
        sent_at = self._clock()
        try:
            written = await self._write(camera_subject(camera_id), self._me, revision)
        except Rejected as refusal:
            if refusal.code != WRITTEN_SINCE:
                raise
            return False
        self._held[camera_id] = _Held(written, sent_at)
        return True

    def _is_fresh(self, subject: str) -> bool:
        return self._clock() - self._seen[subject].since <= self._terms.expired_s

    async def _write(self, subject: str, said: _Said, revision: int | None) -> int:
        """One try: a repeat could not tell its own earlier write from another's. Returns the revision."""
        headers = {} if revision is None else {EXPECTED: str(revision)}
        payload = json.dumps({"node": said.node, "run": said.run}).encode()
        try:
            reply = json.loads((await self._nc.request(subject, payload, timeout=ANSWER_S, headers=headers)).data)
        except UNANSWERED as error:
            raise NoAnswer(f"no answer to {subject} within {ANSWER_S} s") from error
        if "error" in reply:
            raise Rejected(reply["error"].get("err_code", 0), reply["error"].get("description", ""))
        return int(reply["seq"])


def _said(data: bytes) -> _Said:
    """Nobody, where the words are not ours."""
    try:
        plain = json.loads(data)
        return _Said(str(plain["node"]), str(plain["run"]))
    except (ValueError, KeyError, TypeError):
        return _Said("", "")
