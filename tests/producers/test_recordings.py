"""Recording on demand: from before the click to the stop, over restarts and full disks, against a real NATS and S3."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from uuid import UUID

import pytest
from minio import Minio

from domain.contracts.commands import ReportRecordingMissed, StoreRecording
from domain.contracts.detections import from_microseconds, to_microseconds
from domain.contracts.events import RecordingStarted, RecordingStopped, RecordingStored
from domain.contracts.identifiers import CameraId, RecordingId
from domain.contracts.recording import RecordingEnd
from domain.contracts.subjects import RECORDING, event_subject
from infra import objects
from infra.embedded.nats import NatsServer
from infra.embedded.s3 import S3Server
from infra.nats.bridge import Bridge
from producers.courier import Courier
from producers.errors import RecordingImpossible
from producers.recorder import Recorder, salvaged
from producers.recordings import Limits, Recordings
from producers.ring import PacketRing
from tests.conftest import BUCKET
from tests.producers.footage import encode, frames_of, number_in, packets
from tests.producers.plant import Plant
from tests.producers.test_evidence import stored
from tests.producers.test_pipeline import wait_until

SECOND = 1_000_000
ROOM = Limits(before_us=3 * SECOND, most_bytes=1 << 30, least_free=0)

numbers = count(1)


class Camera:
    """A ring into which a file plays in real time; it began 20 s ago."""

    def __init__(self, file: Path) -> None:
        self.ring = PacketRing(60 * SECOND, 64 << 20)
        now_us = time.time_ns() // 1000
        self._packets = packets(file, 1500, start_us=now_us - 20 * SECOND)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        for packet in self._packets:
            ahead_us = packet.captured_at_us - time.time_ns() // 1000
            if ahead_us > 0 and self._stop.wait(ahead_us / 1e6):
                return
            self.ring.add(packet)

    def end(self) -> None:
        self._stop.set()
        self._thread.join(5)


class Process:
    """The recording part of one camera's process."""

    def __init__(self, home: Path, camera: CameraId, url: str, store: Minio, *, ring: PacketRing, limits: Limits):
        self.bridge = Bridge(url, name="producer", timeout_s=2)
        self.stop = threading.Event()
        self.folder = home / "recordings"
        courier = Courier(store, BUCKET, self.bridge, stop=self.stop, by=f"producer.{camera}")
        self._recordings = Recordings(
            camera, self.bridge, ring, self.folder, courier=courier, limits=limits, stop=self.stop
        )
        self._recordings.start()

    def end(self) -> None:
        self.stop.set()
        self._recordings.join(5)
        self.bridge.close()


@pytest.fixture
def plant(nats_server: NatsServer) -> Iterator[Plant]:
    plant = Plant(nats_server.url("admin"))
    yield plant
    plant.close()


@pytest.fixture
def store(s3: S3Server) -> Minio:
    return objects.connect(s3.endpoint, s3.access_key, s3.secret_key)


@pytest.fixture
def camera() -> CameraId:
    return CameraId(f"recorded-{next(numbers)}")


@pytest.fixture
def ring(plain: Path) -> Iterator[PacketRing]:
    playing = Camera(plain)
    yield playing.ring
    playing.end()


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path, camera: CameraId, nats_server: NatsServer, store: Minio, ring: PacketRing) -> Iterator[Start]:
    running: list[Process] = []

    def process(ring_: PacketRing = ring, limits: Limits = ROOM) -> Process:
        running.append(Process(tmp_path, camera, nats_server.url("producer"), store, ring=ring_, limits=limits))
        return running[-1]

    yield process
    for each in running:
        each.end()


