"""Settings of the projections process."""

from pydantic import Field

from infra.persons.settings import PersonsSettings


class ProjectionsSettings(PersonsSettings):
    """Read from the environment, prefix KASKA_."""

    read_limit: int = Field(1000, description="events projected in one transaction at most", ge=1, le=1000)
    retry_pause_s: float = Field(1.0, description="pause after the database or the server did not answer", gt=0)
