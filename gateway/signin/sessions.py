"""Sessions: a random token in the browser's cookie, its sha256 in Postgres."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from gateway.database import Database, sql
from gateway.signin.rows import Session

COOKIE = "kaska_session"
_TOKEN_BYTES = 32
_LONGEST_TOKEN = 64


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """token goes into the cookie and is kept nowhere else."""

    token: str
    session: Session


class Sessions:
    """Opens, finds and closes sessions."""

    def __init__(self, database: Database, lifetime: timedelta) -> None:
        self._database = database
        self._lifetime = lifetime

    @property
    def lifetime_s(self) -> int:
        return int(self._lifetime.total_seconds())

    async def open(self, login: str, address: str) -> OpenedSession:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        params = {"token_hash": _hash(token), "login": login, "address": address, "lifetime": self._lifetime}
        session = await self._database.row(Session, sql("session_open"), params)
        if session is None:
            raise LookupError("INSERT ... RETURNING gave no row")
        return OpenedSession(token, session)

    async def find(self, token: str | None) -> Session | None:
        """The live session behind a cookie's value, None when there is none."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        return await self._database.row(Session, sql("session_find"), {"token_hash": _hash(token)})

    async def close(self, token: str) -> None:
        await self._database.execute(sql("session_close"), {"token_hash": _hash(token)})


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
