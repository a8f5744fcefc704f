"""Passwords: argon2id in a thread, two at a time, the same work for a login that does not exist."""

import asyncio
import logging

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.database import Database, sql
from gateway.signin.rows import Credential

log = logging.getLogger(__name__)

ADMINISTRATOR = "admin"
DECOY = "$argon2id$v=19$m=65536,t=3,p=4$adaXDGjLunbw2zcpUVsVBw$KCDAFiHStv1yVUirVmIl6IU3/GAj7apm1YfLkHEhxeQ"
"""The hash of nothing that anybody knows, at the usual cost: checked where there is no such login."""

_PARALLEL = 2  # a hash takes 64 MB and a core: more at once would let strangers fill the memory


class Passwords:
    """Checks passwords against auth.credential."""

    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(_PARALLEL)

    async def ensure_administrator(self, password: str | None) -> None:
        """Creates `admin` when there is no credential at all and a first password is set."""
        if password is None:
            return
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        params = {"login": ADMINISTRATOR, "password_hash": hashed}
        if await self._database.execute(sql("credential_first"), params):
            log.info("administrator created", extra={"login": ADMINISTRATOR})

    async def right(self, login: str, password: str) -> bool:
        """Whether the password is the login's. An unknown login takes as long as a wrong password."""
        credential = await self._database.row(Credential, sql("credential_find"), {"login": login})
        stored = credential.password_hash if credential else DECOY
        async with self._slots:
            matches = await asyncio.to_thread(self._matches, stored, password)
        if credential is None or not matches:
            return False
        if self._hasher.check_needs_rehash(stored):
            await self._rehash(login, password)
        return True

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _rehash(self, login: str, password: str) -> None:
        hashed = await asyncio.to_thread(self._hasher.hash, password)
        await self._database.execute(sql("credential_rehash"), {"login": login, "password_hash": hashed})
