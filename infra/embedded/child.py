"""One child process: started in its own group with its log and pid file, stopped within a time limit.

Used by the supervisor for everything that runs and by the tests for single servers.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from infra.embedded import EnvironmentTrouble, pidfile
from infra.embedded.privileges import Account, before_exec


@dataclass(frozen=True)
class Launch:
    """How to start and how to end a child.

    env           added to this process's environment
    account       whom to become; None to stay
    stop_signal   asks it to end in order
    stop_limit_s  then it is killed
    death_signal  what the kernel sends it when the supervisor dies
    whole_group   the stop signal goes to its children too
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_limit_s: float = 10.0
    death_signal: signal.Signals = signal.SIGKILL
    whole_group: bool = False


class Server(Protocol):
    """An embedded server on a port of this machine."""

    @property
    def name(self) -> str: ...

    def launch(self) -> Launch:
        """Writes configuration and empty data as needed. Raises EnvironmentTrouble."""

    def is_ready(self) -> bool:
        """True when it answers. Raises EnvironmentTrouble when it is not what is needed (version)."""


class Child:
    """A started process. Start it from a thread that lives as long as the child shall live."""

    def __init__(self, launch: Launch, home: Path) -> None:
        self.launch = launch
        self.log_path = home / "logs" / f"{launch.name}.log"
        self._pid_path = home / "run" / f"{launch.name}.pid"
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        self._process = self._start()
        pidfile.write(self._pid_path, self.pid, launch.stop_signal)

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; -N when signal N ended it."""
        code = self._process.poll()
        if code is not None:
            self._pid_path.unlink(missing_ok=True)
        return code

    def send(self, number: signal.Signals) -> None:
        """Signals the child, or its whole group for SIGKILL and where the launch asks for it."""
        with contextlib.suppress(ProcessLookupError):
            if number is signal.SIGKILL or self.launch.whole_group:
                os.killpg(self.pid, number)
            else:
                self._process.send_signal(number)

    def stop(self) -> int:
        """Asks, waits, kills. Returns the exit code."""
        if self.exit_code() is None:
            self.send(self.launch.stop_signal)
            try:
                self._process.wait(self.launch.stop_limit_s)
            except subprocess.TimeoutExpired:
                self.send(signal.SIGKILL)
                self._process.wait()
            if self.launch.whole_group:
                self.send(signal.SIGKILL)
        self._pid_path.unlink(missing_ok=True)
        return self._process.returncode

    def last_words(self, lines: int = 3) -> str:
        """The end of its log, for a message about why it ended."""
        text = self.log_path.read_text(encoding="utf-8", errors="replace")
        return " | ".join(text.strip().splitlines()[-lines:])

    def _start(self) -> "subprocess.Popen[bytes]":
        launch = self.launch
        with self.log_path.open("ab") as out:
            return subprocess.Popen(
                launch.argv,
                env={**os.environ, **launch.env},
                cwd=launch.cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # It only calls the kernel, through functions that were looked up at import.
                preexec_fn=before_exec(os.getpid(), launch.death_signal, launch.account),  # noqa: PLW1509
            )


@contextmanager
def serving(server: Server, home: Path, limit_s: float = 60.0) -> Iterator[Child]:
    """Starts the server, waits until it answers, stops it at the end. Raises EnvironmentTrouble."""
    child = Child(server.launch(), home)
    try:
        await_ready(server, child, limit_s)
        yield child
    finally:
        child.stop()


def await_ready(server: Server, child: Child, limit_s: float) -> None:
    """Raises EnvironmentTrouble when the server ends or stays silent."""
    deadline = time.monotonic() + limit_s
    while not server.is_ready():
        if child.exit_code() is not None:
            raise EnvironmentTrouble(f"{server.name} ended at start: {child.last_words()}")
        if time.monotonic() > deadline:
            raise EnvironmentTrouble(f"{server.name} did not answer within {limit_s:.0f} s, see {child.log_path}")
        time.sleep(0.05)
