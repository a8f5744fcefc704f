"""What if: which rules may be asked about, and what is refused."""

from dataclasses import replace

import pytest

from domain.contracts.events import Event, RulePublished, ZoneDrawn
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import Thresholds
from domain.replay.errors import VariationRefused
from domain.replay.variation import Variation, cameras_of, of_cameras, of_rule, varied
from tests.domain.samples import DANGER, HELMET, PIT, YARD, danger_rule, helmet_rule, zone

EVENTS: list[Event] = [zone(), danger_rule(), helmet_rule(), danger_rule(2.0, version=2)]
TRIANGLE = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5))


def test_only_the_asked_rule_is_judged() -> None:
    assert of_rule(EVENTS, HELMET) == [zone(), helmet_rule()]
    assert cameras_of(of_rule(EVENTS, HELMET)) == {YARD}


def test_a_rule_that_ever_watched_another_camera_is_unknown() -> None:
    moved = [*EVENTS, replace(danger_rule(version=3), camera_id=CameraId("gate"))]
    assert of_cameras(moved, None) == moved
    assert of_cameras(moved, (YARD,)) == [zone(), helmet_rule()]
    with pytest.raises(VariationRefused, match=r"no rule 'yard-danger'; there are: yard-helmet$"):
        of_rule(of_cameras(moved, (YARD,)), DANGER)
    with pytest.raises(VariationRefused, match="there are: none"):
        of_rule(of_cameras(EVENTS, ()), DANGER)


def test_every_version_of_the_rule_varies_and_the_rest_of_it_stays() -> None:
    found = varied(of_rule(EVENTS, DANGER), Variation(threshold_min=0.1, dwell_s=3.0))
    thresholds = Thresholds(0.1, 0.6)
    assert found == [
        zone(),
        replace(danger_rule(3.0), thresholds=thresholds),
        replace(danger_rule(3.0, version=2), thresholds=thresholds),
    ]


def test_another_zone_takes_the_place_of_the_rules_own() -> None:
    other = replace(zone(), zone_id=ZoneId("elsewhere"))
    found = varied([zone(), other, danger_rule()], Variation(polygon=TRIANGLE))
    assert [e.polygon for e in found if isinstance(e, ZoneDrawn) and e.zone_id == PIT] == [TRIANGLE]
    assert other in found


@pytest.mark.parametrize(
    ("variation", "sentence"),
    [
        (Variation(threshold_min=0.9), "thresholds"),
        (Variation(threshold_max=1.5), "thresholds"),
        (Variation(dwell_s=-1.0), "dwell_s"),
        (Variation(window_s=0.0), "window_s"),
        (Variation(gap_s=0.0), "gap_s"),
        (Variation(polygon=((0.0, 0.0), (0.5, 0.0))), "zone: a zone has 3"),
    ],
)
def test_what_no_rule_may_be_is_refused_with_the_field(variation: Variation, sentence: str) -> None:
    with pytest.raises(VariationRefused, match=sentence):
        varied(of_rule(EVENTS, DANGER), variation)


def test_a_rule_without_a_zone_has_none_to_move() -> None:
    with pytest.raises(VariationRefused, match="uses no zone"):
        varied(of_rule(EVENTS, HELMET), Variation(polygon=TRIANGLE))


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(VariationRefused, match=r"no rule 'x'; there are: yard-danger, yard-helmet"):
        of_rule(EVENTS, RuleId("x"))
    with pytest.raises(VariationRefused, match="there are: none"):
        of_rule([e for e in EVENTS if not isinstance(e, RulePublished)], DANGER)
