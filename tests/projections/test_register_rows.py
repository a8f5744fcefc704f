"""What the rows of registers, audit, statistics, access and the rest say of a plant's history."""

import statistics
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.contracts.events import NAMES, Assigned, Commented, Event
from domain.contracts.events.incident import INCIDENT_EVENTS
from projections.access import Access
from projections.audit import Audit
from projections.follower import position_of
from projections.handling import Handling
from projections.incidents import Incidents
from projections.learning import Learning
from projections.licences import Licences
from projections.notifying import Notifying
from projections.plant_settings import note_plant
from projections.recordings import Recordings
from projections.statistics import Statistics
from tests.domain import recordings
from tests.domain.facts import ANNA, IMPORTED, OTHER_SHA
from tests.domain.samples import T0, opened, second
from tests.projections.applying import Connection, apply
from tests.projections.plant_history import history, stored

HISTORY = history()
COUNTS = "opened, violations, dismissed, in_review, confirmed, false_positives, reviewed, review_median_s"


def test_daily_statistics_are_what_counting_the_incidents_gives(connection: Connection) -> None:
    """Counted anew from the incidents' own rows: other code, other tables, the same numbers."""
    apply(Statistics(), HISTORY, connection, 13)
    apply(Incidents(), HISTORY, connection, 500)
    found = connection.execute(f"select day, camera_id, zone_id, kind, {COUNTS} from daily_statistics").fetchall()  # noqa: S608
    assert {row[:4]: row[4:] for row in found} == _counted_anew(connection)
    assert len({row[0] for row in found}) > 3
    assert sum(row[4] for row in found) == 61


def _counted_anew(connection: Connection) -> dict[Any, Any]:
    incidents = connection.execute(
        "select id, opened_at, camera_id, coalesce(zone_id, ''), kind, verdict, decided_by is not null from incident"
    ).fetchall()
    groups: dict[Any, list[Any]] = {}
    for id_, opened_at, camera, zone, kind, verdict, by_person in incidents:
        day = opened_at.astimezone(ZoneInfo("Asia/Vladivostok")).date()
        took = _review_s(connection, id_)
        groups.setdefault((day, camera, zone, kind), []).append((verdict, by_person, took))
    return {group: _numbers(members) for group, members in groups.items()}


def _numbers(members: list[Any]) -> tuple[Any, ...]:
    verdicts = [verdict for verdict, _, _ in members]
    times = [took for _, _, took in members if took is not None]
    confirmed = sum(verdict == "violation" and by_person for verdict, by_person, _ in members)
    return (
        len(members),
        verdicts.count("violation"),
        verdicts.count("dismissed"),
        verdicts.count("review"),
        confirmed,
        verdicts.count("false_positive"),
        len(times),
        pytest.approx(statistics.median(times)) if times else None,
    )


def _review_s(connection: Connection, incident_id: Any) -> float | None:
    """From the history: the first verdict of a person after the last asking for one."""
    asked = took = None
    query = "select name, at from incident_history where incident_id = %s order by version"
    for name, at in connection.execute(query, [incident_id]).fetchall():
        word = name.split(".")[1]
        if word in ("review_requested", "review_reopened"):
            asked = asked if asked and word == "review_requested" else at
            took = None
        elif word in ("violation_recognised", "dismissed"):
            asked = took = None
        elif word in ("violation_confirmed", "marked_false_positive") and asked:
            took, asked = max(0.0, (at - asked).total_seconds()), None
    return took


def test_a_day_is_the_plants_and_other_clocks_count_anew(connection: Connection) -> None:
    """22:30 UTC is the next morning in Vladivostok; the fact of the samples is of 2 March, 09:00 UTC."""
    late = replace(opened(), opened_at=T0.replace(hour=22, minute=30))
    messages = [stored(1, 1, (f"es.incident.{late.incident_id}", late, "rules", T0))]
    apply(Statistics(), messages, connection, 10)
    assert connection.execute("select day::text from daily_statistics").fetchall() == [("2026-03-03",)]
    note_plant(connection, "АО «Завод»", "Asia/Vladivostok")
    assert position_of(connection, "statistics") == 1, "the same clocks change nothing"
    note_plant(connection, "АО «Завод»", "Europe/Moscow")
    assert position_of(connection, "statistics") == 0
    apply(Statistics(), messages, connection, 10)
    assert connection.execute("select day::text from daily_statistics").fetchall() == [("2026-03-03",)]
    note_plant(connection, "АО «Завод»", "Europe/London")
    apply(Statistics(), messages, connection, 10)
    assert connection.execute("select day::text from daily_statistics").fetchall() == [("2026-03-02",)]


def test_the_whole_history_of_an_incident_is_kept(connection: Connection) -> None:
    apply(Incidents(), HISTORY, connection, 100)
    names = {name for (name,) in connection.execute("select distinct name from incident_history").fetchall()}
    assert names == set(INCIDENT_EVENTS)
    words = dict(
        connection.execute(
            "select name, detail from incident_history where by = 'rules' and incident_id = %s", [opened().incident_id]
        ).fetchall()
    )
    assert words["incident.assigned.v1"] == {"assignee": "boris"}
    assert words["incident.evidence_locked.v1"] == {"reason": "расследование 14"}
    assert words["incident.evidence_expired.v1"] == {"kind": "clip", "cause": "retention"}


