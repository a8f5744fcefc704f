"""Cameras are found and understood; whatever else answers costs an error, a few seconds, and no password."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from infra.addresses import AddressRefused
from infra.cli.finding_cameras import Search, find
from infra.onvif import OnvifError, OnvifRefused
from infra.onvif.device import Profile, chosen, describe, usable
from infra.onvif.discovery import discover
from infra.onvif.soap import Login
from tests.infra.onvif.stand_in import PROBE_MATCH, Responder, StandIn, http_answer

pytestmark = pytest.mark.asyncio

LOGIN = Login("admin", "s3cret&<")
MakeStandIn = Callable[..., StandIn]
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'


@pytest.fixture
def stand_in() -> Iterator[MakeStandIn]:
    made: list[StandIn] = []

    def make(**said: object) -> StandIn:
        made.append(StandIn(**said))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def responder() -> Iterator[Callable[[Callable[[str], list[bytes]]], Responder]]:
    made: list[Responder] = []

    def make(says: Callable[[str], list[bytes]]) -> Responder:
        made.append(Responder(says))
        return made[-1]

    yield make
    for each in made:
        each.close()


async def test_a_camera_tells_its_streams_and_the_best_two_are_chosen(stand_in: MakeStandIn) -> None:
    device = await describe(stand_in().service, LOGIN)
    assert (device.maker, device.model, device.serial) == ("Stand & In", "S-100", "42")
    assert [(p.name, p.codec, p.width, p.height, p.fps) for p in device.profiles] == [
        ("mainStream", "h264", 1920, 1080, 25),
        ("subStream", "h264", 640, 360, 15),
        ("thirdStream", "h264", 352, 288, 10),
        ("snapshots", "mjpeg", 640, 480, 5),
    ]
    assert device.main is not None
    assert device.sub is not None
    assert device.main.address == "rtsp://127.0.0.1:554/Streaming/Channels/101?transportmode=unicast"
    assert device.sub.name == "subStream", "the third is smaller, but shows another part of the world"


async def test_the_password_is_never_sent_and_no_question_is_like_another(stand_in: MakeStandIn) -> None:
    device = stand_in()
    await describe(device.service, LOGIN)
    assert not any("s3cret" in body for body in device.seen)
    assert len(device.seen) == len(set(device.seen))


async def test_a_camera_with_a_wrong_clock_is_asked_in_its_own_time(stand_in: MakeStandIn) -> None:
    device = await describe(stand_in(ahead=timedelta(days=-9000, minutes=3)).service, LOGIN)
    assert len(device.profiles) == 4


@pytest.mark.parametrize("login", [Login("admin", "wrong"), Login("root", "s3cret&<")])
async def test_a_wrong_login_is_said(login: Login, stand_in: MakeStandIn) -> None:
    with pytest.raises(OnvifRefused, match="user name or password") as refusal:
        await describe(stand_in().service, login)
    assert login.password not in str(refusal.value)


async def test_a_camera_that_wants_http_digest_gets_it(stand_in: MakeStandIn) -> None:
    challenge = (
        b'HTTP/1.1 401 x\r\nWWW-Authenticate: Digest realm="r", nonce="n", qop="auth"\r\nContent-Length: 0\r\n\r\n'
    )
    device = stand_in(answers={"GetDeviceInformation": lambda: challenge})
    with pytest.raises(OnvifRefused):
        await describe(device.service, LOGIN)
    assert device.asked.count("GetDeviceInformation") == 2, "asked again with the digest"


async def test_what_a_camera_says_of_its_streams_is_not_believed_blindly(stand_in: MakeStandIn) -> None:
    hostile = (
        ("a", "other host", "H264", 1920, 1080, 25, "rtsp://169.254.169.254/x"),
        ("b", "file", "H264", 1920, 1080, 25, "file:///etc/passwd"),
        ("c", "http", "H264", 1920, 1080, 25, "http://127.0.0.1/x"),
        ("d", "control", "H264", 1920, 1080, 25, "rtsp://127.0.0.1/a b"),
        ("e", "with login", "H264", 1280, 720, 25, "rtsp://admin:canary@127.0.0.1/e"),
        ("f", "no number", "H265", 0, 0, 0, "rtsp://127.0.0.1:99999/f"),
    )
    device = await describe(stand_in(profiles=hostile).service, LOGIN)
    assert [each.address for each in device.profiles if each.address] == ["rtsp://127.0.0.1/e"]
    assert all(each.refused for each in device.profiles if not each.address)
    assert device.main is not None
    assert device.main.token == "e"
    assert "canary" not in repr(device)


@pytest.mark.parametrize(
    "answer",
    [
        http_answer(b"<html>not found</html>", "404 Not Found"),
        http_answer(b"\xff\xfe\x00garbage"),
        http_answer(LAUGHS),
        http_answer(OUTSIDE),
        http_answer(b"<a>" * 30_000 + b"</a>" * 30_000),
        http_answer(b"<a>" + b"<b/>" * 30_000 + b"</a>"),
        http_answer(b"<a>" + b" " * (2 << 20) + b"</a>"),
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (1 << 20) + b"\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n\r\n",
        b"",
    ],
    ids=["404", "garbage", "laughs", "outside", "deep", "many", "large", "redirect", "header", "rtsp", "nothing"],
)
async def test_a_hostile_answer_is_an_error_and_nothing_else(answer: bytes, stand_in: MakeStandIn) -> None:
    device = stand_in(answers={"GetDeviceInformation": lambda: answer})
    started = time.monotonic()
    with pytest.raises(OnvifError):
        await describe(device.service, LOGIN, 1.0)
    assert time.monotonic() - started < 30


async def test_a_camera_that_answers_by_drops_does_not_hold_anybody_up(stand_in: MakeStandIn) -> None:
    def slowly() -> bytes:
        time.sleep(3)
        return b""

    device = stand_in(answers={"GetCapabilities": slowly})
    started = time.monotonic()
    with pytest.raises(OnvifError, match="does not answer"):
        await describe(device.service, LOGIN, 0.4)
    assert time.monotonic() - started < 2.5


async def test_a_camera_does_not_send_its_visitors_elsewhere(stand_in: MakeStandIn) -> None:
    with pytest.raises(OnvifError, match="another host"):
        await describe(stand_in(media="http://169.254.169.254/onvif/media").service, LOGIN)


async def test_who_is_there_is_found_once_with_its_own_addresses(
    responder: Callable[[Callable[[str], list[bytes]]], Responder],
) -> None:
    services = "http://127.0.0.1:8000/onvif/device_service http://169.254.169.254/ https://127.0.0.1/onvif"

    def says(question: str) -> list[bytes]:
        match = PROBE_MATCH.format(question=question, services=services).encode()
        stale = PROBE_MATCH.format(question="urn:uuid:other", services="http://127.0.0.1/stale").encode()
        return [b"garbage", LAUGHS, stale, match, match]

    there = responder(says)
    [found] = await discover(1.0, there.at)
    assert (found.host, found.name) == ("127.0.0.1", "Gate camera")
    assert found.services == ("http://127.0.0.1:8000/onvif/device_service", "https://127.0.0.1/onvif")
    assert len(there.questions) == 2
    assert len(set(there.questions)) == 1, "asked twice, because a datagram may be lost, and it is one question"


async def test_who_names_only_other_hosts_is_nobody(
    responder: Callable[[Callable[[str], list[bytes]]], Responder],
) -> None:
    there = responder(lambda q: [PROBE_MATCH.format(question=q, services="http://10.0.0.1/").encode()])
    assert await discover(0.6, there.at) == []


async def test_a_flood_of_answers_ends_in_time(
    responder: Callable[[Callable[[str], list[bytes]]], Responder],
) -> None:
    there = responder(lambda _: [b"<x>" + b"y" * 9000 + b"</x>"] * 400)
    started = time.monotonic()
    assert await discover(1.0, there.at) == []
    assert time.monotonic() - started < 20


def profile(name: str, width: int, height: int, codec: str = "h264", address: str | None = None) -> Profile:
    return Profile(name, name, codec, width, height, 25, f"rtsp://c/{name}" if address is None else address)


@pytest.mark.parametrize(
    ("profiles", "main", "sub"),
    [
        ([], None, None),
        ([profile("only", 1920, 1080)], "only", None),
        ([profile("small", 640, 360), profile("large", 2688, 1520)], "large", "small"),
        ([profile("large", 2688, 1520, "hevc"), profile("tiny", 176, 96), profile("mid", 704, 396)], "large", "mid"),
        ([profile("large", 1920, 1080), profile("twin", 640, 360, address="rtsp://c/large")], "large", None),
        ([profile("large", 1920, 1080), profile("dead", 640, 360, address="")], "large", None),
        ([profile("unknown", 0, 0)], "unknown", None),
    ],
)
async def test_the_streams_that_a_camera_is_best_watched_by(
    profiles: list[Profile], main: str | None, sub: str | None
) -> None:
    found = chosen(profiles)
    assert tuple(each.name if each else None for each in found) == (main, sub)


@pytest.mark.parametrize("uri", ["", "rtsp://", "rtsp://[::1/", "exec:rm", "rtsp://h:1/x y", "rtsp://other/x"])
async def test_an_address_that_may_not_be_opened_is_refused(uri: str) -> None:
    with pytest.raises(AddressRefused):
        usable(uri, "h")


async def test_a_login_that_a_device_writes_into_its_address_is_left_out() -> None:
    assert usable("rtsp://a:b@h/x?user=admin&password=canary", "h") == "rtsp://h/x?user={user}&password={password}"
    with pytest.raises(AddressRefused):
        usable("rtsp://h/x?token=canary&password=other", "h")


async def test_the_command_shows_which_stream_is_for_what(
    stand_in: MakeStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    host = stand_in().service.split("/")[2]
    search = Search(LOGIN.user, LOGIN.password, 1.0, None, (host,))
    assert await asyncio.to_thread(find, search, as_json=False) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].endswith("Stand & In S-100")
    assert [line.split("rtsp://")[0].split(":")[0].strip() for line in shown[1:3]] == ["осн. / main", "доп. / analysis"]
    assert await asyncio.to_thread(find, search, as_json=True) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert told["sub"]["address"] == "rtsp://127.0.0.1:554/Streaming/Channels/102"
    assert LOGIN.password not in repr(search)
