"""C15: whoever gives a camera's identifier to another host does not get the camera's password by it."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from domain.contracts.identifiers import CameraId
from infra.logins import keep_login
from infra.logs import redact
from producers.address import resolve
from producers.camera import CameraWatch
from producers.errors import SourceError
from producers.source import open_source
from tests.producers.plant import Plant
from tests.producers.test_pipeline import wait_until
from tests.producers.test_process import Running, camera, plant, start

__all__ = ["camera", "plant", "start"]


class Listening:
    """A device that asks for a login, and remembers all that it was told."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"rtsp://127.0.0.1:{self._server.getsockname()[1]}/main"
        self.heard: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def was_asked_twice(self) -> bool:
        return sum(text.startswith("DESCRIBE") for text in self.heard) >= 2

    def was_given_a_login(self) -> bool:
        return any("Authorization: Basic" in text for text in self.heard)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection, contextlib.suppress(OSError):
                    while said := connection.recv(4096).decode():
                        self.heard.append(said)
                        connection.sendall(_answer(said).encode())


def _answer(said: str) -> str:
    number = next((line for line in said.splitlines() if line.lower().startswith("cseq")), "CSeq: 0")
    if said.startswith("OPTIONS"):
        return f"RTSP/1.0 200 OK\r\n{number}\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n"
    return f'RTSP/1.0 401 Unauthorized\r\n{number}\r\nWWW-Authenticate: Basic realm="cam"\r\n\r\n'


@pytest.fixture
def devices() -> Iterator[tuple[Listening, Listening]]:
    both = (Listening(), Listening())
    yield both
    for each in both:
        each.close()


def test_C15_a_login_behind_the_host_is_sent_there_and_only_there(devices: tuple[Listening, Listening]) -> None:
    device, _ = devices
    address = resolve(device.address + "?user={user}&password={password}&channel=1", "admin:p w")
    with pytest.raises(SourceError) as failure:
        open_source(address, open_timeout_s=20, stall_timeout_s=20, most_pixels=1_000_000)
    assert "p w" not in redact(str(failure.value))
    assert "p%20w" not in redact(str(failure.value))
    asked = [text.split()[1] for text in device.heard if text.startswith("DESCRIBE")]
    assert asked
    assert all(url.endswith("/main?user=admin&password=p%20w&channel=1") for url in asked)
    assert not device.was_given_a_login(), "not before the host as well"


def test_C15_a_camera_moved_to_another_host_is_not_sent_the_login(
    plant: Plant,
    start: Callable[[], Running],
    camera: CameraId,
    tmp_path: Path,
    devices: tuple[Listening, Listening],
) -> None:
    own, other = devices
    keep_login(tmp_path, camera, "admin:canary-password", own.address)
    plant.register(camera, own.address)
    running = start()
    wait_until(own.was_given_a_login)
    plant.register(camera, other.address)
    wait_until(other.was_asked_twice)
    assert not other.was_given_a_login()
    told = running.log.read_text()
    assert "is not given the login that is kept for another address" in told
    assert own.address.removesuffix("/main") in told
    assert "canary" not in told


def test_a_login_of_an_earlier_build_is_not_for_a_camera_that_moved(
    plant: Plant,
    start: Callable[[], Running],
    camera: CameraId,
    tmp_path: Path,
    devices: tuple[Listening, Listening],
) -> None:
    own, other = devices
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "cameras.json").write_text(json.dumps({camera: "admin:canary-password"}))
    plant.register(camera, own.address)
    plant.register(camera, other.address)
    start()
    wait_until(other.was_asked_twice)
    assert not other.was_given_a_login()


def test_moving_and_coming_back_is_remembered(plant: Plant, camera: CameraId) -> None:
    told = []
    watch = CameraWatch(plant.bridge, camera)
    addresses = ("rtsp://10.0.0.5/a", "rtsp://10.0.0.5:554/b", "rtsp://10.6.6.6/a", "rtsp://10.0.0.5/a")
    for address in addresses:
        plant.register(camera, address)
        while (facts := watch.facts()) is None or facts.source != address:
            watch.changed(1.0)
        told.append(facts.has_moved)
    watch.close()
    assert told == [False, False, True, True]
