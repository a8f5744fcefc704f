"""`python -m inference` as it runs in a plant: real pictures in, facts on a real server out."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from domain.contracts.detections import Attribute, FrameAnalysed, ObjectClass, decode
from domain.contracts.events import CameraRegistered, Envelope, encode_event, event_name
from domain.contracts.identifiers import CameraId, CommandId
from domain.contracts.subjects import CAMERA, DETECTIONS, event_subject
from infra.assets import fetch
from infra.frames import FrameWriter, Pixels
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats

pytestmark = pytest.mark.assets

GATE = CameraId("gate")
ENOUGH_S = 60.0
FRAME_S = 0.1


@pytest.fixture
def server(fresh_nats: Callable[[], OwnNats]) -> OwnNats:
    return fresh_nats()


@pytest.fixture
def admin(server: OwnNats) -> Iterator[Bridge]:
    bridge = Bridge(server.url(), name="test-admin")
    bridge.run(ensure_streams(bridge.js))
    yield bridge
    bridge.close()


@contextmanager
def inference(home: Path, server: OwnNats) -> Iterator["subprocess.Popen[bytes]"]:
    variables = {
        "KASKA_HOME": str(home),
        "KASKA_FRAMES_DIR": str(home),
        "KASKA_NATS_URL": server.url("inference"),
        "KASKA_PPE_INTERVAL_S": "0",
    }
    child = subprocess.Popen([sys.executable, "-m", "inference"], env={**os.environ, **variables})
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()


def street() -> Pixels:
    """1280x720 around the four persons of bus.jpg, as a camera would show them at 640 pixels of width."""
    picture = cv2.imread(str(fetch("bus.jpg")))
    assert picture is not None
    return np.asarray(cv2.resize(picture[380:935, :], (640, 439)), np.uint8)


def register(admin: Bridge, *, ppe: bool) -> None:
    event = CameraRegistered(GATE, "Gate", "file:bus.jpg", target_fps=10, analysis_width=640, ppe=ppe)
    payload = encode_event(Envelope(datetime.now(UTC), "test", CommandId("register"), event))
    message = Outgoing(event_subject(CAMERA, GATE), payload, {"ES-Topic": event_name(event)})
    admin.run(publish_batch(admin.nc, [message]))


def stored(admin: Bridge) -> list[FrameAnalysed]:
    page = admin.run(get_page(admin.nc, DETECTIONS, 1, 1000, f"det.{GATE}"))
    return [decode(GATE, message.data) for message in page.messages]


def show_until(writer: FrameWriter, pixels: Pixels, enough: Callable[[], bool]) -> int:
    """Plays a still picture at ten frames a second until `enough`; returns how many frames were shown."""
    deadline = time.monotonic() + ENOUGH_S
    number = 0
    while not enough():
        assert time.monotonic() < deadline
        number += 1
        writer.write(pixels, number, time.time_ns() // 1000)
        time.sleep(FRAME_S)
    return number


def test_people_without_helmets_become_facts_and_sigterm_loses_none(
    tmp_path: Path, server: OwnNats, admin: Bridge
) -> None:
    register(admin, ppe=True)
    writer = FrameWriter(tmp_path, GATE)

    def somebody_is_bareheaded() -> bool:
        return any(
            a.attribute is Attribute.HELMET and a.absent > a.present
            for frame in stored(admin)
            for track in frame.tracks
            for a in track.attributes
        )

    with inference(tmp_path, server) as process:
        show_until(writer, street(), somebody_is_bareheaded)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0

    frames = stored(admin)
    numbers = [n for frame in frames for n in (frame.frame, frame.frame + frame.frames - 1)]
    assert numbers == sorted(numbers)
    last = frames[-1]
    assert sum(track.object_class is ObjectClass.PERSON for track in last.tracks) >= 3
    assert {model.id for model in last.models} <= {
        "yolo11n-openvino-640x384",
        "ppe_baseline_yolo26n_512-openvino-512x512",
    }


def test_a_wrong_password_ends_the_process_with_2(tmp_path: Path, server: OwnNats) -> None:
    environment = {**os.environ, "KASKA_HOME": str(tmp_path), "KASKA_FRAMES_DIR": str(tmp_path)}
    environment["KASKA_NATS_URL"] = f"nats://inference:wrong@127.0.0.1:{server.server.port}"
    done = subprocess.run(
        [sys.executable, "-m", "inference"], env=environment, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert b"inference cannot go on" in done.stderr
    assert b"wrong" not in done.stderr
