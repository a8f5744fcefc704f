"""The replay desk as a process beside a recorded plant, and a client that may ask it: the gateway's user."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from domain.contracts import codec
from domain.contracts.commands.replies import Refused
from domain.contracts.identifiers import RuleId
from domain.contracts.whatif import JOB, START, Job, JobRef, JobState, Start, WhatIf, decode_answer
from infra.checkout import CHECKOUT
from infra.nats.bridge import Bridge
from tests.conftest import OwnNats

T = TypeVar("T")
PROC = Path("/proc")
RULE = RuleId("yard-danger-zone")
LOWER = WhatIf(RULE, threshold_min=0.05, threshold_max=0.1)


class DeskProcess:
    """`python -m domain.replay.desk`."""

    def __init__(self, server: OwnNats, home: Path, **settings: str) -> None:
        environment = {
            **os.environ,
            "KASKA_HOME": str(home),
            "KASKA_NATS_URL": server.url("replay"),
            "KASKA_PLANT_TZ": "UTC",
            **settings,
        }
        self.log = home / f"replay-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "domain.replay.desk"], cwd=CHECKOUT, env=environment, stderr=log
            )
        self.client = Bridge(server.url("gateway"), name="test")
        until(lambda: "replay desk runs" in self.log.read_text(encoding="utf-8"), 90)

    def ask(self, cls: type[T], subject: str, message: object | None = None) -> T | Refused:
        data = b"" if message is None else codec.to_json(message)
        return decode_answer(cls, self.client.run(self.client.nc.request(subject, data, timeout=20)).data)

    def given(self, cls: type[T], subject: str, message: object | None = None) -> T:
        answer = self.ask(cls, subject, message)
        assert not isinstance(answer, Refused), answer
        return answer

    def start(self, asked: WhatIf = LOWER, by: str = "anna") -> Job:
        return self.given(Job, START, Start(asked, by))

    def job(self, job: Job) -> Job:
        return self.given(Job, JOB, JobRef(job.job_id))

    def until(self, job: Job, state: JobState) -> Job:
        until(lambda: self.job(job).state is state or self.job(job).state.is_over, 120)
        found = self.job(job)
        assert found.state is state, found.failure
        return found

    def suspended_worker(self) -> int:
        """The worker's pid; it is stopped in the middle of its work."""
        until(lambda: bool(children(self.process.pid)), 60)
        [worker] = children(self.process.pid)
        os.kill(worker, signal.SIGSTOP)
        return worker

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def close(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def desk_process(server: OwnNats, home: Path, **settings: str) -> Iterator[DeskProcess]:
    home.mkdir(parents=True, exist_ok=True)
    desk = DeskProcess(server, home, **settings)
    try:
        yield desk
    finally:
        desk.close()


def children(pid: int) -> list[int]:
    """Those that have become workers: one that is stopped before that holds up whoever starts it."""
    lists = (PROC / str(pid) / "task").glob("*/children")
    found = [child for each in lists for child in each.read_text(encoding="ascii").split()]
    return [int(child) for child in found if b"desk.worker" in (PROC / child / "cmdline").read_bytes()]


def is_alive(pid: int) -> bool:
    """False for one that has ended, although nobody has taken notice."""
    try:
        return (PROC / str(pid) / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)
