"""Pixels by name: one memory-mapped ring per camera between its producer and inference.

The producer writes and never waits; a reader that is too slow loses the oldest frames and knows how many. One writer
and one reader per camera. Each slot is a seqlock (odd stamp while it is written), so a torn frame is never handed out.
The stamps rely on stores being seen in order, as on x86-64. The file is replaced, never resized: a reader that still
maps the old one drains it and then finds the new one by its path.

A picture is either BGR, (h, w, 3), or I420 as decoders give it, (h * 3 / 2, w): rows of luma, then the two chroma
planes at half their size. I420 is half the bytes, and of most frames only the luma is ever looked at.
"""

import math
import mmap
import os
from functools import cached_property
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

MAGIC: Final = 0x3252_464B_534B_41
HEADER_WORDS: Final = 8
SLOT_WORDS: Final = 3
WORD: Final = 8
PAGE: Final = 4096

MAGIC_AT, SLOTS_AT, ROWS_AT, WIDTH_AT, CHANNELS_AT, WRITTEN_AT = range(6)
STAMP_AT, FRAME_AT, CAPTURED_AT = range(3)


class FramesError(Exception):
    """Frames could not be handed from a camera's process to inference."""


class FramesUnwritable(FramesError):
    """The folder of the shared frames is missing, read-only or full (it should be a tmpfs such as /dev/shm)."""


class FramesUnreadable(FramesError):
    """A file in the folder of the shared frames was not written by this build."""


class SharedFrame:
    """A frame that the reader owns.

    frame            the producer's number of it, increasing
    captured_at_us   microseconds since 1970 UTC, the server's receive time
    picture          (h, w, 3) uint8 BGR, or (h * 3 / 2, w) uint8 I420
    """

    def __init__(self, camera_id: str, frame: int, captured_at_us: int, picture: Pixels) -> None:
        self.camera_id, self.frame, self.captured_at_us = camera_id, frame, captured_at_us
        self._picture = picture

    @property
    def width(self) -> int:
        return int(self._picture.shape[1])

    @property
    def height(self) -> int:
        rows = int(self._picture.shape[0])
        return rows if _is_bgr(self._picture.shape) else rows * 2 // 3

    @cached_property
    def pixels(self) -> Pixels:
        """(h, w, 3) uint8 BGR. Of an I420 picture it is made when it is first asked for."""
        if _is_bgr(self._picture.shape):
            return self._picture
        return np.asarray(cv2.cvtColor(self._picture, cv2.COLOR_YUV2BGR_I420), np.uint8)

    @cached_property
    def luma(self) -> Pixels:
        """(h, w) uint8, how bright each pixel is; free for an I420 picture."""
        if _is_bgr(self._picture.shape):
            return np.asarray(cv2.cvtColor(self._picture, cv2.COLOR_BGR2GRAY), np.uint8)
        return self._picture[: self.height]


class _Ring:
    """The mapped file: a header, the slots' stamps, and page-aligned pixels."""

    def __init__(self, mapping: mmap.mmap, inode: int) -> None:
        self.inode = inode
        self.header = np.frombuffer(mapping, np.int64, HEADER_WORDS)
        if int(self.header[MAGIC_AT]) != MAGIC:
            raise FramesUnreadable(f"no frames of this build in a file of {len(mapping)} bytes")
        self.slots, rows, width, channels = (int(n) for n in self.header[SLOTS_AT : CHANNELS_AT + 1])
        self.shape = (rows, width, channels) if channels > 1 else (rows, width)
        if len(mapping) != ring_bytes(self.slots, self.shape):
            raise FramesUnreadable(f"{self.slots} frames of {self.shape} do not fit {len(mapping)} bytes")
        stamps = np.frombuffer(mapping, np.int64, self.slots * SLOT_WORDS, HEADER_WORDS * WORD)
        self.stamps = stamps.reshape(self.slots, SLOT_WORDS)
        stride = slot_bytes(self.shape)
        self.pixels: list[Pixels] = [
            np.frombuffer(mapping, np.uint8, math.prod(self.shape), PAGE + i * stride).reshape(self.shape)
            for i in range(self.slots)
        ]


def _is_bgr(shape: tuple[int, ...]) -> bool:
    return len(shape) == 3


def _is_picture(shape: tuple[int, ...]) -> bool:
    if 0 in shape:
        return False
    if _is_bgr(shape):
        return shape[2] == 3
    return len(shape) == 2 and shape[0] % 3 == 0 and shape[1] % 2 == 0


