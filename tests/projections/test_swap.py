"""What is in the way of a swap makes it wait, and never costs the copy."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice

import psycopg
import pytest

from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from projections import rebuilding
from projections.copying import Copy, Progress
from projections.database import connect
from projections.follower import make_tables
from projections.incidents import Incidents
from projections.projection import Connection
from projections.rebuilding import rebuild
from tests.bench.projection.lives import lives, outgoing
from tests.conftest import OwnNats
from tests.projections.tables import drop_tables

EVENTS = 80


@pytest.fixture
def bridge(fresh_nats: Callable[[], OwnNats]) -> Iterator[Bridge]:
    with closing(Bridge(fresh_nats().url("admin"), name="test")) as bridge:
        bridge.run(ensure_streams(bridge.js))
        bridge.run(publish_batch(bridge.nc, [outgoing(message) for message in islice(lives(EVENTS), EVENTS)]))
        yield bridge


@pytest.mark.parametrize("error", [psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected])
def test_a_swap_that_something_is_in_the_way_of_is_tried_again(
    bridge: Bridge, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, error: type[psycopg.Error]
) -> None:
    """Autovacuum at a copy's table was seen to deadlock with the swap of 300,000 events."""
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
        connection.execute("insert into projection (name, position) values ('incidents', %s)", [EVENTS])
    swap, tries = rebuilding._swapped_at, []

    def blocked_once(copy: Copy, live: Connection, told: Progress) -> int | None:
        tries.append(copy.position)
        if len(tries) == 1:
            raise error("in the way")
        return swap(copy, live, told)

    monkeypatch.setattr(rebuilding, "_swapped_at", blocked_once)
    assert rebuild(Incidents(), dsn, bridge, lambda _: None) == EVENTS
    assert tries == [EVENTS, EVENTS]
    with connect(dsn, "test") as connection:
        assert connection.execute("select count(*) from incident_history").fetchone() == (EVENTS,)
