"""Settings of the domain service."""

from pydantic import Field

from infra.keeping import LONGEST_DAYS, OBSERVATIONS_DAYS, DetectionsSettings
from infra.persons.settings import PersonsSettings


class DomainSettings(DetectionsSettings, PersonsSettings):
    """Read from the environment, prefix KASKA_."""

    checkpoint_interval_s: float = Field(2.0, description="how often the rules' state is stored", gt=0)
    read_limit: int = Field(500, description="messages of DETECTIONS taken at once", ge=1, le=1000)
    guard_period_s: float = Field(60.0, description="how often the streams are compared with what they must be", gt=0)
    command_threads: int = Field(4, description="commands answered at the same time", ge=1)
    observations_days: int = Field(
        OBSERVATIONS_DAYS, description="days that OBSERVATIONS keeps its messages", ge=1, le=LONGEST_DAYS
    )
