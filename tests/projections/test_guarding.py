"""The mark in Postgres: rows from events that EVENTS lacks are told to the domain service."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from domain.service.guard import Guard
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import check_streams, ensure_streams
from projections.catalogue import ALL
from projections.database import connect
from projections.follower import make_tables
from projections.guarding import HistoryWatch
from tests.conftest import OwnNats
from tests.projections.tables import drop_tables


class Scene:
    """EVENTS, positions in Postgres, and a domain service's guard."""

    def __init__(self, server: OwnNats, dsn: str, home: Path) -> None:
        self.dsn = dsn
        self.admin = Bridge(server.url("admin"), name="test")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("projections"), name="projections")
        self.domain = Bridge(server.url("domain"), name="domain")
        look = lambda: self.domain.run(check_streams(self.domain.js))  # noqa: E731
        self.guard = Guard(self.domain, home, look, CollectorRegistry())
        self.guard.check()

    def watch(self) -> HistoryWatch:
        return HistoryWatch(tuple(ALL), self.dsn, self.bridge, CollectorRegistry(), period_s=0.1)

    def record(self, events: int) -> None:
        messages = [Outgoing("es.role.operator", b"{}", {}) for _ in range(events)]
        self.admin.run(publish_batch(self.admin.nc, messages))

    def position(self, name: str, position: int) -> None:
        with connect(self.dsn, "test") as connection:
            connection.execute(
                "insert into projection (name, position) values (%s, %s) on conflict (name) do update "
                "set position = excluded.position",
                [name, position],
            )

    def close(self) -> None:
        self.guard.close()
        for bridge in (self.domain, self.bridge, self.admin):
            bridge.close()


@pytest.fixture
def scene(fresh_nats: Callable[[], OwnNats], postgres: PostgresServer, tmp_path: Path) -> Iterator[Scene]:
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
    with closing(Scene(fresh_nats(), dsn, tmp_path)) as scene:
        yield scene


def test_rows_that_the_history_covers_are_well(scene: Scene) -> None:
    assert scene.watch().findings() == ()
    scene.record(7)
    scene.position("incidents", 7)
    scene.position("plant", 3)
    assert scene.watch().findings() == ()


def test_a_history_that_ends_before_the_rows_is_not_served_until_it_reaches_them_again(scene: Scene) -> None:
    scene.record(7)
    scene.position("incidents", 9)
    sentence = "stream EVENTS ends at 7, the read models have rows up to 9"
    watch, waiting = scene.watch(), threading.Event()
    watch.start()
    _wait(lambda: any(sentence in finding for finding in scene.guard.verdict.findings))
    refusal = scene.guard.refusal()
    assert refusal is not None
    assert refusal.code == "history_broken"
    scene.record(2)  # as a restored copy does
    watch.wait_until_whole(waiting)
    _wait(lambda: scene.guard.refusal() is None)
    watch.close()


def test_positions_in_another_stream_are_no_mark(scene: Scene) -> None:
    scene.position("zone_visits", 900)
    assert scene.watch().findings() == ()


def _wait(until: Callable[[], bool], tries: Sequence[int] = range(300)) -> None:
    pause = threading.Event()
    for _ in tries:
        if until():
            return
        pause.wait(0.05)
    raise AssertionError("it did not come so far")
