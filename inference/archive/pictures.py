"""The pictures of recordings in the order of their capture times, as many as the analysis wants. Called by the run."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from infra.archive.plan import Piece, Plan
from infra.archive.recordings import VENDOR_ERRORS, first_us, in_us, open_recording
from infra.frames import SharedFrame
from infra.scaling import Scaler, analysed_size

log = logging.getLogger(__name__)

PROBED_US: Final = 4_000_000
ENOUGH: Final = 0.95  # what is left out of decoding leaves so much of the wanted rate at least
LONGEST_DAMAGE_US: Final = 10_000_000  # a recording that refreshes without keyframes is not blind for ever
MOST_DAMAGED_PACKETS: Final = 100_000

Skip = Literal["DEFAULT", "NONREF", "NONKEY"]


@dataclass(slots=True)
class Counts:
    """decoded   pictures that came out of the decoder
    damaged   pictures or packets that it could not make whole, and what was predicted from them
    """

    decoded: int = 0
    damaged: int = 0


class Pictures:
    """after_us   pictures captured up to then are known already and left out"""

    def __init__(self, plan: Plan, after_us: int = 0) -> None:
        self.counts = Counts()
        self._plan, self._last_us = plan, after_us
        self._interval_us = round(1_000_000 / plan.target_fps)
        self._scaler = Scaler()

    def __iter__(self) -> Iterator[SharedFrame]:
        """Raises ArchiveError when a file cannot be opened any more."""
        for piece in self._plan.pieces:
            if piece.start_us + piece.duration_us > self._last_us or not piece.duration_us:
                yield from self._of(piece)

    def _of(self, piece: Piece) -> Iterator[SharedFrame]:
        path = Path(piece.path)
        skip = chosen_skip(path, self._plan.target_fps)
        container, stream = open_recording(path)
        try:
            stream.codec_context.skip_frame = skip
            stream.codec_context.thread_count = 1  # the other cores go to the detector
            shift_us = piece.start_us - first_us(stream)
            self._seek(container, self._last_us - shift_us, path)
            for captured_at_us, frame in self._whole(container, stream, shift_us, piece.fps):
                if self._wants(captured_at_us):
                    width, height = analysed_size(frame.width, frame.height, self._plan.analysis_width)
                    picture = self._scaler.scaled(frame, width, height).copy()
                    yield SharedFrame(self._plan.camera_id, captured_at_us // 1000, captured_at_us, picture)
        finally:
            container.close()

    def _wants(self, captured_at_us: int) -> bool:
        """The first picture of each interval since 1970: a run that starts in the middle takes the same ones."""
        if captured_at_us // self._interval_us <= self._last_us // self._interval_us:
            return False
        self._last_us = captured_at_us
        return True

    def _whole(
        self, container: InputContainer, stream: VideoStream, shift_us: int, fps: float
    ) -> Iterator[tuple[int, VideoFrame]]:
        """Capture time and picture; a damaged one spoils all that are predicted from it, up to the next keyframe."""
        damaged_us: int | None = None
        at_us, step_us = shift_us, round(1_000_000 / fps)
        for frame in self._decoded(container, stream):
            if frame is not None and frame.pts is not None:
                at_us = in_us(frame.pts, frame.time_base) + shift_us
            else:
                at_us += step_us
            if frame is None or frame.is_corrupt:
                damaged_us = at_us if damaged_us is None else damaged_us
            elif damaged_us is None or frame.key_frame or at_us - damaged_us > LONGEST_DAMAGE_US:
                damaged_us = None
                yield at_us, frame
                continue
            self.counts.damaged += 1

    def _decoded(self, container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame | None]:
        """None for a packet that cannot be decoded; a file that breaks off in the middle ends there, with one None."""
        packets = container.demux(stream)
        failed = 0
        while failed < MOST_DAMAGED_PACKETS:
            try:
                packet = next(packets, None)
            except VENDOR_ERRORS as error:
                log.warning("a recording breaks off", extra={"reason": type(error).__name__})
                yield None
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except VENDOR_ERRORS:
                failed += 1
                yield None
                continue
            for frame in frames:
                if isinstance(frame, VideoFrame):
                    self.counts.decoded += 1
                    yield frame

    def _seek(self, container: InputContainer, at_us: int, path: Path) -> None:
        """To the keyframe before; where the container cannot, it is read from its beginning."""
        if at_us <= 0:
            return
        try:
            container.seek(at_us)
        except VENDOR_ERRORS:
            log.info("a recording cannot be entered in the middle", extra={"file": path.name})


def chosen_skip(path: Path, target_fps: float) -> Skip:
    """The least that must be decoded: keyframes only, those that others are predicted from, or all.

    By the file's first seconds, so that every run over it chooses alike. Raises ArchiveError
    """
    container, stream = open_recording(path)
    try:
        stream.codec_context.skip_frame = "NONREF"
        stream.codec_context.thread_count = 1
        start_us, last_us, references, keyframes = first_us(stream), 0, 0, 0
        for packet in container.demux(stream):
            for frame in packet.decode():
                if not isinstance(frame, VideoFrame) or frame.pts is None:
                    continue
                references += 1
                keyframes += frame.key_frame
                last_us = in_us(frame.pts, frame.time_base) - start_us
            if last_us >= PROBED_US:
                break
    except VENDOR_ERRORS:
        return "DEFAULT"
    finally:
        container.close()
    wanted = target_fps * last_us / 1_000_000 * ENOUGH
    if last_us < PROBED_US or references - 1 < wanted:
        return "DEFAULT"
    return "NONKEY" if keyframes - 1 >= wanted else "NONREF"
