"""Logins are users of the domain, and go with everything about them when the person is erased."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from domain.contracts.access import ADMINISTRATOR, Provider, Right
from domain.contracts.commands import Accepted, DefineRole, ErasePerson, GrantRole, Order, Refused, RegisterUser, Reply
from domain.contracts.identifiers import local_user_id
from gateway.signin.accounts import NotArranged
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from tests.gateway.conftest import PASSWORD, Answer, Browser, Gateway

ADMIN = local_user_id("admin")
ANNA = local_user_id("anna")
ERASE = """mutation ($who: String!, $why: String!, $id: String!) {
  erasePerson(person: $who, reason: $why, commandId: $id) {
    __typename ... on PersonErased { id erasedAt } ... on Refusal { code message } } }"""


@pytest.fixture
def users(postgres: PostgresServer, gateway: Gateway) -> Iterator[psycopg.Connection[Any]]:
    """The read model of users, empty."""
    with psycopg.connect(postgres.dsn(PROJECTIONS), autocommit=True) as connection:
        connection.execute("truncate read_model.user_account")
        connection.execute("insert into read_model.projection values ('access', 0) on conflict do nothing")
        yield connection
        connection.execute("truncate read_model.user_account")


def put(users: psycopg.Connection[Any], id_: UUID, login: str, *, erased: bool = False) -> None:
    users.execute(
        "insert into read_model.user_account (id, provider, login, name, registered_at, erased_at, position)"
        " values (%s, 'local', %s, %s, now(), case when %s then now() end, 1)",
        [id_, login, login, erased],
    )


async def logins(gateway: Gateway) -> dict[str, UUID | None]:
    async with gateway.services.database.connection() as connection:
        rows = await (await connection.execute("select login, user_id from auth.credential")).fetchall()
    return dict(rows)


async def give_login(gateway: Gateway, login: str) -> None:
    """With the administrator's password."""
    await gateway.services.database.execute(
        b"insert into auth.credential (login, password_hash)"
        b" select %(login)s, password_hash from auth.credential where login = 'admin'",
        {"login": login},
    )


@pytest.mark.usefixtures("users")
async def test_the_first_administrator_becomes_a_user_who_may_everything(gateway: Gateway) -> None:
    defined = []

    def answer(order: Order) -> Reply:
        if isinstance(order.command, DefineRole):
            defined.append(order.command.role_id)
        if isinstance(order.command, GrantRole) and not defined:
            return Refused("role_unknown", "there is no such role")
        return Accepted(1)

    gateway.domain.answer = answer
    await gateway.services.accounts.register_new()
    assert [order.command for order in gateway.domain.orders] == [
        RegisterUser(ADMIN, Provider.LOCAL, "admin", "admin"),
        GrantRole(ADMINISTRATOR, ADMIN),
        DefineRole(ADMINISTRATOR, "Администратор", tuple(Right)),
        GrantRole(ADMINISTRATOR, ADMIN),
    ]
    assert {(order.by, order.person) for order in gateway.domain.orders} == {("gateway", None)}
    assert await logins(gateway) == {"admin": ADMIN}
    await gateway.services.accounts.register_new()
    assert len(gateway.domain.orders) == 4


