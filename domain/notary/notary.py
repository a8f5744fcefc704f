"""The notary: follows EVENTS, keeps the Merkle frontier, signs checkpoints, never two that contradict each other."""

import logging
import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import nats.errors
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from prometheus_client import CollectorRegistry, Counter, Gauge

from domain.contracts.subjects import ALL_EVENTS, ALL_EVENTS_LIVE, EVENTS
from domain.notary.errors import HistoryInconsistent, KeyUnusable
from domain.notary.key import SigningKey, load_key, make_key
from domain.notary.rereading import Rereading
from domain.notary.streams import REQUESTS, logged, newest_checkpoint, publish_checkpoint
from domain.notary.vault import Vault, write_durably
from domain.proof.checkpoint import Checkpoint, NoteMalformed, NoteUntrusted, trusted_checkpoint
from domain.proof.ed25519 import verifies
from domain.proof.merkle import EMPTY_ROOT, Frontier
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import NatsAdapterError, NoAnswer
from infra.nats.reader import StreamReader
from infra.nats.streams import last_sequence

log = logging.getLogger(__name__)

SIGNED: Final = "notary/signed.note"
"""The newest signed checkpoint, on this disk too: it outlives a loss of the streams."""


class Notary:
    """Call `step` for ever. At each start it reads the whole history again and compares it with what was signed.

    home   where the key and the newest signed checkpoint are
    Raises HistoryInconsistent, KeyUnusable, also from `step`: then nothing more may be signed
    """

    def __init__(
        self,
        bridge: Bridge,
        home: Path,
        vault: Vault,
        *,
        interval_s: float,
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.monotonic,
        rereading: Rereading | None = None,
    ) -> None:
        self._rereading = rereading or Rereading(bridge, clock=clock)
        self._bridge, self._home, self._vault = bridge, home, vault
        self._interval_s, self._clock, self._due = interval_s, clock, clock()
        self._frontier, self._requests = Frontier(), queue.SimpleQueue[Msg]()
        self._published = newest_checkpoint(bridge)
        self._kept = _read(home / SIGNED)
        self._key = self._own_key()
        self._signed = Checkpoint(self._key.verifier.name, 0, EMPTY_ROOT)
        self._due_roots: dict[int, Checkpoint] = {}
        self._resume()
        self._signatures = Counter("kaska_notary_checkpoints", "checkpoints signed", registry=registry)
        for name, text, value in (
            ("kaska_notary_log_size", "events read", lambda: self._frontier.size),
            ("kaska_notary_signed_size", "events under the newest checkpoint", lambda: self._signed.size),
        ):
            Gauge(name, text, registry=registry).set_function(value)
        self._reader = StreamReader(bridge, EVENTS, ALL_EVENTS, ALL_EVENTS_LIVE)
        self._subscription = bridge.run(self._listen())

    @property
    def signed(self) -> Checkpoint:
        """The newest signed checkpoint; of size 0 when nothing was signed yet."""
        return self._signed

    @property
    def has_compared(self) -> bool:
        """Whether all that was signed before has been read again and is the same."""
        return not self._due_roots

    def step(self, wait_s: float) -> None:
        """Reads what is new, signs when it is due or asked for, answers who asked."""
        self._take(self._reader.read(wait_s))
        if self._due_roots:
            return  # still reading what was signed before
        self._rereading.step()
        try:
            self._catch_up_and_sign()
        except NoAnswer as error:
            log.warning("checkpoint not published, it is tried again", extra={"why": str(error)})

    def sign_rest(self) -> None:
        """Before the end of the process: what is new is signed. Raises NatsAdapterError."""
        if not self._due_roots:
            self._read_to(self._bridge.run(last_sequence(self._bridge.nc, EVENTS)))
            self._sign()

    def close(self) -> None:
        """Answers nobody any more."""
        self._reader.close()
        try:
            self._bridge.run(self._subscription.unsubscribe())
        except (NatsAdapterError, nats.errors.Error) as error:
            log.info("notary closed after its connection", extra={"why": str(error)})

    def _catch_up_and_sign(self) -> None:
        self._publish()
        asking = [self._requests.get() for _ in range(self._requests.qsize())]
        if asking:
            self._read_to(self._bridge.run(last_sequence(self._bridge.nc, EVENTS)))
        if asking or self._clock() >= self._due:
            self._sign()
        for request in asking:
            self._answer(request)

    def _read_to(self, sequence: int) -> None:
        while self._frontier.size < sequence:
            messages = self._reader.read(self._bridge.timeout_s)
            if not messages:
                raise NoAnswer(f"EVENTS does not deliver sequence {self._frontier.size + 1}")
            self._take(messages)

    def _sign(self) -> None:
        """Signs when something is new: on this disk first, so that no other checkpoint is ever signed instead."""
        if self._frontier.size <= self._signed.size:
            return
        signed = Checkpoint(self._key.verifier.name, self._frontier.size, self._frontier.root())
        note = self._key.sign(signed.text())
        write_durably(self._home / SIGNED, note)
        self._signed, self._kept, self._due = signed, note, self._clock() + self._interval_s
        self._vault.keep(signed.size, note)
        self._signatures.inc()
        self._publish()
        log.info("checkpoint signed", extra={"size": signed.size})

    def _publish(self) -> None:
        if self._kept and self._published.note != self._kept:
            self._published = publish_checkpoint(self._bridge, self._kept, self._published)

    def _answer(self, request: Msg) -> None:
        if request.reply:
            answer = self._kept or b'{"refused":{"code":"empty","message":"nothing was recorded yet"}}'
            self._bridge.run(self._bridge.nc.publish(request.reply, answer))

    def _take(self, messages: list[StoredMessage]) -> None:
        for message in messages:
            if message.sequence != self._frontier.size + 1:
                raise HistoryInconsistent(f"EVENTS lacks sequence {self._frontier.size + 1}: nothing is signed")
            leaf_hash = logged(message).leaf_hash()
            self._frontier.append(leaf_hash)
            self._rereading.note(leaf_hash)
            due = self._due_roots.pop(self._frontier.size, None)
            if due is not None and due.root != self._frontier.root():
                raise HistoryInconsistent(
                    f"the first {due.size} events of EVENTS are not those for which a checkpoint was signed: "
                    "nothing is signed; restore the stream from a copy"
                )

    def _own_key(self) -> SigningKey:
        key = load_key(self._home)
        if key is not None:
            return key
        if self._published.sequence or self._kept:
            raise KeyUnusable(
                f"{self._home}/secrets/notary.key is missing, but checkpoints were signed with it: restore it"
            )
        log.info("the notary makes its key", extra={"home": str(self._home)})
        return make_key(self._home)

    def _resume(self) -> None:
        """Takes over what was signed before; its roots are compared while the history is read."""
        known = [self._trusted(note, where) for note, where in self._notes() if note]
        for checkpoint in known:
            if self._due_roots.setdefault(checkpoint.size, checkpoint) != checkpoint:
                raise HistoryInconsistent(f"two different checkpoints of {checkpoint.size} events were signed")
        if not known:
            return
        self._signed = max(known, key=lambda checkpoint: checkpoint.size)
        if self._kept is None or self._trusted(self._kept, SIGNED).size < self._signed.size:
            write_durably(self._home / SIGNED, self._published.note)
            self._kept = self._published.note
        self._vault.keep(self._signed.size, self._kept)
        last = self._bridge.run(last_sequence(self._bridge.nc, EVENTS))
        if last < self._signed.size:
            raise HistoryInconsistent(
                f"EVENTS ends at {last}, but a checkpoint of {self._signed.size} events was signed: acknowledged "
                "events are gone; nothing is signed; restore the stream from a copy"
            )

    def _notes(self) -> tuple[tuple[bytes | None, str], ...]:
        return (self._published.note, "AUDIT"), (self._kept, str(self._home / SIGNED))

    def _trusted(self, note: bytes, where: str) -> Checkpoint:
        try:
            return trusted_checkpoint(note, self._key.verifier, verifies)
        except (NoteMalformed, NoteUntrusted) as error:
            raise KeyUnusable(f"the newest checkpoint in {where} is not by this notary's key: {error}") from error

    async def _listen(self) -> Subscription:
        async def take(message: Msg) -> None:
            self._requests.put(message)

        subscription = await self._bridge.nc.subscribe(REQUESTS, queue="notary", cb=take)
        await self._bridge.nc.flush()
        return subscription


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
