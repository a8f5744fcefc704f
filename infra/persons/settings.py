"""Which file holds the master key. For the processes that may read personal data, and for no other."""

from pathlib import Path

from pydantic import Field

from infra.settings import ProcessSettings

MASTER_KEY = "secrets/persons.key"


class PersonsSettings(ProcessSettings):
    """Read from the environment, prefix KASKA_."""

    persons_key_file: Path | None = Field(
        None, description="file with the key that wraps the keys of persons; without it <home>/secrets/persons.key"
    )

    @property
    def master_key_file(self) -> Path:
        return self.persons_key_file or self.home / MASTER_KEY