@pytest.mark.usefixtures("users")
async def test_a_role_that_is_there_already_is_not_defined_anew(gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Accepted(1)
    await give_login(gateway, "anna")
    await gateway.services.accounts.register_new()
    assert [type(o.command) for o in gateway.domain.orders].count(GrantRole) == 1, "only admin gets it"
    assert DefineRole not in {type(order.command) for order in gateway.domain.orders}
    assert await logins(gateway) == {"admin": ADMIN, "anna": ANNA}


async def test_whom_an_administrator_registered_keeps_their_name(
    gateway: Gateway, users: psycopg.Connection[Any]
) -> None:
    put(users, ADMIN, "admin")
    put(users, ANNA, "anna")
    await give_login(gateway, "anna")
    gateway.domain.answer = lambda _: Accepted(1)
    await gateway.services.accounts.register_new()
    assert [type(order.command) for order in gateway.domain.orders] == [GrantRole]
    assert await logins(gateway) == {"admin": ADMIN, "anna": ANNA}


@pytest.mark.usefixtures("users")
async def test_a_login_that_the_domain_refuses_is_tried_again_later(gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Refused("busy", "send it again")
    with pytest.raises(NotArranged, match="busy"):
        await gateway.services.accounts.register_new()
    assert await logins(gateway) == {"admin": None}


@pytest.mark.usefixtures("users")
async def test_a_login_that_is_refused_holds_up_no_other(gateway: Gateway) -> None:
    await give_login(gateway, "two words")
    await give_login(gateway, "anna")

    def answer(order: Order) -> Reply:
        refused = isinstance(order.command, RegisterUser) and " " in order.command.login
        return Refused("field_refused", "login: no blank is accepted") if refused else Accepted(1)

    gateway.domain.answer = answer
    with pytest.raises(NotArranged, match="field_refused"):
        await gateway.services.accounts.register_new()
    assert await logins(gateway) == {"admin": ADMIN, "anna": ANNA, "two words": None}


async def test_an_erased_person_has_no_login_no_session_and_no_attempts(
    gateway: Gateway, users: psycopg.Connection[Any]
) -> None:
    await give_login(gateway, "anna")
    gateway.domain.answer = lambda _: Accepted(1)
    await gateway.services.accounts.register_new()
    admin, anna = await gateway.guard(), await gateway.browser()
    for _ in range(4):
        await anna.sign_in("anna", "wrong")
    assert (await anna.sign_in("anna", PASSWORD)).status_code == 200
    put(users, ANNA, "стёрто", erased=True)
    put(users, ADMIN, "admin")
    await gateway.services.accounts.forget_erased()
    assert await logins(gateway) == {"admin": ADMIN}
    assert (await anna.http.get("/api/session")).status_code == 401
    assert (await anna.sign_in("anna", PASSWORD)).status_code == 401
    assert (await admin.http.get("/api/session")).status_code == 200
    async with gateway.services.database.connection() as connection:
        rows = await (await connection.execute("select login from auth.session")).fetchall()
    assert rows == [("admin",)]


async def test_the_mutation_answers_when_the_login_is_gone(gateway: Gateway, users: psycopg.Connection[Any]) -> None:
    await give_login(gateway, "anna")
    gateway.domain.answer = lambda _: Accepted(1)
    await gateway.services.accounts.register_new()
    gateway.domain.orders.clear()
    put(users, ANNA, "стёрто", erased=True)
    for name in ("access", "incidents"):
        users.execute("update read_model.projection set position = 7 where name = %s", [name])
        users.execute("select pg_notify('kaska_projected', %s)", [f"{name}:7"])
    answer = await erase(await gateway.guard(), "anna")
    assert answer.data["erasePerson"]["id"] == str(ANNA)
    [order] = gateway.domain.orders
    assert order.command == ErasePerson(ANNA, "заявление 17")
    assert (order.by, order.person) == ("admin", ADMIN)
    assert "anna" not in await logins(gateway)


@pytest.mark.parametrize("code", ["right_missing", "own_account", "administrators_needed", "person_erased"])
@pytest.mark.usefixtures("users")
async def test_a_refusal_of_the_domain_comes_through_and_changes_nothing(gateway: Gateway, code: str) -> None:
    gateway.domain.answer = lambda _: Refused(code, "no")
    answer = await erase(await gateway.guard(), "admin")
    assert answer.data["erasePerson"] == {"__typename": "Refusal", "code": code, "message": "no"}
    assert "admin" in await logins(gateway)


@pytest.mark.parametrize(
    ("who", "why", "id_"), [("", "x", "erase-anna"), ("anna", " ", "erase-anna"), ("anna", "x", "1")]
)
async def test_what_cannot_be_a_command_is_refused_and_nothing_is_published(
    gateway: Gateway, who: str, why: str, id_: str
) -> None:
    answer = await erase(await gateway.guard(), who, why, id_)
    assert answer.data["erasePerson"]["code"] == "invalid_input"
    assert gateway.domain.orders == []


async def erase(browser: Browser, who: str, why: str = "заявление 17", id_: str = "erase-anna") -> Answer:
    return await browser.ask(ERASE, who=who, why=why, id=id_)
