"""Live pictures: HLS files of a camera and nothing else of the disk (FAULTS D5)."""

from pathlib import Path

import pytest

from domain.contracts.access import Right
from infra.live_views import LiveQuality, is_watched, refuse
from tests.gateway.conftest import Gateway
from tests.gateway.plant import CAMERA
from tests.gateway.staff import hold


@pytest.fixture
def live(gateway: Gateway) -> Path:
    home = gateway.services.settings.home
    folder = home / "live" / "gate"
    folder.mkdir(parents=True)
    for name in ("index.m3u8", "init.mp4", "seg-17.m4s"):
        (folder / name).write_text(name)
    (folder / "index.fresh").write_text("half written")
    (home / "live" / "secret.mp4").write_text("secret")
    (home / "secret.mp4").write_text("secret")
    (folder / "link.mp4").symlink_to(home / "secret.mp4")
    return folder


@pytest.mark.parametrize(
    ("file", "kind", "cache"),
    [
        ("index.m3u8", "application/vnd.apple.mpegurl", "no-cache"),
        ("init.mp4", "video/mp4", "private, max-age=60"),
        ("seg-17.m4s", "video/iso.segment", "private, max-age=60"),
    ],
)
async def test_the_list_is_never_cached_and_the_segments_are(
    gateway: Gateway, live: Path, file: str, kind: str, cache: str
) -> None:
    answer = await (await gateway.guard()).http.get(f"/live/gate/{file}")
    assert (answer.status_code, answer.text) == (200, file)
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == cache


async def test_nothing_else_can_be_read(gateway: Gateway, live: Path) -> None:
    browser = await gateway.guard()
    for path in (
        "gate/index.fresh",
        "gate/link.mp4",
        "gate/missing.mp4",
        "gate/..%2fsecret.mp4",
        "gate/%2e%2e%2fsecret.mp4",
        "%2e%2e/secret.mp4",
        "../secret.mp4",
        "..%2f/secret.mp4",
        "gate/....%2f%2fsecret.mp4",
        "gate/%2fetc%2fpasswd",
        "gate/init.mp4%00.m3u8",
        "GATE/init.mp4",
        "gate/.mp4",
        "gate/" + "a" * 200 + ".mp4",
        "Ворота/index.m3u8",
    ):
        answer = await browser.http.get(gateway.url + "/live/" + path)
        assert answer.status_code == 404, path
        assert "secret" not in answer.text


async def test_asking_for_a_list_says_that_somebody_watches(gateway: Gateway, live: Path) -> None:
    browser = await gateway.guard()
    home = gateway.services.settings.home
    assert (await browser.http.get("/live/gate/init.mp4")).status_code == 200
    assert not is_watched(home, "gate", LiveQuality.ORIGINAL)
    await browser.http.get("/live/gate/index.m3u8")
    assert is_watched(home, "gate", LiveQuality.ORIGINAL)
    assert (await browser.http.get("/live/gate/reduced/index.m3u8")).status_code == 404
    assert is_watched(home, "gate", LiveQuality.REDUCED)
    (live / "reduced").mkdir()
    (live / "reduced" / "index.m3u8").write_text("reduced")
    assert (await browser.http.get("/live/gate/reduced/index.m3u8")).text == "reduced"
    for path in ("gate/original/index.m3u8", "gate/best/index.m3u8", "gate/reduced/..%2findex.m3u8"):
        assert (await browser.http.get(f"/live/{path}")).status_code == 404, path


async def test_it_is_told_when_all_encoders_are_taken(gateway: Gateway, live: Path) -> None:
    browser = await gateway.guard()
    refuse(gateway.services.settings.home, "gate", LiveQuality.REDUCED)
    answer = await browser.http.get("/live/gate/reduced/index.m3u8")
    assert (answer.status_code, answer.json()["code"]) == (503, "encoders_busy")


async def test_a_camera_offers_what_the_person_may_watch(gateway: Gateway) -> None:
    browser = await gateway.guard()
    hold(gateway, (Right.WATCH_LIVE,))
    views = "{ cameras { liveViews { quality url directUrl } } }"
    (camera,) = (await browser.ask(views)).data["cameras"]
    reduced = {"quality": "REDUCED", "url": "/live/gate/reduced/index.m3u8", "directUrl": None}
    assert camera["liveViews"] == [
        {"quality": "ORIGINAL", "url": "/live/gate/index.m3u8", "directUrl": "/live/gate/whep"},
        reduced,
    ]
    gateway.plant.put_row("camera", **CAMERA | {"id": "yard", "analysis_source": "rtsp://10.0.0.7/2", "position": 2})
    hold(gateway, (Right.WATCH_LIVE, Right.VIEW_INCIDENTS))
    told = {each["quality"]: each["directUrl"] for each in (await browser.ask(views)).data["cameras"][1]["liveViews"]}
    assert told == {"ORIGINAL": "/live/yard/whep", "REDUCED": "/live/yard/reduced/whep", "OVERLAY": None}
