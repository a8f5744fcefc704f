"""Rows of the schema auth."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credential:
    login: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person, until expires_at (aware UTC)."""

    login: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Login:
    login: str