def slot_bytes(shape: tuple[int, ...]) -> int:
    return -(-math.prod(shape) // PAGE) * PAGE


def ring_bytes(slots: int, shape: tuple[int, ...]) -> int:
    return PAGE + slots * slot_bytes(shape)


def frames_path(directory: Path, camera_id: str) -> Path:
    return directory / f"{camera_id}.frames"


class FrameWriter:
    """Called by the camera's producer, from one thread."""

    def __init__(self, directory: Path, camera_id: str, slots: int = 4) -> None:
        if not 2 <= slots <= (PAGE // WORD - HEADER_WORDS) // SLOT_WORDS:
            raise ValueError(f"{slots} slots: 2 to 168 are possible")
        self._path = frames_path(directory, camera_id)
        self._slots = slots
        self._ring: _Ring | None = None

    def write(self, pixels: Pixels, frame: int, captured_at_us: int) -> None:
        """Copies the picture into the next slot, over the oldest one; never waits.

        pixels   (h, w, 3) uint8 BGR or (h * 3 / 2, w) uint8 I420; rows may be padded. A new size replaces the file.
        Raises   FramesUnwritable
        """
        ring = self._ring
        if ring is None or ring.shape != pixels.shape:
            ring = self._ring = self._create(pixels.shape)
        sequence = int(ring.header[WRITTEN_AT]) + 1
        slot = sequence % ring.slots
        stamp = ring.stamps[slot]
        stamp[STAMP_AT] = 2 * sequence - 1
        stamp[FRAME_AT] = frame
        stamp[CAPTURED_AT] = captured_at_us
        np.copyto(ring.pixels[slot], pixels)
        stamp[STAMP_AT] = 2 * sequence
        ring.header[WRITTEN_AT] = sequence

    def close(self) -> None:
        """Removes the file; a reader that has it open still reads what is in it."""
        if self._ring is not None:
            self._ring = None
            self._path.unlink(missing_ok=True)

    def _create(self, shape: tuple[int, ...]) -> _Ring:
        if not _is_picture(shape):
            raise ValueError(
                f"a picture of shape (h, w, 3), or (h * 3 / 2, w) of even h and w, is expected, not {shape}"
            )
        fresh = self._path.with_suffix(".fresh")
        try:
            ring = self._map(fresh, shape)
            fresh.replace(self._path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise FramesUnwritable(f"{self._path}: {error.strerror}") from error
        return ring

    def _map(self, path: Path, shape: tuple[int, ...]) -> _Ring:
        size = ring_bytes(self._slots, shape)
        path.unlink(missing_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.posix_fallocate(fd, 0, size)  # a full tmpfs answers here and not with SIGBUS in the middle of a frame
            mapping = mmap.mmap(fd, size)
            header = np.frombuffer(mapping, np.int64, HEADER_WORDS)
            header[:WRITTEN_AT] = (MAGIC, self._slots, *shape[:2], shape[2] if _is_bgr(shape) else 1)
            return _Ring(mapping, os.fstat(fd).st_ino)
        finally:
            os.close(fd)


class FrameReader:
    """Called by inference, from one thread.

    dropped   frames that were overwritten before they were read, since this reader was made
    """

    def __init__(self, directory: Path, camera_id: str) -> None:
        self.camera_id = camera_id
        self.dropped = 0
        self._path = frames_path(directory, camera_id)
        self._ring: _Ring | None = None
        self._next = 1

    @property
    def has_news(self) -> bool:
        """Whether a frame waits in the file that is mapped; True before the first is. Costs no system call."""
        return self._ring is None or int(self._ring.header[WRITTEN_AT]) >= self._next

    def take(self) -> SharedFrame | None:
        """The oldest unread frame that is still in the ring, or None when there is nothing new; never waits.

        The first call starts with what is in the ring. Raises FramesUnreadable.
        """
        while True:
            if self._ring is not None and (frame := self._take_from(self._ring)) is not None:
                return frame
            if not self._reopened():
                return None

    def close(self) -> None:
        self._ring = None

    def _take_from(self, ring: _Ring) -> SharedFrame | None:
        while (written := int(ring.header[WRITTEN_AT])) >= self._next:
            oldest = written - ring.slots + 1
            if oldest > self._next:
                self.dropped += oldest - self._next
                self._next = oldest
            sequence = self._next
            self._next += 1
            frame = self._copy(ring, sequence)
            if frame is not None:
                return frame
            self.dropped += 1
        return None

    def _copy(self, ring: _Ring, sequence: int) -> SharedFrame | None:
        """None when the writer has come round to the slot."""
        slot = sequence % ring.slots
        stamp = ring.stamps[slot]
        if int(stamp[STAMP_AT]) != 2 * sequence:
            return None
        number, captured_at_us = int(stamp[FRAME_AT]), int(stamp[CAPTURED_AT])
        pixels = ring.pixels[slot].copy()
        if int(stamp[STAMP_AT]) != 2 * sequence:
            return None
        return SharedFrame(self.camera_id, number, captured_at_us, pixels)

    def _reopened(self) -> bool:
        """Whether the path leads to another file than the one that is mapped, which then is mapped."""
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            return False
        if self._ring is not None and self._ring.inode == inode:
            return False
        first = self._ring is None
        try:
            ring = self._open()
        except FileNotFoundError:
            return False
        self._ring = ring
        self._next = max(1, int(ring.header[WRITTEN_AT]) - ring.slots + 1) if first else 1
        return True

    def _open(self) -> _Ring:
        fd = os.open(self._path, os.O_RDONLY)
        try:
            found = os.fstat(fd)
            if found.st_size < PAGE:
                raise FramesUnreadable(f"{self._path} is not a ring of frames")
            return _Ring(mmap.mmap(fd, found.st_size, access=mmap.ACCESS_READ), found.st_ino)
        finally:
            os.close(fd)
