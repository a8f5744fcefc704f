"""`python -m tests.bench.rebuild [--json]`: a projection made again from a long history, as `./kaska projections` does.

The whole command is timed, from the start of its process to the swap, on a stream of lives of incidents. Its memory is
measured at a tenth of the history and at the whole. The peer projects a sample with one transaction per event.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]
import psycopg

from domain.contracts.subjects import EVENTS
from infra.checkout import CHECKOUT
from infra.embedded.child import Child, serving
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams, last_sequence
from projections.follower import make_tables
from projections.incidents import Incidents
from projections.projection import Connection
from tests.bench.projection.lives import lives, outgoing
from tests.bench.projection.peer import follow_singly
from tests.projections.tables import drop_tables

GOAL_EVENTS: Final = 1_000_000
GOAL_S: Final = 90.0
PAGE: Final = 1000
NAME: Final = Incidents.name


@dataclass(frozen=True)
class Rebuilt:
    """One run of the command: seconds of the clock, seconds of processors by whom, the largest resident memory."""

    events: int
    wall_s: float
    cpu_s: dict[str, float]
    peak_rss_mb: float

    @property
    def per_s(self) -> float:
        return self.events / self.wall_s


class Bench:
    """Servers with a history; its first events can be called the whole."""

    def __init__(self, stack: ExitStack, home: Path) -> None:
        self.postgres, self.nats = (
            PostgresServer.of(home, any_free_port()),
            NatsServer.of(home, any_free_port(), durable=False),
        )
        self._children = {s.name: stack.enter_context(serving(s, home)) for s in (self.postgres, self.nats)}
        self.postgres.ensure_database()
        self.connection: Connection = stack.enter_context(psycopg.connect(self.postgres.dsn(PROJECTIONS)))
        self.bridge = stack.enter_context(closing(Bridge(self.nats.url("admin"), name="bench")))
        self.bridge.run(ensure_streams(self.bridge.js))
        self._environment = {
            "KASKA_HOME": str(home),
            "KASKA_NATS_URL": self.nats.url("projections"),
            "KASKA_POSTGRES_DSN": self.postgres.dsn(PROJECTIONS),
            "PYTHONPATH": str(CHECKOUT),
        }

    def fill(self, events: int) -> None:
        self.bridge.run(self._fill(events), timeout=3600)

    async def _fill(self, events: int) -> None:
        messages = lives(events)
        while page := list(islice(messages, PAGE)):
            await publish_batch(self.bridge.nc, [outgoing(message) for message in page])

    def rebuild(self, events: int) -> Rebuilt:
        """As if the live projection had come so far."""
        drop_tables(self.connection)
        make_tables(self.connection)
        self.connection.execute("insert into projection (name, position) values (%s, %s)", (NAME, events))
        self.connection.commit()
        before, began = self._server_cpu(), time.perf_counter()
        usage = _finished(self._environment)
        wall_s, after = time.perf_counter() - began, self._server_cpu()
        cpu = {name: round(after[name] - before[name], 1) for name in after} | {"rebuild": round(usage.cpu_s, 1)}
        self._check(events)
        return Rebuilt(events, round(wall_s, 1), cpu, round(usage.peak_rss_mb, 1))

    def peer(self, events: int) -> float:
        """Events per second, one transaction each."""
        drop_tables(self.connection)
        make_tables(self.connection)
        self.connection.execute("insert into projection (name, position) values (%s, 0)", (NAME,))
        self.connection.commit()
        sample, began = list(lives(events)), time.perf_counter()
        follow_singly(sample, self.connection)
        return events / (time.perf_counter() - began)

    def _check(self, events: int) -> None:
        """All of it is there: each event has a row in the history of its incident."""
        (found,) = self.connection.execute("select count(*) from incident_history").fetchone() or (0,)
        (latest,) = self.connection.execute("select max(position) from incident").fetchone() or (0,)
        self.connection.commit()
        if found != events or latest != events:
            raise SystemExit(f"{found} events are in the rebuilt tables, the last is {latest}, {events} must be")

    def _server_cpu(self) -> dict[str, float]:
        """Seconds so far; a worker of Postgres that has ended counts for its parent."""
        return {name: _cpu_of(child) for name, child in self._children.items()}


@dataclass(frozen=True)
class Usage:
    cpu_s: float
    peak_rss_mb: float


def _finished(environment: dict[str, str]) -> Usage:
    command = [sys.executable, "-m", "projections.admin", "rebuild", NAME, "--json"]
    process = subprocess.Popen(command, env={**os.environ, **environment}, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the rebuild ended with {process.returncode}")
    return Usage(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _cpu_of(child: Child) -> float:
    """Its own, that of its children, and that of children that have ended."""
    root = psutil.Process(child.pid)
    spent = root.cpu_times()
    total: float = spent.user + spent.system + spent.children_user + spent.children_system
    for process in root.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            spent = process.cpu_times()
            total += spent.user + spent.system
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    parser.add_argument("--events", type=int, default=GOAL_EVENTS)
    parser.add_argument("--peer-events", type=int, default=2_000)
    parser.add_argument("--home", type=Path, default=None, help="a folder that is kept: its history is used again")
    parser.add_argument("--rounds", type=int, default=1, help="of the whole history; the median counts")
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = asked.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kaska-bench-")))
        home.chmod(0o755)
        bench = Bench(stack, home)
        began = time.perf_counter()
        if bench.bridge.run(last_sequence(bench.bridge.nc, EVENTS)) < asked.events:
            bench.fill(asked.events)
        print(f"{asked.events} events after {time.perf_counter() - began:.0f} s", file=sys.stderr)
        tenth = bench.rebuild(asked.events // 10)
        print(tenth, file=sys.stderr)
        rounds = [_told(bench.rebuild(asked.events)) for _ in range(asked.rounds)]
        peer = bench.peer(asked.peer_events)
    print(json.dumps(_summary(tenth, rounds, peer)))


def _told(rebuilt: Rebuilt) -> Rebuilt:
    print(f"{rebuilt}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return rebuilt


def _summary(tenth: Rebuilt, rounds: list[Rebuilt], peer: float) -> dict[str, Any]:
    whole = sorted(rounds, key=lambda each: each.wall_s)[len(rounds) // 2]
    return {
        "bench": "rebuild",
        "value": whole.wall_s,
        "unit": f"s for {whole.events} events",
        "peer": "one transaction per event",
        "peer_value": round(whole.events / peer, 1),
        "ratio": round(whole.per_s / peer, 2),
        "goal_s": round(GOAL_S * whole.events / GOAL_EVENTS, 1),
        "events_per_s": round(whole.per_s),
        "peer_events_per_s": round(peer),
        "cpu_us_per_event": {name: round(s / whole.events * 1e6, 1) for name, s in whole.cpu_s.items()},
        "peak_rss_mb": {str(each.events): each.peak_rss_mb for each in (tenth, whole)},
        "load": round(os.getloadavg()[0], 1),
        "runs": [asdict(each) for each in (tenth, *rounds)],
    }


if __name__ == "__main__":
    main()
