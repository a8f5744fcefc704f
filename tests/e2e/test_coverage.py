"""A camera that is unplugged and an analysis that is killed: what the coverage of those minutes says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from domain.contracts import codec
from domain.contracts.detections import decode
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import MINUTE, Coverage, GapReason
from domain.contracts.subjects import DETECTIONS, OBSERVATIONS, detections_subject, observation_subject
from infra.checkout import CHECKOUT
from infra.nats.direct import get_last, get_page
from tests.conftest import OwnNats
from tests.producers.conftest import folder, plain
from tests.producers.plant import Plant
from tests.producers.test_rtsp import CameraOnTheNetwork, device

__all__ = ["device", "folder", "plain"]

pytestmark = pytest.mark.assets

GATE = CameraId("gate")
LOST = {GapReason.RECONNECTING, GapReason.CAMERA_UNREACHABLE}


class Scene:
    """What two real processes leave on a real server."""

    def __init__(self, server: OwnNats, home: Path) -> None:
        self.server, self.home = server, home
        self.plant = Plant(server.url())

    @contextmanager
    def process(self, user: str, *command: str) -> "Iterator[subprocess.Popen[bytes]]":
        env = os.environ | {
            "KASKA_HOME": str(self.home),
            "KASKA_FRAMES_DIR": str(self.home / "frames"),
            "KASKA_NATS_URL": self.server.url(user),
            "KASKA_S3_ENDPOINT": "127.0.0.1:9",
            "KASKA_S3_ACCESS_KEY": "none",
            "KASKA_S3_SECRET_KEY": "none-needed",
            "KASKA_CAMERA_LOOPBACK": "true",
            "KASKA_BACKOFF_FIRST_S": "0.2",
            "KASKA_BACKOFF_MOST_S": "0.5",
        }
        with (self.home / f"{user}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", *command], env=env, cwd=CHECKOUT, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)

    def newest_frame_s(self) -> float:
        """Capture time of the newest recorded frame, in seconds since 1970; 0 when there is none."""
        bridge = self.plant.bridge
        last = bridge.run(get_last(bridge.nc, DETECTIONS, detections_subject(GATE)))
        return decode(GATE, last.data).last_captured_at_us / 1e6 if last else 0.0

    def coverages(self) -> list[Coverage]:
        bridge = self.plant.bridge
        page = bridge.run(get_page(bridge.nc, OBSERVATIONS, 1, 100, observation_subject(GATE, "coverage")))
        return [codec.from_json(Coverage, message.data) for message in page.messages]

    def close(self) -> None:
        self.plant.close()


@pytest.fixture
def scene(fresh_nats: Callable[[], OwnNats], tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(fresh_nats(), tmp_path)
    yield scene
    scene.close()


def until(holds: Callable[[], bool], limit_s: float = 40.0) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def gap_at(coverages: list[Coverage], at_s: float) -> GapReason | None:
    """Why nothing was analysed at that time; None when something was."""
    for gap in (gap for coverage in coverages for gap in coverage.gaps):
        if gap.since.timestamp() <= at_s < gap.until.timestamp():
            return gap.reason
    return None


def test_every_second_without_watching_has_its_reason(scene: Scene, device: CameraOnTheNetwork) -> None:
    registered_at = time.time()
    scene.plant.register(GATE, device.url)
    with ExitStack() as running:
        running.enter_context(scene.process("producer", "producers", "--camera", GATE))
        with scene.process("inference", "inference") as inference:
            until(lambda: scene.newest_frame_s() > 0, 90)
            watched_at = scene.newest_frame_s()
            time.sleep(3)
            device.unplug()
            unplugged_at = time.time()
            time.sleep(5)
            device.plug_in()
            until(lambda: scene.newest_frame_s() > unplugged_at + 5, 90)
            time.sleep(6)  # the book is kept every five seconds
            killed_at = time.time()
            inference.send_signal(signal.SIGKILL)
            inference.wait()
        running.enter_context(scene.process("inference", "inference"))
        until(lambda: scene.newest_frame_s() > killed_at + 2, 90)
        back_at = scene.newest_frame_s()
        until(lambda: any(c.minute.timestamp() + 60 > back_at for c in scene.coverages()), 100)

    coverages = scene.coverages()
    first = coverages[0]
    assert [c.minute - first.minute for c in coverages] == [MINUTE * n for n in range(len(coverages))]
    assert first.since.timestamp() == pytest.approx(max(registered_at, first.minute.timestamp()), abs=1)
    assert sum(c.expected for c in coverages) > sum(c.analysed for c in coverages) >= sum(c.detected for c in coverages)
    assert sum(c.captured for c in coverages) > sum(c.analysed for c in coverages)  # 25 a second come, 10 are wanted
    models = {model for coverage in coverages for model in coverage.models}
    assert [(model.id.partition("-")[0], len(model.digest)) for model in models] == [("yolo11n", 64)]

    assert first.gaps[0].reason is GapReason.PROCESS_DOWN, "from the registration on nothing ran yet"
    assert gap_at(coverages, watched_at) is None
    assert gap_at(coverages, unplugged_at + 2) in LOST, coverages
    assert gap_at(coverages, killed_at + 1) is GapReason.PROCESS_DOWN, coverages
    assert gap_at(coverages, back_at) is None
