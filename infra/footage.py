"""Opens recorded footage: a video file, or a folder of numbered pictures as the MOT benchmarks have it."""

from pathlib import Path
from typing import Final

import av
from av.container import InputContainer

PICTURES: Final = "%06d.jpg"
"""Counted from 1."""


def open_footage(path: Path) -> InputContainer:
    """To be used in a `with`. Raises av.error.FFmpegError."""
    if path.is_dir():
        return av.open(str(path / PICTURES), format="image2", options={"start_number": "1"})
    return av.open(str(path))


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of the footage's picture in pixels. Raises FFmpegError, IndexError (no video in it)."""
    with open_footage(path) as footage:
        context = footage.streams.video[0].codec_context
        return context.width, context.height