def ask(plant: Plant, camera: CameraId, *, longest_s: float = 60, ago_s: float = 0) -> RecordingStarted:
    at = from_microseconds(time.time_ns() // 1000) - timedelta(seconds=ago_s)
    recording_id = RecordingId(UUID(int=next(numbers) << 72))
    event = RecordingStarted(recording_id, camera, at, at + timedelta(seconds=longest_s), "anna", "разгрузка")
    plant.record(event_subject(RECORDING, str(recording_id)), event)
    return event


def stop(plant: Plant, started: RecordingStarted) -> RecordingStopped:
    event = RecordingStopped(from_microseconds(time.time_ns() // 1000), "anna")
    plant.record(event_subject(RECORDING, str(started.recording_id)), event)
    return event


def only_stored(plant: Plant) -> StoreRecording:
    command = plant.wait_for_orders(1)[0].command
    assert isinstance(command, StoreRecording), command
    return command


def only_missed(plant: Plant) -> str:
    command = plant.wait_for_orders(1)[0].command
    assert isinstance(command, ReportRecordingMissed), command
    return command.reason


def test_a_recording_lasts_from_before_the_click_until_it_is_stopped(
    plant: Plant, start: Start, camera: CameraId, store: Minio
) -> None:
    process = start()
    ask(plant, CameraId("other"))
    started = ask(plant, camera)
    time.sleep(1)
    stopped = stop(plant, started)
    command = only_stored(plant)
    assert command.end is RecordingEnd.STOPPED
    assert command.key == f"recordings/{started.started_at:%Y/%m/%d}/{started.recording_id}.mp4"
    data = stored(store, command.key)
    assert (command.size_bytes, command.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert command.media_type == "video/mp4"
    before_s = (started.started_at - command.captured_from).total_seconds()
    assert 3 <= before_s <= 4.1
    assert -0.3 < (command.captured_to - stopped.stopped_at).total_seconds() < 10  # as soon as it is heard of
    shown = [number_in(pixels) for pixels in frames_of(data)]
    assert {(b - a) % 100 for a, b in pairwise(shown)} == {1}
    assert len(shown) == round((command.captured_to - command.captured_from).total_seconds() * 25) + 1
    wait_until(lambda: not list(process.folder.iterdir()))


def test_nobody_needs_to_stop_it(plant: Plant, start: Start, camera: CameraId) -> None:
    start()
    started = ask(plant, camera, longest_s=1.5)
    command = only_stored(plant)
    assert command.end is RecordingEnd.TIME_OVER
    assert abs((started.ends_at - command.captured_to).total_seconds()) < 0.3


def test_a_restart_keeps_the_part_that_there_is_and_says_so(
    plant: Plant, start: Start, camera: CameraId, store: Minio
) -> None:
    process = start()
    started = ask(plant, camera)
    path = process.folder / f"{started.recording_id}.mp4"
    wait_until(lambda: path.exists() and path.stat().st_size > 20_000)
    time.sleep(1.2)
    process.end()
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write((500_000).to_bytes(4, "big") + b"moof half of a fragment")
    start()
    command = only_stored(plant)
    assert command.end is RecordingEnd.RESTARTED
    assert command.size_bytes <= whole
    shown = [number_in(pixels) for pixels in frames_of(stored(store, command.key))]
    assert {(b - a) % 100 for a, b in pairwise(shown)} == {1}
    length_s = (command.captured_to - command.captured_from).total_seconds()
    assert len(shown) / 25 - 2.1 <= length_s <= len(shown) / 25


def test_a_file_that_was_finished_is_delivered_after_a_restart(
    plant: Plant, start: Start, camera: CameraId, store: Minio
) -> None:
    plant.silence()
    process = start()
    started = ask(plant, camera, longest_s=0.5)
    wait_until((process.folder / f"{started.recording_id}.json").exists)
    process.end()
    plant.answer()
    start(PacketRing(SECOND, 1000))
    command = only_stored(plant)
    assert command.end is RecordingEnd.TIME_OVER
    assert hashlib.sha256(stored(store, command.key)).hexdigest() == command.sha256


def test_what_was_asked_while_the_process_was_away_is_begun_or_said_to_be_missed(
    plant: Plant, start: Start, camera: CameraId
) -> None:
    over, still = ask(plant, camera, longest_s=1, ago_s=60), ask(plant, camera, longest_s=3, ago_s=2)
    start()
    orders = {order.command for order in plant.wait_for_orders(2)}
    missed = {each.recording_id: each.reason for each in orders if isinstance(each, ReportRecordingMissed)}
    assert missed == {over.recording_id: "the camera's process did not run at that time"}
    assert {each.recording_id for each in orders if isinstance(each, StoreRecording)} == {still.recording_id}


def test_what_is_stored_is_not_recorded_again_and_leaves_nothing(
    plant: Plant, start: Start, camera: CameraId, tmp_path: Path
) -> None:
    done = ask(plant, camera)
    at = from_microseconds(time.time_ns() // 1000)
    fact = RecordingStored("k", "ab" * 32, 1, "video/mp4", at, at, RecordingEnd.STOPPED)
    plant.record(event_subject(RECORDING, str(done.recording_id)), fact)
    (tmp_path / "recordings").mkdir()
    for suffix in ("mp4", "json", "begun"):
        (tmp_path / "recordings" / f"{done.recording_id}.{suffix}").write_text("delivered before a crash")
    process = start()
    other = ask(plant, camera, longest_s=3)
    assert only_stored(plant).recording_id == other.recording_id
    wait_until(lambda: not list(process.folder.iterdir()))


def test_a_full_disk_ends_a_recording_and_keeps_its_part(plant: Plant, start: Start, camera: CameraId) -> None:
    start(limits=replace(ROOM, most_bytes=5_000))
    ask(plant, camera)
    assert only_stored(plant).end is RecordingEnd.NO_ROOM


def test_a_silent_camera_is_reported(
    plant: Plant, start: Start, camera: CameraId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("producers.recorder.SILENCE_US", 0)
    start(PacketRing(SECOND, 1000))
    ask(plant, camera, longest_s=0.3)
    assert "sent no picture" in only_missed(plant)


def test_another_codec_is_reported_by_name(plant: Plant, start: Start, camera: CameraId, folder: Path) -> None:
    ring = PacketRing(30 * SECOND, 1 << 20)
    for packet in packets(encode(folder / "recorded.avi", seconds=1, codec="mpeg4"), 20, time.time_ns() // 1000):
        ring.add(packet)
    start(ring)
    ask(plant, camera, longest_s=5)
    assert "mpeg4" in only_missed(plant)


def test_a_new_format_ends_the_file(changing: Path, tmp_path: Path) -> None:
    ring = PacketRing(30 * SECOND, 64 << 20)
    encoded = packets(changing, 100)
    for packet in encoded:
        ring.add(packet)
    recorder = Recorder(ring, tmp_path / "r.mp4", 0, 1 << 62)
    assert recorder.step(0) is RecordingEnd.FORMAT_CHANGED
    span = recorder.close()
    assert span.captured_from_us == encoded[0].captured_at_us
    assert len(frames_of((tmp_path / "r.mp4").read_bytes())) == 50


def test_h265_is_recorded_as_it_comes(hevc: Path, tmp_path: Path) -> None:
    ring = PacketRing(30 * SECOND, 64 << 20)
    for packet in packets(hevc, 100):
        ring.add(packet)
    recorder = Recorder(ring, tmp_path / "r.mp4", 0, to_microseconds(from_microseconds(1 << 50)))
    recorder.until_us = ring.newest_us
    recorder.step(0)
    assert recorder.close().media_type == "video/mp4; codecs=hev1"
    assert [number_in(pixels) for pixels in frames_of((tmp_path / "r.mp4").read_bytes())] == list(range(100))


def test_a_file_without_a_whole_fragment_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.mp4"
    path.write_bytes(b"\0\0\0\x08ftyp\0\0\1\0moof")
    path.with_suffix(".begun").write_text('{"captured_from_us": 1, "captured_to_us": 1, "codec": "h264"}')
    with pytest.raises(RecordingImpossible):
        salvaged(path)
