"""Live pictures that are encoded while somebody watches: H.265 for the browser, and reduced."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest

from domain.contracts.detections import ObjectClass, TrackObservation
from domain.contracts.events import ZoneDrawn
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
from domain.contracts.subjects import ZONE, event_subject
from infra.embedded.nats import NatsServer
from infra.live_views import LiveQuality, is_refused, live_folder, wish
from producers.overlay import Overlay
from producers.packets import EncodedPacket
from producers.ring import PacketRing
from producers.slots import EncoderSlots
from producers.views import Views
from tests.producers.footage import encode, frames_of, number_in, packets
from tests.producers.plant import Plant
from tests.producers.test_live import listed
from tests.producers.test_pipeline import wait_until

CAMERA = "gate"
SECOND = 1_000_000
ORIGINAL, REDUCED = LiveQuality.ORIGINAL, LiveQuality.REDUCED


class Playing:
    """A ring into which a file's packets come in real time, four times as fast."""

    def __init__(self, file: Path, count: int) -> None:
        self.ring = PacketRing(30 * SECOND, 64 << 20)
        self._stop = threading.Event()
        start_us = time.time_ns() // 1000
        self._packets = packets(file, count, start_us)
        for packet in self._packets[:50]:
            self.ring.add(packet)
        self._thread = threading.Thread(target=self._run, args=(self._packets[50:],))
        self._thread.start()

    def _run(self, coming: list[EncodedPacket]) -> None:
        for packet in coming:
            if self._stop.wait(0.01):
                return
            self.ring.add(packet)

    def end(self) -> None:
        self._stop.set()
        self._thread.join(5)


@pytest.fixture
def plant(nats_server: NatsServer) -> Iterator[Plant]:
    plant = Plant(nats_server.url("admin"))
    yield plant
    plant.close()


Watch = Callable[..., Views]


@pytest.fixture
def play() -> Iterator[Callable[[Path], PacketRing]]:
    made: list[Playing] = []

    def start(file: Path) -> PacketRing:
        made.append(Playing(file, 2000))
        return made[-1].ring

    yield start
    for each in made:
        each.end()


@pytest.fixture
def watch(tmp_path: Path, plant: Plant) -> Iterator[Watch]:
    made: list[Views] = []

    def start(ring: PacketRing, camera: str = CAMERA, encoders: int = 2) -> Views:
        slots = EncoderSlots(tmp_path / "run", encoders)
        overlay = Overlay(plant.bridge, CameraId(camera), UTC)
        made.append(Views(tmp_path, camera, ring, slots, segment_us=SECOND, segments=8, overlay=overlay))
        made[-1].start()
        wait_until((tmp_path / "live" / camera).is_dir)
        return made[-1]

    yield start
    for each in made:
        each.close(5)


def has_list(home: Path, quality: LiveQuality, camera: str = CAMERA) -> Callable[[], bool]:
    return (live_folder(home, camera, quality) / "index.m3u8").exists


def encoded(folder: Path) -> bytes:
    """The newest segment behind its header."""
    _, segments = listed(folder)
    return (folder / "init.mp4").read_bytes() + (folder / segments[-1][2]).read_bytes()


