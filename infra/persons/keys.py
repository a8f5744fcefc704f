"""Stream KEYS: the newest message on `key.<person>` is their wrapped key, or the note that it was destroyed."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.contracts import codec
from domain.contracts.identifiers import UserId
from domain.contracts.subjects import KEYS, key_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_last, get_last_from_leader
from infra.persons.master import MasterKey, load_master_key

LIFE_S: Final = 5.0
"""For so long a key is remembered: the longest that an erasure elsewhere goes unnoticed by a reader."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What a message of KEYS holds: one of the two."""

    wrapped: str | None = None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A person's key as it was found; None: there is none."""

    cipher: AESGCM | None
    until: float


class Keys:
    """Reads the keys of persons, each when it is first needed. Safe for several threads.

    master_file  is read with the first key
    """

    def __init__(self, bridge: Bridge, master_file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._bridge, self._master_file, self._clock = bridge, master_file, clock
        self._known: dict[UserId, Known] = {}
        self._erased: set[UserId] = set()
        self._lock = threading.RLock()

    def cipher(self, person: UserId) -> AESGCM | None:
        """The person's key; None when it was erased or is lost.

        Raises  MasterKeyUnusable; NatsAdapterError when the message server does not answer
        """
        if person in self._erased:
            return None
        known = self._known.get(person)
        if known is None or known.until < self._clock():
            with self._lock:
                known = self._known[person] = Known(self._read(person), self._clock() + LIFE_S)
        return known.cipher

    def forget(self, person: UserId) -> None:
        """From now on the person's values are erased, whatever KEYS says: their erasure was read in EVENTS."""
        with self._lock:
            self._erased.add(person)
            self._known.pop(person, None)

    @cached_property
    def _master(self) -> MasterKey:
        return load_master_key(self._master_file)

    def _read(self, person: UserId) -> AESGCM | None:
        message = self._bridge.run(get_last(self._bridge.nc, KEYS, key_subject(person)))
        if message is None:  # perhaps only this replica lacks it
            message = self._bridge.run(get_last_from_leader(self._bridge.nc, KEYS, key_subject(person)))
        if message is None:
            return None
        record = record_of(message)
        if record.wrapped is None:
            self._erased.add(person)
            return None
        return AESGCM(self._master.unwrap(record.wrapped, person))


def record_of(message: StoredMessage) -> KeyRecord:
    """Raises CodecError."""
    return codec.from_json(KeyRecord, message.data)
