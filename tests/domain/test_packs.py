"""The ready sets of analytics are ones that the deciders take as they are (R89)."""

from datetime import UTC, datetime

import pytest

from domain import rule, zone
from domain.contracts.commands import DrawZone
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.packs import PACKS, PLACE_NAMES, CasePack, PackPlace
from domain.contracts.plant import MISSING_ITEMS, WHOLE_PICTURE
from domain.contracts.usual import usual_rule

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("pack", CasePack)
def test_rules_of_a_pack_hold_in_the_whole_picture(pack: CasePack) -> None:
    for kind in PACKS[pack].kinds:
        assert len(rule.decide(usual_rule(kind, RuleId("rule"), CameraId("gate")), None, AT)) == 1


@pytest.mark.parametrize("pack", CasePack)
def test_a_pack_with_rules_about_equipment_looks_for_it(pack: CasePack) -> None:
    asks_for_equipment = not MISSING_ITEMS.keys().isdisjoint(PACKS[pack].kinds)
    assert PACKS[pack].ppe is asks_for_equipment


@pytest.mark.parametrize("place", PackPlace)
def test_the_zone_of_every_place_can_be_drawn(place: PackPlace) -> None:
    command = DrawZone(ZoneId("zone"), CameraId("gate"), PLACE_NAMES[place], WHOLE_PICTURE)
    assert len(zone.decide(command, None, AT)) == 1
