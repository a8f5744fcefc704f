"""Whose a login is: each is a user of the domain, and goes with everything here when that person is erased."""

import asyncio
import logging
from typing import Final

import psycopg

from domain.contracts.access import ADMINISTRATOR as ADMINISTRATORS
from domain.contracts.access import Provider, Right
from domain.contracts.commands import Command, DefineRole, GrantRole, Refused, RegisterUser
from domain.contracts.identifiers import UserId, local_user_id
from gateway.commands import DomainCommands
from gateway.database import Database, sql
from gateway.errors import GatewayError
from gateway.projected import ACCESS, Projected
from gateway.signin.attempts import Attempts
from gateway.signin.passwords import ADMINISTRATOR
from gateway.signin.rows import Login

log = logging.getLogger(__name__)

FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 30.0
ROLE_NAME: Final = "Администратор"


class NotArranged(GatewayError):
    """The domain refuses a user or a role that the gateway needs."""

    code = "not_arranged"


class Accounts:
    """Tells the domain of new logins, and deletes those of erased persons with their hashes and sessions."""

    def __init__(self, database: Database, commands: DomainCommands, projected: Projected, attempts: Attempts) -> None:
        self._database, self._commands, self._projected, self._attempts = database, commands, projected, attempts

    async def run(self) -> None:
        """For ever: at the start, and whenever the read model of users has moved."""
        pause_s = FIRST_PAUSE_S
        while True:
            position = self._projected.position(ACCESS)
            try:
                await self.forget_erased()
                await self.register_new()
            except (GatewayError, psycopg.Error) as error:
                log.info("accounts are looked at again", extra={"reason": str(error), "in_s": pause_s})
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                pause_s = FIRST_PAUSE_S
                await self._projected.moved_beyond(ACCESS, position)

    async def register_new(self) -> None:
        """Every login that is new here becomes a user, unless an administrator registered it.

        Raises  NotArranged after the last login when one of them was refused; DomainUnavailable, OutcomeUnknown
        """
        refusals = []
        for row in await self._database.rows(Login, sql("credentials_unregistered")):
            try:
                await self._register(row.login, local_user_id(row.login))
            except NotArranged as refusal:
                refusals.append(refusal)
        if refusals:
            raise refusals[0]

    async def _register(self, login: str, user: UserId) -> None:
        if await self._database.row(Login, sql("user_known"), {"id": user}) is None:
            await self._arrange(RegisterUser(user, Provider.LOCAL, login, login), f"login-{user}")
        if login == ADMINISTRATOR:
            await self._make_administrator(user)
        await self._database.execute(sql("credential_registered"), {"login": login, "user_id": user})

    async def forget_erased(self) -> None:
        """The login, its password's hash, its sessions and its failed attempts are deleted. Raises DatabaseBusy."""
        for row in await self._database.rows(Login, sql("credentials_erased")):
            self._attempts.forget(row.login)
            log.info("the login of an erased person is deleted")

    async def _make_administrator(self, user: UserId) -> None:
        """The first administrator holds the administrators' role; a role that is there already stays as it is."""
        grant = GrantRole(ADMINISTRATORS, user)
        refused = await self._commands.arrange(grant, command_id=f"grant-{user}")
        if refused is not None and refused.code == "role_unknown":
            await self._arrange(DefineRole(ADMINISTRATORS, ROLE_NAME, tuple(Right)), "define-administrator")
            await self._arrange(grant, f"grant-{user}")

    async def _arrange(self, command: Command, command_id: str) -> None:
        match await self._commands.arrange(command, command_id=command_id):
            case Refused(code, message):
                raise NotArranged(f"{type(command).__name__}: {code}, {message}")
