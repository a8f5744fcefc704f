"""How long and how much a plant keeps: chosen on the command line, told to the processes by their environment."""

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from infra.settings import ProcessSettings

GIB: Final = 1024**3
LONGEST_DAYS: Final = 3660
MOST_DETECTIONS_DAYS: Final = 365
MOST_GIB: Final = 1_000_000
OBSERVATIONS_DAYS: Final = 400
DAY_S: Final = 24 * 3600.0


@dataclass(frozen=True)
class Keeping:
    """media_gib, media_days: photos and clips. None: what the environment says, else the default of who needs it."""

    detections_days: int = 14
    detections_gib: int = 8
    archive_days: int | None = None
    media_days: int | None = None
    media_gib: int | None = None
    observations_days: int | None = None

    @property
    def observations_max_age_s(self) -> float:
        return (self.observations_days or OBSERVATIONS_DAYS) * DAY_S

    @property
    def detections_max_age_s(self) -> float:
        return self.detections_days * 24 * 3600.0

    @property
    def detections_max_bytes(self) -> int:
        return self.detections_gib * GIB

    def environment(self) -> dict[str, str]:
        told = {"KASKA_DETECTIONS_DAYS": self.detections_days, "KASKA_DETECTIONS_GIB": self.detections_gib}
        for name, chosen, unit in (
            ("KASKA_ARCHIVE_DAYS", self.archive_days, 1),
            ("KASKA_MEDIA_DAYS", self.media_days, 1),
            ("KASKA_MEDIA_MAX_BYTES", self.media_gib, GIB),
            ("KASKA_OBSERVATIONS_DAYS", self.observations_days, 1),
        ):
            if chosen is not None:
                told[name] = chosen * unit
        return {name: str(value) for name, value in told.items()}


class DetectionsSettings(ProcessSettings):
    """Settings of the processes that must know how long DETECTIONS keeps its messages."""

    detections_days: int = Field(14, description="days that DETECTIONS keeps", ge=1, le=MOST_DETECTIONS_DAYS)
    detections_gib: int = Field(8, description="GiB that DETECTIONS may take, the oldest go first", ge=1, le=MOST_GIB)

    @property
    def detections_max_age_s(self) -> float:
        return self.detections_days * 24 * 3600.0

    @property
    def detections_max_bytes(self) -> int:
        return self.detections_gib * GIB
