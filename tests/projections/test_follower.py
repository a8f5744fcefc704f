"""Projections on a real Postgres: given events, when applied once or twice, then the same rows."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.events import (
    CameraRegistered,
    Envelope,
    Event,
    EventUnknown,
    EvidenceAttached,
    EvidenceMissed,
    IncidentClosed,
    MarkedFalsePositive,
    ReviewReopened,
    ReviewRequested,
    RuleRetired,
    ScoreRaised,
    encode_event,
    event_name,
)
from domain.contracts.identifiers import CameraId, CommandId
from domain.contracts.plant import EvidenceKind
from infra.embedded.postgres import PostgresServer
from infra.eventstore.envelope import TOPIC, VERSION
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.streams import ensure_streams
from projections.follower import Follower, ProjectionMetrics, make_tables
from projections.incidents import Incidents
from projections.parking import Parking
from projections.plant import Plant
from projections.projection import Projection
from tests.conftest import OwnNats
from tests.domain.samples import DANGER, T0, danger_rule, opened, second, zone
from tests.projections.tables import drop_tables

INCIDENT = opened(score=0.5)
PHOTO = EvidenceAttached(EvidenceKind.PHOTO, "incidents/1/photo.jpg", "ab" * 32, 9, "image/jpeg", second(1), second(1))
LIFE: list[Event] = [
    INCIDENT,
    ReviewRequested(0.5),
    EvidenceMissed(EvidenceKind.PHOTO, "поток прервался"),
    ScoreRaised(0.55, second(2), 20),
    PHOTO,
    MarkedFalsePositive("anna", "тень"),
]


def stored(events: list[Event], subject: str, first: int = 1) -> list[StoredMessage]:
    return [
        StoredMessage(
            subject=subject,
            sequence=first + i,
            headers={TOPIC: event_name(event), VERSION: str(i + 1)},
            data=encode_event(Envelope(T0, "rules", CommandId(f"c{i}"), event)),
            time=T0.isoformat(),  # type: ignore[arg-type]
        )
        for i, event in enumerate(events)
    ]


INCIDENT_SUBJECT = f"es.incident.{INCIDENT.incident_id}"


@pytest.fixture
def connection(postgres: PostgresServer) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres.dsn("kaska_projections")) as connection:
        drop_tables(connection)
        make_tables(connection)
        yield connection


@pytest.fixture
def follower(
    connection: psycopg.Connection[Any], fresh_nats: Callable[[], OwnNats]
) -> Iterator[Callable[[Projection], Follower]]:
    bridge = Bridge(fresh_nats().url("admin"), name="test")
    bridge.run(ensure_streams(bridge.js))
    with closing(bridge):
        metrics = ProjectionMetrics(CollectorRegistry())
        yield lambda projection: Follower(projection, connection, bridge, metrics, Parking(bridge).park)


def rows(connection: psycopg.Connection[Any], table: str) -> list[Any]:
    found = connection.execute(f"select * from read_model.{table} order by 1, 2").fetchall()  # noqa: S608
    connection.commit()
    return found


Make = Callable[[Projection], Follower]


def test_an_incidents_life_is_its_row(connection: psycopg.Connection[Any], follower: Make) -> None:
    follower(Incidents()).apply(stored(LIFE, INCIDENT_SUBJECT))
    row = connection.execute(
        "select verdict, decided_by, reason, score, version, position, detections_to from read_model.incident"
    ).fetchall()
    assert row == [("false_positive", "anna", "тень", pytest.approx(0.55), 6, 6, 20)]
    evidence = connection.execute("select kind, key, missing_reason from read_model.incident_evidence").fetchall()
    assert evidence == [("photo", "incidents/1/photo.jpg", None)]
    names = connection.execute("select name from read_model.incident_history order by version").fetchall()
    assert [n for (n,) in names] == [event_name(e) for e in LIFE]


def test_B4_events_delivered_twice_change_nothing(connection: psycopg.Connection[Any], follower: Make) -> None:
    one = follower(Incidents())
    one.apply(stored(LIFE, INCIDENT_SUBJECT))
    tables = ("incident", "incident_evidence", "incident_history", "projection")
    before = {table: rows(connection, table) for table in tables}
    one.apply(stored(LIFE, INCIDENT_SUBJECT))
    one.apply(stored(LIFE, INCIDENT_SUBJECT)[3:])
    assert {table: rows(connection, table) for table in tables} == before


@pytest.mark.parametrize("size", [1, 2, 6])
def test_the_size_of_the_pages_does_not_matter(connection: psycopg.Connection[Any], follower: Make, size: int) -> None:
    one, messages = follower(Incidents()), stored(LIFE, INCIDENT_SUBJECT)
    for i in range(0, len(messages), size):
        one.apply(messages[i : i + size])
    assert [r[0] for r in connection.execute("select version from read_model.incident").fetchall()] == [6]


def test_a_closed_incident_reaches_to_its_last_detection(connection: psycopg.Connection[Any], follower: Make) -> None:
    follower(Incidents()).apply(stored([*LIFE, IncidentClosed(second(4), second(6), 61)], INCIDENT_SUBJECT))
    row = connection.execute("select last_seen, closed_at, detections_to from read_model.incident").fetchone()
    assert row == (second(4), second(6), 61)


def test_a_reopened_review_forgets_who_decided(connection: psycopg.Connection[Any], follower: Make) -> None:
    follower(Incidents()).apply(stored([*LIFE, ReviewReopened("boris")], INCIDENT_SUBJECT))
    row = connection.execute("select verdict, decided_by, reason from read_model.incident").fetchone()
    assert row == ("review", None, None)


def test_events_of_other_contexts_move_the_position(connection: psycopg.Connection[Any], follower: Make) -> None:
    follower(Incidents()).apply(stored([zone()], "es.zone.pit", first=41))
    assert rows(connection, "projection") == [("incidents", 41)]
    assert rows(connection, "incident") == []


def test_cameras_zones_and_rules_stand_as_they_are_now(connection: psycopg.Connection[Any], follower: Make) -> None:
    plant = follower(Plant())
    camera = CameraRegistered(CameraId("yard"), "Двор", "rtsp://10.0.0.5/main", 10.0, 1280, False)
    plant.apply(stored([camera], "es.camera.yard"))
    plant.apply(stored([zone()], "es.zone.pit", first=2))
    plant.apply(stored([danger_rule(), danger_rule(version=2), RuleRetired(DANGER, T0)], "es.rule.yard-danger", 3))
    assert connection.execute("select id, name, ppe from read_model.camera").fetchall() == [("yard", "Двор", False)]
    polygon = connection.execute("select polygon from read_model.zone").fetchone()
    assert polygon == ([list(p) for p in zone().polygon],)
    rule = connection.execute("select version, retired, threshold_max from read_model.rule").fetchall()
    assert rule == [(2, True, pytest.approx(0.6))]


def test_B11_an_event_of_a_newer_build_stops_the_projection_and_applies_nothing(
    connection: psycopg.Connection[Any], follower: Make
) -> None:
    one, messages = follower(Incidents()), stored(LIFE, INCIDENT_SUBJECT)
    unknown = StoredMessage(
        INCIDENT_SUBJECT, 7, {TOPIC: "incident.teleported.v9", VERSION: "7"}, b"{}", messages[0].time
    )
    with pytest.raises(EventUnknown, match="teleported"):
        one.apply([*messages, unknown])
    assert rows(connection, "incident") == []
    assert rows(connection, "projection") == [("incidents", 0)]


def test_rows_and_position_are_announced(connection: psycopg.Connection[Any], follower: Make, postgres: Any) -> None:
    with psycopg.connect(postgres.dsn("kaska_gateway"), autocommit=True) as listener:
        listener.execute("listen kaska_projected")
        follower(Incidents()).apply(stored(LIFE, INCIDENT_SUBJECT))
        notice = next(listener.notifies(timeout=10))
    assert notice.payload == "incidents:6"
    assert INCIDENT.incident_id != UUID(int=0)
