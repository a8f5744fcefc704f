"""The object store as a passport asks it: which files are still there, and the slice of detections among them."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from minio import Minio

from domain.contracts.known import KnownFile, Stored
from domain.contracts.passport import Note, NoteKind
from domain.contracts.plant import EvidenceKind
from infra import objects
from infra.objects import UNAVAILABLE
from infra.standing import standing

log = logging.getLogger(__name__)

NOT_ASKED: Final = "no object store is set"


class Files:
    """The files of one incident.

    store  None: there is none to ask
    notes  what a reader must know, right when everything was asked
    """

    def __init__(self, store: Minio | None, bucket: str) -> None:
        self._store, self._bucket = store, bucket
        self.notes: list[Note] = []
        if store is None:
            self._give_up(NOT_ASKED)

    def looked_at(self, files: Sequence[KnownFile]) -> tuple[KnownFile, ...]:
        """The files with what the store says of each. One that does not answer is not asked again."""
        return tuple(each if each.key is None else replace(each, stored=self._standing(each)) for each in files)

    def detections(self, files: Sequence[KnownFile]) -> bytes | None:
        """The slice that was kept with the evidence; None when it is not there, or not as it was recorded."""
        kept = next((each for each in files if each.kind is EvidenceKind.DETECTIONS), None)
        if kept is None or kept.key is None or self._store is None:
            return None
        try:
            data = objects.fetch(self._store, self._bucket, kept.key)
        except UNAVAILABLE as error:
            self._give_up(str(error))
            return None
        if data is not None and hashlib.sha256(data).hexdigest() != kept.sha256:
            self.notes.append(Note(NoteKind.SLICE_ALTERED, kept.key))
            return None
        return data

    def _standing(self, file: KnownFile) -> Stored:
        if self._store is None or file.key is None:
            return Stored.UNKNOWN
        try:
            return standing(self._store, self._bucket, file.key, size_bytes=file.size_bytes, sha256=file.sha256)
        except UNAVAILABLE as error:
            self._give_up(str(error))
            return Stored.UNKNOWN

    def _give_up(self, why: str) -> None:
        if why != NOT_ASKED:
            log.warning("the object store does not answer", extra={"reason": why})
        self._store = None
        self.notes.append(Note(NoteKind.STORE_SILENT, NOT_ASKED if why == NOT_ASKED else ""))
