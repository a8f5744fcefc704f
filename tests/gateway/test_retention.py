"""setRetention: how long a camera's photos and clips are kept (R118)."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from domain.contracts.commands import Accepted, Order, Refused, SetRetention
from domain.contracts.identifiers import CameraId
from tests.gateway.conftest import Answer, Browser, Gateway

MUTATION = """
mutation ($camera: ID!, $days: Int, $c: String!) {
  p: setRetention(cameraId: $camera, days: $days, commandId: $c) {
    __typename ... on Camera { id retentionDays } ... on Refusal { code message }
  }
}
"""


async def ask(browser: Browser, **changes: Any) -> Answer:
    return await browser.ask(MUTATION, **({"camera": "gate", "days": 90, "c": "command-1"} | changes))


def obeying(gateway: Gateway) -> Callable[[Order], Accepted]:
    """As domain and projection do."""

    def answer(order: Order) -> Accepted:
        assert isinstance(order.command, SetRetention)
        with psycopg.connect(gateway.plant.dsn) as connection:
            connection.execute("update read_model.camera set retention_days = %s", [order.command.days])
            moved = "update read_model.projection set position = position + 1 where name = 'plant' returning position"
            row = connection.execute(moved).fetchone()
            assert row is not None
            connection.execute("select pg_notify('kaska_projected', %s)", [f"plant:{row[0]}"])
        return Accepted(int(row[0]))

    return answer


@pytest.mark.parametrize("days", [90, None])
async def test_the_command_goes_to_the_domain_and_the_camera_comes_back(gateway: Gateway, days: int | None) -> None:
    gateway.domain.answer = obeying(gateway)
    answer = await ask(await gateway.guard(), days=days)
    assert answer.data["p"] == {"__typename": "Camera", "id": "gate", "retentionDays": days}
    [order] = gateway.domain.orders
    assert (order.command, order.by) == (SetRetention(CameraId("gate"), days), "admin")


async def test_a_refusal_of_the_domain_is_a_member_of_the_union(gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Refused("field_refused", "days: 1 to 3660")
    answer = await ask(await gateway.guard(), days=0)
    assert answer.data["p"] == {"__typename": "Refusal", "code": "field_refused", "message": "days: 1 to 3660"}


async def test_what_cannot_be_a_command_is_refused_and_nothing_is_published(gateway: Gateway) -> None:
    browser = await gateway.guard()
    assert (await ask(browser, c="short")).data["p"]["code"] == "invalid_input"
    assert (await ask(browser, camera="a\x00b")).data["p"]["code"] == "invalid_input"
    assert (await ask(browser, days=2**40)).errors
    assert gateway.domain.orders == []


async def test_a_stranger_changes_nothing(gateway: Gateway) -> None:
    assert (await ask(await gateway.browser())).status == 401
    assert gateway.domain.orders == []
