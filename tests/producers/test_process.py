"""`python -m producers` as the supervisor runs it: one camera from its registration to its evidence and to SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest
from nats.aio.msg import Msg

from domain.contracts.commands import AttachEvidence, StoreRecording
from domain.contracts.detections import to_microseconds
from domain.contracts.events import RecordingStarted
from domain.contracts.identifiers import CameraId, RecordingId
from domain.contracts.plant import EvidenceKind
from domain.contracts.recording import RecordingEnd
from domain.contracts.subjects import RECORDING, event_subject, vitals_subject
from infra.embedded.nats import NatsServer
from infra.embedded.s3 import S3Server
from infra.frames import FrameReader, SharedFrame
from infra.live_packets import HEADER, connected, unpacked
from infra.live_views import LiveQuality, live_folder, wish
from infra.logins import keep_login
from producers.spool import HEVC_VIDEO
from tests.conftest import BUCKET
from tests.producers.plant import Plant
from tests.producers.test_pipeline import wait_until

numbers = count(1)


class Running:
    """A child process; its log is JSON lines."""

    def __init__(self, home: Path, camera: CameraId, environment: dict[str, str]) -> None:
        self.log = home / "producer.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "producers", "--camera", camera],
                env=os.environ | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def messages(self) -> list[str]:
        return [json.loads(line)["message"] for line in self.log.read_text().splitlines()]

    def end(self) -> tuple[int, float]:
        """Exit status and seconds after SIGTERM."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20), time.monotonic() - started
        finally:
            self.process.kill()


@pytest.fixture
def plant(nats_server: NatsServer) -> Iterator[Plant]:
    plant = Plant(nats_server.url("admin"))
    yield plant
    plant.close()


@pytest.fixture
def camera() -> CameraId:
    return CameraId(f"yard-{next(numbers)}")


Start = Callable[[], Running]


@pytest.fixture
def start(tmp_path: Path, camera: CameraId, nats_server: NatsServer, s3: S3Server) -> Iterator[Start]:
    environment = {
        "KASKA_HOME": str(tmp_path),
        "KASKA_FRAMES_DIR": str(tmp_path / "frames"),
        "KASKA_CAMERA_LOOPBACK": "true",
        "KASKA_NATS_URL": nats_server.url("producer"),
        "KASKA_S3_ENDPOINT": s3.endpoint,
        "KASKA_S3_ACCESS_KEY": s3.access_key,
        "KASKA_S3_SECRET_KEY": s3.secret_key,
        "KASKA_S3_BUCKET": BUCKET,
    }
    running: list[Running] = []

    def process() -> Running:
        running.append(Running(tmp_path, camera, environment))
        return running[-1]

    yield process
    for each in running:
        each.process.kill()
        each.process.wait(10)


def next_frame(reader: FrameReader) -> SharedFrame:
    found: list[SharedFrame] = []

    def arrived() -> bool:
        frame = reader.take()
        if frame is not None:
            found.append(frame)
        return bool(found)

    wait_until(arrived)
    return found[-1]


