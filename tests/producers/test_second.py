"""A camera with two streams: the small one is analysed, photos and clips come from the large one."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import pytest
from prometheus_client import CollectorRegistry, Gauge
from pydantic import SecretStr

from domain.contracts.identifiers import CameraId
from infra.frames import FrameReader, SharedFrame
from infra.live_packets import HEADER, connected, unpacked
from infra.live_views import LiveQuality, live_folder
from infra.tenure import Tenure
from producers.camera import CameraFacts
from producers.fence import Fence, end_at_once
from producers.meters import Meters
from producers.packets import EncodedPacket, StreamFormat
from producers.photo import photograph
from producers.ring import PacketRing
from producers.second import SecondStream
from producers.settings import ProducerSettings
from producers.watching import Watching
from tests.producers.footage import encode, frames_of, number_in
from tests.producers.test_pipeline import wait_until
from tests.producers.udp_camera import UdpCamera

GATE = CameraId("gate")
SECONDS = 8
LARGE, SMALL = StreamFormat("h264", 1280, 720), StreamFormat("h264", 640, 360)


class Offered:
    """Stands for the sampler: what it was offered, as `L` and `S`, small letters between keyframes."""

    def __init__(self) -> None:
        self.letters, self.width, self.sessions = "", 3840, 0

    def offer(self, packet: EncodedPacket) -> None:
        letter = "L" if packet.format is LARGE else "S"
        self.letters += letter if packet.is_keyframe else letter.lower()
        self.sessions += packet.starts_session

    def narrow(self, width: int) -> None:
        self.width = min(self.width, width)


class Streams:
    """Both streams of a camera at two packets a second, a keyframe each second, on a clock that the test moves."""

    def __init__(self) -> None:
        self.now, self.count = 1000.0, 0
        self.sampler = Offered()
        self.up = Gauge("up", "up", registry=CollectorRegistry())
        self.second = SecondStream(self.sampler, self.up, lambda: self.now)

    def send(self, steps: int, *, large: bool = True, small: bool = True) -> str:
        """What the sampler got of so many steps of half a second."""
        before = len(self.sampler.letters)
        for _ in range(steps):
            self.now += 0.5
            self.count += 1
            packet = EncodedPacket(
                b"", round(self.now * 1e6), round(self.now * 1e6), self.count % 2 == 1, True, False, False, LARGE
            )
            if large:
                self.second.offer(packet)
            if small:
                self.second.offer_second(replace(packet, format=SMALL))
        return self.sampler.letters[before:]


@pytest.fixture
def streams() -> Streams:
    return Streams()


def test_only_the_small_stream_is_decoded_while_it_sends(streams: Streams) -> None:
    assert streams.send(12) == "SsSsSsSsSsSs"
    assert streams.sampler.width == 640


def test_the_large_one_takes_over_when_the_small_one_falls_silent_and_gives_way_when_it_is_steady(
    streams: Streams,
) -> None:
    streams.send(4)
    silent = streams.send(10, small=False)
    assert silent == "LlLlLl"  # from the first keyframe after two seconds
    assert streams.up._value.get() == 0
    back = streams.send(12)
    assert back == "LlLlLlLSsSsSs", "the small one is believed after three seconds"
    assert streams.sampler.sessions == 3
    assert streams.up._value.get() == 1


def test_a_small_stream_that_never_comes_is_waited_for_once(streams: Streams) -> None:
    assert streams.send(18, small=False) == "LlLlLl"


def test_a_small_stream_that_flaps_is_not_believed(streams: Streams) -> None:
    streams.send(4)
    streams.send(8, small=False)
    for _ in range(4):
        assert "S" not in streams.send(2)
        assert "S" not in streams.send(5, small=False)


class TwoStreams:
    """A camera that sends the same pictures in two sizes, each showing its number."""

    def __init__(self, home: Path, folder: Path) -> None:
        large = encode(folder / "large.mp4", seconds=SECONDS, width=640, height=480)
        small = encode(folder / "small.mp4", seconds=SECONDS, width=320, height=240)
        epoch = time.monotonic()
        self.large, self.small = UdpCamera(large, epoch=epoch), UdpCamera(small, epoch=epoch)
        self.registry = CollectorRegistry()
        self.ring = PacketRing(30_000_000, 64 << 20)
        self.reader = FrameReader(home, GATE)
        settings = ProducerSettings.model_validate(
            {"home": home, "frames_dir": home, "nats_url": SecretStr(""), "camera_loopback": True}
        )
        facts = CameraFacts(self.large.url, 10.0, 1280, self.small.url)
        fence = Fence(Tenure(home, GATE), end_at_once)
        self.shown = live_folder(home, GATE, LiveQuality.REDUCED)
        self.watching = Watching(settings, GATE, facts, ring=self.ring, meters=Meters(self.registry, GATE), fence=fence)
        self.watching.start()

    def stop(self) -> None:
        self.watching.stop()
        for each in (self.large, self.small):
            each.__exit__(None, None, None)

    def frames(self, count: int) -> list[SharedFrame]:
        found: list[SharedFrame] = []

        def enough() -> bool:
            while (frame := self.reader.take()) is not None:
                found.append(frame)
            return len(found) >= count

        wait_until(enough)
        return found[-count:]

    def value(self, name: str) -> float:
        return self.registry.get_sample_value(name, {"camera": GATE}) or 0.0


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[TwoStreams]:
    camera = TwoStreams(tmp_path, tmp_path)
    yield camera
    camera.stop()


def test_what_was_seen_in_the_small_stream_is_photographed_in_the_large_one_at_the_same_moment(
    camera: TwoStreams,
) -> None:
    wait_until(lambda: camera.frames(1)[0].width == 320)  # on a busy machine the large one may have been faster
    seen = camera.frames(5)[-1]
    assert (seen.width, seen.height) == (320, 240)
    wait_until(lambda: camera.ring.newest_us > seen.captured_at_us + 500_000)
    photo = photograph(camera.ring.around(seen.captured_at_us, 0, 3_000_000), seen.captured_at_us)
    [shown] = frames_of(photo.jpeg)
    assert shown.shape == (480, 640, 3)
    apart = (number_in(shown) - number_in(seen.pixels) + 2) % (SECONDS * 25)
    assert apart <= 4, "the same moment within 80 ms"
    assert camera.watching.trouble() is None
    assert first_shown(camera) == (320, 240)

    camera.small.fall_silent()
    silent_at_us = seen.captured_at_us + 3_000_000
    wait_until(lambda: camera.frames(1)[0].captured_at_us > silent_at_us)
    later = camera.frames(3)
    assert {(each.width, each.height) for each in later} == {(320, 240)}, "tracks go on in pictures of the same size"
    assert camera.value("kaska_second_stream_up") == 0
    assert camera.watching.trouble() is None
    camera.watching.stop()
    with pytest.raises(ConnectionRefusedError):
        connected(camera.shown)


def first_shown(camera: TwoStreams) -> tuple[int, int]:
    """Width and height of what a viewer of the lower quality gets first: packets as they came, from a keyframe on."""
    reader = connected(camera.shown)
    reader.settimeout(20)
    with reader, reader.makefile("rb") as packets:
        header = unpacked(packets.read(HEADER.size))
        assert (header.codec, header.is_keyframe, header.is_reordered) == ("h264", True, False)
        decoder = av.CodecContext.create("h264", "r")
        assert isinstance(decoder, av.VideoCodecContext)
        [picture] = [*decoder.decode(av.Packet(packets.read(header.size))), *decoder.decode(None)]
        return picture.width, picture.height
