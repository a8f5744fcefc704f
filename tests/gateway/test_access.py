"""Who may sign in and with which roles: seen and changed by who manages access; names in the audit (R133, R135)."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.commands import Accepted, GrantRole, Order, Refused, Reply, RevokeRole
from domain.contracts.identifiers import local_user_id
from gateway import rights
from tests.gateway.busy_plant import AUDIT
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT
from tests.gateway.staff import hold

WHO = "{ users { id login name disabled provider roles { id name isLimited } } roles { id name rights } }"
CHANGE = """
mutation ($user: ID!, $role: ID!, $c: String!) {
  p: %s(userId: $user, roleId: $role, commandId: $c) {
    ... on PlantUser { login roles { id } }
    ... on Refusal { code }
  }
}
"""
GRANT, REVOKE = CHANGE % "grantRole", CHANGE % "revokeRole"
BORIS = local_user_id("boris")


@pytest.fixture
def staffed(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """«admin» manages access, «boris» holds nothing yet, and the domain does what it is told."""
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    hold(gateway, (Right.MANAGE_ACCESS, Right.VIEW_AUDIT))
    known = {"provider": "local", "email": None, "phone": None, "registered_at": AT, "position": 1}
    gateway.plant.put_row("user_account", id=BORIS, login="boris", name="Борис Краснов", **known)

    def answer(order: Order) -> Reply:
        match order.command:
            case GrantRole(role_id, user_id):
                granted = {"scope": None, "granted_at": AT, "granted_by": order.by, "position": 2}
                gateway.plant.put_row("role_grant", role_id=role_id, user_id=user_id, **granted)
            case RevokeRole(role_id, user_id):
                with psycopg.connect(gateway.plant.dsn) as connection:
                    connection.execute(
                        "delete from read_model.role_grant where role_id = %s and user_id = %s", (role_id, user_id)
                    )
        gateway.plant.position += 1
        gateway.plant.project("access", gateway.plant.position)
        return Accepted(gateway.plant.position)

    gateway.domain.answer = answer
    return gateway


async def test_people_are_listed_with_the_roles_that_they_hold(staffed: Gateway) -> None:
    with psycopg.connect(staffed.plant.dsn) as connection:
        connection.execute(
            "insert into read_model.role_grant values ('administrator', %s, %s, now(), 'anna', 1)",
            (BORIS, Jsonb({"whole_plant": False})),
        )
        connection.execute("insert into read_model.role values ('old', 'old', '{}', '{}', true, 1)")
        connection.execute("insert into read_model.role_grant values ('old', %s, null, now(), 'anna', 1)", (BORIS,))
    data = (await (await staffed.guard()).ask(WHO)).data
    assert [(each["login"], each["provider"]) for each in data["users"]] == [("admin", "LOCAL"), ("boris", "LOCAL")]
    assert data["users"][1] == {
        **{"id": str(BORIS), "login": "boris", "name": "Борис Краснов", "disabled": False, "provider": "LOCAL"},
        "roles": [{"id": "administrator", "name": "administrator", "isLimited": True}],
    }
    assert [(each["id"], len(each["rights"])) for each in data["roles"]] == [("administrator", len(Right)), ("held", 2)]


async def test_a_role_is_given_and_taken_in_the_name_of_who_asked(staffed: Gateway) -> None:
    browser = await staffed.guard()
    given = await browser.ask(GRANT, user=str(BORIS), role="held", c="grant-001")
    assert given.data["p"] == {"login": "boris", "roles": [{"id": "held"}]}
    taken = await browser.ask(REVOKE, user=str(BORIS), role="held", c="revoke-01")
    assert taken.data["p"] == {"login": "boris", "roles": []}
    assert [(order.command, order.by) for order in staffed.domain.orders] == [
        (GrantRole(role_id="held", user_id=BORIS), "admin"),  # type: ignore[arg-type]
        (RevokeRole(role_id="held", user_id=BORIS), "admin"),  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"user": "boris"}, "invalid_input"),
        ({"user": str(uuid4())}, "user_unknown"),
        ({"role": "../x"}, "invalid_input"),
        ({"c": "short"}, "invalid_input"),
    ],
)
async def test_what_cannot_be_meant_is_not_sent(staffed: Gateway, given: dict[str, Any], code: str) -> None:
    browser = await staffed.guard()
    wanted = {"user": str(BORIS), "role": "held", "c": "grant-001"} | given
    for document in (GRANT, REVOKE):
        assert (await browser.ask(document, **wanted)).data["p"]["code"] == code
    assert staffed.domain.orders == []


async def test_a_part_of_the_plant_is_not_enough_and_nothing_is_sent(staffed: Gateway) -> None:
    hold(staffed, tuple(set(Right) - {Right.MANAGE_ACCESS}))
    browser = await staffed.guard()
    for held, scope in (
        ((Right.VIEW_AUDIT,), {}),
        ((Right.MANAGE_ACCESS,), {"cameras": ["gate"], "whole_plant": False}),
    ):
        hold(staffed, held, scope or {"whole_plant": True})
        for document in (GRANT, REVOKE):
            answer = await browser.ask(document, user=str(BORIS), role="administrator", c="grant-001")
            assert answer.data["p"]["code"] == "not_allowed"
        assert (await browser.ask("{ users { id } }")).errors[0]["extensions"]["code"] == "not_allowed"
        assert (await browser.ask("{ roles { id } }")).errors[0]["extensions"]["code"] == "not_allowed"
    assert staffed.domain.orders == []


async def test_the_domain_says_no_to_taking_the_last_administrators_role(staffed: Gateway) -> None:
    staffed.domain.answer = lambda _: Refused("administrators_needed", "the last administrator stays one")
    answer = await (await staffed.guard()).ask(REVOKE, user=str(BORIS), role="administrator", c="revoke-01")
    assert answer.data["p"]["code"] == "administrators_needed"


async def test_the_audit_names_people_who_are_known(staffed: Gateway) -> None:
    erased = uuid4()
    with psycopg.connect(staffed.plant.dsn) as connection:
        connection.execute(
            "insert into read_model.user_account (id, provider, login, name, erased_at, registered_at, position)"
            " values (%s, 'local', 'стёрто', 'стёрто', now(), now(), 1)",
            (erased,),
        )
    rows: tuple[tuple[str, bool, str, str, dict[str, Any]], ...] = (
        ("boris", False, "role", "held", {"user_id": str(BORIS)}),
        ("gateway", True, "user", f"{BORIS}-20260302", {}),
        ("admin", False, "delivery", str(uuid4()), {"recipient": str(erased)}),
        ("rules", True, "incident", str(BORIS), {"user_id": "no identifier"}),
    )
    for n, (actor, service, entity, entity_id, detail) in enumerate(rows, 1):
        staffed.plant.put_row(
            "audit_entry",
            **{"position": n, "at": AT, "actor": actor, "service": service, "entity": entity, "entity_id": entity_id},
            **{"version": 1, "name": "role.granted.v1", "detail": Jsonb(detail)},
        )
    named = AUDIT.replace("detail", "detail actorName persons { id name }")
    edges = (await (await staffed.guard()).ask(named)).data["audit"]["edges"]
    boris = [{"id": str(BORIS), "name": "Борис Краснов"}]
    found = [(edge["node"]["actorName"], edge["node"]["persons"]) for edge in reversed(edges)]
    assert found == [("Борис Краснов", boris), (None, boris), ("admin", []), (None, [])]
