"""kill -9 in the middle of a run: afterwards the incidents are those of an undisturbed run, each exactly once."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
import pytest

from domain.contracts.commands import CONTEXT_OF, Accepted, decode_reply, encode_command
from domain.contracts.events import IncidentOpened, decode_event
from domain.contracts.subjects import EVENTS, INCIDENT, command_subject, event_subject
from infra.embedded.postgres import PostgresServer
from infra.eventstore.envelope import TOPIC
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import check_streams, ensure_streams
from tests.conftest import OwnNats
from tests.domain.samples import T0
from tests.domain.scenes import messages, recording, rules
from tests.projections.tables import drop_tables

ROOT = Path(__file__).parents[2]
SECONDS = 40
BATCH = 60


class Service:
    """`python -m domain.service` or another process, started again by the test as the supervisor would."""

    def __init__(self, module: str, env: dict[str, str], log: Path) -> None:
        self._module, self._log = module, log
        self._env = {**os.environ, **env, "PYTHONPATH": str(ROOT)}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "-m", self._module], env=self._env, cwd=ROOT, stderr=log)

    def ensure(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self.start()

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)


@contextmanager
def running(service: Service) -> Iterator[Service]:
    service.start()
    try:
        yield service
    finally:
        service.stop()


class Run:
    """One run of the plant's recording through the domain service."""

    def __init__(self, server: OwnNats, home: Path) -> None:
        self.server = server
        self.bridge = Bridge(server.url("admin"), name="test")
        self.bridge.run(ensure_streams(self.bridge.js))
        env = {"KASKA_HOME": str(home), "KASKA_NATS_URL": server.url("domain"), "KASKA_CHECKPOINT_INTERVAL_S": "0.3"}
        self.domain = Service("domain.service", env, home / "domain.log")

    def set_up_rules(self) -> None:
        for i, command in enumerate(rules()):
            data = encode_command(command, command_id=f"rule-{i}", by="test", at=T0)
            reply = decode_reply(_patiently(lambda d=data, c=command: self._request(d, c)))  # type: ignore[misc]
            assert isinstance(reply, Accepted)

    def _request(self, data: bytes, command: Any) -> bytes:
        self.domain.ensure()
        subject = command_subject(CONTEXT_OF[type(command)])
        return self.bridge.run(self.bridge.nc.request(subject, data, timeout=1)).data

    def publish(self, batch: list[Any]) -> None:
        _patiently(lambda: self.bridge.run(publish_batch(self.bridge.nc, batch, timeout_s=5)))

    def events(self) -> list[StoredMessage]:
        subject = event_subject(INCIDENT, ">")
        found: list[StoredMessage] = []
        while True:
            after = found[-1].sequence + 1 if found else 1
            page = self.bridge.run(get_page(self.bridge.nc, EVENTS, after, 1000, subject))
            found += page.messages
            if not page.messages or not page.pending:
                return found

    def wait_until_quiet(self) -> None:
        """Nothing new for three seconds in which the domain was there: it may have been killed a moment ago."""
        self.set_up_rules()  # answered as before, by whoever runs now
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < 3.0:
            self.domain.ensure()
            count = len(self.events())
            if count != seen:
                seen, since = count, time.monotonic()
            time.sleep(0.2)


def _patiently(ask: Callable[[], Any]) -> Any:
    """Repeats what is safe to repeat until a server that was killed answers again."""
    for _ in range(100):
        try:
            return ask()
        except (NatsAdapterError, OSError, TimeoutError):
            time.sleep(0.1)
        except Exception as error:
            if "nats" not in type(error).__module__:
                raise
            time.sleep(0.1)
    raise AssertionError("the server did not come back")


def history(run: Run) -> dict[str, list[Any]]:
    """What happened to each incident: event names, and all that it was opened with."""
    found: dict[str, list[Any]] = {}
    for message in run.events():
        event = decode_event(message.headers[TOPIC], message.data).event
        fact = asdict(event) if isinstance(event, IncidentOpened) else message.headers[TOPIC]
        found.setdefault(message.subject, []).append(fact)
    return found


@pytest.fixture(scope="module")
def recorded() -> list[Any]:
    return messages(recording(SECONDS))


def undisturbed(fresh_nats: Callable[[], OwnNats], home: Path, recorded: list[Any]) -> dict[str, list[Any]]:
    home.mkdir()
    run = Run(fresh_nats(), home)
    with running(run.domain):
        run.set_up_rules()
        for i in range(0, len(recorded), BATCH):
            run.publish(recorded[i : i + BATCH])
        run.wait_until_quiet()
    calm = history(run)
    run.bridge.close()
    return calm


def test_A1_killed_domain_and_nats_neither_lose_nor_double_an_incident(
    fresh_nats: Callable[[], OwnNats], tmp_path: Path, recorded: list[Any]
) -> None:
    calm = undisturbed(fresh_nats, tmp_path / "calm", recorded)
    assert len(calm) > 20

    home = tmp_path / "stormy"
    home.mkdir()
    run, rng = Run(fresh_nats(), home), random.Random(7)
    with running(run.domain):
        run.set_up_rules()
        for n, i in enumerate(range(0, len(recorded), BATCH)):
            run.domain.ensure()
            run.publish(recorded[i : i + BATCH])
            if n % 4 == 1:
                time.sleep(rng.random() * 0.5)
                run.domain.kill()
            if n % 6 == 3:
                time.sleep(rng.random() * 0.3)
                run.server.kill()
                run.server.start()
        run.wait_until_quiet()
        stormy = history(run)
        assert run.bridge.run(check_streams(run.bridge.js)) == []
    run.bridge.close()
    assert stormy == calm


def test_B1_a_killed_projection_has_the_rows_of_an_undisturbed_one(
    fresh_nats: Callable[[], OwnNats], postgres: PostgresServer, tmp_path: Path, recorded: list[Any]
) -> None:
    run = Run(fresh_nats(), tmp_path)
    dsn = postgres.dsn("kaska_projections")
    env = {"KASKA_HOME": str(tmp_path), "KASKA_NATS_URL": run.server.url("projections"), "KASKA_POSTGRES_DSN": dsn}
    projections = Service("projections", env, tmp_path / "projections.log")
    _empty(dsn)
    with running(run.domain), running(projections):
        run.set_up_rules()
        for n, i in enumerate(range(0, len(recorded), BATCH)):
            run.publish(recorded[i : i + BATCH])
            if n % 3 == 2:
                projections.kill()
                projections.ensure()
        run.wait_until_quiet()
        stormy = _rows_when_caught_up(dsn, run)
    _empty(dsn)
    with running(projections):
        assert _rows_when_caught_up(dsn, run) == stormy
    assert len(stormy["incident"]) > 20
    run.bridge.close()


def _empty(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        drop_tables(connection)


def _rows_when_caught_up(dsn: str, run: Run) -> dict[str, list[Any]]:
    last = run.events()[-1].sequence
    with psycopg.connect(dsn, autocommit=True) as connection:
        for _ in range(200):
            try:
                row = connection.execute("select min(position) from read_model.projection").fetchone()
            except psycopg.errors.UndefinedTable:
                row = None
            if row and (row[0] or 0) >= last:
                break
            time.sleep(0.1)
        tables = ("incident", "incident_evidence", "incident_history", "zone", "rule")
        return {t: connection.execute(f"select * from read_model.{t} order by 1, 2, 3").fetchall() for t in tables}  # noqa: S608
