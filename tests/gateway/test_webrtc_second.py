"""The lower quality by WebRTC: a camera's second stream, as it is (R31)."""

from pathlib import Path

from infra.live_views import LiveQuality
from tests.gateway.conftest import Gateway
from tests.gateway.test_webrtc import Play, Watch, films, play, rare, received, settings, watch
from tests.gateway.viewer import asked, offer_of, viewer
from tests.producers.footage import encode, slices

__all__ = ["films", "play", "rare", "received", "settings", "watch"]


async def test_the_lower_quality_is_the_camera_s_second_stream_as_it_is(
    gateway: Gateway, play: Play, watch: Watch, rare: Path, received: list[tuple[int, bytes]]
) -> None:
    play(rare)
    small = encode(rare.parent / "small.mp4", seconds=20, gop=250, width=320, height=180)
    second = play(small, quality=LiveQuality.REDUCED)
    browser = await gateway.guard()
    large, found = await watch(browser.http), await watch(browser.http, "/live/gate/reduced/whep")
    assert (await large.frame()).width == 640
    received.clear()
    assert (await found.frame()).width == 320
    bytes_of = {b"".join(slices(packet.data)) for packet in second.packets}
    assert any(b"".join(slices(data)) in bytes_of for _, data in received), "encoded anew"
    await browser.http.delete(large.location)
    await large.is_ended()
    assert len(gateway.services.webrtc._places) == 1


async def test_a_second_stream_that_browsers_do_not_take_is_left_to_hls(
    gateway: Gateway, play: Play, rare: Path, films: Path
) -> None:
    play(rare)
    play(encode(films / "second.mp4", seconds=2, codec="libx265"), quality=LiveQuality.REDUCED)
    browser = await gateway.guard()
    refused = await asked(browser.http, "/live/gate/reduced/whep", await offer_of(viewer()))
    assert (refused.status_code, refused.json()["code"]) == (415, "codec_unsupported")
    assert not gateway.services.webrtc._places
