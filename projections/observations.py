"""Projections `coverage`, `zone_visits`, `vehicle_passages` and `picture_faults`: of OBSERVATIONS, no decisions."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid5

from domain.contracts.observations import Coverage, PictureQuality, VehiclePassage, ZoneVisit, identity_of
from projections.plain import as_json, plain
from projections.projection import Connection, Observed
from projections.statements import statements

SQL: Final = statements("observations")
NAMESPACE: Final = UUID("6b617368-6b61-4000-8000-6f6273657276")
"""Pages of visits and passages go on by an id; it is the uuid5 of the observation's identity."""

Row = dict[str, Any]


class CoverageMinutes:
    """How each camera was watched, minute by minute."""

    name = "coverage"
    kinds = ("coverage",)
    tables = ("coverage_minute",)

    def project(self, observations: Sequence[Observed], connection: Connection) -> None:
        rows = [
            plain(each.observation) | {"position": each.position}
            for each in observations
            if isinstance(each.observation, Coverage)
        ]
        connection.execute(SQL["coverage_minute"], {"rows": as_json(rows)})


class ZoneVisits:
    """Who was in which zone (R86, R200)."""

    name = "zone_visits"
    kinds = ("zone_visit",)
    tables = ("zone_visit",)

    def project(self, observations: Sequence[Observed], connection: Connection) -> None:
        rows = [
            _stay(each.observation, each.position) | {"duration_s": each.observation.duration_s}
            for each in observations
            if isinstance(each.observation, ZoneVisit)
        ]
        connection.execute(SQL["zone_visit"], {"rows": as_json(rows)})


class VehiclePassages:
    """Which vehicles went through a gate (R83)."""

    name = "vehicle_passages"
    kinds = ("vehicle_passage",)
    tables = ("vehicle_passage",)

    def project(self, observations: Sequence[Observed], connection: Connection) -> None:
        rows = [
            _stay(each.observation, each.position)
            for each in observations
            if isinstance(each.observation, VehiclePassage)
        ]
        connection.execute(SQL["vehicle_passage"], {"rows": as_json(rows)})


class PictureFaults:
    """When a camera was blind, and why: a row when it is noticed, changed once, when it sees again (FAULTS C6)."""

    name = "picture_faults"
    kinds = ("quality",)
    tables = ("picture_fault",)

    def project(self, observations: Sequence[Observed], connection: Connection) -> None:
        rows: dict[tuple[str, str, str], Row] = {}
        for each in observations:
            if isinstance(each.observation, PictureQuality):
                row = _fault(each.observation) | {"position": each.position}
                key = row["camera_id"], row["fault"], row["begun_at"]
                if key not in rows or row["ended_at"] is not None:
                    rows[key] = row
        connection.execute(SQL["picture_fault"], {"rows": as_json(list(rows.values()))})


def _fault(quality: PictureQuality) -> Row:
    row = plain(quality)
    row["begun_at"], row["noticed_at"], row["ended_at"] = row.pop("since"), row.pop("noticed"), row.pop("until")
    return row


def _stay(stay: ZoneVisit | VehiclePassage, position: int) -> Row:
    row = plain(stay)
    row["entered_at"], row["left_at"] = row.pop("entered"), row.pop("left")
    row["object_class"] = stay.object_class.name.lower()
    return row | {"id": str(uuid5(NAMESPACE, identity_of(stay))), "position": position}
