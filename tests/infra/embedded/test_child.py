"""Children: what they log, how they are stopped, and that none outlives whoever started it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from infra.checkout import CHECKOUT
from infra.embedded import pidfile
from infra.embedded.child import Child, Launch

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"

# Starts a child that starts one of its own, tells their pids and waits to be killed.
PARENT = """
import sys, time
from pathlib import Path
from infra.embedded.child import Child, Launch
child = Child(Launch("c", ("sh", "-c", "echo $$; exec sleep 60")), Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def test_output_goes_to_the_log_and_the_pid_file_goes_with_the_child(tmp_path: Path) -> None:
    child = Child(Launch("talker", ("sh", "-c", "echo out; echo err >&2; sleep 60")), tmp_path)
    assert pidfile.read(tmp_path / "run" / "talker.pid") is not None
    _wait_for(lambda: "err" in child.last_words())
    assert child.last_words() == "out | err"
    assert child.stop() == -signal.SIGTERM
    assert not (tmp_path / "run" / "talker.pid").exists()


def test_a_child_that_does_not_listen_is_killed_after_its_limit(tmp_path: Path) -> None:
    child = Child(Launch("stubborn", (sys.executable, "-c", STUBBORN), stop_limit_s=0.2), tmp_path)
    _wait_for(lambda: "up" in child.last_words())
    assert child.stop() == -signal.SIGKILL


def test_a_child_has_a_process_group_of_its_own(tmp_path: Path) -> None:
    """Ctrl-C in the terminal must reach the supervisor only."""
    script = "import os, time; print(os.getpgid(0) == os.getpid(), flush=True); time.sleep(60)"
    child = Child(Launch("grouped", (sys.executable, "-c", script)), tmp_path)
    _wait_for(lambda: child.last_words() != "")
    assert child.last_words() == "True"
    child.stop()


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _wait_for(lambda: pidfile.start_time(pid) is None)


def _wait_for(condition: Callable[[], bool], limit_s: float = 10.0) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)
