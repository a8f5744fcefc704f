"""Video that tests make: every frame shows its own number, so that a test can tell which one it has."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from infra.frames import Pixels
from producers.address import resolve
from producers.clock import CaptureClock
from producers.packets import EncodedPacket, is_reference
from producers.source import Source, open_source

BITS = 12
T0_US = 1_800_000_000_000_000


def picture(number: int, width: int, height: int) -> Pixels:
    """Twelve bars, black or white: the number's bits, lowest first."""
    bits = [(number >> bit) & 1 for bit in range(BITS)]
    columns = np.repeat(np.array(bits, np.uint8) * 220 + 16, width // BITS + 1)[:width]
    return np.broadcast_to(columns[None, :, None], (height, width, 3)).copy()


def number_in(pixels: Pixels) -> int:
    """The number that `picture` has drawn, read in the middle of each bar."""
    height, width = pixels.shape[:2]
    bar = width // BITS + 1
    places = [min(bit * bar + bar // 2, width - 2) for bit in range(BITS)]
    return sum(1 << bit for bit, x in enumerate(places) if pixels[height // 2, x].mean() > 128)


def encode(
    path: Path,
    *,
    seconds: float = 4,
    fps: int = 25,
    width: int = 320,
    height: int = 240,
    gop: int = 25,
    b_frames: int = 0,
    codec: str = "libx264",
) -> Path:
    """Its numbers start at 0; the container is chosen by the name."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=fps, options=_options(codec, gop, b_frames))
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(round(seconds * fps)):
            frame = VideoFrame.from_ndarray(picture(number, width, height), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _options(codec: str, gop: int, b_frames: int) -> dict[str, str]:
    match codec:
        case "libx264":
            return {"preset": "ultrafast", "g": str(gop), "bf": str(b_frames), "sc_threshold": "0"}
        case "libx265":
            told = f"log-level=none:keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}:open-gop=0:pools=1"
            return {"preset": "ultrafast", "x265-params": told}
        case _:
            return {}


def opened(path: Path) -> Source:
    return open_source(resolve(f"file://{path}"), open_timeout_s=5, stall_timeout_s=5, most_pixels=10_000_000)


def packets(path: Path, count: int, start_us: int = T0_US) -> list[EncodedPacket]:
    """The first packets of the file, looped, as if they had been received in real time from `start_us` on."""
    source = opened(path)
    try:
        return list(_stamped(source, count, start_us))
    finally:
        source.close()


def _stamped(source: Source, count: int, start_us: int) -> Iterator[EncodedPacket]:
    clock = CaptureClock()
    now_us = start_us
    for index, packet in enumerate(source.packets()):
        if index == count:
            return
        due_us = clock.due_us(packet.pts_us)
        now_us = max(now_us, due_us or 0)
        captured_at_us, decode_at_us = clock.stamp(packet.pts_us, packet.dts_us, now_us)
        yield EncodedPacket(
            packet.data,
            captured_at_us,
            decode_at_us,
            packet.is_keyframe,
            is_reference(packet.format.codec, packet.data),
            packet.is_corrupt,
            index == 0,
            packet.format,
        )


def frames_of(data: bytes) -> list[Pixels]:
    """All pictures of a photo, a clip, or a live segment behind its header."""
    with av.open(io.BytesIO(data), "r") as container:
        return [frame.to_ndarray(format="bgr24").astype(np.uint8) for frame in container.decode(video=0)]


def samples_of(data: bytes) -> list[bytes]:
    """The encoded pictures of a clip or segment."""
    with av.open(io.BytesIO(data), "r") as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def slices(annex_b: bytes) -> list[bytes]:
    """The coded pictures in an access unit, without parameter sets and other notes."""
    return _pictures(annex_b.split(b"\0\0\1"))


def slices_in_mp4(sample: bytes) -> list[bytes]:
    """The same for the length-prefixed form inside an MP4."""
    units, at = [], 0
    while at < len(sample):
        length = int.from_bytes(sample[at : at + 4], "big")
        units.append(sample[at + 4 : at + 4 + length])
        at += 4 + length
    return _pictures(units)


def _pictures(units: Sequence[bytes]) -> list[bytes]:
    return [unit.rstrip(b"\0") for unit in units if unit and unit[0] & 31 in {1, 5}]
