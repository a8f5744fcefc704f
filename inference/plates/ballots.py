"""What is known of one vehicle's plate while it is looked at, and when that is enough to be told. Pure."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import cv2

from domain.contracts.detections import ModelRef, from_microseconds
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.observations import PlateRead
from inference.plates.finding import Reading
from inference.plates.voting import Voted, voted
from infra.frames import Pixels

ENOUGH_VOTES: Final = 3
ENOUGH_SCORE: Final = 0.75
"""So many readings that say the same, so surely: the vehicle needs no more looks."""

MOST_LOOKS: Final = 60
"""At one vehicle. What was not read by then stands badly, or is no plate."""

SURE_ALONE: Final = 0.8
FOREIGN_VOTES: Final = 3
LEAST_SCORE: Final = 0.5

MOST_READINGS: Final = 24
PICTURE_PX: Final = 480
JPEG_QUALITY: Final = 80


@dataclass(frozen=True, slots=True)
class Look:
    """A vehicle in one frame. picture: (h, w, 3) uint8 BGR, its box with room around it."""

    camera_id: str
    track_id: int
    captured_at_us: int
    picture: Pixels

    @property
    def vehicle(self) -> tuple[str, int]:
        return self.camera_id, self.track_id


@dataclass(slots=True)
class Ballot:
    """The looks at one vehicle."""

    looks: int = 0
    readings: list[Reading] = field(default_factory=list)
    first_us: int = 0
    last_us: int = 0
    told: Voted | None = None
    best: tuple[float, Pixels] | None = None

    def add(self, look: Look, reading: Reading | None) -> None:
        self.looks += 1
        if reading is None or len(self.readings) >= MOST_READINGS:
            return
        self.readings.append(reading)
        self.first_us = self.first_us or look.captured_at_us
        self.last_us = max(self.last_us, look.captured_at_us)
        worth = reading.score + reading.rank[0]
        if self.best is None or worth > self.best[0]:
            self.best = worth, look.picture

    def result(self) -> Voted | None:
        """What the readings say, where it is sure enough to be written down."""
        found = voted(self.readings)
        if found is None or found.score < LEAST_SCORE:
            return None
        if found.plate is None:
            return found if found.votes >= FOREIGN_VOTES else None
        is_sure = found.score >= SURE_ALONE and found.plate.repairs <= 1
        return found if found.votes >= 2 or is_sure else None

    def is_enough(self) -> bool:
        """Whether more looks would change nothing, or are in vain."""
        if self.looks >= MOST_LOOKS:
            return True
        found = voted(self.readings) if len(self.readings) >= ENOUGH_VOTES else None
        return found is not None and found.votes >= ENOUGH_VOTES and found.score >= ENOUGH_SCORE

    def untold(self) -> Voted | None:
        """The result, where it says something else than what was told before."""
        found = self.result()
        known = self.told
        if found is None or (known is not None and (known.text, known.plate) == (found.text, found.plate)):
            return None
        self.told = found
        return found

    def fact(
        self, camera_id: str, track_id: int, found: Voted, models: tuple[ModelRef, ...], keep_until: datetime
    ) -> PlateRead:
        plate = found.plate
        return PlateRead(
            camera_id=CameraId(camera_id),
            track_id=TrackId(track_id),
            first=from_microseconds(self.first_us),
            last=from_microseconds(self.last_us),
            text=found.text,
            number=plate.number if plate else None,
            format=plate.format if plate else None,
            region=plate.region if plate else None,
            score=round(found.score, 4),
            readings=len(self.readings),
            models=models,
            keep_until=keep_until,
            picture=None if self.best is None else jpeg(self.best[1]),
        )


def jpeg(picture: Pixels) -> str | None:
    """The picture in base64, no wider than PICTURE_PX."""
    height, width = picture.shape[:2]
    scale = min(1.0, PICTURE_PX / max(height, width))
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return base64.b64encode(data.tobytes()).decode() if done else None
