"""A process that stood still for longer than its node's lease notices it before anything leaves it (docs/adr/0021)."""

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from domain.contracts.identifiers import CameraId
from infra.dispatch.leases import LeaseTable, Terms, holder_of, leases_config
from infra.frames import FrameReader, frames_path
from infra.nats.streams import ensure_stream
from infra.tenure import Tenure, grant, steady, tenure_path
from producers.fence import LOST, Fence, FencedWriter
from tests.producers.plant import Plant
from tests.producers.test_pipeline import wait_until
from tests.producers.test_process import Running, camera, next_frame, numbers, plant, start

__all__ = ["camera", "plant", "start"]

GATE = CameraId("gate")
TERMS = Terms(beat_s=0.5, lease_s=4.0, margin_s=1.0)
LEFT_S = 2.0
"""What is left of the lease when everything of the node is stopped."""


class Ended(Exception):
    """Instead of the end of this process."""


def end() -> None:
    raise Ended


def test_a_tenure_ends_at_its_time_and_not_before(tmp_path: Path) -> None:
    now = 100.0
    tenure = Tenure(tmp_path, GATE, lambda: now)
    assert tenure.holds(), "nobody keeps leases here"
    grant(tmp_path, GATE, 110.0)
    assert tenure.holds()
    now = 109.9
    assert tenure.holds()
    now = 110.0
    assert not tenure.holds()
    grant(tmp_path, GATE, 120.0)
    assert tenure.holds()
    grant(tmp_path, GATE, 0.0)
    assert not tenure.holds()


@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda path: path.write_bytes(b""), lambda path: path.write_bytes(b"x")]
)
def test_a_tenure_that_cannot_be_read_any_more_has_ended(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    grant(tmp_path, GATE, steady() + 100)
    tenure = Tenure(tmp_path, GATE)
    assert tenure.holds()
    damage(tenure_path(tmp_path, GATE))
    assert not tenure.holds()


def test_no_frame_is_shared_after_the_tenure(tmp_path: Path) -> None:
    writer = FencedWriter(tmp_path, GATE, 4, Fence(Tenure(tmp_path, GATE), end))
    reader = FrameReader(tmp_path, GATE)
    pixels = np.zeros((48, 64, 3), np.uint8)
    grant(tmp_path, GATE, steady() + 100)
    writer.write(pixels, 1, 1)
    grant(tmp_path, GATE, steady())
    with pytest.raises(Ended):
        writer.write(pixels, 2, 2)
    shared = reader.take()
    assert shared is not None
    assert shared.frame == 1
    assert reader.take() is None


def test_a_process_waits_for_its_tenure_and_for_its_end(tmp_path: Path) -> None:
    grant(tmp_path, GATE, 0.0)
    fence, stop = Fence(Tenure(tmp_path, GATE), end), threading.Event()
    waiting = threading.Thread(target=fence.await_tenure, args=(stop,))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    stop.set()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_process_that_was_stopped_for_longer_than_its_lease_publishes_nothing_when_it_goes_on(
    plant: Plant, start: Callable[[], Running], camera: CameraId, tmp_path: Path, plain: Path
) -> None:
    frames, now = tmp_path / "frames", [0.0]
    plant.bridge.run(ensure_stream(plant.bridge.js, leases_config()))
    east, west = (LeaseTable(plant.bridge.nc, name, TERMS, lambda: now[0]) for name in ("east", "west"))
    assert plant.bridge.run(east.take(camera))
    plant.bridge.run(west.look())
    plant.register(camera, f"file://{plain}", target_fps=10, analysis_width=160)
    frames.mkdir()
    grant(frames, camera, steady() + 3600)
    running = start()
    reader = FrameReader(frames, camera)
    seen = plant.analyse(camera, next_frame(reader).captured_at_us)

    grant(frames, camera, steady() + LEFT_S)
    running.process.send_signal(signal.SIGSTOP)  # and its keeper: nobody renews, nobody kills
    wait_until(lambda: is_stopped(running.process.pid))
    while reader.take() is not None:
        continue
    now[0] += TERMS.expired_s + 0.1
    assert plant.bridge.run(west.take(camera))
    plant.open_incident(camera, next(numbers) << 96, time.time_ns() // 1000, (seen, seen))
    time.sleep(LEFT_S + 0.1)
    running.process.send_signal(signal.SIGCONT)

    assert running.process.wait(20) == LOST
    assert reader.take() is None
    assert frames_path(frames, camera).exists(), "the same ring as before: nothing was put into a new one"
    assert [order for order in plant.orders if order.by == f"producer.{camera}"] == []
    assert "another node may hold the camera: this process ends" in running.messages()
    holder = plant.bridge.run(holder_of(plant.bridge.nc, camera))
    assert holder is not None
    assert holder.node == "west"


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
