"""Enrolled faces: files in `<home>/faces`, readable only with the key of the person whose face it is (R85, ADR 18)."""

import base64
import os
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
from cryptography.exceptions import InvalidTag
from numpy.typing import NDArray

from domain.contracts import codec
from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import UserId
from infra.persons.errors import SealBroken
from infra.persons.keys import Keys
from infra.persons.master import NONCE_BYTES
from infra.settings import write_secret

FOLDER: Final = "faces"
SUFFIX: Final = ".face"

Embeddings = NDArray[np.float32]
"""(pictures, numbers), each row of length 1."""


class FacesKind(StrEnum):
    """Who compares faces. OFF unless the operator of the machine says otherwise."""

    OFF = "off"
    LOCAL = "local"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A file of the folder.

    models   that made the embeddings; with others they are not comparable
    sealed   the embeddings, AES-256-GCM under the person's key, base64
    """

    person: UserId
    models: tuple[ModelRef, ...]
    pictures: int
    at: datetime
    sealed: str


@dataclass(frozen=True, slots=True)
class KnownFace:
    """An enrolled face in memory."""

    person: UserId
    embeddings: Embeddings


class EnrolledFaces:
    """The folder of one home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER

    def put(self, keys: Keys, person: UserId, models: tuple[ModelRef, ...], found: Embeddings, at: datetime) -> bool:
        """Stores the person's face in the place of an earlier one; False when they have no key, and nothing is stored.

        Raises  MasterKeyUnusable, NatsAdapterError, OSError
        """
        cipher = keys.cipher(person)
        if cipher is None:
            return False
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + cipher.encrypt(nonce, found.astype("<f4").tobytes(), _bound_to(person, models, len(found)))
        enrolment = Enrolment(person, models, len(found), at, base64.b64encode(sealed).decode("ascii"))
        write_secret(self._path(person), codec.to_json(enrolment).decode())
        return True

    def enrolments(self) -> list[Enrolment]:
        """All of them, sealed as they are, by person. Raises CodecError, OSError."""
        paths = sorted(self._folder.glob(f"*{SUFFIX}"))
        return [codec.from_json(Enrolment, path.read_bytes()) for path in paths]

    def erase(self, person: UserId) -> bool:
        """Removes the person's face; False when there is none."""
        try:
            self._path(person).unlink()
        except FileNotFoundError:
            return False
        return True

    def known(self, keys: Keys, models: tuple[ModelRef, ...]) -> list[KnownFace]:
        """The faces that these models can be asked about; not those of persons whose key was destroyed.

        Raises  SealBroken, CodecError, MasterKeyUnusable, NatsAdapterError, OSError
        """
        found = []
        for enrolment in self.enrolments():
            cipher = keys.cipher(enrolment.person) if enrolment.models == models else None
            if cipher is None:
                continue
            bound = _bound_to(enrolment.person, models, enrolment.pictures)
            try:
                stored = base64.b64decode(enrolment.sealed, validate=True)
                plain = cipher.decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], bound)
                embeddings = np.frombuffer(plain, "<f4").reshape(enrolment.pictures, -1).astype(np.float32)
            except (ValueError, InvalidTag) as error:
                raise SealBroken(f"the face of {enrolment.person} is not what was sealed") from error
            found.append(KnownFace(enrolment.person, embeddings))
        return found

    def _path(self, person: UserId) -> Path:
        return self._folder / f"{person}{SUFFIX}"


def _bound_to(person: UserId, models: tuple[ModelRef, ...], pictures: int) -> bytes:
    """What a sealed face is bound to: under another name, or for other models, it does not open."""
    return "\n".join(("kaska face", str(person), str(pictures), *(model.digest for model in models))).encode()
