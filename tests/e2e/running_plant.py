"""The whole product as a person starts it: `./kaska demo` in a folder of its own, watched from outside."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from infra.checkout import CHECKOUT
from infra.embedded.nats import NatsServer
from infra.embedded.postgres import PostgresServer

READY_S = 240.0


@dataclass(frozen=True)
class RunningPlant:
    """A demo that is up: the console's address and the password that was printed."""

    home: Path
    url: str
    password: str

    def postgres(self) -> str:
        """Address of the database for the role that reads the read models."""
        return PostgresServer.of(self.home, self._state("postgres_port")).dsn("kaska_gateway")

    def nats(self) -> str:
        return NatsServer.of(self.home, self._state("nats_port")).url("admin")

    def _state(self, name: str) -> int:
        return int(json.loads((self.home / "state.json").read_text(encoding="utf-8"))[name])


class Demo:
    """`python -m infra.cli demo`, as the launcher calls it."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        command = [sys.executable, "-m", "infra.cli", "demo", "--home", str(home), *arguments]
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
        self.process = subprocess.Popen(
            command, cwd=CHECKOUT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._said: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def said(self) -> str:
        return "".join(self._said)

    def wait_until_ready(self) -> RunningPlant:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline and self.process.poll() is None:
            url, password = re.search(r"Console: (\S+)", self.said), re.search(r"Password: (\S+)", self.said)
            if url and password and (self.home / "state.json").exists():
                return RunningPlant(self.home, url[1].rstrip("/"), password[1])
            time.sleep(0.1)
        raise AssertionError(f"the demo did not come up:\n{self.said}")

    def stop(self) -> int:
        """As Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self._listener.join(5)
        return code

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.append(line)


def processes_of(home: Path) -> list[str]:
    """Command lines of processes that live and belong to a home, by their environment or arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(home).encode() in command or f"KASKA_HOME={home}".encode() in environment:
                found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found
