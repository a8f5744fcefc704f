"""Recording on demand: words that events, commands and the camera's process share (R38 to R40)."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

LONGEST_RECORDING: Final = timedelta(minutes=30)


class RecordingEnd(StrEnum):
    """Why a recording ends where it ends."""

    TIME_OVER = "time_over"
    STOPPED = "stopped"
    FORMAT_CHANGED = "format_changed"
    NO_ROOM = "no_room"
    RESTARTED = "restarted"


PARTIAL: Final = frozenset({RecordingEnd.FORMAT_CHANGED, RecordingEnd.NO_ROOM, RecordingEnd.RESTARTED})
"""The recording lacks its end: it was to last longer, and nobody stopped it."""
