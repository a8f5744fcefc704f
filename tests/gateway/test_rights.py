"""Who may ask for registers, audit and statistics, and of which cameras they are answered."""

from typing import Any, LiteralString

import psycopg
import pytest
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.identifiers import local_user_id
from tests.gateway.busy_plant import AUDIT, DAY, DAYS, UNPROCESSED, VIOLATIONS, make_busy, numbers
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.plant import AT


@pytest.fixture
def busy(gateway: Gateway) -> Gateway:
    make_busy(gateway.plant)
    return gateway


def employ(gateway: Gateway, *rights: Right, scope: dict[str, Any], granted: dict[str, Any] | None = None) -> None:
    """`admin` holds one role; somebody else is the administrator."""
    plain = {"whole_plant": False, "shops": [], "groups": [], "cameras": []}
    user = {"provider": "local", "email": None, "phone": None, "registered_at": AT, "position": 1}
    gateway.plant.put_row("user_account", id=local_user_id("admin"), login="admin", name="Пётр", **user)
    for role, given, part in (("administrator", list(Right), {"whole_plant": True}), ("guard", list(rights), scope)):
        gateway.plant.put_row("role", id=role, name=role, rights=given, scope=Jsonb(plain | part), position=1)
    for role, login in (("administrator", "anna"), ("guard", "admin")):
        limit = Jsonb(plain | granted) if granted is not None and role == "guard" else None
        held = {"granted_at": AT, "granted_by": "anna", "position": 1}
        gateway.plant.put_row("role_grant", role_id=role, user_id=local_user_id(login), scope=limit, **held)


async def codes(browser: Browser) -> list[str]:
    """What the answers to the four questions are: the code of a refusal, or nothing."""
    days = {"from": "2026-03-02", "to": "2026-03-02"}
    answers = [await browser.ask(q) for q in (UNPROCESSED, VIOLATIONS, AUDIT)] + [await browser.ask(DAYS, **days)]
    return [answer.errors[0]["extensions"]["code"] if answer.errors else "" for answer in answers]


async def test_whoever_has_no_right_sees_nothing(busy: Gateway) -> None:
    browser = await busy.guard()
    assert await codes(browser) == ["", "", "", ""], "the first login has every right until there is an administrator"
    employ(busy, Right.WATCH_LIVE, scope={"whole_plant": True})
    assert await codes(browser) == ["not_allowed"] * 4


async def test_a_right_on_the_whole_plant_opens_what_it_names(busy: Gateway) -> None:
    browser = await busy.guard()
    employ(busy, Right.VIEW_AUDIT, scope={"whole_plant": True})
    assert await codes(browser) == ["not_allowed", "not_allowed", "", "not_allowed"]


async def test_the_console_hears_which_rights_somebody_holds_somewhere(busy: Gateway) -> None:
    browser = await busy.guard()
    employ(busy, Right.PUBLISH_RULES, Right.WATCH_LIVE, scope={"cameras": ["gate"]})
    busy.plant.put_row("camera_place", camera_id="gate", group_id=None, shop_id=None, position=1)
    answer = await browser.ask("{ me { rights } }")
    assert answer.data["me"]["rights"] == ["WATCH_LIVE", "PUBLISH_RULES"]


async def test_a_part_of_the_plant_shows_its_cameras_only(busy: Gateway) -> None:
    browser = await busy.guard()
    busy.plant.put_row("camera_place", camera_id="gate", group_id="gates", shop_id="shop-2", position=1)
    busy.plant.put_row("daily_statistics", **DAY)
    busy.plant.put_row("daily_statistics", **DAY | {"camera_id": "yard"})
    rights = (Right.VIEW_INCIDENTS, Right.VIEW_REPORTS, Right.VIEW_AUDIT)
    employ(busy, *rights, scope={"shops": ["shop-2"]})
    assert await codes(browser) == ["", "", "not_allowed", ""]
    answer = await browser.ask(UNPROCESSED)
    assert numbers(answer) == [7, 5, 3, 1]
    assert answer.data["unprocessedEvents"]["totalCount"] == 4
    days = await browser.ask(DAYS, **{"from": "2026-03-02", "to": "2026-03-02"})
    assert [day["cameraId"] for day in days.data["dailyStatistics"]] == ["gate"]


async def test_a_grant_limits_the_role_further(busy: Gateway) -> None:
    browser = await busy.guard()
    employ(busy, Right.VIEW_INCIDENTS, Right.VIEW_AUDIT, scope={"whole_plant": True}, granted={"cameras": ["yard"]})
    assert await codes(browser) == ["", "", "not_allowed", "not_allowed"]
    assert numbers(await browser.ask(UNPROCESSED)) == [], "the yard is no registered camera"


@pytest.mark.parametrize(
    "change", ["update read_model.user_account set disabled = true", "update read_model.role set retired = true"]
)
async def test_a_disabled_user_or_a_retired_role_gives_nothing(busy: Gateway, change: LiteralString) -> None:
    employ(busy, *Right, scope={"whole_plant": True})
    browser = await busy.guard()
    assert await codes(browser) == ["", "", "", ""]
    with psycopg.connect(busy.plant.dsn) as connection:
        connection.execute(change)
    assert await codes(browser) == ["not_allowed"] * 4
