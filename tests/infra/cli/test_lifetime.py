"""A whole installation without cameras: up, killed, up again, stopped. Nothing stays behind."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.checkout import CHECKOUT
from infra.embedded import pidfile
from tests.infra.cli.test_commands import kaska

SERVERS = {"nats", "postgres", "s3"}
PROCESSES = {"domain", "notary", "custodian", "inquiry", "replay", "teacher", "projections", "inference", "gateway"}


class Installation:
    """`kaska up` in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "infra.cli", "up", "--home", str(self.home)]
        out = self.home.with_suffix(".out")
        with out.open("a") as stream:
            self.process = subprocess.Popen(command, cwd=CHECKOUT, stdout=stream, stderr=stream, text=True)
        _until(lambda: self._failed() or bool(self.status()["ready"]), 90)
        assert not self._failed(), self.said()

    def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(kaska("status", "--home", str(self.home), "--json").stdout)
        return answer

    def said(self) -> str:
        return self.home.with_suffix(".out").read_text(encoding="utf-8")

    def identities(self) -> list[pidfile.ProcessIdentity]:
        found = [pidfile.read(path) for path in (self.home / "run").glob("*.pid")]
        return [identity for identity in found if identity is not None]

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(90)

    def _failed(self) -> bool:
        return self.process is not None and self.process.poll() is not None


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("lifetime") / "home")
    made.start()
    yield made
    made.end()


@pytest.mark.assets
def test_everything_is_up_and_measurements_are_not_for_strangers(installation: Installation) -> None:
    status = installation.status()
    assert set(status["children"]) == SERVERS | PROCESSES
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(status["console_url"] + "metrics", timeout=5)  # noqa: S310 - our own address
    assert refused.value.code == 401


@pytest.mark.assets
def test_the_first_password_is_told_once(installation: Installation) -> None:
    assert installation.said().count("Пароль / Password: ") == 1
    assert not (installation.home / "secrets" / "administrator").exists()


@pytest.mark.assets
def test_a_second_supervisor_of_the_same_home_is_refused(installation: Installation) -> None:
    done = kaska("up", "--home", str(installation.home))
    assert done.returncode == 2
    assert "Kaska is running in" in done.stderr


@pytest.mark.assets
def test_what_dies_is_started_again(installation: Installation) -> None:
    before = installation.status()["children"]
    for name in ("projections", "nats"):
        os.kill(before[name], signal.SIGKILL)
    _until(lambda: _restarted(installation, before, {"projections", "nats"}), 30)


@pytest.mark.assets
def test_nothing_outlives_a_killed_supervisor_and_the_next_one_starts_on_its_data(installation: Installation) -> None:
    children = installation.identities()
    assert len(children) >= len(SERVERS | PROCESSES)
    assert installation.process is not None
    installation.process.kill()
    installation.process.wait()
    _until(lambda: not any(child.is_alive() for child in children), 20)
    installation.start()
    assert set(installation.status()["children"]) == SERVERS | PROCESSES
    assert installation.said().count("Пароль / Password: ") == 1


@pytest.mark.assets
def test_stop_ends_everything_in_order(installation: Installation) -> None:
    children = installation.identities()
    done = kaska("stop", "--home", str(installation.home), limit_s=120)
    assert done.returncode == 0
    assert installation.process is not None
    assert installation.process.wait(10) == 0
    assert not any(child.is_alive() for child in children)
    assert list((installation.home / "run").glob("*.pid")) == []
    assert installation.status()["running"] is False


def _restarted(installation: Installation, before: dict[str, int], names: set[str]) -> bool:
    now = installation.status()["children"]
    return all(name in now and now[name] != before[name] for name in names)


def _until(condition: Callable[[], bool], limit_s: float) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.2)
