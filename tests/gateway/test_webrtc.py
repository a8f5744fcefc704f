"""Live view by WebRTC: the camera's own bytes, for who may see them, as long as they may (R31, R41)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiortc.codecs.h264 import H264Decoder, H264Encoder
from aiortc.jitterbuffer import JitterFrame

from domain.contracts.access import Right
from gateway import rights
from gateway.settings import GatewaySettings
from gateway.webrtc import desk, session
from infra.live_views import LiveQuality, live_folder
from tests.gateway.conftest import PASSWORD, Browser, Gateway
from tests.gateway.staff import hold
from tests.gateway.viewer import PlayingCamera, Viewer, asked, closed, offer_of, viewer, watching
from tests.gateway.who_may import ROLES
from tests.producers.footage import encode, number_in, slices

WHEP = "/live/gate/whep"


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    """A machine that may have loopback only."""
    return settings.model_copy(update={"webrtc_addresses": "127.0.0.1", "webrtc_sessions": 5})


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def rare(films: Path) -> Path:
    """A keyframe each ten seconds, as cameras with a "smart codec" have them."""
    return encode(films / "rare.mp4", seconds=20, gop=250, width=640, height=360)


Play = Callable[..., PlayingCamera]


@pytest.fixture
def play(gateway: Gateway) -> Iterator[Play]:
    made: list[PlayingCamera] = []

    def start(
        film: Path,
        camera: str = "gate",
        count: int = 500,
        before: int = 60,
        quality: LiveQuality = LiveQuality.ORIGINAL,
    ) -> PlayingCamera:
        folder = live_folder(gateway.services.settings.home, camera, quality)
        made.append(PlayingCamera(folder, film, count, before))
        return made[-1]

    yield start
    for each in made:
        each.stop()


Watch = Callable[..., Any]


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    async with AsyncExitStack() as stack:

        async def begin(http: httpx.AsyncClient, path: str = WHEP) -> Viewer:
            found = await watching(http, path)
            stack.push_async_callback(closed, found)
            return found

        yield begin


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bytes]]:
    """(RTP time since the first picture, bytes) of each picture that the viewer got; the gateway must not encode."""
    found: list[tuple[int, bytes]] = []
    decode = H264Decoder.decode

    def noted(self: H264Decoder, encoded: JitterFrame) -> Any:
        found.append((encoded.timestamp, encoded.data))
        return decode(self, encoded)

    def encoded(*_: Any) -> None:
        raise AssertionError("the gateway encodes")

    monkeypatch.setattr(H264Decoder, "decode", noted)
    monkeypatch.setattr(H264Encoder, "encode", encoded)
    return found


async def test_the_camera_s_own_bytes_arrive_at_once_with_the_time_of_their_capture(
    gateway: Gateway, play: Play, watch: Watch, rare: Path, received: list[tuple[int, bytes]]
) -> None:
    camera = play(rare)
    found = await watch((await gateway.guard()).http)
    frames = [await found.frame()]
    while len(frames) < 70 or len(_told(found, received)) < 5:
        frames.append(await found.frame())
    count = len(frames)
    # the first is the newest keyframe: the next one comes in ten seconds
    assert [number_in(frame.to_ndarray(format="bgr24")) for frame in frames] == list(range(count))
    assert [slices(data) for _, data in received[:count]] == [slices(packet.data) for packet in camera.packets[:count]]
    for index, captured_at_us in _told(found, received).items():
        assert abs(captured_at_us - camera.packets[index].captured_at_us) < 50


def _told(found: Viewer, received: list[tuple[int, bytes]]) -> dict[int, float]:
    """Capture times of the pictures received since the gateway has said what their RTP times mean."""
    if not found.said:
        return {}
    said = found.said[0]
    mapper = found.peer.getReceivers()[0]._RTCRtpReceiver__timestamp_mapper  # type: ignore[attr-defined]
    behind = [_signed(mapper._origin + since - said["rtpTimestamp"]) for since, _ in received]
    return {index: said["capturedAtUs"] + ticks * 100 / 9 for index, ticks in enumerate(behind) if ticks >= 0}


def _signed(ticks: int) -> int:
    return (ticks + (1 << 31)) % (1 << 32) - (1 << 31)


async def test_it_ends_when_the_viewer_says_so(gateway: Gateway, play: Play, watch: Watch, rare: Path) -> None:
    play(rare)
    browser = await gateway.guard()
    found = await watch(browser.http)
    await found.frame()
    stranger = await _other_person(gateway)
    hold(gateway, (Right.WATCH_LIVE,), logins=("admin", "boris"))
    assert (await stranger.http.delete(found.location)).status_code == 404
    assert (await browser.http.delete(found.location.replace("gate", "yard"))).status_code == 404
    assert (await browser.http.delete(found.location)).status_code == 204
    await found.is_ended()
    assert (await browser.http.delete(found.location)).status_code == 404
    assert _views(gateway) == 0


async def test_who_signs_out_or_loses_the_right_sees_no_more(
    gateway: Gateway, play: Play, watch: Watch, rare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LOOK_S", 0.1)
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    play(rare)
    one, other = await gateway.guard(), await gateway.guard()
    signs_out, loses = await watch(one.http), await watch(other.http)
    await signs_out.frame()
    await loses.frame()
    await one.http.delete("/api/session")
    await signs_out.is_ended()
    await loses.frame()
    hold(gateway, (Right.WATCH_LIVE,), {"whole_plant": False, "shops": [], "groups": [], "cameras": ["yard"]})
    await loses.is_ended()
    assert (await asked(other.http, WHEP, await offer_of(viewer()))).status_code == 404
    await asyncio.sleep(0.1)
    assert _views(gateway) == 0


async def test_who_never_connects_loses_the_place(
    gateway: Gateway, play: Play, rare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LOOK_S", 0.05)
    monkeypatch.setattr(session, "CONNECT_S", 0.1)
    play(rare)
    http = (await gateway.guard()).http
    assert (await asked(http, WHEP, await offer_of(viewer()))).status_code == 201
    async with asyncio.timeout(10):
        while _views(gateway):  # noqa: ASYNC110 - polled on purpose
            await asyncio.sleep(0.02)


async def test_the_places_are_counted_per_person_and_in_all(
    gateway: Gateway, play: Play, watch: Watch, rare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(rare)
    browser, other = await gateway.guard(), await _other_person(gateway)
    hold(gateway, (Right.WATCH_LIVE,), logins=("admin", "boris"))
    monkeypatch.setattr(desk, "PER_PERSON", 2)
    first = await watch(browser.http)
    await watch(browser.http)
    offer = await offer_of(viewer())
    refused = await asked(browser.http, WHEP, offer)
    assert (refused.status_code, refused.json()["code"]) == (503, "viewers_busy")
    await watch(other.http)
    gateway.services.webrtc._most = 3
    assert (await asked(other.http, WHEP, offer)).status_code == 503
    await browser.http.delete(first.location)
    await watch(other.http)


async def test_what_is_not_there_is_refused(gateway: Gateway, play: Play, rare: Path) -> None:
    play(rare)
    browser, offer = await gateway.guard(), await offer_of(viewer())
    for path, status in (
        ("/live/nobody/whep", 404),
        ("/live/GATE/whep", 404),
        ("/live/..%2fgate/whep", 404),
        ("/live/gate/best/whep", 404),
        ("/live/gate/reduced/whep", 404),  # it has one stream
        ("/live/GATE/reduced/whep", 404),
        ("/live/gate/overlay/whep", 406),
    ):
        assert (await asked(browser.http, path, offer)).status_code == status, path
    assert _views(gateway) == 0


async def test_only_roles_that_may_watch_are_answered(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    browser = await gateway.guard()
    for role, held in ROLES.items():
        hold(gateway, held)
        for path in (WHEP, "/live/gate/original/whep", "/live/gate/reduced/whep"):
            status = (await browser.http.post(path, json={})).status_code  # no offer: nothing begins
            assert status == (415 if Right.WATCH_LIVE in held else 404), role


async def test_pictures_that_browsers_do_not_take_are_left_to_hls(gateway: Gateway, play: Play, films: Path) -> None:
    browser = await gateway.guard()
    play(encode(films / "hevc.mp4", seconds=4, codec="libx265"), "hevc")
    play(encode(films / "b.mp4", seconds=4, b_frames=2), "b")
    for camera in ("hevc", "b"):
        refused = await asked(browser.http, f"/live/{camera}/whep", await offer_of(viewer()))
        assert (refused.status_code, refused.json()["code"]) == (415, "codec_unsupported"), camera
    assert _views(gateway) == 0


async def test_a_view_ends_when_the_camera_turns_to_another_codec(
    gateway: Gateway, play: Play, watch: Watch, rare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "LOOK_S", 0.1)
    camera = play(rare)
    found = await watch((await gateway.guard()).http)
    await found.frame()
    camera.halt()
    changed = replace(
        camera.packets[0],
        decode_at_us=camera.packets[-1].decode_at_us + 1_000_000,
        format=replace(camera.packets[0].format, codec="hevc"),
    )
    camera.ring.add(changed)
    await found.is_ended()
    assert _views(gateway) == 0


async def test_a_bad_offer_is_refused_and_leaves_nothing(gateway: Gateway, play: Play, rare: Path) -> None:
    play(rare)
    browser = await gateway.guard()
    offer = await offer_of(viewer())
    for body, status, code in (
        ("hello", 400, "invalid_offer"),
        (offer.replace("H264", "AV1"), 415, "codec_unsupported"),
        (offer.replace("a=fingerprint", "a=x"), 400, "invalid_offer"),
        (offer + "a=x\r\n" * 8000, 413, "too_large"),
    ):
        refused = await asked(browser.http, WHEP, body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert (await asked(browser.http, WHEP, offer + "a=x\r\n" * 20_000)).status_code == 413
    assert (await browser.http.post(WHEP, json={"offer": offer})).status_code == 415
    headers = {"Content-Type": "application/sdp", "Origin": "https://evil.example"}
    assert (await browser.http.post(WHEP, content=offer, headers=headers)).status_code == 403
    headers["Origin"] = gateway.url
    assert (await browser.http.post(WHEP, content=b"\xff\xfe", headers=headers)).status_code == 400
    assert _views(gateway) == 0


async def test_nothing_is_said_of_the_browser_s_addresses(
    gateway: Gateway, play: Play, watch: Watch, rare: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    play(rare)
    found = await watch((await gateway.guard()).http)
    await found.frame()
    assert "a live view begins" in caplog.text
    assert "candidate" not in caplog.text.lower()
    ours = [record for record in caplog.records if record.name.partition(".")[0] in ("gateway", "aioice", "aiortc")]
    assert "127.0.0.1" not in "".join(record.getMessage() for record in ours)


async def _other_person(gateway: Gateway) -> Browser:
    browser = await gateway.browser()
    await gateway.services.database.execute(
        b"insert into auth.credential (login, password_hash) "
        b"select 'boris', password_hash from auth.credential where login = 'admin' on conflict do nothing"
    )
    assert (await browser.sign_in("boris", PASSWORD)).status_code == 200
    return browser


def _views(gateway: Gateway) -> float:
    return len(gateway.services.webrtc._places)
