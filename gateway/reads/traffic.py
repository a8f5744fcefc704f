"""Vehicles and people over time from Postgres: plates, parking, traffic, attendance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from gateway.database import Database, Params, sql
from gateway.parking import Passing

MOST_PASSAGES: Final = 20_000
MOST_ROWS: Final = 10_000
Track = tuple[str, int]
"""Camera and track."""


@dataclass(frozen=True, slots=True)
class PlateRow:
    """read_model.plate_read, without the picture."""

    camera_id: str
    track_id: int
    first_at: datetime
    last_at: datetime
    text: str
    number: str | None
    format: str | None
    region: str | None
    score: float
    readings: int
    keep_until: datetime
    has_picture: bool

    @property
    def track(self) -> Track:
        return self.camera_id, self.track_id


@dataclass(frozen=True, slots=True)
class TrafficRow:
    """One hour of one class; left: departed."""

    day: date
    hour: int
    object_class: str
    entered: int
    departed: int
    undirected: int
    plates: int


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A working day in a zone. person_s: of all people together; occupied_s: while there was anybody."""

    day: date
    camera_id: str
    zone_id: str
    first_entry: datetime
    last_exit: datetime
    visits: int
    person_s: float
    occupied_s: float


@dataclass(frozen=True, slots=True)
class PresenceRow:
    """An hour in a zone."""

    day: date
    hour: int
    camera_id: str
    zone_id: str
    entries: int
    visits: int
    person_s: float


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days by the plant's clocks, both included, on some cameras and zones; None: all of them."""

    since: date
    until: date
    tz: str
    cameras: tuple[str, ...] | None = None
    zones: tuple[str, ...] | None = None

    def params(self) -> Params:
        return {
            "since": self.since,
            "until": self.until,
            "tz": self.tz,
            "cameras": None if self.cameras is None else list(self.cameras),
            "zones": None if self.zones is None else list(self.zones),
            "limit": MOST_ROWS + 1,
        }


@dataclass(frozen=True, slots=True)
class _Picture:
    picture: str | None


async def plates_of(database: Database, tracks: Sequence[Track]) -> list[PlateRow]:
    params = {"cameras": [camera for camera, _ in tracks], "tracks": [track for _, track in tracks]}
    return await database.rows(PlateRow, sql("plates_by_track"), params)


async def picture_of(database: Database, track: Track) -> str | None:
    """JPEG in base64."""
    found = await database.row(_Picture, sql("plate_picture"), {"camera": track[0], "track": track[1]})
    return found.picture if found else None


async def passings(
    database: Database,
    since: datetime,
    until: datetime,
    cameras: tuple[str, ...] | None,
    zones: tuple[str, ...] | None,
) -> list[Passing]:
    """At most MOST_PASSAGES and one, so that the caller sees that it is too much."""
    params: Params = {
        "since": since,
        "until": until,
        "cameras": None if cameras is None else list(cameras),
        "zones": None if zones is None else list(zones),
        "limit": MOST_PASSAGES + 1,
    }
    return await database.rows(Passing, sql("parking"), params)


async def traffic(database: Database, days: Days) -> list[TrafficRow]:
    """At most MOST_ROWS and one; so do the next two."""
    return await database.rows(TrafficRow, sql("vehicle_traffic"), days.params())


async def attendance(database: Database, days: Days, starts: int) -> list[AttendanceRow]:
    """starts   hour at which a working day begins: a night shift is then one day's"""
    return await database.rows(AttendanceRow, sql("attendance"), days.params() | {"starts": starts})


async def presence(database: Database, days: Days) -> list[PresenceRow]:
    return await database.rows(PresenceRow, sql("presence"), days.params())
