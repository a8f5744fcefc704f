"""Cameras, zones and rules as rows: everything that their forms show, and what becomes of rows of an older build."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from domain.contracts.detections import ObjectClass
from domain.contracts.events import CameraRegistered, ZoneRetired
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import Direction
from domain.contracts.plant import DirectionLine, Lamp
from infra.embedded.postgres import PostgresServer
from infra.nats.direct import StoredMessage
from projections.database import connect
from projections.follower import make_tables
from projections.plant import Plant
from tests.domain.samples import PIT, T0, danger_rule, zone
from tests.projections.applying import apply
from tests.projections.tables import drop_tables
from tests.projections.test_follower import stored

LINE = DirectionLine((0.1, 0.5), (0.9, 0.5))
CAMERA = CameraRegistered(
    CameraId("yard"), "Двор", "rtsp://10.0.0.5/main", 10.0, 1280, True, "rtsp://10.0.0.5/sub", plates=True
)
RULE = replace(
    danger_rule(),
    object_classes=(ObjectClass.PERSON, ObjectClass.TRUCK),
    min_person_height=0.25,
    at_gate=True,
    forbidden=Direction.OUT,
    near=1.5,
    forbidden_lamps=(Lamp.RED, Lamp.OFF),
)
HISTORY: list[StoredMessage] = [
    *stored([CAMERA], "es.camera.yard"),
    *stored([replace(zone(), gate=True, line=LINE)], "es.zone.pit", first=2),
    *stored([RULE], "es.rule.yard-danger", first=3),
]
OF_OLD = """
create table camera (
    id text primary key, name text not null, source text not null, target_fps real not null,
    analysis_width integer not null, ppe boolean not null, retired boolean not null default false,
    position bigint not null, retention_days integer
);
create table zone (
    id text primary key, camera_id text not null, name text not null, polygon jsonb not null, version integer not null,
    effective_from timestamptz not null, position bigint not null
);
create table rule (
    id text primary key, name text not null, camera_id text not null, zone_id text, kind text not null,
    version integer not null, threshold_min real not null, threshold_max real not null, dwell_s real not null,
    window_s real not null, gap_s real not null, schedule jsonb, effective_from timestamptz not null,
    retired boolean not null default false, position bigint not null
);
create table projection (name text primary key, position bigint not null);
insert into projection values ('plant', 3), ('incidents', 3);
insert into camera values ('yard', 'Двор', 'rtsp://10.0.0.5/main', 10, 1280, true, false, 1);
insert into zone values ('pit', 'yard', 'Яма', '[]', 1, now(), 2);
insert into rule values ('yard-danger', 'x', 'yard', 'pit', 'danger_zone', 1, 0, 1, 1, 1, 1, null, now(), false, 3);
"""


@pytest.fixture
def connection(postgres: PostgresServer) -> Iterator[psycopg.Connection[Any]]:
    with connect(postgres.dsn("kaska_projections"), "test") as connection:
        drop_tables(connection)
        yield connection
        drop_tables(connection)


def told(connection: psycopg.Connection[Any]) -> list[Any]:
    """What a build before this one did not keep."""
    asked = (
        "select analysis_source, plates from camera",
        "select gate, line, retired from zone",
        "select object_classes, min_person_height, at_gate, forbidden, near, forbidden_lamps from rule",
    )
    return [connection.execute(query).fetchone() for query in asked]


WHOLE = [
    ("rtsp://10.0.0.5/sub", True),
    (True, {"start": [0.1, 0.5], "end": [0.9, 0.5]}, False),
    (["person", "truck"], 0.25, True, "out", 1.5, ["red", "off"]),
]


def test_rows_hold_everything_that_the_forms_show(connection: psycopg.Connection[Any]) -> None:
    make_tables(connection)
    for _ in range(2):
        apply(Plant(), HISTORY, connection, size=10)
        assert told(connection) == WHOLE


def test_a_zone_is_retired_and_drawn_again(connection: psycopg.Connection[Any]) -> None:
    make_tables(connection)
    later = stored([ZoneRetired(PIT, T0)], "es.zone.pit", first=4)
    apply(Plant(), [*HISTORY, *later], connection, size=10)
    assert connection.execute("select retired from zone").fetchone() == (True,)
    apply(Plant(), [*HISTORY, *later, *stored([zone(version=2)], "es.zone.pit", first=5)], connection, size=10)
    assert connection.execute("select retired, version, gate, line from zone").fetchone() == (False, 2, False, None)


def test_rows_of_an_older_build_are_made_again_and_are_there_meanwhile(connection: psycopg.Connection[Any]) -> None:
    connection.execute(OF_OLD)
    make_tables(connection)
    positions = dict(connection.execute("select name, position from projection").fetchall())
    assert positions == {"plant": 0, "incidents": 3}
    assert connection.execute("select name from camera").fetchall() == [("Двор",)]
    apply(Plant(), HISTORY, connection, size=10)
    assert told(connection) == WHOLE
    assert connection.execute("select name, threshold_max from rule").fetchone() == (RULE.name, pytest.approx(0.6))
    make_tables(connection)
    assert dict(connection.execute("select name, position from projection").fetchall())["plant"] == 3, "only once"
