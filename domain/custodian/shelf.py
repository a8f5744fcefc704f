"""The evidence as it lies in the object store: `incidents/<yyyy>/<mm>/<dd>/<incident>/<file>`, listed with sizes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from minio import Minio

from domain.contracts.identifiers import IncidentId
from domain.contracts.plant import EvidenceKind

PREFIX: Final = "incidents/"
RECORDINGS: Final = "recordings/"
KEPT: Final = frozenset({EvidenceKind.DETECTIONS})
"""Never given up: the numbers that a decision rests on, without which nobody could check it."""

_KEY: Final = re.compile(r"incidents/(\d{4})/(\d\d)/(\d\d)/([0-9a-f-]{36})/([a-z_]+)(\.[a-z0-9]+)?")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object of an incident. may_go: it is a picture, not the slice of detections."""

    key: str
    size_bytes: int
    incident_id: IncidentId
    may_go: bool


@dataclass(slots=True)
class Fill:
    """All evidence in the store at one moment.

    foreign  objects under the prefix whose names are not of evidence; they count, and nobody deletes them
    days     UTC day of the incident to the bytes that may go; days without any are left out
    """

    size_bytes: int = 0
    objects: int = 0
    foreign: int = 0
    days: dict[date, int] = field(default_factory=dict)

    @property
    def oldest(self) -> date | None:
        return min(self.days, default=None)


class Shelf:
    """One plant's evidence. Each method raises infra.objects.UNAVAILABLE."""

    def __init__(self, store: Minio, bucket: str) -> None:
        self._store, self._bucket = store, bucket

    def fill(self) -> Fill:
        """Lists everything: a thousand objects a request."""
        fill = Fill()
        for key, size in self._list(PREFIX):
            fill.size_bytes += size
            fill.objects += 1
            found = _parsed(key, size)
            if found is None:
                fill.foreign += 1
                continue
            day, stored = found
            if stored.may_go:
                fill.days[day] = fill.days.get(day, 0) + size
        return fill

    def pictures(self, day: date) -> dict[IncidentId, list[Stored]]:
        """What may go of a day, by incident."""
        groups: dict[IncidentId, list[Stored]] = {}
        for key, size in self._list(f"{PREFIX}{day:%Y/%m/%d}/"):
            found = _parsed(key, size)
            if found is not None and found[1].may_go:
                groups.setdefault(found[1].incident_id, []).append(found[1])
        return groups

    def recordings(self) -> set[str]:
        """Keys of all recordings on demand that the store has."""
        return {key for key, _ in self._list(RECORDINGS)}

    def remove(self, key: str) -> None:
        """Harmless when it is gone already."""
        self._store.remove_object(self._bucket, key)

    def _list(self, prefix: str) -> Iterator[tuple[str, int]]:
        for each in self._store.list_objects(self._bucket, prefix, recursive=True):
            if each.object_name and not each.is_dir:
                yield each.object_name, each.size or 0


def _parsed(key: str, size: int) -> tuple[date, Stored] | None:
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        incident_id = IncidentId(UUID(found[4]))
    except ValueError:
        return None
    return day, Stored(key, size, incident_id, may_go=found[5] not in KEPT)
