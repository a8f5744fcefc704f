"""`python -m tests.bench.day [--cameras 4] [--hours 24] [--burst 3] [--json]`: a day in minutes; does memory grow?

Real: inference's loop with its rings, motion, trackers, publisher and coverage (in this process), nats-server,
PostgreSQL, domain.service, and projections with all read models (processes of their own). Not real: the detector's
answers, which were recorded once, and the clock. Thinned out: of each minute each camera shows the first `--burst`
seconds at 10 frames a second, and from 23 to 5 o'clock nobody is there. Resident memory is looked at after each hour,
when all have caught up. `ratio` is that of the last three hours over that of the three after a warm-up of three, of the
process that grew most: the goal is below 1.05.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final

import psycopg

from domain.contracts.detections import to_microseconds
from domain.contracts.events import Envelope, encode_event, event_name
from domain.contracts.identifiers import CameraId, CommandId
from domain.contracts.subjects import EVENTS, OBSERVATIONS, event_subject
from inference.coverage import CoverageKeeper
from inference.publisher import Publisher
from infra.assets import AssetError, fetch
from infra.embedded.child import serving
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams, last_sequence
from tests.bench.cameras.vitals import VitalsWatch
from tests.bench.day.eyes import Eyes
from tests.bench.day.plant import events
from tests.bench.day.recording import Recording, recorded, rendered

ROOT: Final = Path(__file__).parents[3]
WARM_H: Final = 3
NIGHT: Final = range(5, 23)
CATCH_UP_S: Final = 600.0
SETTLE_S: Final = 3.0
PAGE_MIB: Final = os.sysconf("SC_PAGE_SIZE") / 2**20
BATCH_S: Final = 0.04
LIMIT: Final = 5000
OBSERVERS: Final = ("coverage", "zone_visits", "vehicle_passages")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--burst", type=float, default=3.0, help="seconds of each minute that are shown")
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    asked = parser.parse_args()
    if asked.hours < 2 * WARM_H + 1:
        parser.error(f"--hours: {2 * WARM_H + 1} or more, of which {WARM_H} warm up")
    with tempfile.TemporaryDirectory(prefix="kaska-day-") as name:
        home = Path(name)
        home.chmod(0o755)
        print(json.dumps(_day(home, asked.cameras, asked.hours, asked.burst)))


def _day(home: Path, cameras: int, hours: int, burst_s: float) -> dict[str, object]:
    began = time.monotonic()
    nats, postgres = NatsServer.of(home, any_free_port(), durable=False), PostgresServer.of(home, any_free_port())
    with ExitStack() as stack:
        stack.enter_context(serving(nats, home))
        stack.enter_context(serving(postgres, home))
        postgres.ensure_database()
        bridge = stack.enter_context(closing(Bridge(nats.url("admin"), name="day")))
        bridge.run(ensure_streams(bridge.js))
        names = tuple(CameraId(f"camera-{n}") for n in range(1, cameras + 1))
        day = Day(home, bridge, Servers(nats, postgres), names, hours)
        stack.callback(day.stop)
        day.run(burst_s)
        return day.told(burst_s, time.monotonic() - began)


@dataclass(frozen=True)
class Servers:
    nats: NatsServer
    postgres: PostgresServer


class Day:
    """The processes, the cameras before them, and what was measured after each hour."""

    def __init__(self, home: Path, bridge: Bridge, servers: Servers, cameras: tuple[CameraId, ...], hours: int) -> None:
        self._home, self._bridge, self._postgres = home, bridge, servers.postgres
        nats = servers.nats
        self._hours, self._cameras = hours, cameras
        self._since = (datetime.now(UTC) - timedelta(hours=hours)).replace(minute=0, second=0, microsecond=0)
        self._plant()
        self._vitals = VitalsWatch()
        bridge.run(self._vitals.follow(bridge.nc))
        self._children = {
            "domain": self._start("domain.service", nats.url("domain")),
            "projections": self._start("projections", nats.url("projections")),
        }
        self._own = Bridge(nats.url("inference"), name="inference")
        self._mib: dict[str, list[float]] = {}
        self._eyes: Eyes | None = None

    def run(self, burst_s: float) -> None:
        recording = _recording()
        eyes = Eyes(self._home, self._cameras, recording, to_microseconds(self._since))
        publisher = Publisher(self._own, eyes.metrics, BATCH_S, LIMIT)
        keeper = CoverageKeeper(
            self._own,
            eyes.watched,
            frames_dir=self._home,
            path=self._home / "run" / "coverage.json",
            metrics=eyes.metrics,
            now_us=lambda: eyes.clock.at_us,
        )
        self._eyes = eyes
        with eyes.running(publisher, keeper.book):
            for hour in range(self._hours):
                of_day = (self._since.hour + hour) % 24
                for _ in range(60):
                    eyes.minute(burst_s, at_night=of_day not in NIGHT)
                    keeper.turn()
                self._catch_up()
                self._measure(hour)
        if publisher.close():
            raise SystemExit("detections were not stored")

    def told(self, burst_s: float, took_s: float) -> dict[str, object]:
        early = {name: median(mib[WARM_H : 2 * WARM_H]) for name, mib in self._mib.items()}
        late = {name: median(mib[-WARM_H:]) for name, mib in self._mib.items()}
        grown = {name: round(late[name] / early[name], 4) for name in early}
        return {
            "bench": "day",
            "unit": "resident memory at the end over that after the warm-up",
            "ratio": max(grown.values()),
            "grown": grown,
            "mib_after_warm_up": {name: round(mib, 1) for name, mib in early.items()},
            "mib_at_the_end": {name: round(mib, 1) for name, mib in late.items()},
            "mib_each_hour": {name: [round(each, 1) for each in mib] for name, mib in self._mib.items()},
            "cameras": len(self._cameras),
            "hours": self._hours,
            "shown_s_of_each_minute": burst_s,
            "frames": self._eyes.analysed if self._eyes else 0,
            "events": self._bridge.run(last_sequence(self._bridge.nc, EVENTS)),
            "observations": self._bridge.run(last_sequence(self._bridge.nc, OBSERVATIONS)),
            "took_s": round(took_s),
        }

    def stop(self) -> None:
        self._own.close()
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            child.wait(30)

    def _plant(self) -> None:
        before = self._since - timedelta(hours=1)
        for number, (context, name, event) in enumerate(events(self._cameras, before)):
            payload = encode_event(Envelope(before, "day", CommandId(f"day-{number}"), event))
            message = Outgoing(event_subject(context, name), payload, {"ES-Topic": event_name(event)})
            self._bridge.run(publish_batch(self._bridge.nc, [message]))

    def _start(self, module: str, url: str) -> "subprocess.Popen[bytes]":
        variables = {
            "KASKA_HOME": str(self._home),
            "KASKA_NATS_URL": url,
            "KASKA_POSTGRES_DSN": self._postgres.dsn(PROJECTIONS),
        }
        with (self._home / f"{module}.log").open("wb") as log:
            return subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=os.environ | variables, stderr=log)

    def _catch_up(self) -> None:
        """Waits until the rules have folded every frame, and the read models hold every event and observation."""
        deadline = time.monotonic() + CATCH_UP_S
        while not self._is_caught_up():
            if time.monotonic() > deadline or any(child.poll() is not None for child in self._children.values()):
                raise SystemExit("the processes do not keep up: " + self._last_words())
            time.sleep(0.5)
        time.sleep(SETTLE_S)

    def _is_caught_up(self) -> bool:
        folded = self._vitals.now().samples.get("domain", {}).get(("kaska_detections_folded_total", ()), 0.0)
        if folded < self._bridge.run(last_sequence(self._bridge.nc, "DETECTIONS")):
            return False
        ends = {stream: self._bridge.run(last_sequence(self._bridge.nc, stream)) for stream in (EVENTS, OBSERVATIONS)}
        with psycopg.connect(self._postgres.dsn(PROJECTIONS)) as connection:
            reached: dict[str, int] = dict(
                connection.execute("select name, position from read_model.projection").fetchall()
            )
        observed = max(reached.get(name, 0) for name in OBSERVERS)
        return reached.get("incidents", 0) >= ends[EVENTS] and observed >= ends[OBSERVATIONS]

    def _measure(self, hour: int) -> None:
        pids = {"inference": os.getpid(), **{name: child.pid for name, child in self._children.items()}}
        for name, pid in pids.items():
            pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
            self._mib.setdefault(name, []).append(pages * PAGE_MIB)
        now = {name: round(mib[-1], 1) for name, mib in self._mib.items()}
        print(json.dumps({"hour": hour + 1, "mib": now}), file=sys.stderr, flush=True)

    def _last_words(self) -> str:
        logs = (self._home / f"{module}.log" for module in ("domain.service", "projections"))
        return " | ".join(path.read_text(encoding="utf-8")[-500:] for path in logs)


def _recording() -> Recording:
    try:
        return recorded(fetch("vtest.avi"))
    except AssetError as error:
        print(f"no video can be had ({error}): rendered walkers stand in", file=sys.stderr)
        return rendered()


if __name__ == "__main__":
    main()
