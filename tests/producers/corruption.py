"""Video that is damaged on purpose, always in the same way, and what the producer shares of it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from prometheus_client import CollectorRegistry

from infra.frames import FrameWriter, Pixels
from producers.capture import Tally
from producers.clock import CaptureClock
from producers.errors import SourceError
from producers.meters import Meters
from producers.packets import EncodedPacket, is_reference
from producers.sampler import Sampler
from tests.producers.footage import T0_US, opened

WIDTH, HEIGHT, GOP, FRAMES = 64, 48, 6, 12
TS_PACKET = 188
PSI = 3
"""The first packets of a transport stream describe it."""

CODECS = {
    "h264 cavlc": ("libx264", {"preset": "ultrafast", "g": str(GOP), "bf": "0", "sc_threshold": "0"}),
    "h264 cabac": ("libx264", {"preset": "veryfast", "g": str(GOP), "bf": "2", "sc_threshold": "0"}),
    "h265": ("libx265", {"preset": "ultrafast", "x265-params": f"keyint={GOP}:bframes=0:log-level=none"}),
}


def clip(path: Path, codec: str) -> bytes:
    """A transport stream of FRAMES pictures, each another part of a long texture."""
    name, options = CODECS[codec]
    texture = np.random.default_rng(1).integers(16, 236, (HEIGHT, WIDTH + 4 * FRAMES, 3), dtype=np.uint8)
    texture = cv2.GaussianBlur(texture, (0, 0), 2).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(name, rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(FRAMES):
            part = np.ascontiguousarray(texture[:, 4 * number : 4 * number + WIDTH])
            container.mux(stream.encode(VideoFrame.from_ndarray(part, format="bgr24")))
        container.mux(stream.encode())
    return path.read_bytes()


def flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice([1, 3, 10, 50])):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def lost(data: bytes, dice: random.Random) -> bytes:
    """As over a bad network: whole packets are missing."""
    parts = [data[at : at + TS_PACKET] for at in range(0, len(data), TS_PACKET)]
    for _ in range(dice.choice([1, 1, 2, 4])):
        del parts[dice.randrange(PSI, len(parts))]
    return b"".join(parts)


def zeroed(data: bytes, dice: random.Random) -> bytes:
    """As from a bad disk."""
    at, length = dice.randrange(len(data)), dice.choice([8, 100, 400])
    return data[:at] + bytes(len(data[at : at + length])) + data[at + length :]


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def shuffled(data: bytes, dice: random.Random) -> bytes:
    """Packets that overtake each other."""
    parts = [data[at : at + TS_PACKET] for at in range(0, len(data), TS_PACKET)]
    at = dice.randrange(PSI, len(parts) - 1)
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return b"".join(parts)


Damage = Callable[[bytes, random.Random], bytes]
DAMAGES: dict[str, Damage] = {"flip": flipped, "loss": lost, "zero": zeroed, "cut": cut, "shuffle": shuffled}


class Recorder(FrameWriter):
    """Keeps the shared pictures instead of a ring."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "gate")
        self.pictures: list[Pixels] = []

    def write(self, pixels: Pixels, frame: int, captured_at_us: int) -> None:
        del frame, captured_at_us
        self.pictures.append(pixels.copy())


@dataclass(frozen=True, slots=True)
class Outcome:
    """pictures   that were shared, I420
    noticed    pictures that were counted as damaged or undecodable, and connections that ended with an error
    """

    pictures: list[Pixels]
    noticed: int


class Producer:
    """Demux, clock and decoder of a camera's process, one file after the other, in this thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._recorder = Recorder(folder)
        self._now_us = T0_US
        self._tally = Tally()
        meters = Meters(CollectorRegistry(), "gate")
        meters.tally = self._tally
        self._sampler = Sampler(
            self._recorder, meters, target_fps=10_000, analysis_width=WIDTH, queue_packets=500, most_pixels=10_000_000
        )

    def plays(self, data: bytes) -> Outcome:
        path = self._folder / "damaged.ts"
        path.write_bytes(data)
        self._recorder.pictures = []
        before = self._tally.damaged + self._tally.decode_error
        errors = 0
        try:
            self._now_us += 10_000_000
            for packet in _received(path, self._now_us):
                self._sampler._decode(packet)  # its thread would make the order unknown
        except SourceError:
            errors = 1
        return Outcome(self._recorder.pictures, self._tally.damaged + self._tally.decode_error - before + errors)


def _received(path: Path, now_us: int) -> Iterator[EncodedPacket]:
    """Two rounds of the file, as the pump hands them on. Raises SourceError."""
    source = opened(path)
    clock, starts_session = CaptureClock(), True
    try:
        for count, packet in enumerate(source.packets()):
            if count >= 2 * FRAMES:
                return
            if starts_session and not packet.is_keyframe:
                continue
            at_us, decode_at_us = clock.stamp(packet.pts_us, packet.dts_us, now_us + count * 40_000)
            referenced = is_reference(packet.format.codec, packet.data)
            yield EncodedPacket(
                packet.data,
                at_us,
                decode_at_us,
                packet.is_keyframe,
                referenced,
                packet.is_corrupt,
                starts_session,
                packet.format,
            )
            starts_session = False
    finally:
        source.close()


def apart(picture: Pixels, originals: list[Pixels]) -> float:
    """Grey values between a picture and the most similar of the undamaged ones."""
    same = [np.abs(picture.astype(np.int16) - each).mean() for each in originals if each.shape == picture.shape]
    return float(min(same)) if same else 255.0
