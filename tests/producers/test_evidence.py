"""An incident gets its photo, clip and detections, or the reason why not: against a real NATS and a real S3."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from minio import Minio
from prometheus_client import CollectorRegistry

from domain.contracts import slices
from domain.contracts.commands import AttachEvidence, Order, ReportEvidenceMissed
from domain.contracts.detections import decode, from_microseconds, to_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import EvidenceKind
from infra import objects
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.s3 import S3Server
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from producers.cutter import Cutter
from producers.delivery import Delivery, command_id
from producers.evidence import TOPIC_HEADER, Evidence
from producers.meters import Meters
from producers.progress import Progress
from producers.ring import PacketRing
from producers.spool import Spool
from tests.conftest import BUCKET
from tests.producers.footage import frames_of, number_in, packets
from tests.producers.plant import Plant

SECOND = 1_000_000
PHOTO, CLIP, DETECTIONS = EvidenceKind.PHOTO, EvidenceKind.CLIP, EvidenceKind.DETECTIONS

numbers = count(1)


class Process:
    """The evidence part of one camera's process, with a ring of recorded video that ends now."""

    def __init__(
        self, home: Path, camera: CameraId, url: str, *, store: Minio, ring: PacketRing, spool_bytes: int
    ) -> None:
        self.registry = CollectorRegistry()
        self.bridge = Bridge(url, name="producer", timeout_s=2)
        self.stop = threading.Event()
        self.spool = Spool(home / "spool", spool_bytes)
        self.progress = Progress(home / "run" / "evidence.json")
        delivery = Delivery(
            store,
            BUCKET,
            self.bridge,
            spool=self.spool,
            meters=Meters(self.registry, camera),
            stop=self.stop,
            by=f"producer.{camera}",
        )
        self._evidence = Evidence(
            camera,
            self.bridge,
            cutter=Cutter(ring, self.spool, self.bridge, before_us=5 * SECOND, after_us=5 * SECOND),
            delivery=delivery,
            progress=self.progress,
            stop=self.stop,
        )
        self._evidence.start()

    def end(self) -> None:
        self.stop.set()
        self._evidence.join(5)
        self.bridge.close()

    def outcomes(self, kind: EvidenceKind, outcome: str) -> float:
        labels = {"kind": kind.value, "outcome": outcome}
        samples = (s for metric in self.registry.collect() for s in metric.samples if s.name == "kaska_evidence_total")
        return sum(s.value for s in samples if labels.items() <= s.labels.items())


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
    """A camera of its own for each test: they share the servers."""
    return CameraId(f"gate-{next(numbers)}")


