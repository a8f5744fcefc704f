"""Rebuild beside the live projection, verify, parking, and two instances: on real servers."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.events import EventUnknown
from infra.embedded.postgres import GATEWAY, PROJECTIONS, PostgresServer
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import HistoryShortened, NoAnswer
from infra.nats.streams import ensure_streams
from projections.__main__ import Runner
from projections.database import connect, is_alone
from projections.failures import Answer, answer_to
from projections.follower import Follower, ProjectionMetrics, make_tables
from projections.incidents import Incidents
from projections.parking import Parking
from projections.projection import Connection
from projections.rebuilding import rebuild
from projections.retrying import retry
from projections.settings import ProjectionsSettings
from projections.verifying import verify
from tests.bench.projection.lives import lives, outgoing
from tests.conftest import OwnNats
from tests.projections.tables import drop_tables

TABLES = ("incident", "incident_evidence", "incident_history", "projection")
HISTORY = list(lives(2400))


class Scene:
    """A history in EVENTS and a live projection of it."""

    def __init__(self, server: OwnNats, dsn: str) -> None:
        self.dsn = dsn
        self.admin_url = server.url("admin")
        self.admin = Bridge(self.admin_url, name="test")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("projections"), name="projections")
        self.metrics = ProjectionMetrics(CollectorRegistry())
        self.parking = Parking(self.bridge)

    def record(self, messages: Sequence[StoredMessage]) -> None:
        rest = iter(messages)
        while page := list(islice(rest, 200)):
            self.admin.run(publish_batch(self.admin.nc, [outgoing(message) for message in page]))

    def follow(self, until: Callable[[int], bool]) -> None:
        """Projects page by page until the position is far enough."""
        with connect(self.dsn, "incidents") as connection:
            follower = Follower(Incidents(), connection, self.bridge, self.metrics, self.parking.park)
            with closing(follower):
                while not until(follower.position):
                    follower.step(0.2, 100)

    def rows(self) -> dict[str, list[Any]]:
        with connect(self.dsn, "test") as connection:
            return {
                table: connection.execute(f"select t::text from {table} t order by 1").fetchall()  # noqa: S608
                for table in TABLES
            }

    def close(self) -> None:
        self.bridge.close()
        self.admin.close()


@pytest.fixture
def scene(fresh_nats: Callable[[], OwnNats], postgres: PostgresServer) -> Iterator[Scene]:
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
    scene = Scene(fresh_nats(), dsn)
    yield scene
    scene.close()


def silent(position: int) -> None:
    """Nobody watches the progress."""


class Watching(threading.Thread):
    """A reader like the gateway: counts rows all the time, and remembers the fewest."""

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self._dsn, self._stopping = dsn, threading.Event()
        self.fewest, self.looks = 10**9, 0

    def run(self) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            while not self._stopping.is_set():
                row = connection.execute("select count(*) from read_model.incident").fetchone()
                self.fewest = min(self.fewest, row[0] if row else 0)
                self.looks += 1
                time.sleep(0.002)

    def stop(self) -> None:
        self._stopping.set()
        self.join()


def test_B13_a_rebuild_under_live_writes_gives_the_same_rows_and_no_reader_sees_none(
    scene: Scene, postgres: PostgresServer
) -> None:
    scene.record(HISTORY[:1600])
    scene.follow(until=lambda position: position >= 1600)
    live = threading.Thread(target=scene.follow, args=(lambda position: position >= len(HISTORY),))
    reader = Watching(postgres.dsn(GATEWAY))
    reader.start()
    live.start()
    writer = threading.Thread(target=scene.record, args=(HISTORY[1600:],))
    writer.start()
    swapped = [rebuild(Incidents(), scene.dsn, scene.bridge, silent) for _ in range(3)]
    writer.join()
    live.join()
    reader.stop()
    assert swapped[0] >= 1600
    assert reader.looks > 20
    assert reader.fewest >= 200, "the incidents of the first 1600 events were there at every look"
    rebuilt = scene.rows()
    with connect(scene.dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
    scene.follow(until=lambda position: position >= len(HISTORY))
    assert scene.rows() == rebuilt


def test_F7_verify_names_the_row_that_somebody_changed_by_hand(scene: Scene) -> None:
    scene.record(HISTORY[:800])
    scene.follow(until=lambda position: position >= 800)
    clean = verify(Incidents(), scene.dsn, scene.bridge, silent)
    assert clean.same
    assert clean.position == 800
    with connect(scene.dsn, "test") as connection:
        changed = connection.execute(
            "update incident set verdict = 'dismissed' where id = (select id from incident limit 1) returning id"
        ).fetchone()
        lost = connection.execute(
            "delete from incident_history where version = 3 and incident_id = %s returning incident_id::text",
            [changed[0] if changed else None],
        ).fetchone()
    verdict = verify(Incidents(), scene.dsn, scene.bridge, silent)
    assert changed is not None
    assert lost is not None
    assert {t.table: (t.different, t.keys) for t in verdict.tables} == {
        "incident": (1, ((str(changed[0]),),)),
        "incident_evidence": (0, ()),
        "incident_history": (1, ((lost[0], "3"),)),
    }
    with connect(scene.dsn, "test") as connection:
        left = connection.execute("select count(*) from read_model_next.projection").fetchone()
    assert left == (0,), "the copy is dropped"


def test_rebuild_repairs_what_verify_found_and_keeps_the_readers_rights(scene: Scene, postgres: PostgresServer) -> None:
    scene.record(HISTORY[:80])
    scene.follow(until=lambda position: position >= 80)
    before = scene.rows()
    with connect(scene.dsn, "test") as connection:
        connection.execute("update incident set score = 0.01")
    assert rebuild(Incidents(), scene.dsn, scene.bridge, silent) == 80
    assert scene.rows() == before
    with psycopg.connect(postgres.dsn(GATEWAY)) as gateway:
        assert gateway.execute("select count(*) from read_model.incident_history").fetchone() == (80,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            gateway.execute("delete from read_model.incident")


def test_B15_of_two_instances_one_waits_until_the_other_is_gone(scene: Scene) -> None:
    first, second = connect(scene.dsn, "incidents"), connect(scene.dsn, "incidents")
    with first, second:
        assert is_alone(first, "follow incidents")
        assert not is_alone(second, "follow incidents")
        assert is_alone(second, "follow plant")
        first.close()
        deadline = time.monotonic() + 10
        while not is_alone(second, "follow incidents"):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_B15_the_second_process_takes_over_when_the_first_ends(scene: Scene, tmp_path: Path) -> None:
    settings = ProjectionsSettings.model_validate(
        {
            "home": tmp_path,
            "nats_url": scene.admin_url,
            "postgres_dsn": scene.dsn,
            "frames_dir": tmp_path,
            "retry_pause_s": 0.1,
        }
    )
    stops = [threading.Event(), threading.Event()]
    metrics = [ProjectionMetrics(CollectorRegistry()) for _ in stops]
    first, second = (
        Runner(Incidents(), settings, scene.bridge, own, stop) for own, stop in zip(metrics, stops, strict=True)
    )
    first.start()
    scene.record(HISTORY[:80])
    _wait(lambda: _position(metrics[0]) == 80)
    second.start()
    scene.record(HISTORY[80:160])
    _wait(lambda: _position(metrics[0]) == 160)
    assert _position(metrics[1]) == 0
    stops[0].set()
    first.join()
    scene.record(HISTORY[160:240])
    _wait(lambda: _position(metrics[1]) == 240)
    stops[1].set()
    second.join()
    assert not first.failed
    assert not second.failed


def _position(metrics: ProjectionMetrics) -> float:
    return float(metrics.position.labels("incidents")._value.get())


def _wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (psycopg.OperationalError("gone"), Answer.RETRY),
        (NoAnswer("silence"), Answer.RETRY),
        (psycopg.errors.NumericValueOutOfRange("2^70"), Answer.PARK),
        (psycopg.errors.NotNullViolation("null"), Answer.PARK),
        (EventUnknown("of a newer build"), Answer.STOP),
        (HistoryShortened("ends before"), Answer.STOP),
        (KeyError("a fault of ours"), Answer.STOP),
    ],
)
def test_every_failure_is_answered(error: Exception, answer: Answer) -> None:
    assert answer_to(error) is answer


def test_B8_a_poison_event_is_parked_and_the_others_go_on(scene: Scene) -> None:
    poison = replace(HISTORY[2], data=b'{"at": NaN}')
    scene.record([*HISTORY[:2], poison, *HISTORY[3:400]])
    scene.follow(until=lambda position: position >= 400)
    waiting = scene.parking.waiting()
    assert [(e.projection, e.sequence, e.subject) for e in waiting] == [("incidents", 3, HISTORY[2].subject)]
    assert waiting[0].reason.startswith("CodecError: ")
    assert waiting[0].name == "incident.opened.v1"
    assert scene.metrics.parked.labels("incidents")._value.get() == 1
    assert len(scene.rows()["incident_history"]) == 399
    assert verify(Incidents(), scene.dsn, scene.bridge, silent).same


def test_a_parked_event_that_can_be_applied_now_is_retried_with_all_that_came_after_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table refused it for its content; then the table, or the code, was mended."""
    scene.record(HISTORY[:400])
    with connect(scene.dsn, "test") as connection:
        connection.execute("alter table incident add constraint narrow check (track_id <> 5)")
    scene.follow(until=lambda position: position >= 400)
    parked = scene.parking.waiting()
    assert [e.reason.split(":")[0] for e in parked] == ["CheckViolation"]
    with connect(scene.dsn, "test") as connection:
        connection.execute("alter table incident drop constraint narrow")
    assert [e.sequence for e in retry(parked[0].sequence, scene.dsn, scene.bridge)] == [parked[0].sequence]
    assert scene.parking.waiting() == []
    assert _missing(scene) == []
    assert verify(Incidents(), scene.dsn, scene.bridge, silent).same


def _missing(scene: Scene) -> list[Any]:
    query = "select distinct incident_id from incident_history where incident_id not in (select id from incident)"
    with connect(scene.dsn, "test") as connection:
        found: Connection = connection
        return found.execute(query).fetchall()
