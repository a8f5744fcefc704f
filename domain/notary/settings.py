"""Settings of the notary."""

from pydantic import Field

from infra.settings import ProcessSettings


class NotarySettings(ProcessSettings):
    """Read from the environment, prefix KASKA_."""

    checkpoint_interval_s: float = Field(60.0, description="how often a checkpoint is signed when there is news", gt=0)
    audit_bucket: str = Field("kaska-audit", description="object-locked bucket of the checkpoints' copies")
    audit_retention_days: int = Field(
        1826, description="how long nobody can delete a copy, the store's administrator neither", ge=1
    )
    store_retry_s: float = Field(10.0, description="pause after the object store did not take a copy", gt=0)