def test_a_registered_camera_gives_frames_live_view_vitals_and_evidence(
    plant: Plant, start: Start, camera: CameraId, tmp_path: Path, plain: Path
) -> None:
    vitals: list[str] = []

    async def on_vitals(message: Msg) -> None:
        vitals.append(message.data.decode())

    plant.bridge.run(plant.bridge.nc.subscribe(vitals_subject(f"producer.{camera}"), cb=on_vitals))
    running = start()
    wait_until(lambda: "the camera is not registered: waiting" in running.messages())
    plant.register(camera, f"file://{plain}", target_fps=5, analysis_width=160)
    reader = FrameReader(tmp_path / "frames", camera)
    frame = next_frame(reader)
    assert frame.pixels.shape == (120, 160, 3)
    sequence = plant.analyse(camera, frame.captured_at_us)
    plant.open_incident(camera, next(numbers) << 96, frame.captured_at_us, (sequence, sequence))
    orders = {o.command.kind: o.command for o in plant.wait_for_orders(3) if isinstance(o.command, AttachEvidence)}
    assert set(orders) == set(EvidenceKind)
    assert to_microseconds(orders[EvidenceKind.PHOTO].captured_from) == frame.captured_at_us
    shown = tmp_path / "live" / camera / "index.m3u8"
    assert not shown.exists(), "nobody watches"
    wish(tmp_path, camera, LiveQuality.ORIGINAL)
    wait_until(shown.exists)
    for line in (
        f'kaska_stream_up{{camera="{camera}"}} 1.0',
        f'kaska_evidence_total{{camera="{camera}",kind="clip",outcome="attached"}} 1.0',
    ):
        wait_until(lambda line=line: bool(vitals) and line in vitals[-1])  # type: ignore[misc]
    with connected(live_folder(tmp_path, camera, LiveQuality.ORIGINAL)) as packets:
        packets.settimeout(10)
        header = unpacked(packets.recv(HEADER.size, socket.MSG_WAITALL))
        assert (header.codec, header.is_keyframe) == ("h264", True)
        status, seconds = running.end()
    assert (status, seconds < 5) == (0, True)
    assert [path.name for path in (tmp_path / "frames").iterdir()] == [f"{camera}.capture.json"]
    assert json.loads((tmp_path / "run" / f"evidence-{camera}.json").read_text())["position"] > 0


def test_a_h265_camera_is_recorded_and_watched_on_demand(
    plant: Plant, start: Start, camera: CameraId, tmp_path: Path, hevc: Path
) -> None:
    plant.register(camera, f"file://{hevc}")
    start()
    wait_until((tmp_path / "live" / camera).is_dir)
    wish(tmp_path, camera, LiveQuality.REDUCED)
    wait_until((live_folder(tmp_path, camera, LiveQuality.REDUCED) / "index.m3u8").exists)
    at = datetime.now(UTC)
    recording_id = RecordingId(UUID(int=next(numbers) << 96))
    asked = RecordingStarted(recording_id, camera, at, at + timedelta(seconds=4), "anna", "разгрузка")
    plant.record(event_subject(RECORDING, str(recording_id)), asked)
    [command] = [order.command for order in plant.wait_for_orders(1)]
    assert isinstance(command, StoreRecording)
    assert (command.media_type, command.end) == (HEVC_VIDEO, RecordingEnd.TIME_OVER)


def test_a_change_of_the_facts_takes_effect_without_a_restart(
    plant: Plant, start: Start, camera: CameraId, tmp_path: Path, plain: Path
) -> None:
    plant.register(camera, f"file://{plain}", analysis_width=160)
    start()
    reader = FrameReader(tmp_path / "frames", camera)
    assert next_frame(reader).pixels.shape == (120, 160, 3)
    plant.register(camera, f"file://{plain}", analysis_width=80)
    wait_until(lambda: next_frame(reader).pixels.shape == (60, 80, 3))


def test_C17_a_camera_that_says_nothing_does_not_delay_the_end_nor_show_its_password(
    plant: Plant, start: Start, camera: CameraId, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"rtsp://127.0.0.1:{silent.getsockname()[1]}/stream"
        keep_login(tmp_path, camera, "admin:canary-password", address)
        plant.register(camera, address)
        running = start()
        silent.settimeout(20)
        connection, _ = silent.accept()
        arguments = Path(f"/proc/{running.process.pid}/cmdline").read_bytes()
        status, seconds = running.end()
        connection.close()
    assert (status, seconds < 5) == (0, True)
    assert b"canary" not in arguments
    assert "canary" not in running.log.read_text()


def test_C17_a_camera_that_refuses_does_not_show_its_password_either(
    plant: Plant, start: Start, camera: CameraId, tmp_path: Path
) -> None:
    keep_login(tmp_path, camera, "admin:canary-password", "rtsp://127.0.0.1:1/stream")
    plant.register(camera, "rtsp://127.0.0.1:1/stream")
    running = start()
    wait_until(lambda: running.messages().count("camera lost") >= 2)
    assert "canary" not in running.log.read_text()


@pytest.mark.parametrize("name", ["", "UPPER", "a b", "../x", "-x"])
def test_a_camera_id_that_could_be_no_camera_is_refused(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "producers", f"--camera={name}"], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert "1 to 40 of a-z" in done.stderr
