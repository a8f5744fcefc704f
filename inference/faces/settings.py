"""Settings of the faces module: everything is off unless the operator of the machine says otherwise (R85, ADR 18)."""

from pathlib import Path

from pydantic import Field, SecretStr

from infra.faces import FacesKind
from infra.persons.settings import PersonsSettings


class FacesSettings(PersonsSettings):
    """Read from the environment, prefix KASKA_."""

    faces: FacesKind = Field(FacesKind.OFF, description="who compares faces: off, local or service")
    faces_cameras: str = Field("", description="cameras whose faces are compared: identifiers, a comma between them")
    faces_nats_url: SecretStr = Field(SecretStr(""), description="nats://user:password@host:port of the user `faces`")
    faces_url: str = Field("", description="http(s) address of the face service, for KASKA_FACES=service")
    faces_token_file: Path | None = Field(None, description="file with the token of the face service")
    faces_min_person_px: float = Field(120.0, description="height of a person whose face is looked at", gt=0)
    faces_days: int = Field(30, description="days that it is kept whose face was seen", ge=1, le=400)
    faces_interval_s: float = Field(1.0, description="time between two looks at one person", ge=0.1)

    @property
    def cameras(self) -> frozenset[str]:
        return frozenset(name.strip() for name in self.faces_cameras.split(",") if name.strip())

    @property
    def token(self) -> str | None:
        """Raises OSError."""
        if self.faces_token_file is None:
            return None
        return self.faces_token_file.read_text(encoding="utf-8").strip() or None
