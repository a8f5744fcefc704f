"""Recorded detections as replay takes them in: chunks of messages, from whatever keeps them."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.contracts.detections import HEADER, WIRE_VERSIONS
from domain.contracts.identifiers import CameraId

Hole = tuple[int, int]
"""First and last position of a stretch of DETECTIONS that was not replayed."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Messages of DETECTIONS: three columns of equal length.

    sequences  positions in the stream, rising
    cameras    who was watched
    payloads   messages as they were stored; `domain.contracts.detections.decode` reads one
    """

    sequences: Sequence[int]
    cameras: Sequence[CameraId]
    payloads: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Span:
    """What to replay: captured within [from_us, to_us), only some cameras. None = no limit.

    A source may give more at both ends; it never gives less.
    """

    from_us: int | None = None
    to_us: int | None = None
    cameras: frozenset[CameraId] | None = None

    def wants(self, camera_id: CameraId) -> bool:
        return self.cameras is None or camera_id in self.cameras


class Recording(Protocol):
    """Where recorded detections come from.

    holes  what lies before `end` and was not given, because nobody keeps it any more or the span left it out;
           complete when `chunks` is exhausted
    end    position up to which it was read; right when `chunks` is exhausted
    """

    holes: list[Hole]
    end: int

    def bounds(self, span: Span) -> tuple[int, int]:
        """First and last position of what `chunks` gives, nearly; to tell how far one is. None when last < first."""
        ...

    def chunks(self, span: Span) -> Iterator[Chunk]:
        """The messages of the span, each once; those of a camera in the order of the stream."""
        ...


def captured_us(payload: bytes) -> int | None:
    """Capture time of a message's first frame; None when it is no message of a version this build knows."""
    try:
        header = HEADER.unpack_from(payload)
    except struct.error:
        return None
    return int(header[7]) if header[0] in WIRE_VERSIONS else None
