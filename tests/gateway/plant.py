"""Rows of a small plant, as the projections would write them, and the tables that hold them."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from gateway.reads.rows import EvidenceRow, HistoryRow, IncidentRow
from projections.statements import schema
from projections.views import make_views

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TRACK = (int(AT.timestamp()) << 20) + 7
TABLES = (
    *("incident", "incident_evidence", "incident_history", "camera", "zone", "rule", "projection"),
    *("incident_handling", "audit_entry", "daily_statistics", "plant_setting", "picture_fault"),
    *("user_account", "role", "role_grant", "camera_place"),
    "recording",
)

INCIDENT = IncidentRow(
    id=UUID(int=1),
    camera_id="gate",
    zone_id="press",
    zone_version=2,
    rule_id="press-zone",
    rule_version=3,
    kind="danger_zone",
    track_id=TRACK,
    object_class="person",
    verdict="review",
    decided_by=None,
    reason=None,
    score=0.7,
    threshold_min=0.5,
    threshold_max=0.8,
    first_seen=AT - timedelta(seconds=3),
    last_seen=AT + timedelta(seconds=2),
    opened_at=AT,
    closed_at=None,
    box=[0.1, 0.2, 0.3, 0.9],
    model_id="yolo11n",
    model_digest="ab" * 32,
    detections_from=1,
    detections_to=100,
    version=2,
    position=10,
)
CAMERA: dict[str, Any] = {
    "id": "gate",
    "name": "Ворота",
    "source": "rtsp://10.0.0.7/main",
    "target_fps": 10.0,
    "analysis_width": 1280,
    "ppe": True,
    "position": 1,
}
ZONE: dict[str, Any] = {
    "id": "press",
    "camera_id": "gate",
    "name": "Пресс",
    "polygon": [[0.05, 0.4], [0.5, 0.35], [0.55, 0.95], [0.02, 0.98]],
    "version": 2,
    "effective_from": AT,
    "position": 2,
}
RULE: dict[str, Any] = {
    "id": "press-zone",
    "name": "Человек у пресса",
    "camera_id": "gate",
    "zone_id": "press",
    "kind": "danger_zone",
    "version": 3,
    "threshold_min": 0.5,
    "threshold_max": 0.8,
    "dwell_s": 1.0,
    "window_s": 5.0,
    "gap_s": 3.0,
    "effective_from": AT,
    "position": 3,
}


def incident(number: int, **changes: Any) -> IncidentRow:
    """The number-th incident of the plant: a minute later than the one before."""
    at = AT + timedelta(minutes=number)
    changes = {"opened_at": at, "last_seen": at, "position": 10 + number, **changes}
    return replace(INCIDENT, id=UUID(int=number), **changes)


class Plant:
    """Writes rows as the owner of the read models. position: of the newest row written."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.position = 0

    def furnish(self) -> None:
        """One camera with a zone and a rule, and nothing else; tables that are missing are made."""
        with psycopg.connect(self.dsn) as connection:
            if connection.execute("select to_regclass('read_model.rule')").fetchone() == (None,):
                connection.execute(schema())
            tables = sql.SQL(", ").join(sql.Identifier("read_model", table) for table in TABLES)
            connection.execute(sql.SQL("truncate {}").format(tables))
            make_views(connection)
            connection.execute("insert into read_model.projection values ('incidents', 0), ('plant', 0)")
            _insert(connection, "camera", CAMERA)
            _insert(connection, "zone", ZONE | {"polygon": Jsonb(ZONE["polygon"])})
            _insert(connection, "rule", RULE)

    def put(self, *rows: IncidentRow) -> None:
        """Writes incidents, then tells as the projections do."""
        with psycopg.connect(self.dsn) as connection:
            for row in rows:
                connection.execute("delete from read_model.incident where id = %s", [row.id])
                _insert(connection, "incident", asdict(row))
            self.position = max(self.position, *(row.position for row in rows))
            moved = "update read_model.projection set position = %s where name = 'incidents'"
            connection.execute(moved, [self.position])
            connection.execute("select pg_notify('kaska_projected', %s)", [f"incidents:{self.position}"])

    def put_evidence(self, row: EvidenceRow) -> None:
        self._insert("incident_evidence", asdict(row))

    def expire(self, incident_id: UUID, kind: str, at: datetime, cause: str) -> None:
        with psycopg.connect(self.dsn) as connection:
            given_up = (
                "update read_model.incident_evidence set expired_at = %s, expired_cause = %s "
                "where incident_id = %s and kind = %s"
            )
            connection.execute(given_up, [at, cause, incident_id, kind])

    def put_recording(self, recording_id: UUID, camera_id: str = "gate", **changes: Any) -> None:
        """A recording that is stored, unless the changes say otherwise."""
        told = {"asked_by": "anna", "reason": "разгрузка", "started_at": AT, "ends_at": AT + timedelta(minutes=5)}
        file = {"key": "recordings/1.mp4", "sha256": "ab" * 32, "size_bytes": 5, "media_type": "video/mp4"}
        file |= {"captured_from": AT, "captured_to": AT + timedelta(minutes=1), "ended_by": "stopped"}
        row = {"id": recording_id, "camera_id": camera_id, "state": "stored", "position": 1, **told, **file, **changes}
        self._insert("recording", row)

    def put_history(self, row: HistoryRow) -> None:
        self._insert("incident_history", asdict(row) | {"detail": Jsonb(row.detail)})

    def project(self, name: str, position: int) -> None:
        """Tells, as the projections do, that one of them has come so far."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute(
                "insert into read_model.projection values (%s, %s) on conflict (name) do update set position = %s",
                [name, position, position],
            )
            connection.execute("select pg_notify('kaska_projected', %s)", [f"{name}:{position}"])

    def put_row(self, table: str, **row: Any) -> None:
        """Any row of a read model; lists of JSON are wrapped by the caller."""
        self._insert(table, row)

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        with psycopg.connect(self.dsn) as connection:
            _insert(connection, table, row)


def _insert(connection: "psycopg.Connection[Any]", table: str, row: dict[str, Any]) -> None:
    connection.execute(
        sql.SQL("insert into read_model.{} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        ),
        row,
    )
