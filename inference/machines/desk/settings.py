"""Settings of the process that teaches machines."""

from pydantic import Field

from infra.settings import ProcessSettings


class TeacherSettings(ProcessSettings):
    """Read from the environment, prefix KASKA_."""

    teacher_nice: int = Field(
        15, description="how much training gives way to live work: 0 not at all, 19 most", ge=0, le=19
    )
    teacher_longest_s: float = Field(1800.0, description="a training that takes longer is broken off", gt=0, le=3000)
