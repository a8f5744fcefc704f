"""Decodes in a thread of its own and shares what inference needs: one decode, one scaling, one copy per frame.

The pump offers every packet and never waits; when the decoder is behind, whole groups of pictures are dropped and
counted.
"""

import logging
import threading
from collections import deque
from typing import Final

from av.video.frame import VideoFrame

from infra.frames import FramesError, FrameWriter
from infra.scaling import Scaler, analysed_size
from producers.accelerated import Accelerator, AnalysisDecoder
from producers.meters import Meters
from producers.packets import EncodedPacket, StreamFormat
from producers.selection import FrameChooser, PacketChooser

log = logging.getLogger(__name__)

WAIT_S: Final = 0.5
SHRUNK: Final = 1.5  # from this on, scaling down smooths the blocks that the decoder leaves
MOST_PUT_OFF: Final = 12
REORDERED: Final = 64  # so many pictures at the most are in the decoder at once
LONGEST_DAMAGE_US: Final = 10_000_000  # a camera that refreshes without keyframes is not blind for ever


class PacketQueue:
    """Bounded. Full: what waits is dropped and the decoder goes on with the next keyframe.

    What is only decoded because later pictures need it waits for the first of these, and goes in one go with it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._packets: deque[EncodedPacket] = deque()
        self._until_keyframe = True
        self._is_due = False
        self._condition = threading.Condition()

    def put(self, packet: EncodedPacket, *, is_due: bool = True) -> int:
        """How many packets were dropped.

        is_due   False for a packet that can wait: at most MOST_PUT_OFF of them do
        """
        with self._condition:
            dropped = 0
            if len(self._packets) >= self._limit:
                dropped = len(self._packets)
                self._packets.clear()
                self._until_keyframe = True
            if self._until_keyframe and not packet.is_keyframe:
                return dropped + 1
            self._until_keyframe = False
            self._packets.append(packet)
            if is_due or len(self._packets) >= MOST_PUT_OFF:
                self._is_due = True
                self._condition.notify()
            return dropped

    def get(self, timeout_s: float) -> EncodedPacket | None:
        with self._condition:
            if not self._is_due:
                self._condition.wait(timeout_s)
            packet = self._packets.popleft() if self._packets else None
            self._is_due = self._is_due and bool(self._packets)
            return packet


class Sampler:
    """target_fps       frames per second to share at most
    analysis_width   pixels; wider pictures are scaled down to it, narrower ones are left as they are
    """

    def __init__(
        self,
        writer: FrameWriter,
        meters: Meters,
        *,
        target_fps: float,
        analysis_width: int,
        queue_packets: int,
        most_pixels: int,
        accelerator: Accelerator = Accelerator.NONE,
    ) -> None:
        self._writer, self._meters = writer, meters
        self._analysis_width, self._most_pixels, self._accelerator = analysis_width, most_pixels, accelerator
        self._packets = PacketChooser(target_fps)
        self._frames = FrameChooser(target_fps)
        self._queue = PacketQueue(queue_packets)
        self._scaler = Scaler()
        self._decoder: AnalysisDecoder | None = None
        self._format: StreamFormat | None = None
        self._damaged_since_us: int | None = None
        self._incomplete: deque[int] = deque(maxlen=REORDERED)
        self._last_frame = 0
        meters.decoder_fallback.set_function(self._fallen_back)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="decode", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Ends the thread and takes the shared frames away."""
        self._stop.set()
        self._thread.join(timeout_s)
        if not self._thread.is_alive():
            self._writer.close()

    def offer(self, packet: EncodedPacket) -> None:
        """Called by the pump; never waits."""
        self._meters.tally.captured += 1
        if packet.starts_session:
            self._packets.restart()
        if self._packets.wants(packet) and (dropped := self._queue.put(packet, is_due=self._is_due(packet))):
            self._meters.dropped.inc(dropped)
            self._meters.tally.queue_full += dropped

    def _is_due(self, packet: EncodedPacket) -> bool:
        """Where pictures come in another order than they are shown, each may bring out the one that is due."""
        return self._frames.is_due(packet.captured_at_us) or packet.captured_at_us != packet.decode_at_us

    def narrow(self, width: int) -> None:
        """Pictures are analysed no wider than this, whatever stream they come from, so that tracks go on."""
        self._analysis_width = min(self._analysis_width, width)

    def _fallen_back(self) -> float:
        return float(self._decoder is not None and self._decoder.has_fallen_back)

    def _run(self) -> None:
        while not self._stop.is_set():
            packet = self._queue.get(WAIT_S)
            if packet is None:
                continue
            try:
                self._decode(packet)
            except FramesError:
                self._meters.dropped.inc()
                log.exception("frames cannot be shared")
                self._stop.wait(1.0)

    def _decode(self, packet: EncodedPacket) -> None:
        if self._decoder is None or packet.starts_session or packet.format != self._format:
            is_shrunk = packet.format.width >= SHRUNK * self._analysis_width
            self._decoder = AnalysisDecoder(
                packet.format, self._most_pixels, smooths_blocks=not is_shrunk, accelerator=self._accelerator
            )
            self._format = packet.format
            self._damaged_since_us = None
        with self._meters.decoding:
            frames = self._decoder.decode(packet)
        if frames is None:
            self._meters.damaged.inc()
            self._meters.tally.decode_error += 1
        if packet.is_corrupt:
            self._incomplete.append(packet.captured_at_us)
        if frames is None or packet.is_corrupt:
            self._damage(packet.captured_at_us)
        for frame in frames or ():
            self._meters.decoded.inc()
            if self._is_whole(frame):
                self._share(frame)
            else:
                self._meters.damaged.inc()
                self._meters.tally.damaged += 1

    def _is_whole(self, frame: VideoFrame) -> bool:
        """A damaged frame spoils all that are predicted from it, up to the next keyframe."""
        at_us = frame.pts or 0
        if frame.is_corrupt or at_us in self._incomplete:
            self._damage(at_us)
            return False
        if self._damaged_since_us is None:
            return True
        if frame.key_frame or at_us - self._damaged_since_us > LONGEST_DAMAGE_US:
            self._damaged_since_us = None
            return True
        return False

    def _damage(self, at_us: int) -> None:
        if self._damaged_since_us is None:
            self._damaged_since_us = at_us

    def _share(self, frame: VideoFrame) -> None:
        captured_at_us = frame.pts or 0
        if not self._frames.wants(captured_at_us):
            return
        width, height = analysed_size(frame.width, frame.height, self._analysis_width)
        # Milliseconds since 1970 are unique over restarts, and a number never repeats within a run.
        self._last_frame = max(self._last_frame + 1, captured_at_us // 1000)
        with self._meters.scaling:
            scaled = self._scaler.scaled(frame, width, height)
            self._writer.write(scaled, self._last_frame, captured_at_us)
        self._meters.shared.inc()
