"""Pictures of a machine and the desk that keeps them: questions by NATS request, their answers (docs/adr/0025)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.contracts.identifiers import ZoneId
from domain.contracts.machines import TaughtState

ALBUM: Final = "teach.album"
ADD: Final = "teach.add"
LABEL: Final = "teach.label"
REMOVE: Final = "teach.remove"
PICTURE: Final = "teach.picture"

MOST_PICTURES: Final = 400
"""Of one machine."""

LONGEST_SIDE: Final = 400
"""Pixels of what is kept of a picture; a look at a machine needs less."""

LARGEST_PICTURE: Final = 600_000
"""Bytes on their way; beside base64 a message of NATS has room for them."""


@dataclass(frozen=True, slots=True)
class AlbumAsked:
    zone_id: ZoneId


@dataclass(frozen=True, slots=True)
class PictureAdded:
    """png   base64 of the machine's crop, at most LONGEST_SIDE each way and LARGEST_PICTURE bytes"""

    zone_id: ZoneId
    png: str
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureLabelled:
    """states   instead of those that it had"""

    zone_id: ZoneId
    picture_id: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PictureNamed:
    zone_id: ZoneId
    picture_id: str


@dataclass(frozen=True, slots=True)
class AlbumPicture:
    """picture_id   sha256 of its file"""

    picture_id: str
    states: tuple[str, ...]
    added_at: datetime


@dataclass(frozen=True, slots=True)
class TeachingProgress:
    """Of the training that goes on: `done` of `of` parts; of is 0 while it waits for another machine's."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Album:
    """counts   of every state of every aspect, those without pictures too"""

    pictures: tuple[AlbumPicture, ...]
    counts: tuple[TaughtState, ...]
    progress: TeachingProgress | None = None


@dataclass(frozen=True, slots=True)
class PictureBytes:
    """data   base64 of a PNG or a JPEG"""

    media_type: str
    data: str
