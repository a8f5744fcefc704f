"""The newest whole picture of a camera's live files as a JPEG. Runs in a process of its own."""

import io
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame

from gateway.stills import PLAYLIST
from gateway.stills.listing import listed

MOST_PIXELS: Final = 50_000_000
LARGEST_FILE: Final = 64 << 20
LARGEST_PICTURE: Final = 16 << 20
QUALITY: Final = 92
READ: Final = {"format_whitelist": "mov,mp4", "max_pixels": str(MOST_PIXELS)}


class NoPicture(ValueError):
    """The live files hold no picture that can be decoded."""


def still(folder: Path) -> bytes:
    """JPEG of the newest keyframe, in its own size.

    folder   with the list and its files
    Raises   NoPicture, OSError
    """
    for init, segment in reversed(listed((folder / PLAYLIST).read_text(encoding="ascii"))):
        try:
            frame = newest_keyframe(_read(folder, init) + _read(folder, segment))
        except (av.error.FFmpegError, FileNotFoundError):  # the oldest segments go while the list is read
            continue
        if frame is not None:
            return _jpeg(frame)
    raise NoPicture("no keyframe in the live files")


def newest_keyframe(data: bytes) -> VideoFrame | None:
    """None: a segment between two keyframes, or one whose keyframe is damaged. Raises av.error.FFmpegError."""
    newest = None
    with av.open(io.BytesIO(data), "r", options=READ) as container:
        if not container.streams.video:
            return None
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        stream.codec_context.skip_frame = "NONKEY"
        for frame in container.decode(stream):
            if not frame.is_corrupt:
                newest = frame
    return newest


def _read(folder: Path, name: str) -> bytes:
    path = (folder / name).resolve()
    if path.parent != folder.resolve() or path.stat().st_size > LARGEST_FILE:
        raise NoPicture(f"{name} is no live file")
    return path.read_bytes()


def _jpeg(frame: VideoFrame) -> bytes:
    picture = frame.to_ndarray(format="bgr24").astype(np.uint8, copy=False)
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    data = encoded.tobytes() if done else b""
    if not 0 < len(data) <= LARGEST_PICTURE:
        raise NoPicture("the picture cannot be encoded")
    return data
