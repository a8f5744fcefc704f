"""Pictures of a machine from the camera that watches it, through the command."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from domain.contracts.events import Envelope, ZoneDrawn, ZoneRetired, encode_event, event_name
from domain.contracts.identifiers import CommandId
from domain.contracts.subjects import ZONE, event_subject
from inference.machines import shooting
from inference.machines.__main__ import app
from inference.machines.crop import crop_of, cut
from infra.frames import FrameWriter
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.domain.samples import T0, zone
from tests.inference.machines.lathe import ZONE as AROUND
from tests.inference.machines.lathe import scene

DRAWN = zone(AROUND)


def recorded(admin: Bridge, *events: ZoneDrawn | ZoneRetired) -> None:
    for event in events:
        payload = encode_event(Envelope(datetime.now(UTC), "anna", CommandId("c1"), event))
        message = Outgoing(event_subject(ZONE, event.zone_id), payload, {"ES-Topic": event_name(event)})
        admin.run(publish_batch(admin.nc, [message]))


@contextmanager
def camera(folder: Path) -> Iterator[None]:
    """A producer that writes a frame every 20 ms."""
    picture = scene("open", "stopped", "yellow", np.random.default_rng(1))
    writer, stopping = FrameWriter(folder, DRAWN.camera_id), threading.Event()

    def write() -> None:
        number = 0
        while not stopping.wait(0.02):
            number += 1
            writer.write(picture, number, time.time_ns() // 1000)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
        writer.close()


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    server = fresh_nats()
    monkeypatch.setenv("KASKA_NATS_URL", server.url("inference"))
    monkeypatch.setenv("KASKA_FRAMES_DIR", str(tmp_path))
    monkeypatch.setenv("KASKA_HOME", str(tmp_path / "home"))
    bridge = Bridge(server.url(), name="test-admin")
    bridge.run(ensure_streams(bridge.js))
    yield bridge
    bridge.close()


def test_pictures_of_a_zone_come_from_its_camera(
    plant: Bridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(plant, zone(), DRAWN)
    shoot = ["shoot", "--zone", "pit", "--as", "open,жёлтый", "--count", "2", "--every", "0.1"]
    with camera(tmp_path):
        done = CliRunner().invoke(app, shoot)
    assert done.exit_code == 0, done.output
    paths = [Path(line) for line in done.stdout.splitlines()]
    folder = tmp_path / "home/models/machines/pit/states"
    assert [path.parent for path in paths] == [folder / "open", folder / "yellow"] * 2
    assert paths[0].name.startswith(f"{DRAWN.camera_id}-20")
    expected = cut(scene("open", "stopped", "yellow", np.random.default_rng(1)), crop_of(AROUND))
    np.testing.assert_array_equal(cv2.imread(str(paths[0])), expected)
    monkeypatch.setattr(shooting, "NO_FRAME_S", 0.2)
    silent = CliRunner().invoke(app, shoot)
    assert (silent.exit_code, "gave no frame" in silent.output) == (2, True)
    recorded(plant, ZoneRetired(DRAWN.zone_id, T0))
    retired = CliRunner().invoke(app, shoot)
    assert (retired.exit_code, "there is no zone 'pit'" in retired.output) == (2, True)


def test_without_a_running_plant_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KASKA_NATS_URL", raising=False)
    done = CliRunner().invoke(app, ["shoot", "--zone", "pit", "--as", "open"])
    assert done.exit_code == 2
    assert "not running" in done.output
