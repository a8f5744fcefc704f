"""One live picture that is encoded while somebody watches: from the packet ring through a decoder of its own."""

import logging
import os
import threading
from collections import deque
from typing import Final

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from producers.decoding import decode, open_decoder
from producers.encoding import Encoder, Paint, Picture
from producers.follower import RingFollower
from producers.live import Live
from producers.packets import EncodedPacket, StreamFormat
from producers.ring import PacketRing
from producers.selection import FrameChooser, PacketChooser

log = logging.getLogger(__name__)

NICE: Final = 15
"""Analysis comes first: a picture for a person may stutter."""

POLL_S: Final = 0.05
BEHIND_US: Final = 3_000_000
"""Who is so far behind the newest keyframe goes on with that."""

RETRY_S: Final = 2.0


class View:
    """From `start` to `stop`; a fault ends in a pause and a new beginning.

    paint      draws on each picture; called on the view's thread
    delay_us   how long a frame waits before: what is drawn on it must be known by then
    """

    def __init__(
        self, ring: PacketRing, live: Live, picture: Picture, *, paint: Paint | None = None, delay_us: int = 0
    ) -> None:
        self._ring, self._live, self._picture = ring, live, picture
        self._paint, self._delay_us = paint, delay_us
        self._begin_anew()
        self._waiting: deque[VideoFrame] = deque()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="view", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _begin_anew(self) -> None:
        self._follower = RingFollower(self._ring)
        self._packets = PacketChooser(self._picture.fps)
        self._frames = FrameChooser(self._picture.fps)
        self._decoder: VideoCodecContext | None = None
        self._format: StreamFormat | None = None
        self._encoder: Encoder | None = None
        self._starts_session = True

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            while not self._stop.is_set():
                try:
                    self._step()
                except (av.error.FFmpegError, ValueError, MemoryError) as error:
                    log.warning("a live picture cannot be encoded", extra={"reason": type(error).__name__})
                    self._waiting.clear()
                    self._begin_anew()
                    self._stop.wait(RETRY_S)
        finally:
            self._live.close()

    def _step(self) -> None:
        packets = self._follower.take()
        if not packets:
            self._stop.wait(POLL_S)
        for packet in packets:
            if self._stop.is_set():
                return
            if self._is_overtaken(packet):
                self._follower.skip_to_now()
                self._decoder = None
                return
            self._take(packet)
        self._encode_due()

    def _is_overtaken(self, packet: EncodedPacket) -> bool:
        newest_us = self._ring.newest_keyframe_us() or 0
        return newest_us - packet.decode_at_us > BEHIND_US

    def _take(self, packet: EncodedPacket) -> None:
        if packet.starts_session or packet.format != self._format:
            self._packets.restart()
            self._decoder, self._encoder = None, None
            self._starts_session = True
        if self._decoder is None:
            if not packet.is_keyframe:
                return
            self._decoder, self._format = open_decoder(packet.format), packet.format
        if not self._packets.wants(packet):
            return
        for frame in decode(self._decoder, packet) or ():
            if not frame.is_corrupt and self._frames.wants(frame.pts or 0):
                self._waiting.append(frame)

    def _encode_due(self) -> None:
        while self._waiting and self._ring.newest_us - (self._waiting[0].pts or 0) >= self._delay_us:
            self._encode(self._waiting.popleft())

    def _encode(self, frame: VideoFrame) -> None:
        if self._encoder is None or self._encoder.source_size != (frame.width, frame.height):
            self._encoder = Encoder(frame, self._picture, starts_session=self._starts_session)
            self._starts_session = False
        for packet in self._encoder.encode(frame, self._paint):
            self._live.write(packet)
