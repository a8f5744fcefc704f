"""A camera's detector is changed while it runs: `kaska models` → domain.service → inference, and no frame is lost."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from nats.aio.msg import Msg

from domain.contracts.detections import FrameAnalysed, decode
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import DETECTIONS
from inference.weights import PPE_BASELINE, own
from infra.assets import fetch
from infra.embedded import pidfile
from infra.embedded.s3 import S3Server
from infra.frames import FrameWriter, Pixels
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from infra.nats.walking import walk
from infra.settings import write_secret
from tests.conftest import OwnNats

pytestmark = pytest.mark.assets

ROOT = Path(__file__).parents[2]
GATE = CameraId("gate")
ENOUGH_S = 90.0
FRAME_S = 0.1
MOST_WAITING = 2
TORSOS = "helmet,no helmet,vest,person"
"""The baseline for helmets and vests as a detector: a torso without a vest is a person to it."""


class Plant:
    """Two processes, a camera that shows a street ten times a second, and `./kaska models`."""

    def __init__(self, nats: OwnNats, s3: S3Server) -> None:
        self.nats, self.s3, self.home = nats, s3, nats.server.home
        self.admin = Bridge(nats.url(), name="test-admin")
        self.admin.run(ensure_streams(self.admin.js))
        self._say_that_it_runs()
        self.running = [self._start("domain.service", "domain"), self._start("inference", "inference")]
        self.writer = FrameWriter(self.home, GATE)
        self.shown = self.analysed = self.known_from = 0
        self.admin.run(self._listen())
        self.stopping = threading.Event()
        self.camera = threading.Thread(target=self._show, args=(street(),))
        self.camera.start()

    def _start(self, module: str, user: str) -> "subprocess.Popen[bytes]":
        variables = {
            "KASKA_HOME": str(self.home),
            "KASKA_FRAMES_DIR": str(self.home),
            "KASKA_NATS_URL": self.nats.url(user),
            "KASKA_S3_ENDPOINT": self.s3.endpoint,
            "KASKA_S3_ACCESS_KEY": self.s3.access_key,
            "KASKA_S3_SECRET_KEY": self.s3.secret_key,
            "KASKA_MAX_LAG_S": "60",
        }
        return subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env={**os.environ, **variables})

    def _say_that_it_runs(self) -> None:
        write_secret(self.home / "secrets" / "s3-keys.json", json.dumps(dict(self.s3.keys)))
        ports = {"nats_port": self.nats.server.port, "postgres_port": 0, "s3_port": self.s3.port}
        state = {"console_url": "", "started_at": datetime.now(UTC).isoformat(), **ports}
        (self.home / "state.json").write_text(json.dumps(state))
        pidfile.write(self.home / "supervisor.pid", os.getpid(), signal.SIGTERM)

    async def _listen(self) -> None:
        async def on_fact(message: Msg) -> None:
            fact = decode(GATE, message.data)
            self.analysed = fact.frame + fact.frames - 1
            self.known_from = self.known_from or self.shown + 1

        await self.admin.nc.subscribe(f"det-live.{GATE}", cb=on_fact)

    def _show(self, pixels: Pixels) -> None:
        """Once frames are looked at, only a few wait at a time: what a busy machine passes over is no matter here."""
        while not self.stopping.wait(FRAME_S):
            if not self.known_from or self.shown - self.analysed < MOST_WAITING:
                self.shown += 1
                self.writer.write(pixels, self.shown, time.time_ns() // 1000)

    def kaska(self, *arguments: str, succeeds: bool = True) -> str:
        command = [sys.executable, "-m", "infra.cli", "models", *arguments, "--home", str(self.home)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=ENOUGH_S, check=False)
        assert (done.returncode == 0) is succeeds, done.stdout + done.stderr
        return done.stdout + done.stderr

    def listed(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self.kaska("list", "--json"))["models"]
        return rows

    def facts(self) -> list[FrameAnalysed]:
        return [decode(GATE, message.data) for message in walk(self.admin, DETECTIONS, f"det.{GATE}")]

    def until_facts_name(self, digest: str) -> FrameAnalysed:
        deadline = time.monotonic() + ENOUGH_S
        while time.monotonic() < deadline:
            facts = self.facts()
            if facts and facts[-1].models[0].digest == digest:
                return facts[-1]
            time.sleep(0.1)
        raise AssertionError(f"no fact names {digest}")

    def stop(self) -> None:
        self.stopping.set()
        self.camera.join()
        for process in self.running:
            process.terminate()
        assert [process.wait(30) for process in self.running] == [0, 0]
        self.admin.close()


def street() -> Pixels:
    picture = cv2.imread(str(fetch("bus.jpg")))
    assert picture is not None
    return np.asarray(cv2.resize(picture[380:935, :], (640, 439)), np.uint8)


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats], s3: S3Server) -> Iterator[Plant]:
    plant = Plant(fresh_nats(), s3)
    yield plant
    plant.stop()


def test_a_detector_is_changed_and_changed_back_while_the_camera_runs(plant: Plant, tmp_path: Path) -> None:
    about = ("--kind=detector", "--licence=AGPL-3.0")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model at all")
    assert "does not open" in plant.kaska("add", str(broken), "--name=broken", *about, succeeds=False)
    added = plant.kaska("add", str(own(PPE_BASELINE).path), "--name=torsos", *about, f"--classes={TORSOS}", "--json")
    torsos = json.loads(added)["digest"]
    street_model = plant.kaska("add", str(fetch("yolo11n.onnx")), "--name=street", *about).strip()
    assert re.fullmatch(r"street@[0-9a-f]{12}", street_model)
    usual = "c130b90b1d81f2e6654566404840c8fe6b2e7cff26f94fea5e6bf0f505ec7320"  # the build's own is the same file
    assert plant.until_facts_name(usual).models[0].id == "yolo11n-openvino-640x384"

    plant.kaska("use", f"torsos@{torsos[:6]}", "--camera", GATE, "--reason", "пробуем", "--wait=0")
    assert plant.until_facts_name(torsos).models[0].id == "torsos-1-openvino-512x512"
    [row] = [row for row in plant.listed() if row["digest"] == torsos]
    assert (row["in_force"], row["cameras"], row["licence"]) == ([GATE], 1, "AGPL-3.0")

    plant.kaska("use", street_model, "--wait=0")
    assert plant.until_facts_name(usual).models[0].id == "street-1-openvino-640x384"
    numbers = [n for fact in plant.facts() for n in range(fact.frame, fact.frame + fact.frames)]
    since = [n for n in numbers if n >= plant.known_from]
    assert since == list(range(plant.known_from, plant.known_from + len(since)))
    assert {fact.models[0].digest for fact in plant.facts()} == {usual, torsos}
