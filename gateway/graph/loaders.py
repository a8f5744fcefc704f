"""Data loaders: one query where a list of incidents or cameras fans out."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from domain.contracts.access import Right
from gateway.database import Database
from gateway.false_alarms import FalseAlarms
from gateway.reads import faces, incidents, plant, quality, streams, traffic
from gateway.reads.faces import IncidentOfTrack
from gateway.reads.ledger import VisitRow
from gateway.reads.quality import FaultRow
from gateway.reads.rows import CameraRow, EvidenceRow, HistoryRow, IncidentRow, RuleRow, ZoneRow
from gateway.reads.streams import StreamRow
from gateway.reads.traffic import PlateRow, Track
from gateway.rights import Access

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
P = TypeVar("P", ZoneRow, RuleRow, FaultRow, StreamRow)
Read = Callable[[Database, Sequence[str]], Awaitable[list[P]]]


class Loaders:
    """Loaders of one request. What lies on a camera that the person may not see is not there."""

    def __init__(self, database: Database, access: Callable[[], Awaitable[Access]]) -> None:
        async def cameras(_: list[str]) -> list[CameraRow]:
            sees = (await access()).sees
            return [row for row in await plant.cameras(database) if sees(row.id)]

        async def incidents_of(ids: list[UUID]) -> list[IncidentRow]:
            may = (await access()).may
            return [row for row in await incidents.by_id(database, ids) if may(Right.VIEW_INCIDENTS, row.camera_id)]

        async def plates(tracks: list[Track]) -> list[PlateRow]:
            may = (await access()).may
            return await traffic.plates_of(database, [t for t in tracks if may(Right.VIEW_PLATES, t[0])])

        async def visits(tracks: list[Track]) -> list[VisitRow]:
            may = (await access()).may
            return await faces.visits_of(database, [t for t in tracks if may(Right.VIEW_REPORTS, t[0])])

        async def incidents_on(tracks: list[Track]) -> list[IncidentOfTrack]:
            may = (await access()).may
            return await faces.incidents_of(database, [t for t in tracks if may(Right.VIEW_INCIDENTS, t[0])])

        async def false_alarms(keys: list[tuple[str, date]]) -> list[FalseAlarms | None]:
            may = (await access()).may
            allowed = [camera for camera, _ in keys if may(Right.VIEW_REPORTS, camera)]
            found = await quality.false_alarms(database, keys[0][1], allowed) if allowed else {}
            return [found.get(camera) for camera, _ in keys]

        async def twins(ids: list[str]) -> list[list[str]]:
            sees = (await access()).sees
            found = await plant.twins_of(database, ids)
            return [[other for other in found.get(camera, []) if sees(other)] for camera in ids]

        def seen(read: Read[P]) -> Callable[[list[str]], Awaitable[list[P]]]:
            async def load(ids: list[str]) -> list[P]:
                sees = (await access()).sees
                return [row for row in await read(database, ids) if sees(row.camera_id)]

            return load

        self.camera: DataLoader[str, CameraRow | None] = DataLoader(_one(cameras, lambda r: r.id))
        self.zone: DataLoader[str, ZoneRow | None] = DataLoader(_one(seen(plant.zones_by_id), lambda r: r.id))
        self.rule: DataLoader[str, RuleRow | None] = DataLoader(_one(seen(plant.rules_by_id), lambda r: r.id))
        self.zones_of_camera: DataLoader[str, list[ZoneRow]] = DataLoader(
            _many(seen(plant.zones_of), lambda r: r.camera_id)
        )
        self.rules_of_camera: DataLoader[str, list[RuleRow]] = DataLoader(
            _many(seen(plant.rules_of), lambda r: r.camera_id)
        )
        self.faults_of_camera: DataLoader[str, list[FaultRow]] = DataLoader(
            _many(seen(quality.going_on), lambda r: r.camera_id)
        )
        self.stream_of_camera: DataLoader[str, StreamRow | None] = DataLoader(
            _one(seen(streams.streams_of), lambda r: r.camera_id)
        )
        self.twins_of_camera: DataLoader[str, list[str]] = DataLoader(twins)
        self.false_alarms: DataLoader[tuple[str, date], FalseAlarms | None] = DataLoader(false_alarms)
        self.incident: DataLoader[UUID, IncidentRow | None] = DataLoader(_one(incidents_of, lambda r: r.id))
        self.evidence: DataLoader[UUID, list[EvidenceRow]] = DataLoader(
            _many(lambda ids: incidents.evidence_of(database, ids), lambda r: r.incident_id)
        )
        self.plate: DataLoader[Track, PlateRow | None] = DataLoader(_one(plates, lambda r: r.track))
        self.visits_of_track: DataLoader[Track, list[VisitRow]] = DataLoader(
            _many(visits, lambda r: (r.camera_id, r.track_id))
        )
        self.incidents_of_track: DataLoader[Track, list[IncidentOfTrack]] = DataLoader(
            _many(incidents_on, lambda r: (r.camera_id, r.track_id))
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
