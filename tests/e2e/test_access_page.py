"""An administrator gives and takes roles in the browser; the audit says by name who was meant (R133, R135)."""

import psycopg
import pytest
from playwright.async_api import Page, expect
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.commands import Accepted, GrantRole, Order, Refused, Reply, RevokeRole
from domain.contracts.identifiers import local_user_id
from tests.e2e.test_console import sign_in
from tests.e2e.watching import shot
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT
from tests.gateway.staff import hold

pytestmark = pytest.mark.browser

BORIS = local_user_id("boris")


def obey(gateway: Gateway) -> None:
    """Roles are given and taken as the domain does, and the last administrator stays one."""

    def answer(order: Order) -> Reply:
        match order.command:
            case GrantRole(role_id, user_id):
                granted = {"scope": None, "granted_at": AT, "granted_by": order.by, "position": 2}
                gateway.plant.put_row("role_grant", role_id=role_id, user_id=user_id, **granted)
            case RevokeRole(role_id="held"):
                return Refused("administrators_needed", "the last administrator of the whole plant stays one")
            case RevokeRole(role_id, user_id):
                with psycopg.connect(gateway.plant.dsn) as connection:
                    connection.execute(
                        "delete from read_model.role_grant where role_id = %s and user_id = %s", (role_id, user_id)
                    )
        gateway.plant.position += 1
        gateway.plant.project("access", gateway.plant.position)
        return Accepted(gateway.plant.position)

    gateway.domain.answer = answer


async def test_roles_are_given_and_taken_and_named_in_the_audit(page: Page, gateway: Gateway) -> None:
    hold(gateway, tuple(Right))
    known = {"provider": "local", "email": None, "phone": None, "registered_at": AT, "position": 1}
    gateway.plant.put_row("user_account", id=BORIS, login="boris", name="Борис Краснов", **known)
    granted = {"entity": "role", "entity_id": "guard", "version": 1, "name": "role.granted.v1"}
    detail = Jsonb({"role_id": "guard", "user_id": str(BORIS)})
    gateway.plant.put_row("audit_entry", position=1, at=AT, actor="boris", service=False, **granted, detail=detail)
    obey(gateway)
    await page.set_viewport_size({"width": 1280, "height": 800})
    await sign_in(page)
    await page.goto("/people")
    boris = page.get_by_role("row").filter(has_text="Борис Краснов")
    await expect(boris).to_contain_text("ролей нет")
    await boris.get_by_role("combobox", name="Выдать роль: Борис Краснов").click()
    await page.get_by_title("administrator", exact=True).click()
    take = boris.get_by_role("button", name="Отозвать роль «administrator»: Борис Краснов")
    await expect(take).to_be_visible()
    await expect(page.get_by_text("Роль выдана")).to_be_visible()
    await shot(page, "access")
    await take.click()
    await page.get_by_role("button", name="Отозвать", exact=True).click()
    await expect(boris).to_contain_text("ролей нет")
    await page.get_by_role("button", name="Отозвать роль «held»: admin").click()
    await page.get_by_role("button", name="Отозвать", exact=True).last.click()
    await expect(page.get_by_text("должен остаться хотя бы один администратор")).to_be_visible()
    await shot(page, "access-refused")
    assert [type(order.command) for order in gateway.domain.orders] == [GrantRole, RevokeRole, RevokeRole]

    await page.goto("/audit")
    entry = page.get_by_role("row").filter(has_text="Роль выдана")
    await expect(entry).to_contain_text("пользователь: Борис Краснов")
    await expect(entry.get_by_title("boris", exact=True)).to_have_text("Борис Краснов")
    await expect(entry).not_to_contain_text(str(BORIS))
    await shot(page, "audit-names")
