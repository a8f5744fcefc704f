"""What every process is told by its environment (`KASKA_…`), and how a secret is written.

Each process subclasses `ProcessSettings` in its own folder; the supervisor sets the variables.
"""

import os
import tempfile
from pathlib import Path
from typing import Any, Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

NOTARY_PUBLIC_KEY: Final = "secrets/notary.pub"


class ProcessSettings(BaseSettings):
    """Settings shared by all processes; a process is given only the secrets that it needs, the others stay empty."""

    model_config = SettingsConfigDict(env_prefix="KASKA_", frozen=True, extra="ignore")

    home: Path = Field(description="folder of all data, logs and secrets")
    nats_url: SecretStr = Field(SecretStr(""), description="nats://user:password@host:port of this process's own user")
    postgres_dsn: SecretStr = Field(SecretStr(""), description="postgresql://role:password@host:port/kaska")
    s3_endpoint: str = Field("", description="host:port of the object store, plain HTTP")
    s3_access_key: SecretStr = Field(SecretStr(""), description="access key of the object store")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="secret key of the object store")
    s3_bucket: str = Field("kaska", description="bucket of photos, clips and detection slices")
    plant_tz: str = Field("Europe/Moscow", description="IANA time zone of the plant, for schedules and the console")
    plant_name: str = Field("Предприятие", min_length=1, description="name of the enterprise in registers and reports")
    frames_dir: Path = Field(Path("/dev/shm/kaska"), description="tmpfs folder of the frame rings")  # noqa: S108

    def describe(self) -> dict[str, Any]:
        """Name and value of each setting for the log at start; secrets are masked."""
        return {name: str(value) for name, value in self}


def write_secret(path: Path, text: str) -> None:
    """Replaces the file in one step; its mode is 0600 from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
