"""Pid files that survive a crash: who was started, and ending who was left behind.

A pid alone may belong to a stranger later, so the file also keeps the start time and the boot.
"""

import contextlib
import json
import logging
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
POLL_S: Final = 0.02

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProcessIdentity:
    """One process of this boot.

    started      field 22 of /proc/<pid>/stat, clock ticks after boot
    stop_signal  what asks it to end in order
    """

    pid: int
    started: int
    boot: str
    stop_signal: int

    def is_alive(self) -> bool:
        return self.boot == _boot_id() and start_time(self.pid) == self.started


def start_time(pid: int) -> int | None:
    """Start of the process in clock ticks after boot; None when there is none or it is a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = stat[stat.rindex(")") + 2 :].split()
    return None if state in {"Z", "X"} else int(fields[18])


def write(path: Path, pid: int, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Records a running process. Does nothing when it has ended already."""
    started = start_time(pid)
    if started is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    identity = ProcessIdentity(pid, started, _boot_id(), int(stop_signal))
    temporary.write_text(json.dumps(asdict(identity)), encoding="utf-8")
    temporary.replace(path)


def read(path: Path) -> ProcessIdentity | None:
    """The process of the file while it lives, None for a missing, damaged or stale file."""
    try:
        identity = ProcessIdentity(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return identity if identity.is_alive() else None


def end_orphans(folder: Path, patience_s: float = 5.0) -> list[str]:
    """Ends every process that the pid files of the folder name: asked first, killed after `patience_s`.

    Returns the names of those that were alive.
    """
    found = {path: identity for path in sorted(folder.glob("*.pid")) if (identity := read(path))}
    for path, identity in found.items():
        log.warning("orphan found", extra={"child": path.stem, "pid": identity.pid})
        _signal(identity, signal.Signals(identity.stop_signal))
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and any(identity.is_alive() for identity in found.values()):
        time.sleep(POLL_S)
    for identity in found.values():
        if identity.is_alive():
            _signal(identity, signal.SIGKILL)
            _wait_until_gone(identity)
    for path in folder.glob("*.pid"):
        path.unlink(missing_ok=True)
    return [path.stem for path in found]


def _wait_until_gone(identity: ProcessIdentity) -> None:
    deadline = time.monotonic() + 5.0
    while identity.is_alive() and time.monotonic() < deadline:
        time.sleep(POLL_S)


def _signal(identity: ProcessIdentity, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.getpgid(identity.pid) == identity.pid and number is not signal.SIGINT:
            os.killpg(identity.pid, number)
        else:
            os.kill(identity.pid, number)


def _boot_id() -> str:
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
