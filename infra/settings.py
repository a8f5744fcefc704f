"""What every process is told by its environment (`KASKA_…`), and the credentials of cameras.

Each process subclasses `ProcessSettings` in its own folder; the supervisor sets the variables.
"""

import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

CAMERA_CREDENTIALS: Final = "secrets/cameras.json"
OF_ANALYSIS: Final = ".analysis"  # no camera has a dot in its name
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


def camera_credentials(home: Path, camera_id: str) -> str | None:
    """`user:password` of a camera, or None when it asks for none. They never travel in events."""
    return _read_credentials(home).get(camera_id)


def analysis_credentials(home: Path, camera_id: str) -> str | None:
    """Those of its second stream, where they are others than the main one's."""
    return _read_credentials(home).get(f"{camera_id}{OF_ANALYSIS}")


def save_analysis_credentials(home: Path, camera_id: str, credentials: str) -> None:
    """As `save_camera_credentials`, of the second stream."""
    save_camera_credentials(home, f"{camera_id}{OF_ANALYSIS}", credentials)


def save_camera_credentials(home: Path, camera_id: str, credentials: str) -> None:
    """Keeps `user:password` of a camera in `<home>/secrets/cameras.json`, readable by the owner only."""
    every = _read_credentials(home) | {camera_id: credentials}
    write_secret(home / CAMERA_CREDENTIALS, json.dumps(every, indent=1, sort_keys=True))


def write_secret(path: Path, text: str) -> None:
    """Replaces the file in one step; its mode is 0600 from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def _read_credentials(home: Path) -> dict[str, str]:
    try:
        text = (home / CAMERA_CREDENTIALS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    known: dict[str, str] = json.loads(text)
    return known
