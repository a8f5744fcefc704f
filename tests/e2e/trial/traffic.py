"""What a plant at work sends, and what it was promised: detections, people's commands, and a witness of the history."""

import asyncio
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts.commands import (
    CONTEXT_OF,
    Accepted,
    AssignIncident,
    Command,
    Comment,
    ConfirmViolation,
    MarkFalsePositive,
    Refused,
    ReopenReview,
    Reply,
    decode_reply,
    encode_command,
)
from domain.contracts.identifiers import IncidentId
from domain.contracts.subjects import ALL_EVENTS_LIVE, command_subject
from infra.eventstore.envelope import HASH, MESSAGE_ID
from infra.nats.batch import Outgoing, publish_batch, publish_each
from infra.nats.errors import NatsAdapterError
from tests.domain.samples import T0

GROUPS: Final = (1, 4, 30, 90, 300)
"""Messages sent together: a lull, a few, a burst, a backlog."""

ONE_BY_ONE: Final = 48
"""Up to here a group goes as single publishes, like those of inference (docs/adr/0005)."""

AGAIN: Final = frozenset({"outcome_unknown", "busy", "failed"})
"""Refusals that ask for the same command once more."""

ANSWER_S: Final = 3.0
PAUSE_S: Final = 0.1


class Moments:
    """Tells the killer that something is on its way just now."""

    def __init__(self) -> None:
        self._happened = asyncio.Event()

    def now(self) -> None:
        self._happened.set()

    async def next(self, at_most_s: float) -> None:
        self._happened.clear()
        try:
            await asyncio.wait_for(self._happened.wait(), at_most_s)
        except TimeoutError:
            return


@dataclass
class Detections:
    """Publishes a recording. acknowledged: message id to its sequence and the SHA-256 of its payload."""

    nc: Client
    rng: random.Random
    moments: Moments
    acknowledged: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    async def publish(self, recording: Sequence[Outgoing], per_second: float, stopping: asyncio.Event) -> None:
        """In order, at about that rate, until all is stored or it is time to stop."""
        sent = 0
        while sent < len(recording) and not stopping.is_set():
            group = recording[sent : sent + self.rng.choice(GROUPS)]
            sent += len(group)
            self._note(group, await self._until_stored(group))
            await asyncio.sleep(len(group) / per_second * self.rng.uniform(0.5, 1.5))

    async def _until_stored(self, group: Sequence[Outgoing]) -> list[int]:
        publish = publish_each if len(group) <= ONE_BY_ONE else publish_batch
        while True:
            self.moments.now()
            try:
                return await publish(self.nc, group, timeout_s=2.0)
            except (NatsAdapterError, nats.errors.Error, OSError):
                await asyncio.sleep(PAUSE_S)

    def _note(self, group: Sequence[Outgoing], sequences: Sequence[int]) -> None:
        for message, sequence in zip(group, sequences, strict=True):
            digest = hashlib.sha256(message.data).digest()
            self.acknowledged[message.headers[MESSAGE_ID]] = (sequence, digest)


@dataclass(frozen=True)
class Told:
    """A command with its final answers; several when it was sent by several at once."""

    command_id: str
    command: Command
    answers: tuple[Reply, ...]


@dataclass
class Witness:
    """Remembers what the stream told its listeners: sequence to subject and chained hash. incidents: those seen."""

    seen: dict[int, tuple[str, str]] = field(default_factory=dict)
    incidents: dict[UUID, None] = field(default_factory=dict)

    async def listen(self, nc: Client) -> None:
        await nc.subscribe(ALL_EVENTS_LIVE, cb=self._take)
        await nc.flush()

    async def _take(self, message: Msg) -> None:
        headers = message.headers or {}
        self.seen[int(headers["Nats-Sequence"])] = (headers["Nats-Subject"], headers.get(HASH, ""))
        _, context, aggregate = message.subject.split(".", 2)
        if context == "incident":
            self.incidents[UUID(aggregate)] = None


@dataclass
class People:
    """Several persons who review and comment, sometimes the same click twice at once."""

    nc: Client
    rng: random.Random
    moments: Moments
    witness: Witness
    told: list[Told] = field(default_factory=list)

    async def work(self, name: str, pause_s: float, stopping: asyncio.Event) -> None:
        number = 0
        while not stopping.is_set():
            await asyncio.sleep(pause_s * self.rng.uniform(0.2, 1.8))
            if not self.witness.incidents:
                continue
            number += 1
            command_id = f"{name}-{number}"
            incident = IncidentId(self.rng.choice(list(self.witness.incidents)[-60:]))
            command = self._choose(incident, command_id)
            self.moments.now()
            copies = (self.until_answered(command, command_id, name) for _ in range(self.rng.choice((1, 1, 2, 3))))
            self.told.append(Told(command_id, command, tuple(await asyncio.gather(*copies))))

    async def until_answered(self, command: Command, command_id: str, by: str) -> Reply:
        """As the console does after "outcome unknown": the same command again."""
        data = encode_command(command, command_id=command_id, by=by, at=T0)
        while True:
            try:
                subject = command_subject(CONTEXT_OF[type(command)])
                reply = decode_reply((await self.nc.request(subject, data, timeout=ANSWER_S)).data)
            except (nats.errors.Error, OSError):
                await asyncio.sleep(PAUSE_S)
                continue
            if isinstance(reply, Accepted) or (isinstance(reply, Refused) and reply.code not in AGAIN):
                return reply
            await asyncio.sleep(PAUSE_S)

    def _choose(self, incident: IncidentId, command_id: str) -> Command:
        choices: tuple[Command, ...] = (
            Comment(incident, command_id),
            Comment(incident, command_id),
            ConfirmViolation(incident),
            MarkFalsePositive(incident, command_id),
            ReopenReview(incident),
            AssignIncident(incident, command_id),
        )
        return self.rng.choice(choices)
