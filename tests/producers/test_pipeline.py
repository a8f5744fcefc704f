"""The pump: a file played as a camera, in real time."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from infra.frames import FrameReader, FrameWriter
from producers.backoff import Backoff
from producers.meters import Meters
from producers.pipeline import Pump
from producers.ring import PacketRing
from producers.sampler import Sampler
from producers.settings import ProducerSettings


class Camera:
    """A pump with all that it feeds."""

    def __init__(self, home: Path, source: str, credentials: str | None = None, **settings: float) -> None:
        self.registry = CollectorRegistry()
        meters = Meters(self.registry, "gate")
        self.ring = PacketRing(30_000_000, 64 << 20)
        self.reader = FrameReader(home, "gate")
        self._sampler = Sampler(
            FrameWriter(home, "gate", 64),
            meters,
            target_fps=10,
            analysis_width=160,
            queue_packets=60,
            most_pixels=10**7,
        )
        given = {"home": home, "nats_url": SecretStr(""), "camera_loopback": True, **settings}
        told = ProducerSettings.model_validate(given)
        self.pump = Pump(
            told,
            source,
            lambda: credentials,
            ring=self.ring,
            sampler=self._sampler,
            meters=meters,
        )
        self._sampler.start()
        self.pump.start()

    def stop(self) -> float:
        """Seconds that it took."""
        started = time.monotonic()
        self.pump.stop(2)
        self._sampler.stop(2)
        return time.monotonic() - started

    def value(self, name: str) -> float:
        self.pump.measure()
        return self.registry.get_sample_value(name, {"camera": "gate"}) or 0.0


def wait_until(condition: Callable[[], bool], limit_s: float = 20) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.02)


MakeCamera = Callable[..., Camera]


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[MakeCamera]:
    made: list[Camera] = []

    def start(source: str, credentials: str | None = None, **settings: float) -> Camera:
        made.append(Camera(tmp_path, source, credentials, **settings))
        return made[-1]

    yield start
    for each in made:
        each.stop()


def test_a_file_is_played_in_real_time_over_and_over(camera: MakeCamera, plain: Path) -> None:
    playing = camera(f"file://{plain}")
    wait_until(lambda: playing.ring.seconds > 0.1)
    started = time.time()
    wait_until(lambda: playing.ring.seconds > 4.5)
    assert 3.9 <= time.time() - started <= 5.5
    assert abs(time.time() - playing.ring.newest_us / 1e6) < 0.5


def test_frames_arrive_with_the_time_of_now_at_the_wanted_rate(camera: MakeCamera, plain: Path) -> None:
    playing = camera(f"file://{plain}")
    taken = []

    def enough() -> bool:
        while (frame := playing.reader.take()) is not None:
            taken.append((time.time() * 1e6 - frame.captured_at_us, frame.captured_at_us))
        return len(taken) >= 20

    wait_until(enough)
    assert max(late_us for late_us, _ in taken) < 1_000_000
    assert (taken[19][1] - taken[0][1]) / 1e6 == pytest.approx(1.9, abs=0.2)


def test_the_vitals_tell_that_it_plays(camera: MakeCamera, plain: Path) -> None:
    playing = camera(f"file://{plain}")
    wait_until(lambda: playing.value("kaska_stream_fps") > 0 and playing.ring.seconds > 2)
    assert playing.value("kaska_stream_up") == 1
    assert playing.value("kaska_stream_fps") == pytest.approx(25, abs=5)
    assert playing.value("kaska_packet_ring_seconds") > 2
    assert playing.value("kaska_frames_decoded_total") > 0


def test_it_stops_at_once_and_leaves_nothing_shared(camera: MakeCamera, plain: Path, tmp_path: Path) -> None:
    playing = camera(f"file://{plain}")
    wait_until(lambda: playing.ring.seconds > 1.5)
    assert playing.stop() < 1
    assert not list(tmp_path.glob("*.frames"))


def test_a_source_that_is_not_there_is_tried_again_until_it_is(camera: MakeCamera, plain: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.mp4"
    waiting = camera(f"file://{late}", backoff_first_s=0.1, backoff_most_s=0.2)
    wait_until(lambda: waiting.value("kaska_reconnects_total") >= 2)
    assert waiting.value("kaska_stream_up") == 0
    late.write_bytes(plain.read_bytes())
    wait_until(lambda: waiting.value("kaska_stream_up") == 1)


def test_a_file_of_garbage_does_not_end_the_pump(camera: MakeCamera, tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.mp4"
    garbage.write_bytes(b"\0garbage" * 999)
    failing = camera(f"file://{garbage}", backoff_first_s=0.05, backoff_most_s=0.1)
    wait_until(lambda: failing.value("kaska_reconnects_total") >= 3)
    assert "pump" in {thread.name for thread in threading.enumerate()}


def test_pauses_double_up_to_a_limit_with_jitter_and_begin_again_after_success() -> None:
    backoff = Backoff(1, 8, jitter=lambda: 1.0)
    assert [backoff.pause_s() for _ in range(5)] == [1, 2, 4, 8, 8]
    backoff.succeeded()
    assert backoff.pause_s() == 1
    assert Backoff(1, 8, jitter=lambda: 0.0).pause_s() == 0.5
