"""Sealing of one value: AES-256-GCM under its person's key, bound to the event and the field in which it stands."""

import base64
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from domain.contracts.events import Envelope, decode_event
from domain.contracts.identifiers import UserId
from domain.contracts.personal import Seal, Unseal, has_sealed
from infra.eventstore.envelope import TOPIC, version_of
from infra.nats.direct import StoredMessage
from infra.persons.errors import SealBroken
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import Keys
from infra.persons.master import NONCE_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """An event: its subject, its version in the aggregate, its stored name."""

    subject: str
    version: int
    name: str

    def of(self, person: UserId, field: str) -> bytes:
        """What a sealed value is bound to: moved to another place it does not open."""
        return "\n".join((str(person), self.subject, str(self.version), self.name, field)).encode()


def sealer(keys: KeyKeeper, place: Place) -> Seal:
    """Of a person who was erased nothing is kept: the sealed form is empty."""

    def seal(person: UserId, field: str, text: str) -> str:
        cipher = keys.cipher_to_seal(person)
        if cipher is None:
            return ""
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + cipher.encrypt(nonce, text.encode(), place.of(person, field))).decode("ascii")

    return seal


def unsealer(keys: Keys, place: Place) -> Unseal:
    def unseal(person: UserId, field: str, sealed: str) -> str | None:
        cipher = keys.cipher(person)
        if cipher is None:
            return None
        try:
            stored = base64.b64decode(sealed, validate=True)
            return cipher.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], place.of(person, field)).decode()
        except (ValueError, InvalidTag) as error:
            raise SealBroken(f"{field} of {place.subject} version {place.version} is not what was sealed") from error

    return unseal


def decode_message(message: StoredMessage, keys: Keys | None) -> Envelope:
    """The event that a message of EVENTS holds; without keys its sealed values are WITHHELD.

    Raises  EventUnknown, CodecError; MasterKeyUnusable, NatsAdapterError
    """
    name = message.headers[TOPIC]
    if keys is None or not has_sealed(message.data):
        return decode_event(name, message.data)
    return decode_event(name, message.data, unsealer(keys, Place(message.subject, version_of(message), name)))
