"""Datagrams that the network lost: FFmpeg counts them, but tells only its log. Used by the source of a UDP camera.

Without it a lost picture goes unnoticed: H.264 decodes the next ones against the wrong picture and marks nothing.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import av.logging

MISSED: Final = "RTP: missed"
SILENT: Final = logging.CRITICAL + 1


@contextmanager
def losses() -> Iterator["Losses"]:
    """For the thread that demuxes. What FFmpeg says goes nowhere else: it may hold the camera's password."""
    logging.getLogger("libav").setLevel(SILENT)
    av.logging.set_skip_repeated(False)
    av.logging.set_level(av.logging.WARNING)
    with av.logging.Capture() as lines:
        yield Losses(lines)


class Losses:
    def __init__(self, lines: list[tuple[int, str, str]]) -> None:
        self._lines = lines

    def taken(self) -> bool:
        """Whether datagrams were lost since the last call."""
        has_lost = any(MISSED in message for _, _, message in self._lines)
        self._lines.clear()
        return has_lost
