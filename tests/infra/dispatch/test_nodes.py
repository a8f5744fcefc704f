"""Two nodes as they run: their producers watch real files, and one node is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.contracts.identifiers import CameraId
from infra.checkout import CHECKOUT
from infra.dispatch.leases import Terms, holder_of, leases_config
from infra.nats.streams import ensure_stream
from infra.tenure import tenure_path
from tests.conftest import OwnNats
from tests.producers.footage import encode
from tests.producers.plant import Plant

CAMERAS = tuple(CameraId(f"camera-{number}") for number in range(4))
TERMS = Terms(beat_s=0.3, lease_s=2.4, margin_s=0.6)
START_S = 20.0
"""For a process to come up on a machine that is busy."""


class Node:
    """One `python -m infra.dispatch` in a home of its own. more: further settings"""

    def __init__(self, name: str, folder: Path, server: OwnNats, **more: str) -> None:
        self.name, self.home, self._server, self._more = name, folder / name, server, more
        self.frames = self.home / "shared"
        self.home.mkdir()
        self.start()

    def start(self) -> None:
        variables = {
            "KASKA_HOME": str(self.home),
            "KASKA_FRAMES_DIR": str(self.frames),
            "KASKA_NODE": self.name,
            "KASKA_NATS_URL": self._server.url("node"),
            "KASKA_PRODUCER_NATS_URL": self._server.url("producer"),
            "KASKA_S3_ENDPOINT": "127.0.0.1:1",
            "KASKA_BEAT_S": str(TERMS.beat_s),
            "KASKA_LEASE_S": str(TERMS.lease_s),
            "KASKA_MARGIN_S": str(TERMS.margin_s),
            **self._more,
        }
        command = [sys.executable, "-m", "infra.dispatch"]
        self.process = subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, **variables})

    def watching(self) -> set[str]:
        """Cameras whose producers give frames."""
        return {path.stem for path in self.frames.glob("*.frames")}

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(30)


class Witness:
    """Looks all the time whether a camera has two producers, whatever the nodes say."""

    def __init__(self) -> None:
        self.twice: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)

    def _look(self) -> None:
        while not self._stop.wait(0.05):
            seen = producers()
            still = Counter(camera for camera, pid in seen if camera_of(pid) == camera)  # all of them at one moment
            self.twice |= {camera for camera, count in still.items() if count > 1}


def producers() -> list[tuple[str, int]]:
    """Cameras and process ids of the producers of this test that live on this machine."""
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [(camera, pid) for pid in pids if (camera := camera_of(pid)) is not None]


def camera_of(pid: int) -> str | None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    if words[1:4] != [b"-m", b"producers", b"--camera"] or words[4].decode() not in CAMERAS:
        return None
    return words[4].decode()


def wait_until(condition: Callable[[], bool], limit_s: float) -> float:
    """Seconds that it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < limit_s, "it did not become true in time"
        time.sleep(0.05)
    return time.monotonic() - started


@pytest.fixture
def server(fresh_nats: Callable[[], OwnNats]) -> OwnNats:
    return fresh_nats()


@pytest.fixture
def plant(server: OwnNats, tmp_path: Path) -> Iterator[Plant]:
    """Four cameras that play a file."""
    plant = Plant(server.url())
    plant.bridge.run(ensure_stream(plant.bridge.js, leases_config()))
    film = encode(tmp_path / "film.mp4", seconds=2, width=64, height=48)
    for camera in CAMERAS:
        plant.register(camera, f"file://{film}", target_fps=2, analysis_width=64)
    yield plant
    plant.close()


def test_cameras_of_a_node_that_was_killed_go_on_with_another_and_none_ever_runs_twice(
    plant: Plant, server: OwnNats, tmp_path: Path
) -> None:
    nodes = {name: Node(name, tmp_path, server) for name in ("east", "west")}
    witness = Witness()
    try:
        every = set(CAMERAS)
        wait_until(lambda: nodes["east"].watching() | nodes["west"].watching() == every, 2 * START_S)
        wait_until(lambda: all(node.watching() for node in nodes.values()), 2 * START_S)
        held = nodes["east"].watching()
        assert not held & nodes["west"].watching()
        holders = {camera: plant.bridge.run(holder_of(plant.bridge.nc, camera)) for camera in CAMERAS}
        assert {camera for camera, holder in holders.items() if holder and holder.node == "east"} == held
        assert all(tenure_path(nodes["east"].frames, camera).exists() for camera in held)
        assert not any(tenure_path(nodes["west"].frames, camera).exists() for camera in held), "never had it"

        killed_at = time.monotonic()
        nodes["east"].end(signal.SIGKILL)
        wait_until(lambda: nodes["west"].watching() == every, TERMS.expired_s + START_S)
        assert time.monotonic() - killed_at > TERMS.lease_s - TERMS.beat_s, "a lease is not taken before its end"

        nodes["west"].end(signal.SIGTERM)
        assert producers() == []
        given_back = [plant.bridge.run(holder_of(plant.bridge.nc, camera)) for camera in CAMERAS]
        assert {holder.node for holder in given_back if holder} == {""}, "nobody has to wait for them"
    finally:
        witness.close()
        for node in nodes.values():
            if node.process.poll() is None:
                node.end(signal.SIGTERM)
    assert witness.twice == set()