def test_the_audit_has_every_event_and_no_persons_name_or_words(connection: Connection) -> None:
    apply(Audit(), HISTORY, connection, 100)
    found = connection.execute("select position, actor, service, entity, entity_id, name, detail from audit_entry")
    entries = found.fetchall()
    assert len(entries) == len(HISTORY)
    assert {name for _, _, _, _, _, name, _ in entries} == set(NAMES)
    assert {actor: service for _, actor, service, *_ in entries} == {"rules": True, "anna": False, "boris": False}
    words = str([detail for *_, detail in entries])
    for personal in ("Ковалёва", "anna@example.org", "+7916", "проверить угол", "без каски, 09:00:01"):
        assert personal not in words
    assert [e[4] for e in entries if e[5] == "role.retired.v1"] == ["operator"]
    assert {"reason": "wrong_password", "address": "10.0.0.17"}.items() <= next(
        detail for *_, name, detail in entries if name == "user.sign_in_failed.v1"
    ).items()


def test_who_looks_at_an_incident_and_how_often_it_was_commented(connection: Connection) -> None:
    subject = f"es.incident.{opened().incident_id}"
    facts: list[Event] = [opened(), Assigned("boris"), Commented("anna", "а"), Assigned(None), Commented("anna", "б")]
    messages = [stored(n, n, (subject, fact, "anna", second(n))) for n, fact in enumerate(facts, 1)]
    apply(Handling(), messages[:3], connection, 2)
    query = "select assignee, assigned_at, comments, version from incident_handling"
    assert connection.execute(query).fetchall() == [("boris", second(2), 1, 3)]
    apply(Handling(), messages, connection, 2)
    assert connection.execute(query).fetchall() == [(None, None, 2, 5)]


def test_roles_licences_deliveries_and_models_stand_as_they_are(connection: Connection) -> None:
    for projection in (Access(), Licences(), Notifying(), Learning()):
        apply(projection, HISTORY, connection, 100)
    one = connection.execute
    assert one("select rights, retired from role").fetchall() == [(["watch_live", "confirm_review"], False)]
    assert one("select user_id from role_grant").fetchall() == [(ANNA,)]
    assert one("select group_id, shop_id from camera_place").fetchall() == [("gates", "shop-2")]
    assert one("select state, cameras, installation from licence").fetchall() == [("active", 100, "installation-7")]
    assert one("select state, attempts, reason from delivery").fetchall() == [
        ("given_up", 6, "550 no such mailbox"),
    ]
    models = one(
        "select version, state, metrics -> 'dataset_version', shadow ->> 'verdict' from model_version order by 1"
    )
    assert models.fetchall() == [(1, "in_service", 1, None), (2, "rolled_back", None, None)]
    described = one("select version, kind, licence, dataset_id from model_version order by 1")
    assert described.fetchall() == [(1, "ppe", "AGPL-3.0", "helmets"), (2, None, None, "helmets")]


def test_weights_from_elsewhere_are_a_version_without_a_dataset(connection: Connection) -> None:
    imported = replace(IMPORTED, model_version=7, digest=OTHER_SHA)
    apply(Learning(), [stored(1, 1, ("es.model.ppe", imported, "anna", T0))], connection, 100)
    rows = connection.execute("select version, state, kind, dataset_id, trained_at from model_version").fetchall()
    assert rows == [(7, "imported", "ppe", None, T0)]


def test_a_recording_stands_as_what_became_of_it(connection: Connection) -> None:
    subject = f"es.recording.{recordings.ID}"
    facts: list[Event] = [recordings.STARTED, recordings.STOPPED, recordings.STORED, recordings.LOCKED]
    facts += [recordings.UNLOCKED, recordings.EXPIRED]
    messages = [stored(n, n, (subject, fact, "anna", second(n))) for n, fact in enumerate(facts, 1)]
    query = "select state, ended_by, locked, expired_at, size_bytes, asked_by, stopped_by from recording"
    apply(Recordings(), messages[:1], connection, 1)
    assert connection.execute(query).fetchall() == [("recording", None, False, None, None, "anna", None)]
    apply(Recordings(), messages[:2], connection, 1)
    assert connection.execute(query).fetchall() == [("stopping", None, False, None, None, "anna", "anna")]
    apply(Recordings(), messages[:4], connection, 3)
    assert connection.execute(query).fetchall() == [("stored", "stopped", True, None, 9000, "anna", "anna")]
    apply(Recordings(), messages, connection, 2)
    assert connection.execute(query).fetchall() == [
        ("expired", "stopped", False, second(6), 9000, "anna", "anna"),
    ]


def test_a_recording_that_could_not_be_made_says_why(connection: Connection) -> None:
    subject = f"es.recording.{recordings.ID}"
    facts: list[Event] = [recordings.STARTED, recordings.MISSED]
    messages = [stored(n, n, (subject, fact, "anna", second(n))) for n, fact in enumerate(facts, 1)]
    apply(Recordings(), messages, connection, 10)
    found = connection.execute("select state, missing_reason, key from recording").fetchall()
    assert found == [("missed", "MomentNotCovered: no video is kept", None)]
