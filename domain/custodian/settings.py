"""Settings of the custodian."""

from datetime import time
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from infra.keeping import LONGEST_DAYS, DetectionsSettings


class CustodianSettings(DetectionsSettings):
    """Read from the environment, prefix KASKA_."""

    nightly_at: time = Field(time(3, 15), description="when the rounds begin, in the plant's wall time")
    media_days: int = Field(
        365,
        description="days that photos and clips are kept where the camera has no time of its own (R118)",
        ge=1,
        le=LONGEST_DAYS,
    )
    media_max_bytes: int | None = Field(
        None, description="bytes that photos, clips and slices may take; none: as the disk allows (R119)", ge=1_000_000
    )
    media_low_water: float = Field(
        0.9, description="the part of media_max_bytes that is left when it was full", gt=0, le=1
    )
    media_min_free_bytes: int = Field(
        1024**3, description="free bytes of the store's own disk below which the oldest evidence goes; 0: never", ge=0
    )
    media_disk: Path | None = Field(
        None, description="a folder of that disk; none: the embedded store's, and no disk where there is none"
    )
    archive_days: int = Field(365, description="days that archived detections are kept", ge=1, le=LONGEST_DAYS)
    watch_s: float = Field(60.0, description="how often disk and streams are looked at", gt=0)
    measure_s: float = Field(900.0, description="how often the store is listed to measure it", gt=0)
    retry_s: float = Field(300.0, description="how often a round that was missed or failed is tried again", gt=0)

    @field_validator("plant_tz")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"time zone {name!r} is unknown") from error
        return name

    @model_validator(mode="after")
    def _archive_outlives_the_stream(self) -> Self:
        if self.archive_days < self.detections_days:
            raise ValueError(
                "archive_days: not less than detections_days, or the archive would hold nothing of its own"
            )
        return self

    @property
    def disk(self) -> Path | None:
        """Where free space is measured; None when the store is on another machine."""
        if self.media_disk is not None:
            return self.media_disk
        own = self.home / "s3"
        return own if own.is_dir() else None
