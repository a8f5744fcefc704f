"""The folder of one installation: can it be used, is it in use, what is running in it."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from infra.embedded import EnvironmentTrouble, pidfile

LEAST_FREE_MB: Final = 300
LEAST_SHARED_MB: Final = 512
SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - this is the tmpfs itself


@dataclass(frozen=True)
class RunningState:
    """What `status` tells about a running home."""

    console_url: str
    started_at: str
    nats_port: int
    postgres_port: int
    s3_port: int
    plant_tz: str = "Europe/Moscow"

    @staticmethod
    def now() -> str:
        return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def claimed(home: Path) -> Iterator[None]:
    """Takes the home for this process alone and ends what an earlier supervisor left running.

    Raises EnvironmentTrouble: not writable, too little space, in use.
    """
    check_usable(home)
    with (home / "supervisor.lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EnvironmentTrouble(f"Kaska is running in {home} already; stop it with ./kaska stop.") from None
        (home / "state.json").unlink(missing_ok=True)
        pidfile.end_orphans(home / "run")
        pidfile.write(home / "supervisor.pid", os.getpid(), signal.SIGTERM)
        try:
            yield
        finally:
            (home / "state.json").unlink(missing_ok=True)
            (home / "supervisor.pid").unlink(missing_ok=True)


def write_state(home: Path, state: RunningState) -> None:
    (home / "state.json").write_text(json.dumps(asdict(state), indent=1), encoding="utf-8")


def read_state(home: Path) -> RunningState | None:
    """None while nothing runs or the start is not over."""
    if supervisor(home) is None:
        return None
    try:
        return RunningState(**json.loads((home / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def supervisor(home: Path) -> pidfile.ProcessIdentity | None:
    """The supervisor that runs in this home."""
    return pidfile.read(home / "supervisor.pid")


def children(home: Path) -> dict[str, int]:
    """Name to pid of the children that live."""
    found = {path.stem: pidfile.read(path) for path in sorted((home / "run").glob("*.pid"))}
    return {name: identity.pid for name, identity in found.items() if identity is not None}


@contextmanager
def frames_folder(home: Path) -> Iterator[Path]:
    """An empty folder for the frame rings: shared memory, or the disk where that is small (a container's 64 MB)."""
    shared = _shared_frames(home)
    roomy = SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free >= LEAST_SHARED_MB * 2**20
    folder = shared if roomy else home / "frames"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def running_frames(home: Path) -> Path:
    """The folder of the frame rings while something runs in the home."""
    shared = _shared_frames(home)
    return shared if shared.is_dir() else home / "frames"


def _shared_frames(home: Path) -> Path:
    return SHARED_MEMORY / ("kaska-" + hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12])


def check_usable(home: Path) -> None:
    """Makes the folder with its parts. Raises EnvironmentTrouble: not writable, too little space."""
    _check_writable(home)
    _check_space(home)


def _check_writable(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in ("run", "logs"):
            (home / part).mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"kaska")
            probe.flush()
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise EnvironmentTrouble(
                f"The disk of {home} is full; free some space or choose another --home."
            ) from error
        why = os.strerror(error.errno or errno.EIO).lower()
        raise EnvironmentTrouble(f"{home} cannot be written ({why}); choose another folder with --home.") from error


def _check_space(home: Path) -> None:
    free_mb = shutil.disk_usage(home).free // 2**20
    if free_mb < LEAST_FREE_MB:
        raise EnvironmentTrouble(
            f"The disk of {home} is full: {free_mb} MB are free, Kaska needs at least {LEAST_FREE_MB} MB."
        )
