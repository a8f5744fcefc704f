"""Settings of the reading of plates."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PlateSettings(BaseSettings):
    """Read from the environment, prefix KASKA_PLATES_. Which cameras read plates is said by each camera (`plates`)."""

    model_config = SettingsConfigDict(env_prefix="KASKA_PLATES_", frozen=True, extra="ignore")

    days: int = Field(30, description="how long a plate that was read is kept", ge=1, le=400)
    margin: float = Field(
        0.1, description="room around a vehicle's box, in its widths and heights, so that no plate is cut", ge=0, le=1
    )
    min_vehicle_px: float = Field(90.0, description="width of a vehicle's box from which its plate is looked for", gt=0)
    interval_s: float = Field(0.25, description="time between two looks at a vehicle", ge=0)
