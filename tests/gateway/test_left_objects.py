"""permitObject and renewReference: a left object may stand there, for a while or for good (R62, R64)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.contracts.access import Right
from domain.contracts.commands import Accepted, PermitObject, Refused, RenewReference
from domain.contracts.identifiers import ZoneId
from tests.gateway.conftest import Answer, Browser, Gateway
from tests.gateway.plant import INCIDENT
from tests.gateway.staff import hold

LEFT = replace(INCIDENT, kind="left_object", object_class="object", box=[0.1, 0.2, 0.3, 0.9])
PERMIT = """
mutation ($id: ID!, $until: DateTime!, $note: String!, $c: String!) {
  p: permitObject(id: $id, until: $until, note: $note, commandId: $c) {
    __typename ... on Incident { id } ... on Refusal { code message }
  }
}
"""
RENEW = """
mutation ($id: ID!, $c: String!) {
  p: renewReference(id: $id, commandId: $c) { __typename ... on Incident { id } ... on Refusal { code } }
}
"""
UNTIL = "2026-03-03T18:00:00+03:00"


async def permit(browser: Browser, **changes: Any) -> Answer:
    given = {"id": str(LEFT.id), "until": UNTIL, "note": " до завтра ", "c": "command-1"}
    return await browser.ask(PERMIT, **(given | changes))


@pytest.fixture
def plant(gateway: Gateway) -> Gateway:
    gateway.plant.put(LEFT)
    gateway.plant.project("plant", 5)
    gateway.domain.answer = lambda _: Accepted(5)
    return gateway


async def test_the_place_of_the_object_is_permitted_with_some_room(plant: Gateway) -> None:
    answer = await permit(await plant.guard())
    assert answer.data["p"] == {"__typename": "Incident", "id": str(LEFT.id)}
    [order] = plant.domain.orders
    assert isinstance(order.command, PermitObject)
    assert order.command.region == pytest.approx((0.07, 0.095, 0.33, 1.0))
    assert (order.command.zone_id, order.command.note, order.by) == (ZoneId("press"), "до завтра", "admin")
    assert order.command.until == datetime(2026, 3, 3, 15, tzinfo=UTC)


async def test_the_reference_of_the_zone_is_renewed(plant: Gateway) -> None:
    answer = await (await plant.guard()).ask(RENEW, id=str(LEFT.id), c="command-1")
    assert answer.data["p"]["__typename"] == "Incident"
    assert [order.command for order in plant.domain.orders] == [RenewReference(ZoneId("press"))]


async def test_a_refusal_of_the_domain_is_a_member_of_the_union(plant: Gateway) -> None:
    plant.domain.answer = lambda _: Refused("field_refused", "until: up to 366 days after `since`")
    answer = await permit(await plant.guard(), until="2036-03-03T18:00:00Z")
    assert answer.data["p"]["code"] == "field_refused"


@pytest.mark.parametrize("row", [INCIDENT, replace(LEFT, zone_id=None)])
async def test_only_what_was_left_in_a_zone_can_be_permitted(plant: Gateway, row: Any) -> None:
    plant.plant.put(replace(row, version=9))
    browser = await plant.guard()
    assert (await permit(browser)).data["p"]["code"] == "nothing_to_permit"
    assert (await browser.ask(RENEW, id=str(LEFT.id), c="command-1")).data["p"]["code"] == "nothing_to_permit"
    assert plant.domain.orders == []


async def test_what_is_not_there_or_no_time_is_refused(plant: Gateway) -> None:
    browser = await plant.guard()
    assert (await permit(browser, id="00000000-0000-0000-0000-00000000000f")).data["p"]["code"] == "incident_unknown"
    assert (await permit(browser, id="x")).data["p"]["code"] == "incident_unknown"
    assert (await permit(browser, until="tomorrow")).errors
    assert (await permit(browser, c="short")).data["p"]["code"] == "invalid_input"
    assert plant.domain.orders == []


async def test_each_needs_its_right(plant: Gateway) -> None:
    browser = await plant.guard()
    hold(plant, (Right.VIEW_INCIDENTS, Right.CONFIRM_REVIEW))
    assert (await permit(browser)).data["p"]["code"] == "not_allowed"
    assert (await browser.ask(RENEW, id=str(LEFT.id), c="command-1")).data["p"]["code"] == "not_allowed"
    assert plant.domain.orders == []
