"""attachCasePack: a camera gets what a usual kind of site needs, and keeps what it has (R89)."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.commands import Accepted, DrawZone, Order, PublishRule, Refused, RegisterCamera
from domain.contracts.plant import WHOLE_PICTURE, RuleKind
from gateway import rights
from tests.gateway.conftest import Gateway
from tests.gateway.plant import CAMERA, ZONE
from tests.gateway.plant_questions import PACK
from tests.gateway.staff import hold
from tests.gateway.test_guard import FAR_AHEAD

YARD: dict[str, Any] = CAMERA | {
    "id": "yard",
    "ppe": False,
    "analysis_source": "rtsp://10.0.0.7/sub",
    "target_fps": 0.3,
}


@pytest.fixture
def obeyed(gateway: Gateway) -> Gateway:
    """With a second camera that looks for nothing; whatever is asked is done."""
    gateway.plant.put_row("camera", **YARD)
    gateway.plant.project("plant", FAR_AHEAD)
    gateway.domain.answer = lambda _: Accepted(1)
    return gateway


async def test_what_the_camera_lacks_is_switched_on_drawn_and_published(obeyed: Gateway) -> None:
    browser = await obeyed.guard()
    answer = await browser.ask(PACK, camera="yard", pack="FACTORY", c="command-1")
    assert answer.data["p"]["refused"] == []
    camera, zone, rule = (order.command for order in obeyed.domain.orders)
    assert camera == RegisterCamera(
        YARD["id"], YARD["name"], YARD["source"], 0.3, 1280, True, YARD["analysis_source"], True
    )
    assert isinstance(zone, DrawZone)
    assert (zone.camera_id, zone.name, zone.polygon, zone.gate) == ("yard", "Ворота", WHOLE_PICTURE, True)
    assert isinstance(rule, PublishRule)
    assert (rule.camera_id, rule.zone_id, rule.kind) == ("yard", None, RuleKind.NO_HELMET)
    assert len({order.command_id for order in obeyed.domain.orders}) == 3
    first = [(order.command_id, order.command) for order in obeyed.domain.orders]
    await browser.ask(PACK, camera="yard", pack="FACTORY", c="command-1")
    assert [(order.command_id, order.command) for order in obeyed.domain.orders] == first * 2, "a repeat is the same"


async def test_what_the_camera_has_stays_as_it_is(obeyed: Gateway) -> None:
    """The gate's camera looks for equipment, and has a zone, which is none for vehicles."""
    browser = await obeyed.guard()
    for pack, expected in (
        ("OFFICE", []),
        ("WAREHOUSE", [PublishRule, PublishRule]),
        ("PARKING", [RegisterCamera, DrawZone]),
    ):
        obeyed.domain.orders.clear()
        answer = await browser.ask(PACK, camera="gate", pack=pack, c="command-1")
        assert answer.data["p"]["refused"] == []
        assert [type(order.command) for order in obeyed.domain.orders] == expected, pack
    registered = obeyed.domain.orders[0].command
    assert isinstance(registered, RegisterCamera)
    assert registered.ppe, "a pack switches nothing off"
    retired = ZONE | {"id": "old", "camera_id": "yard", "gate": True, "retired": True}
    obeyed.plant.put_row("zone", **retired | {"polygon": Jsonb(ZONE["polygon"])})
    obeyed.domain.orders.clear()
    await browser.ask(PACK, camera="yard", pack="PARKING", c="command-2")
    assert [type(order.command) for order in obeyed.domain.orders] == [RegisterCamera, DrawZone], "a zone that is gone"


async def test_no_rule_comes_where_its_basis_was_refused(obeyed: Gateway) -> None:
    def answer(order: Order) -> Accepted | Refused:
        return Refused("busy", "later") if isinstance(order.command, RegisterCamera) else Accepted(1)

    obeyed.domain.answer = answer
    answered = await (await obeyed.guard()).ask(PACK, camera="yard", pack="WAREHOUSE", c="command-1")
    assert answered.data["p"] == {"code": "busy", "message": "later"}
    assert [type(order.command) for order in obeyed.domain.orders] == [RegisterCamera]


async def test_who_may_not_change_all_of_it_changes_nothing(obeyed: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    for held in ((Right.CONFIGURE_CAMERAS,), (Right.PUBLISH_RULES,)):
        hold(obeyed, held)
        answered = await (await obeyed.guard()).ask(PACK, camera="yard", pack="FACTORY", c="command-1")
        assert answered.data["p"]["code"] == "not_allowed"
    hold(obeyed, (Right.CONFIGURE_CAMERAS, Right.PUBLISH_RULES))
    browser = await obeyed.guard()
    for camera, command, code in (
        ("nowhere", "command-1", "plant_part_unknown"),
        ("No camera", "command-1", "invalid_input"),
        ("yard", "short", "invalid_input"),
    ):
        answered = await browser.ask(PACK, camera=camera, pack="FACTORY", c=command)
        assert answered.data["p"]["code"] == code
    assert obeyed.domain.orders == []


async def test_the_packs_are_told_with_what_they_switch_on(gateway: Gateway) -> None:
    answer = await (await gateway.guard()).ask("{ casePacks { pack ppe plates kinds place } }")
    told = {each["pack"]: each for each in answer.data["casePacks"]}
    assert list(told) == ["FACTORY", "OFFICE", "WAREHOUSE", "PARKING"]
    assert told["WAREHOUSE"] == {
        "pack": "WAREHOUSE",
        "ppe": True,
        "plates": False,
        "kinds": ["NO_HELMET", "NO_VEST"],
        "place": "WORKPLACE",
    }
