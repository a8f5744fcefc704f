"""Which copies of a stored video there are: derived on demand, never evidence themselves (docs/adr/0019)."""

from enum import StrEnum
from typing import Final

LONGEST_S: Final = 180.0
"""A longer video is not encoded anew while somebody waits: it is downloaded."""

RECORDING: Final = "recording"
RECORDING_COPY: Final = "recording-copy"
CLIP_COPY: Final = "clip-copy"
CLIP_OVERLAY: Final = "clip-overlay"


class Form(StrEnum):
    """PLAYED: H.264, for a browser without H.265. DRAWN: that, with boxes and zone burned in (R28, R42)."""

    PLAYED = "played"
    DRAWN = "drawn"


def needs_copy(media_type: str) -> bool:
    """Whether not every browser plays the stored file."""
    return media_type.startswith("video/mp4;")


def can_be_copied(seconds: float) -> bool:
    return 0 <= seconds <= LONGEST_S
