"""Locks and expired files in the rows of an incident, whatever the pages; and tables that an older build made."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from domain.contracts.events import (
    CameraConfigured,
    CameraRegistered,
    Event,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceUnlocked,
    RetentionSet,
    ViolationRecognised,
)
from domain.contracts.identifiers import IncidentId
from domain.contracts.plant import EvidenceKind, ExpiryCause
from projections.follower import make_tables
from projections.incidents import Incidents
from projections.plant import Plant
from tests.domain.samples import T0, YARD, opened, second
from tests.projections.applying import Connection, apply, rows
from tests.projections.test_follower import INCIDENT_SUBJECT, PHOTO, stored

CLIP = EvidenceAttached(EvidenceKind.CLIP, "incidents/1/clip.mp4", "cd" * 32, 90, "video/mp4", second(0), second(9))
LIFE: list[Event] = [
    opened(),
    ViolationRecognised(0.7),
    PHOTO,
    CLIP,
    EvidenceLocked("суд"),
    EvidenceUnlocked("дело закрыто"),
    EvidenceExpired(EvidenceKind.CLIP, ExpiryCause.STORE_FULL),
    EvidenceLocked("снова"),
]
FOUND = "select kind, key, expired_at, expired_cause from incident_evidence order by kind"


@pytest.mark.parametrize("size", [1, 3, 8])
def test_an_expired_file_says_when_and_why_and_what_it_was(connection: Connection, size: int) -> None:
    apply(Incidents(), stored(LIFE, INCIDENT_SUBJECT), connection, size)
    clip, photo = connection.execute(FOUND).fetchall()
    assert clip == ("clip", CLIP.key, T0, "store_full")
    assert photo == ("photo", PHOTO.key, None, None)
    assert connection.execute("select locked, version from incident").fetchall() == [(True, len(LIFE))]


def test_events_delivered_twice_change_nothing(connection: Connection) -> None:
    messages = stored(LIFE, INCIDENT_SUBJECT)
    apply(Incidents(), messages, connection, 8)
    before = rows(Incidents(), connection)
    connection.execute("update projection set position = 0")
    apply(Incidents(), messages, connection, 2)
    assert rows(Incidents(), connection) == before


@pytest.mark.parametrize(("until", "locked"), [(4, False), (5, True), (6, False), (8, True)])
def test_an_incident_is_locked_from_the_lock_to_the_unlock(connection: Connection, until: int, locked: bool) -> None:
    apply(Incidents(), stored(LIFE[:until], INCIDENT_SUBJECT), connection, 8)
    assert connection.execute("select locked from incident").fetchall() == [(locked,)]


@pytest.mark.parametrize("episode", [None, UUID(int=7)])
def test_an_incident_says_which_alarm_it_belongs_to(connection: Connection, episode: UUID | None) -> None:
    """R71: of several intruders one is alarmed about; facts of older builds belong to none."""
    began = None if episode is None else IncidentId(episode)
    facts: list[Event] = [replace(opened(), episode=began), *LIFE[1:4]]
    apply(Incidents(), stored(facts, INCIDENT_SUBJECT), connection, 2)
    assert connection.execute("select episode from incident").fetchall() == [(episode,)]


@pytest.mark.parametrize("size", [1, 4])
def test_a_cameras_own_time_stands_until_it_is_taken_back(connection: Connection, size: int) -> None:
    settings = (YARD, "Двор", "rtsp://10.0.0.1/1", 5.0, 1280, True)
    facts: list[Event] = [CameraRegistered(*settings), RetentionSet(YARD, 90), CameraConfigured(*settings)]
    messages = stored([*facts, RetentionSet(YARD, None)], f"es.camera.{YARD}")
    apply(Plant(), messages[:3], connection, size)
    assert connection.execute("select retention_days, position from camera").fetchall() == [(90, 3)]
    connection.execute("update projection set position = 0 where name = 'plant'")
    apply(Plant(), messages, connection, size)
    assert connection.execute("select retention_days, position from camera").fetchall() == [(None, 4)]


def test_tables_of_an_older_build_are_widened_and_keep_their_rows(connection: Connection) -> None:
    apply(Incidents(), stored(LIFE[:4], INCIDENT_SUBJECT), connection, 8)
    connection.execute("alter table incident drop column locked, drop column episode")
    connection.execute("alter table incident_evidence drop column expired_at, drop column expired_cause")
    connection.execute("alter table camera drop column retention_days")
    for _ in range(2):
        make_tables(connection)
    assert connection.execute("select locked from incident").fetchall() == [(False,)]
    apply(Incidents(), stored(LIFE, INCIDENT_SUBJECT), connection, 8)
    found: list[tuple[str, str, datetime | None, str | None]] = connection.execute(FOUND).fetchall()
    assert [(kind, cause) for kind, _, _, cause in found] == [("clip", "store_full"), ("photo", None)]
