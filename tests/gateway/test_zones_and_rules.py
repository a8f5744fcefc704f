"""drawZone, publishRule and their ends, attach and detach: what the gateway refuses itself (R33, R36, R37)."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.commands import Accepted, DrawZone, Order, PublishRule, Refused, RetireRule
from domain.contracts.plant import RuleKind
from gateway import rights
from tests.gateway.conftest import Gateway
from tests.gateway.plant import CAMERA, RULE, ZONE
from tests.gateway.plant_questions import (
    ATTACH,
    DETACH,
    DRAW,
    PUBLISH,
    RETIRE_RULE,
    RETIRE_ZONE,
    SQUARE,
    a_rule,
    a_zone,
)
from tests.gateway.staff import hold
from tests.gateway.test_guard import FAR_AHEAD

NIGHT = {"tz": "Europe/Moscow", "windows": [{"days": [0, 6], "start": "22:00", "end": "06:00"}]}
LINE = {"start": [0.1, 0.5], "end": [0.9, 0.5]}


def window(**changes: Any) -> dict[str, Any]:
    return {"schedule": NIGHT | {"windows": [NIGHT["windows"][0] | changes]}}  # type: ignore[operator]


BAD_ZONES: tuple[dict[str, Any], ...] = (
    {"polygon": SQUARE[:2]},
    {"polygon": [[0.5, n / 100] for n in range(65)]},
    {"polygon": [[0.1, 0.1], [1.1, 0.1], [0.5, 0.9]]},
    {"polygon": [[0.1, 0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]},
    {"polygon": [[-0.1, 0.1], [0.9, 0.1], [0.5, 0.9]]},
    {"name": " "},
    {"name": "x" * 201},
    {"cameraId": "../x"},
    {"zoneId": "Пресс"},
    {"line": LINE | {"end": LINE["start"]}},
    {"line": LINE | {"end": [0.5, 1.5]}},
    {"line": LINE | {"end": [0.5]}},
    {"zoneId": "press", "expectedVersion": 0},
    {"expectedVersion": 1},
)
BAD_RULES: tuple[dict[str, Any], ...] = (
    {"thresholdMin": 0.8},
    {"thresholdMax": 1.1},
    {"thresholdMin": -0.1},
    {"dwellS": -1.0},
    {"dwellS": 86_401.0},
    {"windowS": 0.5},
    {"gapS": 0.0},
    {"near": 21.0},
    {"minPersonHeight": 1.0},
    {"objectClasses": ["PERSON", "PERSON"]},
    {"forbiddenLamps": ["RED", "RED"]},
    {"name": ""},
    {"ruleId": "a b"},
    {"zoneId": ""},
    {"ruleId": "press-zone", "expectedVersion": -1},
    {"expectedVersion": 1},
    {"schedule": NIGHT | {"windows": []}},
    {"schedule": NIGHT | {"windows": NIGHT["windows"] * 65}},  # type: ignore[operator]
    {"schedule": NIGHT | {"tz": ""}},
    window(days=[]),
    window(days=[7]),
    window(days=[1, 1]),
    window(start="25:00"),
    window(end="06:00+03:00"),
    window(end="soon"),
)


async def test_what_cannot_be_a_zone_or_a_rule_is_refused_and_nothing_is_published(gateway: Gateway) -> None:
    browser = await gateway.guard()
    for document, good, table in ((DRAW, a_zone(), BAD_ZONES), (PUBLISH, a_rule(), BAD_RULES)):
        for changes in table:
            answer = await browser.ask(document, input=good | changes, c="command-1")
            assert answer.data["p"]["code"] == "invalid_input", changes
        assert (await browser.ask(document, input=good, c="short")).data["p"]["code"] == "invalid_input"
    for kinds in ([], ["NO_HELMET"] * 100):
        for document in (ATTACH, DETACH):
            answer = await browser.ask(document, camera="gate", kinds=kinds, c="command-1")
            assert answer.data["p"]["code"] == "invalid_input", kinds
    assert gateway.domain.orders == []


async def test_what_would_rest_without_a_word_is_refused(gateway: Gateway) -> None:
    """The plant has one zone without a line, with a rule on it, and a second camera that looks for no equipment."""
    gateway.plant.put_row("camera", **CAMERA | {"id": "yard", "ppe": False})
    other = ZONE | {"id": "heap", "camera_id": "yard", "polygon": Jsonb(ZONE["polygon"])}
    gateway.plant.put_row("zone", **other)
    gateway.plant.put_row("zone", **other | {"id": "gone", "camera_id": "gate", "retired": True})
    browser = await gateway.guard()
    for document, given, code in (
        (PUBLISH, {"input": a_rule(cameraId="nowhere")}, "plant_part_unknown"),
        (PUBLISH, {"input": a_rule(ruleId="nothing")}, "rule_unknown"),
        (PUBLISH, {"input": a_rule(zoneId=None)}, "zone_needed"),
        (PUBLISH, {"input": a_rule(zoneId="nothing")}, "zone_unknown"),
        (PUBLISH, {"input": a_rule(zoneId="heap")}, "zone_unknown"),
        (PUBLISH, {"input": a_rule(zoneId="gone")}, "zone_unknown"),
        (PUBLISH, {"input": a_rule(kind="DIRECTION", forbidden="OUT")}, "zone_without_line"),
        (PUBLISH, {"input": a_rule(kind="NO_VEST", cameraId="yard", zoneId=None)}, "equipment_not_watched"),
        (ATTACH, {"camera": "gate", "kinds": ["NO_VEST", "PERIMETER"]}, "zone_needed"),
        (ATTACH, {"camera": "gate", "kinds": ["PERIMETER"], "zone": "heap"}, "zone_unknown"),
        (ATTACH, {"camera": "yard", "kinds": ["NO_HELMET"]}, "equipment_not_watched"),
        (ATTACH, {"camera": "nowhere", "kinds": ["NO_HELMET"]}, "plant_part_unknown"),
        (DETACH, {"camera": "nowhere"}, "plant_part_unknown"),
        (DRAW, {"input": a_zone(cameraId="nowhere")}, "plant_part_unknown"),
        (DRAW, {"input": a_zone(zoneId="nothing")}, "zone_unknown"),
        (DRAW, {"input": a_zone(zoneId="press", cameraId="yard")}, "zone_in_use"),
        (RETIRE_ZONE, {"id": "press"}, "zone_in_use"),
        (RETIRE_ZONE, {"id": "nothing"}, "zone_unknown"),
        (RETIRE_RULE, {"id": "nothing"}, "rule_unknown"),
    ):
        answer = await browser.ask(document, **given, c="command-1")
        assert answer.data["p"].get("code") == code, (given, answer.data)
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute("update read_model.rule set kind = 'direction'")
    answer = await browser.ask(DRAW, input=a_zone(zoneId="press"), c="command-1")
    assert answer.data["p"]["code"] == "zone_without_line", "the line would be taken from a rule about a direction"
    assert gateway.domain.orders == []


async def test_a_zone_or_rule_goes_to_another_camera_only_with_the_right_on_both(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    gateway.plant.put_row("camera", **CAMERA | {"id": "yard"})
    gateway.plant.put_row("zone", **ZONE | {"id": "heap", "camera_id": "yard", "polygon": Jsonb(ZONE["polygon"])})
    gateway.plant.put_row("rule", **RULE | {"id": "helmets", "camera_id": "yard", "zone_id": None})
    gateway.plant.project("plant", FAR_AHEAD)
    gateway.domain.answer = lambda _: Accepted(1)
    browser = await gateway.guard()
    moves = (
        (DRAW, a_zone(zoneId="heap", cameraId="gate")),
        (PUBLISH, a_rule(ruleId="helmets", cameraId="gate", kind="NO_HELMET", zoneId=None)),
    )
    both = (Right.CONFIGURE_CAMERAS, Right.PUBLISH_RULES)
    for cameras, wanted in ((["gate"], {"zone_unknown", "rule_unknown"}), (["yard"], {"plant_part_unknown"})):
        hold(gateway, both, {"cameras": cameras})
        codes = {
            (await browser.ask(document, input=given, c="command-1")).data["p"]["code"] for document, given in moves
        }
        assert codes == wanted
    assert gateway.domain.orders == []
    hold(gateway, both, {"cameras": ["gate", "yard"]})
    for document, given in moves:
        assert "code" not in (await browser.ask(document, input=given, c="command-1")).data["p"]
    drawn, published = (order.command for order in gateway.domain.orders)
    assert isinstance(drawn, DrawZone) and isinstance(published, PublishRule)
    assert (drawn.camera_id, published.camera_id) == ("gate", "gate")


async def test_only_whoever_may_configure_a_camera_reads_its_address(gateway: Gateway) -> None:
    asked = "{ cameras { source analysisSource ppe plates analysisWidth } }"
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute(
            "update read_model.camera set analysis_source = 'rtsp://10.0.0.7/sub?user=a&password=canary', plates = true"
        )
    shown = {"ppe": True, "plates": True, "analysisWidth": 1280}
    for held, source, second in (
        ((Right.CONFIGURE_CAMERAS,), CAMERA["source"], "rtsp://10.0.0.7/sub?user=***&password=***"),
        ((Right.WATCH_LIVE, Right.PUBLISH_RULES), None, None),
    ):
        hold(gateway, held)
        answer = await (await gateway.guard()).ask(asked)
        assert answer.data["cameras"] == [{"source": source, "analysisSource": second} | shown]


async def test_a_refusal_of_the_domain_is_a_member_of_the_union(gateway: Gateway) -> None:
    gateway.domain.answer = lambda _: Refused("field_refused", "polygon: two sides of the zone cross each other")
    browser = await gateway.guard()
    for document, given in ((DRAW, a_zone()), (PUBLISH, a_rule())):
        answer = await browser.ask(document, input=given, c="command-1")
        assert answer.data["p"] == {
            "code": "field_refused",
            "message": "polygon: two sides of the zone cross each other",
        }
    assert len(gateway.domain.orders) == 2


async def test_kinds_are_attached_each_by_a_command_of_its_own_and_what_was_refused_is_named(gateway: Gateway) -> None:
    def answer(order: Order) -> Accepted | Refused:
        assert isinstance(order.command, PublishRule)
        if order.command.kind is RuleKind.NO_VEST:
            return Refused("busy", "too many changes at once, send it again")
        return Accepted(1)

    gateway.plant.project("plant", FAR_AHEAD)
    gateway.domain.answer = answer
    browser = await gateway.guard()
    for _ in range(2):
        answered = await browser.ask(ATTACH, camera="gate", kinds=["NO_VEST", "NO_MASK"], c="command-1")
        assert answered.data["p"]["refused"] == [{"kind": "NO_VEST", "code": "busy"}]
        assert [rule["id"] for rule in answered.data["p"]["rules"]] == [RULE["id"]]
    commands = {(order.command_id, order.command.rule_id) for order in gateway.domain.orders}  # type: ignore[union-attr]
    assert len(gateway.domain.orders) == 4
    assert len(commands) == 2, "a repeat finishes what was begun: the same commands under the same ids"


async def test_what_is_in_force_there_already_is_not_attached_again(gateway: Gateway) -> None:
    browser = await gateway.guard()
    answer = await browser.ask(ATTACH, camera="gate", kinds=["DANGER_ZONE"], zone="press", c="command-1")
    assert [rule["id"] for rule in answer.data["p"]["rules"]] == [RULE["id"]]
    assert gateway.domain.orders == []


async def test_detaching_retires_the_rules_of_these_kinds_or_all(gateway: Gateway) -> None:
    gateway.plant.put_row("rule", **RULE | {"id": "helmets", "kind": "no_helmet", "zone_id": None})
    gateway.plant.put_row("rule", **RULE | {"id": "of-old", "kind": "no_helmet", "zone_id": None, "retired": True})
    gateway.plant.project("plant", FAR_AHEAD)
    gateway.domain.answer = lambda _: Accepted(1)
    browser = await gateway.guard()
    for kinds, gone in ((["NO_HELMET"], {"helmets"}), (["PERIMETER"], set()), (None, {"helmets", "press-zone"})):
        gateway.domain.orders.clear()
        answer = await browser.ask(DETACH, camera="gate", kinds=kinds, c="command-1")
        assert answer.data["p"]["refused"] == []
        retired = [order.command for order in gateway.domain.orders]
        assert {command.rule_id for command in retired if isinstance(command, RetireRule)} == gone
        assert len(retired) == len(gone)


async def test_a_form_begins_with_what_is_usual(gateway: Gateway) -> None:
    asked = """
    query ($kind: RuleKind!) { p: usualRule(kind: $kind) {
      kind name thresholdMin thresholdMax dwellS windowS gapS objectClasses needsZone needsLine forbidden near
    } }
    """
    browser = await gateway.guard()
    for kind in RuleKind:
        assert (await browser.ask(asked, kind=kind.name)).data["p"]["kind"] == kind.name
    assert (await browser.ask(asked, kind="DIRECTION")).data["p"] == {
        **{"kind": "DIRECTION", "name": "Движение в запрещённом направлении"},
        **{"thresholdMin": 0.4, "thresholdMax": 0.7, "dwellS": 0.0, "windowS": 5.0, "gapS": 3.0},
        **{"objectClasses": ["PERSON"], "needsZone": True, "needsLine": True, "forbidden": "OUT", "near": 0.0},
    }
