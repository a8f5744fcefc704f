"""Roles for tests of rights: logins of the small plant hold one role, somebody else is the administrator."""

from collections.abc import Iterable
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.identifiers import local_user_id
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT

WHOLE_PLANT: dict[str, Any] = {"whole_plant": True}
NOWHERE: dict[str, Any] = {"whole_plant": False, "shops": [], "groups": [], "cameras": []}


def hold(
    gateway: Gateway, rights: Iterable[Right], scope: dict[str, Any] = WHOLE_PLANT, logins: tuple[str, ...] = ("admin",)
) -> None:
    """From now on these logins have these rights there and no others."""
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute("truncate read_model.role, read_model.role_grant, read_model.user_account")
    known = {"provider": "local", "email": None, "phone": None, "registered_at": AT, "position": 1}
    granted = {"scope": None, "granted_at": AT, "granted_by": "anna", "position": 1}
    roles = (("administrator", list(Right), WHOLE_PLANT), ("held", list(rights), scope))
    for role, given, part in roles:
        gateway.plant.put_row("role", id=role, name=role, rights=given, scope=Jsonb(NOWHERE | part), position=1)
    gateway.plant.put_row("role_grant", role_id="administrator", user_id=local_user_id("anna"), **granted)
    for login in logins:
        gateway.plant.put_row("user_account", id=local_user_id(login), login=login, name=login, **known)
        gateway.plant.put_row("role_grant", role_id="held", user_id=local_user_id(login), **granted)
