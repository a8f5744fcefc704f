"""Reads the history again while the notary runs: a bit that flips on the disk is found without a restart."""

import hashlib
import logging
import time
from collections.abc import Callable
from typing import Final

from domain.contracts.subjects import ALL_EVENTS, EVENTS
from domain.notary.errors import HistoryInconsistent
from domain.notary.streams import logged
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.errors import NoAnswer

log = logging.getLogger(__name__)

PART: Final = 500
"""Events that are compared at once; 32 bytes are remembered for each part."""

PERIOD_S: Final = 5.0
"""A part in so many seconds: a million events in under three hours, at about one hundredth of a processor."""


class Rereading:
    """Call `note` for each event when it is read first, `step` for ever."""

    def __init__(
        self,
        bridge: Bridge,
        *,
        part: int = PART,
        period_s: float = PERIOD_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bridge, self._part, self._period_s, self._clock = bridge, part, period_s, clock
        self._digests: list[bytes] = []
        self._open, self._count = hashlib.sha256(), 0
        self._next, self._due = 0, clock() + period_s

    def note(self, leaf_hash: bytes) -> None:
        self._open.update(leaf_hash)
        self._count += 1
        if self._count == self._part:
            self._digests.append(self._open.digest())
            self._open, self._count = hashlib.sha256(), 0

    def step(self) -> None:
        """Compares one part when it is due. Raises HistoryInconsistent, Rejected."""
        if self._clock() < self._due:
            return
        self._due = self._clock() + self._period_s
        if not self._digests:
            return
        number, self._next = self._next, (self._next + 1) % len(self._digests)
        first = number * self._part + 1
        try:
            digest = self._digest_of(first, first + self._part - 1)
        except NoAnswer as error:
            log.info("a part of the history was not read again", extra={"first": first, "why": str(error)})
            return
        if digest != self._digests[number]:
            raise HistoryInconsistent(
                f"events {first} to {first + self._part - 1} of EVENTS are not those that were there before: "
                "nothing is signed; restore the stream from a copy"
            )

    def _digest_of(self, first: int, last: int) -> bytes:
        digest, at = hashlib.sha256(), first
        while at <= last:
            asking = get_page(self._bridge.nc, EVENTS, at, last - at + 1, ALL_EVENTS)
            messages = [m for m in self._bridge.run(asking).messages if m.sequence <= last]
            for message in messages:
                digest.update(logged(message).leaf_hash())
            if not messages:
                break
            at = messages[-1].sequence + 1
        return digest.digest()
