"""From packets to shared frames: the right ones, of the right size, whole, and without holding up the camera."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
from prometheus_client import CollectorRegistry

from infra.frames import FrameReader, FrameWriter, SharedFrame
from infra.scaling import analysed_size
from producers.meters import Meters
from producers.packets import EncodedPacket
from producers.sampler import MOST_PUT_OFF, PacketQueue, Sampler
from tests.producers.footage import T0_US, number_in, packets

MakeSampler = Callable[..., Sampler]


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def reader(tmp_path: Path) -> FrameReader:
    return FrameReader(tmp_path, "gate")


@pytest.fixture
def make(tmp_path: Path, registry: CollectorRegistry) -> Iterator[MakeSampler]:
    made: list[Sampler] = []
    meters = Meters(registry, "gate")

    def sampler(target_fps: float = 25, analysis_width: int = 1280, slots: int = 128) -> Sampler:
        writer = FrameWriter(tmp_path, "gate", slots)
        fresh = Sampler(
            writer,
            meters,
            target_fps=target_fps,
            analysis_width=analysis_width,
            queue_packets=500,
            most_pixels=10_000_000,
        )
        made.append(fresh)
        fresh.start()
        return fresh

    yield sampler
    for sampler_ in made:
        sampler_.stop(5)


def count(registry: CollectorRegistry, name: str) -> float:
    return registry.get_sample_value(name, {"camera": "gate"}) or 0.0


def frames(reader: FrameReader, at_least: int) -> list[SharedFrame]:
    """All frames that are shared until there are so many, and a little longer."""
    found: list[SharedFrame] = []
    deadline = time.monotonic() + 20
    quiet_since = time.monotonic()
    while time.monotonic() < deadline and (len(found) < at_least or time.monotonic() - quiet_since < 0.3):
        frame = reader.take()
        if frame is None:
            time.sleep(0.01)
            continue
        found.append(frame)
        quiet_since = time.monotonic()
    return found


def offer(sampler: Sampler, encoded: list[EncodedPacket]) -> None:
    for packet in encoded:
        sampler.offer(packet)


@pytest.mark.parametrize("name", ["plain", "with_b_frames"])
def test_every_frame_carries_the_capture_time_of_its_packet(
    name: str, request: pytest.FixtureRequest, make: MakeSampler, reader: FrameReader
) -> None:
    encoded = packets(request.getfixturevalue(name), 90)
    offer(make(target_fps=60), encoded)
    found = frames(reader, 80)
    by_time = {packet.captured_at_us for packet in encoded}
    fps = 25 if name == "plain" else 30
    assert len(found) >= 87
    for frame in found:
        assert frame.captured_at_us in by_time
        assert number_in(frame.pixels) == round((frame.captured_at_us - T0_US) * fps / 1e6)


def test_frame_numbers_come_from_the_time_and_increase(make: MakeSampler, plain: Path, reader: FrameReader) -> None:
    offer(make(), packets(plain, 50))
    numbers = [frame.frame for frame in frames(reader, 50)]
    assert numbers[0] == T0_US // 1000
    assert numbers == sorted(set(numbers))


def test_frames_are_sampled_and_scaled_down(make: MakeSampler, plain: Path, reader: FrameReader) -> None:
    offer(make(target_fps=5, analysis_width=160), packets(plain, 100))
    found = frames(reader, 20)
    assert 20 <= len(found) <= 21
    assert {frame.pixels.shape for frame in found} == {(120, 160, 3)}
    assert [number_in(frame.pixels) for frame in found][:4] == [0, 4, 9, 14]


@pytest.mark.parametrize(
    ("size", "width", "expected"),
    [
        ((320, 240), 1280, (320, 240)),
        ((1920, 1080), 960, (960, 540)),
        ((2560, 1440), 640, (640, 360)),
        ((1000, 3), 100, (100, 2)),
    ],
)
def test_pictures_are_never_enlarged(size: tuple[int, int], width: int, expected: tuple[int, int]) -> None:
    assert analysed_size(*size, width) == expected


def test_a_new_resolution_is_shared_in_its_own_size(make: MakeSampler, changing: Path, reader: FrameReader) -> None:
    sampler = make()
    encoded = packets(changing, 100)
    offer(sampler, encoded[:50])
    small = frames(reader, 48)
    offer(sampler, encoded[50:])
    large = frames(reader, 48)
    assert {frame.pixels.shape for frame in small} == {(240, 320, 3)}
    assert {frame.pixels.shape for frame in large} == {(270, 480, 3)}


def test_damaged_frames_are_counted_and_nothing_predicted_from_them_is_analysed(
    make: MakeSampler, plain: Path, reader: FrameReader, registry: CollectorRegistry
) -> None:
    encoded = packets(plain, 75)
    victim = encoded[30]
    broken = victim.data[: len(victim.data) // 2] + b"\xa5" * (len(victim.data) // 2)
    encoded[30] = replace(victim, data=broken)
    offer(make(), encoded)
    found = [number_in(frame.pixels) for frame in frames(reader, 55)]
    assert found == [*range(30), *range(50, 75)]
    assert count(registry, "kaska_frames_damaged_total") == 20


def test_what_the_transport_damaged_is_not_analysed(
    make: MakeSampler, plain: Path, reader: FrameReader, registry: CollectorRegistry
) -> None:
    encoded = packets(plain, 50)
    encoded[10] = replace(encoded[10], is_corrupt=True)
    offer(make(), encoded)
    assert [number_in(frame.pixels) for frame in frames(reader, 35)] == [*range(10), *range(25, 50)]
    assert count(registry, "kaska_frames_damaged_total") == 15


def test_a_full_queue_drops_and_goes_on_with_a_keyframe(plain: Path) -> None:
    queue = PacketQueue(10)
    encoded = packets(plain, 30)
    assert sum(queue.put(packet) for packet in encoded) == 25
    assert [queue.get(0) for _ in range(6)] == [*encoded[25:], None]


def test_what_is_not_due_waits_for_what_is_and_goes_with_it(plain: Path) -> None:
    queue = PacketQueue(30)
    first, second, third, fourth, *_ = packets(plain, 4)
    queue.put(first, is_due=False)
    queue.put(second, is_due=False)
    woken = Event()
    taken: list[EncodedPacket | None] = []

    def take() -> None:
        taken.append(queue.get(60))
        woken.set()

    thread = Thread(target=take)
    thread.start()
    assert not woken.wait(0.2)
    queue.put(third)
    assert woken.wait(30)
    thread.join(30)
    assert [*taken, queue.get(0), queue.get(0)] == [first, second, third]
    queue.put(fourth, is_due=False)
    assert queue.get(0) == fourth, "nothing waits for longer than the decoder's own patience"


def test_only_so_many_packets_are_put_off(plain: Path) -> None:
    queue = PacketQueue(2 * MOST_PUT_OFF)
    encoded = packets(plain, MOST_PUT_OFF)
    for packet in encoded:
        queue.put(packet, is_due=False)
    assert [queue.get(60) for _ in encoded] == encoded


def test_a_camera_is_not_held_up_by_the_decoder(make: MakeSampler, plain: Path, registry: CollectorRegistry) -> None:
    sampler = make(slots=4)
    encoded = packets(plain, 100)
    sampler.stop(5)
    started = time.monotonic()
    for _ in range(20):
        offer(sampler, encoded)
    assert time.monotonic() - started < 20
    assert count(registry, "kaska_frames_dropped_total") >= 1000
