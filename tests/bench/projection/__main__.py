"""`python -m tests.bench.projection [--json]`: pages against one transaction per event, on one Postgres in one run."""

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import psycopg
from prometheus_client import CollectorRegistry

from infra.embedded.child import serving
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.streams import ensure_streams
from projections.follower import Follower, ProjectionMetrics, make_tables
from projections.incidents import Incidents
from projections.projection import Connection
from tests.bench.projection.lives import lives, outgoing
from tests.bench.projection.peer import follow_singly
from tests.projections.tables import drop_tables

ROUNDS: Final = 3
PAGE: Final = 1000
PEER: Final = "one transaction per event"
TABLES: Final = ("incident", "incident_evidence", "incident_history", "projection")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--peer-events", type=int, default=2_000)
    asked = parser.parse_args()
    events = list(lives(asked.events))
    gc.freeze()  # a plant's process does not hold its history in memory for the collector to walk through
    with _servers() as (connection, bridge):
        few = events[: asked.peer_events]
        check_same_rows(few, connection, bridge)
        runs: dict[str, list[float]] = {"ours": [], "peer": [], "with_nats": []}
        for _ in range(ROUNDS):
            runs["ours"].append(_rate(len(events), connection, lambda: _in_pages(events, connection, bridge)))
            runs["peer"].append(_rate(len(few), connection, lambda: _singly(few, connection)))
        bridge.run(_fill(bridge, events), timeout=600)
        for _ in range(ROUNDS):
            runs["with_nats"].append(_rate(len(events), connection, lambda: _from_nats(events, connection, bridge)))
    for side, rates in runs.items():
        print(f"{side}: {', '.join(f'{rate:.0f}' for rate in rates)} events/s", file=sys.stderr)
    print(json.dumps(_summary(runs), ensure_ascii=False))


@contextmanager
def _servers() -> Iterator[tuple[Connection, Bridge]]:
    """Durable ones, as a plant has them."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaska-bench-")))
        home.chmod(0o755)
        postgres, nats = PostgresServer.of(home, any_free_port()), NatsServer.of(home, any_free_port())
        for server in (postgres, nats):
            stack.enter_context(serving(server, home))
        postgres.ensure_database()
        connection = stack.enter_context(psycopg.connect(postgres.dsn(PROJECTIONS)))
        bridge = stack.enter_context(closing(Bridge(nats.url("admin"), name="bench")))
        bridge.run(ensure_streams(bridge.js))
        yield connection, bridge


def check_same_rows(events: Sequence[StoredMessage], connection: Connection, bridge: Bridge) -> None:
    """Both sides must write the same: otherwise the comparison is none."""
    make_tables(connection)
    _in_pages(events, connection, bridge)
    ours = _rows(connection)
    drop_tables(connection)
    make_tables(connection)
    _singly(events, connection)
    if ours != _rows(connection):
        raise SystemExit("the two sides wrote different rows")


def _rows(connection: Connection) -> dict[str, list[Any]]:
    queries = {table: f"select t::text from {table} t order by 1" for table in TABLES}  # noqa: S608
    found = {table: connection.execute(query.encode()).fetchall() for table, query in queries.items()}
    connection.commit()
    return found


def _rate(events: int, connection: Connection, work: Callable[[], None]) -> float:
    """Events per second into empty tables."""
    drop_tables(connection)
    make_tables(connection)
    began = time.perf_counter()
    work()
    return events / (time.perf_counter() - began)


def _follower(connection: Connection, bridge: Bridge) -> Follower:
    def refuse(name: str, message: StoredMessage, error: Exception) -> None:
        raise SystemExit(f"{name} gave up on {message.sequence}") from error

    return Follower(Incidents(), connection, bridge, ProjectionMetrics(CollectorRegistry()), refuse)


def _in_pages(events: Sequence[StoredMessage], connection: Connection, bridge: Bridge) -> None:
    with closing(_follower(connection, bridge)) as follower:
        rest = iter(events)
        while page := list(islice(rest, PAGE)):
            follower.apply(page)


def _singly(events: Sequence[StoredMessage], connection: Connection) -> None:
    connection.execute("insert into projection (name, position) values ('incidents', 0)")
    connection.commit()
    follow_singly(events, connection)


def _from_nats(events: Sequence[StoredMessage], connection: Connection, bridge: Bridge) -> None:
    with closing(_follower(connection, bridge)) as follower:
        while follower.position < len(events):
            follower.step(1.0, PAGE)


async def _fill(bridge: Bridge, events: Sequence[StoredMessage]) -> None:
    rest = iter(events)
    while page := list(islice(rest, PAGE)):
        await publish_batch(bridge.nc, [outgoing(message) for message in page])


def _summary(runs: dict[str, list[float]]) -> dict[str, Any]:
    """The best run of each side: what disturbs a machine only ever makes a run slower."""
    best = {side: max(rates) for side, rates in runs.items()}
    return {
        "bench": "projection",
        "value": round(best["ours"]),
        "unit": "events/s",
        "peer": PEER,
        "peer_value": round(best["peer"]),
        "ratio": round(best["ours"] / best["peer"], 2),
        "with_nats": round(best["with_nats"]),
        "runs": {side: [round(rate) for rate in rates] for side, rates in runs.items()},
    }


if __name__ == "__main__":
    main()
