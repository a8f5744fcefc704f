"""Registers, audit, statistics, access and the rest: pages, repeats, rebuild = live, verify; on real servers."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from prometheus_client import CollectorRegistry

from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from projections.access import Access
from projections.audit import Audit
from projections.catalogue import ALL
from projections.database import connect
from projections.follower import Follower, ProjectionMetrics, make_tables
from projections.handling import Handling
from projections.learning import Learning
from projections.licences import Licences
from projections.notifying import Notifying
from projections.parking import Parking
from projections.plant_settings import note_plant
from projections.projection import EventProjection
from projections.rebuilding import rebuild
from projections.sources import project
from projections.statistics import Statistics
from projections.verifying import verify
from tests.bench.projection.lives import outgoing
from tests.conftest import OwnNats
from tests.projections.applying import Connection, apply, pages_of, rows
from tests.projections.plant_history import history
from tests.projections.tables import drop_tables

HISTORY = history()
OWN: list[EventProjection] = [
    p for p in ALL if isinstance(p, Access | Audit | Handling | Learning | Licences | Notifying | Statistics)
]


def named(projection: EventProjection) -> str:
    return projection.name


class Scene:
    """The history in EVENTS, and the tables and views that it fills."""

    def __init__(self, server: OwnNats, dsn: str) -> None:
        self.dsn = dsn
        self.admin = Bridge(server.url("admin"), name="test")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("projections"), name="projections")
        for page in pages_of(HISTORY, 200):
            self.admin.run(publish_batch(self.admin.nc, [outgoing(message) for message in page]))

    def follow(self, projection: EventProjection) -> None:
        metrics, park = ProjectionMetrics(CollectorRegistry()), Parking(self.bridge).park
        with (
            connect(self.dsn, projection.name) as connection,
            closing(Follower(projection, connection, self.bridge, metrics, park)) as follower,
        ):
            while follower.position < len(HISTORY):
                follower.step(0.2, 100)

    def close(self) -> None:
        self.bridge.close()
        self.admin.close()


@pytest.fixture
def scene(fresh_nats: Callable[[], OwnNats], postgres: PostgresServer, connection: Connection) -> Iterator[Scene]:
    scene = Scene(fresh_nats(), postgres.dsn(PROJECTIONS))
    yield scene
    scene.close()


@pytest.mark.parametrize("projection", OWN, ids=named)
def test_neither_the_size_of_pages_nor_a_repeat_changes_the_rows(
    projection: EventProjection, connection: Connection
) -> None:
    apply(projection, HISTORY, connection, 1000)
    whole = rows(projection, connection)
    assert all(whole.values()), "every table has rows"
    apply(projection, HISTORY, connection, 50)
    assert rows(projection, connection) == whole
    for size in (1, 7):
        drop_tables(connection)
        make_tables(connection)
        note_plant(connection, "АО «Завод»", "Asia/Vladivostok")
        apply(projection, HISTORY, connection, size)
        assert rows(projection, connection) == whole


@pytest.mark.parametrize("projection", OWN, ids=named)
def test_events_whose_rows_are_there_change_nothing(projection: EventProjection, connection: Connection) -> None:
    """The position is set back by hand, so that nothing but the statements themselves holds the repeat off."""
    apply(projection, HISTORY, connection, 100)
    before = rows(projection, connection)
    connection.execute("update projection set position = %s", [len(HISTORY) // 2])
    apply(projection, HISTORY, connection, 100)
    assert rows(projection, connection) == before


@pytest.mark.parametrize("projection", OWN, ids=named)
def test_a_rebuild_gives_the_live_rows_and_verify_says_so(projection: EventProjection, scene: Scene) -> None:
    scene.follow(projection)
    with connect(scene.dsn, "test") as connection:
        live = rows(projection, connection)
    assert verify(projection, scene.dsn, scene.bridge, lambda _: None).same
    assert rebuild(projection, scene.dsn, scene.bridge, lambda _: None) == len(HISTORY)
    with connect(scene.dsn, "test") as connection:
        assert rows(projection, connection) == live


@pytest.mark.parametrize("projection", OWN, ids=named)
def test_an_aggregate_that_is_forgotten_comes_back_from_its_events(
    projection: EventProjection, connection: Connection
) -> None:
    """What `retry` does with a parked event: after forgetting, the aggregate's events once more, one by one."""
    apply(projection, HISTORY, connection, 100)
    whole = rows(projection, connection)
    subjects = sorted({message.subject for message in HISTORY if message.subject.split(".")[1] in projection.contexts})
    for subject in subjects[:3] + subjects[-3:]:
        _, context, aggregate_id = subject.split(".", 2)
        projection.forget(context, aggregate_id, connection)
        for message in (m for m in HISTORY if m.subject == subject):
            project(projection, [message], connection)
    assert rows(projection, connection) == whole
