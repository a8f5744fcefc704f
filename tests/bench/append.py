"""`python -m tests.bench.append [--json]`: durable appends of new aggregates beside the library's Postgres.

Both servers sync before they acknowledge, on the same disk; the sides take turns, so that what else the machine does
hits them alike. Run nothing else beside it: with a NATS cluster on the same disk Postgres was seen five times slower,
and compare `sync_ms_before_after`, which tells whether the disk stayed as it was. The peer is shown as the library sets
it up and, separately, with its option of functions inside the database.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from domain.contracts.events import Envelope, Event, ViolationRecognised
from domain.contracts.identifiers import CommandId
from domain.service.ledger import Ledger, Recorded
from infra.embedded.child import serving
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import ADMIN, PostgresServer
from infra.embedded.staging import staged_in_memory
from tests.domain.samples import T0, opened

PEER: Final = "eventsourcing.postgres, fsync on, as the library sets it up"
GOAL: Final = 1.5
NEW_INCIDENT: Final[list[Event]] = [opened(), ViolationRecognised(0.7)]
SIZES: Final = (1, 2)
THREADS: Final = (1, 8)
WARM_UP: Final = 20

Sides = Mapping[str, Ledger]
Rates = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--folder", type=Path, help="on the disk to measure; default: the folder for temporary files")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres runs under an account of its own
        before = _sync_ms(folder)
        cases = _measured(folder, asked.rounds, asked.seconds)
        print(json.dumps(_summary(cases, [before, _sync_ms(folder)])))


def _measured(folder: Path, rounds: int, seconds: float) -> list[dict[str, Any]]:
    nats, postgres = NatsServer.of(folder / "n", any_free_port()), PostgresServer.of(folder / "p", any_free_port())
    with (
        staged_in_memory(nats.home) as staging,
        serving(nats, nats.home),
        serving(postgres, postgres.home),
    ):
        postgres.ensure_database()
        with (
            closing(Ledger(_on_jetstream(nats))) as ours,
            closing(Ledger(_on_postgres(postgres, "plain", "no"))) as peer,
            closing(Ledger(_on_postgres(postgres, "functions", "yes"))) as with_functions,
        ):
            _append(ours, 2)
            if not staging.link():
                print("batches are staged on disk: there is no room in memory", file=sys.stderr)
            sides: dict[str, Ledger] = {"ours": ours, "peer": peer, "peer_db_functions": with_functions}
            return [_case(sides, size, threads, rounds, seconds) for size in SIZES for threads in THREADS]


def _case(sides: Sides, size: int, threads: int, rounds: int, seconds: float) -> dict[str, Any]:
    """Aggregates per second of each side: the median of its rounds."""
    rates: Rates = {side: [] for side in sides}
    for number in range(rounds):
        order = list(sides) if number % 2 == 0 else list(sides)[::-1]
        for side in order:
            rates[side].append(_rate(partial(_append, sides[side], size), threads, seconds))
    middle = {side: statistics.median(each) for side, each in rates.items()}
    case = {
        "events": size,
        "threads": threads,
        "per_s": {side: round(rate, 1) for side, rate in middle.items()},
        "ratio": round(middle["ours"] / middle["peer"], 3),
        "ratio_db_functions": round(middle["ours"] / middle["peer_db_functions"], 3),
        "rounds": {side: [round(rate, 1) for rate in each] for side, each in rates.items()},
    }
    print(json.dumps(case), file=sys.stderr)
    return case


def _rate(append: Callable[[], None], threads: int, seconds: float) -> float:
    for _ in range(WARM_UP):
        append()
    started = time.perf_counter()

    def work(_: int) -> int:
        done = 0
        while time.perf_counter() - started < seconds:
            append()
            done += 1
        return done

    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(work, range(threads)))
    return done / (time.perf_counter() - started)


def _append(ledger: Ledger, size: int) -> None:
    case, command = str(uuid4()), CommandId(uuid4().hex)
    envelopes = [Envelope(T0, "rules", command, event) for event in NEW_INCIDENT[:size]]
    ledger.save(*(Recorded(case, version, envelope) for version, envelope in enumerate(envelopes, 1)))


def _on_jetstream(server: NatsServer) -> dict[str, str]:
    return {"ES_CONTEXT": "incident", "NATS_URL": server.url("admin"), "CREATE_TABLE": "yes"}


def _on_postgres(server: PostgresServer, context: str, functions: str) -> dict[str, str]:
    dsn = urlsplit(server.dsn(ADMIN))
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "ES_CONTEXT": context,
        "CREATE_TABLE": "yes",
        "POSTGRES_DBNAME": dsn.path.removeprefix("/"),
        "POSTGRES_HOST": str(dsn.hostname),
        "POSTGRES_PORT": str(dsn.port),
        "POSTGRES_USER": str(dsn.username),
        "POSTGRES_PASSWORD": str(dsn.password),
        "POSTGRES_POOL_SIZE": str(max(THREADS)),
        "POSTGRES_ENABLE_DB_FUNCTIONS": functions,
    }


def _sync_ms(folder: Path) -> float:
    """Median of an append of 1 kB with fdatasync: what the disk itself asks for one durable write."""
    took = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(200):
            started = time.perf_counter()
            file.write(bytes(1000))
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - started)
    return round(statistics.median(took) * 1000, 3)


def _summary(cases: list[dict[str, Any]], sync_ms: list[float]) -> dict[str, Any]:
    """The headline is a new aggregate with one event, on one thread; beside it an incident with its verdict, two."""
    first = cases[0]
    pair = next(case for case in cases if case["events"] == 2)
    return {
        "bench": "append",
        "value": first["per_s"]["ours"],
        "unit": "new aggregates/s (1 event, 1 thread)",
        "peer": PEER,
        "peer_value": first["per_s"]["peer"],
        "ratio": first["ratio"],
        "goal": GOAL,
        "goal_met": bool(first["ratio"] >= GOAL),
        "ratio_two_events": pair["ratio"],
        "sync_ms_before_after": sync_ms,
        "cases": cases,
    }


if __name__ == "__main__":
    main()
