"""Settings of the replay desk."""

from pydantic import Field

from infra.settings import ProcessSettings


class DeskSettings(ProcessSettings):
    """Read from the environment, prefix KASKA_."""

    replay_nice: int = Field(
        10, description="how much the jobs give way to live work: 0 not at all, 19 most", ge=0, le=19
    )
    replay_most_waiting: int = Field(16, description="jobs that may wait; more are refused", ge=1)
    replay_jobs_kept: int = Field(50, description="jobs kept with their results; the oldest go first", ge=1)
