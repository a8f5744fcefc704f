"""The video track of one viewer: the camera's own packets, with times that the browser can turn into capture times.

aiortc packs a packet that it is given into RTP and never encodes it. Its RTP clock begins at a random number, which it
tells nobody: the sender's newest RTP time shows it as soon as one picture has been sent.
"""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import av
from aiortc import MediaStreamTrack, RTCDataChannel, RTCRtpSender
from aiortc.mediastreams import VIDEO_TIME_BASE, MediaStreamError

from gateway.webrtc.feed import CameraSilent, Connect, FeedEnded, LivePacket, PacketFeed
from infra.live_packets import H264

log = logging.getLogger(__name__)

RETRY_S: Final = 0.5
TELL_S: Final = 10.0
"""How often the browser is told what its RTP times mean: they wrap around every 13 hours."""

BACKLOG_BYTES_S: Final = 6_000_000
"""How fast the pictures of the newest group are sent: a burst would overflow the browser's socket."""

BACKLOG_STEP: Final = 90
"""RTP ticks between two of them, 1 ms: they are decoded and not shown, the picture of now is."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a picture's RTP time says. ticks of 90 kHz, before aiortc's random start is added."""

    ticks: int
    captured_at_us: int


class CameraTrack(MediaStreamTrack):
    """connect   to who hands out the camera's packets

    ended_by   why no more can be shown: the camera changed to what a browser does not take. None while it goes on
    """

    kind = "video"

    def __init__(self, connect: Connect, clock: Callable[[], float]) -> None:
        super().__init__()
        self._connect, self._clock = connect, clock
        self._feed: PacketFeed | None = None
        self._pending: deque[tuple[Moment, LivePacket]] = deque()
        self._newest_us = 0
        self._last: Moment | None = None
        self._channel: RTCDataChannel | None = None
        self._sender: RTCRtpSender | None = None
        self._told_at = float("-inf")
        self.ended_by: str | None = None

    def sent_by(self, sender: RTCRtpSender) -> None:
        self._sender = sender

    def tell_on(self, channel: RTCDataChannel) -> None:
        """From now on the browser hears what its RTP times mean."""
        self._channel, self._told_at = channel, float("-inf")

    async def recv(self) -> "av.Packet[av.stream.Stream]":
        """The next picture. Called by aiortc when the one before has been sent."""
        self._tell()
        while not self._pending:
            await self._take()
        moment, packet = self._pending.popleft()
        is_backlog = packet.header.backlog > 0
        if is_backlog:
            await asyncio.sleep(packet.header.size / BACKLOG_BYTES_S)
        self._last = None if is_backlog else moment
        fresh: av.Packet[av.stream.Stream] = av.Packet(packet.data)
        fresh.pts, fresh.time_base = moment.ticks, VIDEO_TIME_BASE
        return fresh

    def stop(self) -> None:
        if self._feed is not None:
            self._feed.close()
            self._feed = None
        super().stop()

    async def _take(self) -> None:
        """Reads one picture, or the newest group of pictures with the one of now."""
        group = [await self._next()]
        while group[-1].header.backlog > 0:
            group.append(await self._next())
        newest = _ticks(group[-1].header.captured_at_us)
        for left, packet in zip(range(len(group) - 1, -1, -1), group, strict=True):
            self._pending.append((Moment(newest - left * BACKLOG_STEP, packet.header.captured_at_us), packet))

    async def _next(self) -> LivePacket:
        """Waits for a camera that is away; its process may have begun anew. Raises MediaStreamError at the end."""
        while self.readyState == "live":
            try:
                if self._feed is None:
                    self._feed = await PacketFeed.opened(self._connect)
                packet = await self._feed.next()
            except (CameraSilent, FeedEnded):
                self._feed, self._newest_us = None, 0
                await asyncio.sleep(RETRY_S)
                continue
            self._admit(packet)
            return packet
        raise MediaStreamError

    def _admit(self, packet: LivePacket) -> None:
        """Raises MediaStreamError when browsers do not take what the camera sends now."""
        header = packet.header
        if header.codec != H264:
            self.ended_by = "codec_unsupported"
        elif header.captured_at_us < self._newest_us or header.is_reordered:
            self.ended_by = "pictures_reordered"
        self._newest_us = header.captured_at_us
        if self.ended_by is not None:
            raise MediaStreamError

    def _tell(self) -> None:
        """Says which capture time the RTP time of the picture stands for that was sent last."""
        now = self._clock()
        if self._last is None or self._channel is None or self._channel.readyState != "open":
            return
        if self._sender is not None and now - self._told_at >= TELL_S:
            self._told_at = now
            said = {"rtpTimestamp": rtp_timestamp(self._sender), "capturedAtUs": self._last.captured_at_us}
            self._channel.send(json.dumps(said))


def rtp_timestamp(sender: RTCRtpSender) -> int:
    """RTP time of the newest packet that was sent; aiortc has it for its reports and gives it to nobody."""
    return int(sender._RTCRtpSender__rtp_timestamp)  # type: ignore[attr-defined]


def _ticks(captured_at_us: int) -> int:
    return captured_at_us * 9 // 100