@pytest.fixture
def ring(plain: Path) -> PacketRing:
    """The last 20 seconds at 25 fps."""
    ring = PacketRing(30 * SECOND, 64 << 20)
    for packet in packets(plain, 500, start_us=(time.time_ns() // 1000) - 20 * SECOND):
        ring.add(packet)
    return ring


StartProcess = Callable[..., Process]


@pytest.fixture
def start(
    tmp_path: Path, camera: CameraId, nats_server: NatsServer, store: Minio, ring: PacketRing
) -> Iterator[StartProcess]:
    running: list[Process] = []

    def process(ring_: PacketRing = ring, store_: Minio = store, spool_bytes: int = 10**8) -> Process:
        fresh = Process(
            tmp_path, camera, nats_server.url("producer"), store=store_, ring=ring_, spool_bytes=spool_bytes
        )
        running.append(fresh)
        return fresh

    yield process
    for process_ in running:
        process_.end()


def wait_until(condition: Callable[[], bool], limit_s: float = 20) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.02)


def ago_us(seconds: float) -> int:
    return time.time_ns() // 1000 - round(seconds * SECOND)


def attached(orders: list[Order]) -> dict[EvidenceKind, AttachEvidence]:
    return {order.command.kind: order.command for order in orders if isinstance(order.command, AttachEvidence)}


def missed(orders: list[Order]) -> dict[EvidenceKind, str]:
    return {o.command.kind: o.command.reason for o in orders if isinstance(o.command, ReportEvidenceMissed)}


def stored(store: Minio, key: str) -> bytes:
    answer = store.get_object(BUCKET, key)
    try:
        return answer.read()
    finally:
        answer.close()


def test_events_are_told_apart_by_the_header_of_the_event_store() -> None:
    assert TOPIC_HEADER == TOPIC


def test_an_incident_gets_photo_clip_and_detections(
    plant: Plant, start: StartProcess, camera: CameraId, store: Minio
) -> None:
    moment_us = ago_us(8)
    sequences = [plant.analyse(camera, moment_us + i * 100_000) for i in range(-10, 3)]
    plant.analyse(CameraId("other"), moment_us)
    process = start()
    incident = plant.open_incident(camera, next(numbers) << 64, moment_us, (sequences[2], sequences[9]))
    orders = plant.wait_for_orders(3)
    found = attached(orders)
    assert set(found) == set(EvidenceKind)
    assert {order.by for order in orders} == {f"producer.{camera}"}
    assert {order.command_id for order in orders} == {command_id(incident.incident_id, kind) for kind in EvidenceKind}
    day = incident.opened_at.strftime("%Y/%m/%d")
    for kind, name, media in ((PHOTO, "photo.jpg", "image/jpeg"), (CLIP, "clip.mp4", "video/mp4")):
        assert found[kind].key == f"incidents/{day}/{incident.incident_id}/{name}"
        assert found[kind].media_type == media
    for command in found.values():
        data = stored(store, command.key)
        assert (command.size_bytes, command.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert abs(to_microseconds(found[PHOTO].captured_from) - moment_us) <= 20_000
    assert to_microseconds(found[CLIP].captured_from) <= moment_us - 5 * SECOND
    assert abs(to_microseconds(found[CLIP].captured_to) - moment_us - 5 * SECOND) <= 100_000
    records = list(slices.unpack(stored(store, found[DETECTIONS].key)))
    assert [sequence for sequence, _ in records] == sequences[2:10]
    assert found[DETECTIONS].captured_from == decode(camera, records[0][1]).captured_at
    assert found[DETECTIONS].captured_to == from_microseconds(moment_us - 100_000)
    wait_until(lambda: process.spool.size_bytes == 0)


def test_the_photo_shows_the_picture_of_the_moment_and_the_clip_begins_before_it(
    plant: Plant, start: StartProcess, camera: CameraId, store: Minio, ring: PacketRing
) -> None:
    last = ring.around(ring.newest_us, 0, 0)[-1]
    start()
    moment_us = last.captured_at_us - 8 * SECOND
    plant.open_incident(camera, next(numbers) << 64, moment_us, (1, 1))
    found = attached(plant.wait_for_orders(3))
    (photo,) = frames_of(stored(store, found[PHOTO].key))
    assert number_in(photo) == 99  # of a loop of 100
    frames = [number_in(pixels) for pixels in frames_of(stored(store, found[CLIP].key))]
    before = round((moment_us - to_microseconds(found[CLIP].captured_from)) / 40_000)
    assert frames[before] == 99
    assert 125 <= before <= 150


def test_the_clip_waits_until_its_end_has_been_captured(
    plant: Plant, start: StartProcess, camera: CameraId, ring: PacketRing
) -> None:
    process = start()
    plant.open_incident(camera, next(numbers) << 64, ring.newest_us, (1, 1))
    wait_until(lambda: process.outcomes(PHOTO, "attached") == 1)
    assert process.outcomes(CLIP, "attached") == 0
    plant.wait_for_orders(3)
    assert time.time_ns() // 1000 >= ring.newest_us + 5 * SECOND


def test_incidents_of_other_cameras_are_left_alone(plant: Plant, start: StartProcess, camera: CameraId) -> None:
    start()
    plant.open_incident(CameraId("other"), next(numbers) << 64, ago_us(8), (1, 1))
    mine = plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    orders = plant.wait_for_orders(3)
    assert {order.command.incident_id for order in orders if isinstance(order.command, AttachEvidence)} == {
        mine.incident_id
    }


def test_a_moment_that_the_ring_no_longer_holds_is_reported_not_passed_over(
    plant: Plant, start: StartProcess, camera: CameraId
) -> None:
    process = start()
    plant.open_incident(camera, next(numbers) << 64, ago_us(120), (10**9, 10**9))
    reasons = missed(plant.wait_for_orders(3))
    assert "begins" in reasons[PHOTO]
    assert reasons[CLIP].startswith("MomentNotCovered: ")
    assert reasons[DETECTIONS].startswith("DetectionsGone: ")
    wait_until(lambda: process.outcomes(PHOTO, "missed") == 1)


def test_a_process_without_video_says_so(plant: Plant, start: StartProcess, camera: CameraId) -> None:
    start(PacketRing(SECOND, 1000))
    plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    assert "no video is kept" in missed(plant.wait_for_orders(3))[PHOTO]


def test_evidence_waits_on_disk_for_the_object_store_over_a_restart(
    plant: Plant, start: StartProcess, camera: CameraId, store: Minio
) -> None:
    sequence = plant.analyse(camera, ago_us(8))
    away = objects.connect(f"127.0.0.1:{any_free_port()}", "nobody", "nothing")
    before = start(store_=away)
    plant.open_incident(camera, next(numbers) << 64, ago_us(8), (sequence, sequence))
    wait_until(lambda: all(before.outcomes(kind, "retried") >= 1 for kind in EvidenceKind), 60)
    assert not plant.orders
    before.end()
    after = start(PacketRing(SECOND, 1000))  # its ring is empty: what was cut is all there is
    found = attached(plant.wait_for_orders(3))
    assert set(found) == set(EvidenceKind)
    assert hashlib.sha256(stored(store, found[CLIP].key)).hexdigest() == found[CLIP].sha256
    wait_until(lambda: after.spool.size_bytes == 0)


def test_a_full_spool_is_reported(plant: Plant, start: StartProcess, camera: CameraId) -> None:
    start(spool_bytes=0)
    plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    assert missed(plant.wait_for_orders(3))[PHOTO].startswith("SpoolFull: ")


def test_the_command_is_repeated_with_the_same_identity_until_the_domain_answers(
    plant: Plant, start: StartProcess, camera: CameraId
) -> None:
    plant.silence()
    process = start()
    incident = plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    wait_until(lambda: process.outcomes(PHOTO, "retried") >= 1)
    plant.answer()
    orders = plant.wait_for_orders(3)
    assert {order.command_id for order in orders} == {command_id(incident.incident_id, kind) for kind in EvidenceKind}


def test_the_position_moves_only_when_an_incident_is_done(plant: Plant, start: StartProcess, camera: CameraId) -> None:
    plant.silence()
    process = start()
    plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    wait_until(lambda: process.outcomes(CLIP, "retried") >= 1)
    assert process.progress.position < process.progress.read_position
    plant.answer()
    wait_until(lambda: process.progress.position == process.progress.read_position)


def test_a_restart_repeats_nothing_that_is_done(plant: Plant, start: StartProcess, camera: CameraId) -> None:
    process = start()
    plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    plant.wait_for_orders(3)
    wait_until(lambda: process.progress.position == process.progress.read_position)
    process.end()
    orders = len(plant.orders)
    again = start()
    other = plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    wait_until(lambda: len(plant.orders) >= orders + 3)
    assert {o.command.incident_id for o in plant.orders[orders:] if isinstance(o.command, AttachEvidence)} == {
        other.incident_id
    }
    assert again.progress.read_position > process.progress.read_position


def test_a_refusal_by_the_domain_is_counted_and_ends_the_matter(
    plant: Plant, start: StartProcess, camera: CameraId
) -> None:
    plant.refuse = "incident_unknown"
    process = start()
    plant.open_incident(camera, next(numbers) << 64, ago_us(8), (1, 1))
    wait_until(lambda: sum(process.outcomes(kind, "refused") for kind in EvidenceKind) == 3)
    wait_until(lambda: process.progress.position == process.progress.read_position)


def test_many_incidents_at_once_all_get_theirs(plant: Plant, start: StartProcess, camera: CameraId) -> None:
    sequence = plant.analyse(camera, ago_us(8))
    start()
    opened = [
        plant.open_incident(camera, next(numbers) << 64, ago_us(7 + i / 10), (sequence, sequence)) for i in range(12)
    ]
    orders = plant.wait_for_orders(36, 40)
    done = {(o.command.incident_id, o.command.kind) for o in orders if isinstance(o.command, AttachEvidence)}
    assert done == {(incident.incident_id, kind) for incident in opened for kind in EvidenceKind}
