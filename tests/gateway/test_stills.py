"""Stills of the live picture: what a person draws zones on (R33, R53; FAULTS D5)."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from domain.contracts.access import Right
from gateway.stills import desk
from gateway.stills.desk import Stills, StillsBusy
from gateway.stills.listing import listed
from gateway.stills.picture import NoPicture, still
from infra.frames import Pixels
from infra.live_views import LiveQuality, is_watched
from producers.live import Live
from tests.e2e.media import live
from tests.gateway.conftest import Gateway
from tests.gateway.staff import hold
from tests.producers.footage import encode, number_in, packets
from tests.producers.test_pipeline import wait_until

STILL = "/live/gate/still.jpg"
SIZE = (360, 640)


def getting_brighter(seconds: int, fps: int) -> Iterator[Pixels]:
    """Second after second lighter: 40, 80, 120, ..."""
    for n in range(seconds * fps):
        yield np.full((*SIZE, 3), 40 * (1 + n // fps), np.uint8)


def watched(folder: Path, seconds: int = 3) -> Path:
    live(folder, getting_brighter(seconds, 5), datetime.now(UTC), seconds, fps=5)
    return folder


def brightness(jpeg: bytes) -> float:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (*SIZE, 3)
    return float(picture.mean())


async def test_whoever_may_watch_gets_the_newest_picture_in_its_own_size(gateway: Gateway) -> None:
    home = gateway.services.settings.home
    watched(home / "live" / "gate")
    browser = await gateway.guard()
    asked = "{ cameras { stillUrl } }"
    assert (await browser.ask(asked)).data["cameras"] == [{"stillUrl": STILL}]
    answer = await browser.http.get(STILL)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    assert brightness(answer.content) == pytest.approx(120, abs=4)
    assert is_watched(home, "gate", LiveQuality.ORIGINAL), "what is encoded only for who watches is begun"


async def test_whoever_may_not_watch_it_has_no_address_and_no_picture(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched(gateway.services.settings.home / "live" / "gate")
    decoded: list[str] = []

    async def never(_: Stills, camera: str) -> bytes:
        decoded.append(camera)
        return b""

    monkeypatch.setattr(Stills, "still", never)
    hold(gateway, (Right.VIEW_INCIDENTS, Right.CONFIGURE_CAMERAS))
    browser = await gateway.guard()
    assert (await browser.ask("{ cameras { stillUrl } }")).data["cameras"] == [{"stillUrl": None}]
    for path in (STILL, "/live/nowhere/still.jpg", "/live/..%2fgate/still.jpg", "/live/GATE/still.jpg"):
        answer = await browser.http.get(path)
        assert (answer.status_code, answer.content) == (404, b""), path
    assert (await (await gateway.browser()).http.get(STILL)).status_code == 401
    assert decoded == []


async def test_a_camera_without_a_list_and_one_of_long_ago_have_no_still(tmp_path: Path) -> None:
    stills = Stills(tmp_path)
    assert await stills.still("gate") is None
    folder = watched(tmp_path / "live" / "yard")
    os.utime(folder / "index.m3u8", (1.0, 1.0))
    assert await stills.still("yard") is None


async def test_a_picture_that_is_begun_because_of_the_question_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "live" / "gate").mkdir(parents=True)
    asked = asyncio.create_task(Stills(tmp_path).still("gate"))
    await asyncio.to_thread(wait_until, lambda: is_watched(tmp_path, "gate", LiveQuality.ORIGINAL))
    watched(tmp_path / "live" / "gate")
    assert await asked is not None


async def test_who_asks_at_once_or_within_a_second_gets_the_same_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Path] = []
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(folder: Path) -> bytes:
        begun.append(folder)
        started.set()
        await go_on.wait()
        return b"jpeg"

    monkeypatch.setattr(desk, "_decoded", slow)
    now = 100.0
    stills = Stills(tmp_path, lambda: now)
    for camera in ("gate", "yard"):
        watched(tmp_path / "live" / camera, seconds=1)
    asked = [asyncio.create_task(stills.still("gate")) for _ in range(5)]
    await started.wait()
    go_on.set()
    assert await asyncio.gather(*asked) == [b"jpeg"] * 5
    now += 0.9
    assert await stills.still("gate") == b"jpeg"
    assert len(begun) == 1
    now += 0.2
    assert await stills.still("gate") == b"jpeg"
    assert len(begun) == 2


async def test_too_many_cameras_at_once_are_told_to_come_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "MOST_WAITING", 1)
    go_on = asyncio.Event()

    async def slow(_: Path) -> bytes:
        await go_on.wait()
        return b"jpeg"

    monkeypatch.setattr(desk, "_decoded", slow)
    watched(tmp_path / "live" / "gate", seconds=1)
    stills = Stills(tmp_path)
    first = asyncio.create_task(stills.still("gate"))
    await asyncio.sleep(0)
    with pytest.raises(StillsBusy):
        await stills.still("yard")
    go_on.set()
    assert await first == b"jpeg"


def test_a_newest_segment_that_cannot_be_decoded_is_passed_over(tmp_path: Path) -> None:
    folder = watched(tmp_path / "gate")
    (folder / "seg-2.m4s").write_bytes(b"\0" * 100)
    assert brightness(still(folder)) == pytest.approx(80, abs=4)


@pytest.mark.parametrize("gop", [25, 75], ids=["each second", "rarer than segments"])
def test_files_of_a_producer_give_their_newest_keyframe(tmp_path: Path, gop: int) -> None:
    live_view = Live(tmp_path / "live", 1_000_000, 8)
    for packet in packets(encode(tmp_path / "film.mp4", seconds=4, gop=gop), 99):
        live_view.write(packet)
    picture = cv2.imdecode(np.frombuffer(still(tmp_path / "live"), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert number_in(picture.astype(np.uint8)) == {25: 50, 75: 0}[gop], (
        "the fragment with the newest one is not whole yet"
    )


@pytest.mark.parametrize("damage", [b"", b"garbage" * 1000])
def test_files_that_are_no_video_give_no_picture(tmp_path: Path, damage: bytes) -> None:
    folder = watched(tmp_path / "gate", seconds=1)
    (folder / "seg-0.m4s").write_bytes(damage)
    with pytest.raises(NoPicture):
        still(folder)


def test_only_live_files_of_the_folder_itself_are_read(tmp_path: Path) -> None:
    folder = watched(tmp_path / "gate", seconds=1)
    (folder / "seg-0.m4s").rename(tmp_path / "secret.m4s")
    (folder / "seg-0.m4s").symlink_to(tmp_path / "secret.m4s")
    with pytest.raises(NoPicture, match="no live file"):
        still(folder)
    text = '#EXT-X-MAP:URI="../init.mp4"\nseg-1.m4s\n#EXT-X-MAP:URI="init.mp4"\n/etc/passwd\n../seg-2.m4s\nseg-3.m4s'
    assert listed(text) == [("init.mp4", "seg-3.m4s")]
