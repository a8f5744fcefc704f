"""Settings of the domain service."""

from pydantic import Field

from infra.settings import ProcessSettings


class DomainSettings(ProcessSettings):
    """Read from the environment, prefix KASKA_."""

    checkpoint_interval_s: float = Field(2.0, description="how often the rules' state is stored", gt=0)
    read_limit: int = Field(500, description="messages of DETECTIONS taken at once", ge=1, le=1000)
    command_threads: int = Field(4, description="commands answered at the same time", ge=1)
