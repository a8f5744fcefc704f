"""The master key: 32 random bytes in a file of the home, or of the plant's own choice. It wraps the keys of persons."""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.contracts.identifiers import UserId
from infra.persons.errors import MasterKeyUnusable
from infra.settings import write_secret

KEY_BYTES = 32
NONCE_BYTES = 12


class MasterKey:
    """Wraps and unwraps with AES-256-GCM; a wrapped key belongs to one person only."""

    def __init__(self, key: bytes, where: Path) -> None:
        self._cipher, self._where = AESGCM(key), where

    def wrap(self, key: bytes, person: UserId) -> str:
        nonce = os.urandom(NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, key, _bound_to(person))).decode("ascii")

    def unwrap(self, wrapped: str, person: UserId) -> bytes:
        """Raises MasterKeyUnusable: a key that another master key has wrapped must not look like one that is erased."""
        try:
            stored = base64.b64decode(wrapped, validate=True)
            return self._cipher.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], _bound_to(person))
        except (ValueError, InvalidTag) as error:
            raise MasterKeyUnusable(f"{self._where} does not open the key of person {person}") from error


def load_master_key(path: Path) -> MasterKey:
    """Raises MasterKeyUnusable."""
    try:
        key = base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
    except (OSError, ValueError) as error:
        raise MasterKeyUnusable(f"{path} is not a master key of persons: {error}") from error
    if len(key) != KEY_BYTES:
        raise MasterKeyUnusable(f"{path} is not a master key of persons: {KEY_BYTES} bytes in base64 are expected")
    return MasterKey(key, path)


def make_master_key(path: Path) -> None:
    """The caller knows that no key was wrapped with another one."""
    write_secret(path, base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii") + "\n")


def _bound_to(person: UserId) -> bytes:
    return f"kaska person key {person}".encode()
