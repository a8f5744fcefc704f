"""Data loaders: one query where a list of incidents or cameras fans out."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from gateway.database import Database
from gateway.reads import incidents, plant
from gateway.reads.rows import CameraRow, EvidenceRow, HistoryRow, IncidentRow, RuleRow, ZoneRow

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Loaders:
    """Loaders of one request."""

    def __init__(self, database: Database) -> None:
        async def cameras(_: list[str]) -> list[CameraRow]:
            return await plant.cameras(database)

        self.camera: DataLoader[str, CameraRow | None] = DataLoader(_one(cameras, lambda r: r.id))
        self.zone: DataLoader[str, ZoneRow | None] = DataLoader(
            _one(lambda ids: plant.zones_by_id(database, ids), lambda r: r.id)
        )
        self.rule: DataLoader[str, RuleRow | None] = DataLoader(
            _one(lambda ids: plant.rules_by_id(database, ids), lambda r: r.id)
        )
        self.zones_of_camera: DataLoader[str, list[ZoneRow]] = DataLoader(
            _many(lambda ids: plant.zones_of(database, ids), lambda r: r.camera_id)
        )
        self.rules_of_camera: DataLoader[str, list[RuleRow]] = DataLoader(
            _many(lambda ids: plant.rules_of(database, ids), lambda r: r.camera_id)
        )
        self.incident: DataLoader[UUID, IncidentRow | None] = DataLoader(
            _one(lambda ids: incidents.by_id(database, ids), lambda r: r.id)
        )
        self.evidence: DataLoader[UUID, list[EvidenceRow]] = DataLoader(
            _many(lambda ids: incidents.evidence_of(database, ids), lambda r: r.incident_id)
        )
        self.history: DataLoader[UUID, list[HistoryRow]] = DataLoader(
            _many(lambda ids: incidents.history_of(database, ids), lambda r: r.incident_id)
        )


def _one(
    read: Callable[[list[K]], Awaitable[Iterable[V]]], key: Callable[[V], K]
) -> Callable[[list[K]], Awaitable[list[V | None]]]:
    async def load(keys: list[K]) -> list[V | None]:
        found = {key(row): row for row in await read(keys)}
        return [found.get(k) for k in keys]

    return load


def _many(
    read: Callable[[list[K]], Awaitable[Iterable[V]]], key: Callable[[V], K]
) -> Callable[[list[K]], Awaitable[list[list[V]]]]:
    async def load(keys: list[K]) -> list[list[V]]:
        found: defaultdict[K, list[V]] = defaultdict(list)
        for row in await read(keys):
            found[key(row)].append(row)
        return [found[k] for k in keys]

    return load