def test_a_h264_camera_is_passed_through_only_while_it_is_watched(
    play: Callable[[Path], PacketRing], watch: Watch, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = play(plain)
    watch(ring, encoders=0)
    folder = live_folder(tmp_path, CAMERA, ORIGINAL)
    wish(tmp_path, CAMERA, ORIGINAL)
    wait_until(has_list(tmp_path, ORIGINAL))
    first = listed(folder)[1]
    assert len(first) >= 2, "a player need not wait for the camera's next keyframe"
    monkeypatch.setattr("infra.live_views.WATCHED_S", 0.0)
    wait_until(lambda: not has_list(tmp_path, ORIGINAL)())
    wait_until(lambda: not list(folder.glob("*.m4s")))
    monkeypatch.setattr("infra.live_views.WATCHED_S", 60.0)
    wish(tmp_path, CAMERA, ORIGINAL)
    wait_until(has_list(tmp_path, ORIGINAL))
    names = {name for _, _, name in first}
    assert not names & {name for _, _, name in listed(folder)[1]}, "a browser keeps segments by their names"


def test_what_a_camera_sent_long_ago_is_not_shown_as_now(watch: Watch, plain: Path, tmp_path: Path) -> None:
    ring = PacketRing(30 * SECOND, 64 << 20)
    for packet in packets(plain, 100, time.time_ns() // 1000 - 60 * SECOND):
        ring.add(packet)
    watch(ring)
    wish(tmp_path, CAMERA, ORIGINAL)
    time.sleep(1.5)
    assert not has_list(tmp_path, ORIGINAL)()


def test_a_h265_camera_is_encoded_for_the_browser_only_while_it_is_watched(
    play: Callable[[Path], PacketRing], watch: Watch, hevc: Path, tmp_path: Path
) -> None:
    ring = play(hevc)
    watch(ring)
    time.sleep(0.7)
    assert not has_list(tmp_path, ORIGINAL)()
    wish(tmp_path, CAMERA, ORIGINAL)
    wait_until(has_list(tmp_path, ORIGINAL))
    folder = live_folder(tmp_path, CAMERA, ORIGINAL)
    data = encoded(folder)
    assert b"avc1" in data
    at, _, _ = listed(folder)[1][-1]
    first = number_in(frames_of(data)[0])
    dated = {packet.captured_at_us for packet in ring.since(0)}
    at_us = round(at.timestamp() * 1e6)
    near = min(dated, key=lambda us: abs(us - at_us))
    assert abs(near - at_us) <= 1000  # a list tells milliseconds
    index = round((near - min(dated)) / 40_000) % 100
    assert index == first
    os.utime(tmp_path / "live" / CAMERA / "original.watched", (0, 0))
    wait_until(lambda: not has_list(tmp_path, ORIGINAL)())


def test_the_reduced_picture_is_small_slow_and_of_few_bytes(
    play: Callable[[Path], PacketRing], watch: Watch, folder: Path, tmp_path: Path
) -> None:
    watch(play(encode(folder / "large.mp4", seconds=2, width=1280, height=720)))
    wish(tmp_path, CAMERA, REDUCED)
    wait_until(has_list(tmp_path, REDUCED))
    shown = frames_of(encoded(live_folder(tmp_path, CAMERA, REDUCED)))
    assert shown[0].shape == (360, 640, 3)
    assert 7 <= len(shown) <= 9
    assert not has_list(tmp_path, ORIGINAL)()


def test_more_than_the_machine_may_encode_is_refused_until_a_place_is_free(
    play: Callable[[Path], PacketRing], watch: Watch, plain: Path, tmp_path: Path
) -> None:
    ring = play(plain)
    for camera in ("one", "two"):
        watch(ring, camera, encoders=1)
    wish(tmp_path, "one", REDUCED)
    wait_until(has_list(tmp_path, REDUCED, "one"))
    wish(tmp_path, "two", REDUCED)
    wait_until(lambda: is_refused(tmp_path, "two", REDUCED))
    os.utime(tmp_path / "live" / "one" / "reduced.watched", (0, 0))
    wait_until(has_list(tmp_path, REDUCED, "two"))


def test_a_wish_for_a_camera_without_a_process_leaves_no_trace(tmp_path: Path) -> None:
    wish(tmp_path, "nobody", REDUCED)
    assert list(tmp_path.iterdir()) == []


def test_another_resolution_is_encoded_on(
    play: Callable[[Path], PacketRing], watch: Watch, changing: Path, tmp_path: Path
) -> None:
    watch(play(changing))
    wish(tmp_path, CAMERA, REDUCED)
    folder = live_folder(tmp_path, CAMERA, REDUCED)
    wait_until((folder / "init-1.mp4").exists)
    sizes = set()
    for name in ("init.mp4", "init-1.mp4"):
        with av.open(str(folder / name)) as container:
            sizes.add(container.streams.video[0].codec_context.width)
    assert sizes == {320, 480}


def test_boxes_and_zones_are_drawn_in_while_somebody_watches_the_overlay(
    play: Callable[[Path], PacketRing], watch: Watch, plant: Plant, folder: Path, tmp_path: Path
) -> None:
    ring = play(encode(folder / "overlay.mp4", seconds=4, width=640, height=360))
    polygon = ((0.6, 0.5), (0.9, 0.5), (0.9, 0.9), (0.6, 0.9))
    for camera, name in ((CAMERA, "Пресс"), ("other", "Чужая")):
        zone = ZoneDrawn(ZoneId(f"{camera}-zone"), 1, CameraId(camera), name, polygon, datetime.now(UTC))
        plant.record(event_subject(ZONE, zone.zone_id), zone)
    watch(ring)
    wish(tmp_path, CAMERA, LiveQuality.OVERLAY)
    where = live_folder(tmp_path, CAMERA, LiveQuality.OVERLAY)
    person = TrackObservation(TrackId(1), ObjectClass.PERSON, 0.9, (0.25, 0.25, 0.5, 0.75))
    told = 0

    def is_drawn() -> bool:
        nonlocal told
        if ring.newest_us > told:
            told = ring.newest_us
            plant.analyse(CameraId(CAMERA), told, person)
        if not (where / "index.m3u8").exists():
            return False
        last = frames_of(encoded(where))[-1].astype(int)
        box = np.abs(last[200, 160] - last[200, 168]).max()
        edge = np.abs(last[250, 384] - last[250, 392]).max()
        return bool(box > 40 and edge > 40)

    wait_until(is_drawn)
