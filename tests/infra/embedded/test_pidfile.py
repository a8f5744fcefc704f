"""Orphans are found by their pid files and ended; a stranger with the same pid is left alone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.embedded import pidfile

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_an_orphan_is_asked_to_end(tmp_path: Path, sleeper: "subprocess.Popen[bytes]") -> None:
    pidfile.write(tmp_path / "domain.pid", sleeper.pid)
    assert pidfile.end_orphans(tmp_path) == ["domain"]
    assert sleeper.wait(5) == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_an_orphan_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    stubborn = subprocess.Popen([sys.executable, "-c", STUBBORN], start_new_session=True, stdout=subprocess.PIPE)
    assert stubborn.stdout is not None
    stubborn.stdout.readline()
    pidfile.write(tmp_path / "domain.pid", stubborn.pid)
    pidfile.end_orphans(tmp_path, patience_s=0.2)
    assert stubborn.wait(5) == -signal.SIGKILL
    stubborn.stdout.close()


@pytest.mark.parametrize("difference", [{"started": 1}, {"boot": "another"}], ids=["pid reused", "machine rebooted"])
def test_a_stranger_with_the_same_pid_lives_on(
    tmp_path: Path, sleeper: "subprocess.Popen[bytes]", difference: dict[str, object]
) -> None:
    path = tmp_path / "domain.pid"
    pidfile.write(path, sleeper.pid)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | difference), encoding="utf-8")
    assert pidfile.end_orphans(tmp_path) == []
    assert sleeper.poll() is None


@pytest.mark.parametrize("text", ["", "not json", "{}", "[1]"])
def test_a_damaged_pid_file_harms_nobody(tmp_path: Path, text: str) -> None:
    (tmp_path / "domain.pid").write_text(text, encoding="utf-8")
    assert pidfile.end_orphans(tmp_path) == []


def test_an_ended_process_is_not_alive_even_before_its_parent_asks() -> None:
    ended = subprocess.Popen(["true"])
    deadline = time.monotonic() + 5
    while pidfile.start_time(ended.pid) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert pidfile.start_time(ended.pid) is None
    ended.wait()


def test_this_process_is_alive(tmp_path: Path) -> None:
    pidfile.write(tmp_path / "own.pid", os.getpid())
    found = pidfile.read(tmp_path / "own.pid")
    assert found is not None
    assert found.pid == os.getpid()
