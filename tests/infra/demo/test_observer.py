"""The demo counts an incident when its photo and clip are stored, and sums frames over inference's restarts."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from nats.aio.msg import Msg

from infra.demo.observer import FrameCount, IncidentObserver, frames_in
from infra.demo.result import DemoResult, SeenFile, SeenIncident
from infra.embedded.postgres import GATEWAY, PROJECTIONS, PostgresServer
from projections.statements import schema

FUTURE = datetime(2099, 1, 1, tzinfo=UTC)

INCIDENT = """
insert into read_model.incident (id, camera_id, rule_id, rule_version, kind, track_id, object_class, verdict, score,
    threshold_min, threshold_max, first_seen, last_seen, opened_at, box, model_id, model_digest, detections_from,
    detections_to, version, position)
values (%(id)s, 'yard', 'r', 1, 'danger_zone', 1, 'person', 'review', 0.5, 0.4, 0.7, %(at)s, %(at)s, %(at)s,
    array[0, 0, 1, 1], 'm', 'd', 1, 2, 1, 1)
"""
EVIDENCE = """
insert into read_model.incident_evidence (incident_id, kind, key, sha256, size_bytes, media_type)
values (%(id)s, %(kind)s, %(kind)s, 'abc', 7, 'x/y')
"""


@pytest.fixture
def rows(postgres: PostgresServer) -> "Iterator[psycopg.Connection[tuple[Any, ...]]]":
    with psycopg.connect(postgres.dsn(PROJECTIONS), autocommit=True) as connection:
        connection.execute(schema())
        yield connection
        connection.execute("delete from read_model.incident_evidence where media_type = 'x/y'")
        connection.execute("delete from read_model.incident where opened_at >= %s", (FUTURE - timedelta(days=1),))


def _add(rows: "psycopg.Connection[tuple[Any, ...]]", at: datetime, *kinds: str) -> UUID:
    incident = uuid4()
    rows.execute(INCIDENT, {"id": incident, "at": at})
    for kind in kinds:
        rows.execute(EVIDENCE, {"id": incident, "kind": kind})
    return incident


async def test_an_incident_counts_when_photo_and_clip_are_there(
    rows: "psycopg.Connection[tuple[Any, ...]]", postgres: PostgresServer
) -> None:
    observer = IncidentObserver(postgres.dsn(GATEWAY), FUTURE)
    _add(rows, FUTURE - timedelta(hours=1), "photo", "clip")
    _add(rows, FUTURE, "photo")
    watching = asyncio.create_task(observer.watch(until=1))
    await asyncio.sleep(0.3)
    assert not watching.done()
    wanted = _add(rows, FUTURE, "photo", "clip")
    rows.execute("notify kaska_projected, 'incidents:1'")
    await asyncio.wait_for(watching, 10)
    assert list(observer.complete) == [str(wanted)]
    assert observer.complete[str(wanted)].photo == SeenFile("photo", 7, "abc")


def test_frames_are_summed_over_cameras() -> None:
    text = 'kaska_frames_analysed_total{camera="a"} 3.0\nkaska_frames_analysed_total{camera="b"} 4.0\nother_total 9.0\n'
    assert frames_in(text) == 7


async def test_frames_are_summed_over_restarts_of_inference() -> None:
    count = FrameCount()
    for value in (5, 9, 2):
        await count._take(Msg(_client=None, data=f"kaska_frames_analysed_total {value}.0\n".encode()))  # type: ignore[arg-type]
    assert count.frames == 11


def test_the_result_is_what_programs_read() -> None:
    incident = SeenIncident(
        "1", "yard", "danger_zone", "review", 0.51239, SeenFile("p", 1, "a"), SeenFile("c", 2, "b"), 0.25
    )
    slower = SeenIncident(
        "2", "gate", "no_helmet", "violation", 0.9, SeenFile("p", 1, "a"), SeenFile("c", 2, "b"), 0.75
    )
    assert DemoResult((incident, slower), 40, "http://x/").as_plain() == {
        "incidents": [
            {
                "id": "1",
                "camera": "yard",
                "kind": "danger_zone",
                "verdict": "review",
                "score": 0.5124,
                "photo": {"size": 1, "sha256": "a"},
                "clip": {"size": 2, "sha256": "b"},
            },
            {
                "id": "2",
                "camera": "gate",
                "kind": "no_helmet",
                "verdict": "violation",
                "score": 0.9,
                "photo": {"size": 1, "sha256": "a"},
                "clip": {"size": 2, "sha256": "b"},
            },
        ],
        "frames_analysed": 40,
        "latency_ms": {"p50": 250.0, "p95": 750.0},
        "console_url": "http://x/",
    }


def test_nothing_seen_has_no_latency() -> None:
    assert DemoResult((), 0, "http://x/").as_plain()["latency_ms"] == {"p50": None, "p95": None}
