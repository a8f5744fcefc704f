"""Who makes and destroys keys of persons: the domain service alone."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.contracts import codec
from domain.contracts.identifiers import UserId
from domain.contracts.subjects import KEYS, key_subject
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.direct import StoredMessage, get_last_from_leader
from infra.nats.errors import Rejected
from infra.nats.requests import ask
from infra.nats.streams import last_sequence
from infra.persons.errors import MasterKeyUnusable
from infra.persons.keys import LIFE_S, KeyRecord, Keys, Known, record_of
from infra.persons.master import KEY_BYTES, load_master_key, make_master_key

EXPECTED_SEQUENCE: Final = "Nats-Expected-Last-Subject-Sequence"
WRONG_LAST_SEQUENCE: Final = frozenset({10071, 10164})
GONE: Final = frozenset({10037, 10043, 10057})
"""The server's words for a message that is no longer there."""


class KeyKeeper(Keys):
    """Makes a person's key with their first personal value, and destroys it on request."""

    def prepare(self) -> None:
        """Makes the master key of a new plant.

        Raises  MasterKeyUnusable when it is missing although keys were wrapped with it, or cannot be used
        """
        if not self._master_file.exists():
            if self._bridge.run(last_sequence(self._bridge.nc, KEYS)):
                raise MasterKeyUnusable(f"{self._master_file} is missing, and keys of persons were wrapped with it")
            make_master_key(self._master_file)
        load_master_key(self._master_file)

    def is_erased(self, person: UserId) -> bool:
        return self.cipher(person) is None and person in self._erased

    def cipher_to_seal(self, person: UserId) -> AESGCM | None:
        """The person's key, made when they have none; None when it was erased: it is never made again."""
        cipher = self.cipher(person)
        if cipher is not None or person in self._erased:
            return cipher
        with self._lock:
            self._known.pop(person, None)
            return self.cipher(person) or self._made(person)

    @contextmanager
    def held_back(self, person: UserId) -> Iterator[None]:
        """Inside, nothing more is sealed for the person; after an error it is as it was."""
        was_erased = person in self._erased
        self.forget(person)
        try:
            yield
        except BaseException:
            if not was_erased:
                self._erased.discard(person)
            raise

    def erase(self, person: UserId, at: datetime) -> None:
        """Overwrites the key's bytes in the store, then leaves a note, so that nobody makes another. May be repeated.

        Raises  NatsAdapterError: then it may or may not be done, and is to be asked again
        """
        self.forget(person)
        with self._lock:
            while True:
                last = self._last(person)
                if last is not None and record_of(last).wrapped is None:
                    return
                if last is not None:
                    self._destroy(last)
                if self._stored(person, KeyRecord(erased_at=at)):
                    return

    def _made(self, person: UserId) -> AESGCM | None:
        key = os.urandom(KEY_BYTES)
        if self._stored(person, KeyRecord(wrapped=self._master.wrap(key, person))):
            self._known[person] = Known(AESGCM(key), self._clock() + LIFE_S)
        else:
            self._known.pop(person, None)  # somebody else was first
        return self.cipher(person)

    def _last(self, person: UserId) -> StoredMessage | None:
        return self._bridge.run(get_last_from_leader(self._bridge.nc, KEYS, key_subject(person)))

    def _stored(self, person: UserId, record: KeyRecord) -> bool:
        """False when the person has a message already."""
        message = Outgoing(key_subject(person), codec.to_json(record), {EXPECTED_SEQUENCE: "0"})
        try:
            self._bridge.run(publish_batch(self._bridge.nc, [message]))
        except Rejected as refusal:
            if refusal.code not in WRONG_LAST_SEQUENCE:
                raise
            return False
        return True

    def _destroy(self, message: StoredMessage) -> None:
        request = json.dumps({"seq": message.sequence, "no_erase": False}).encode()
        reply = self._bridge.run(ask(self._bridge.nc, f"$JS.API.STREAM.MSG.DELETE.{KEYS}", request))
        error = json.loads(reply.data).get("error")
        if error is not None and error.get("err_code") not in GONE:
            raise Rejected(error.get("err_code", 0), error.get("description", ""))
