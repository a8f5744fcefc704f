"""What if: one rule as it never was, over the same recorded detections. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from domain import plant
from domain.contracts.commands import PublishRule
from domain.contracts.events import Event, RulePublished, RuleRetired, ZoneDrawn
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import Polygon, Thresholds
from domain.contracts.repeated import told_by
from domain.refusals import Refusal
from domain.replay.errors import VariationRefused
from domain.rules.geometry import PolygonRefused, checked_polygon


@dataclass(frozen=True, slots=True)
class Variation:
    """What would be different; None leaves it as it was in each version of the rule.

    polygon  another form of the zone that the rule uses, vertices in 0..1 of the frame
    """

    threshold_min: float | None = None
    threshold_max: float | None = None
    dwell_s: float | None = None
    window_s: float | None = None
    gap_s: float | None = None
    polygon: Polygon | None = None

    @property
    def is_none(self) -> bool:
        return self == Variation()


def of_rule(events: Sequence[Event], rule_id: RuleId) -> list[Event]:
    """Only what concerns the rule: its own events and those of zones. Raises VariationRefused when it never was."""
    kept = [e for e in events if not isinstance(e, RulePublished | RuleRetired) or e.rule_id == rule_id]
    if not any(isinstance(event, RulePublished) for event in kept):
        known = sorted({event.rule_id for event in events if isinstance(event, RulePublished)})
        raise VariationRefused(f"there is no rule {rule_id!r}; there are: {', '.join(known) or 'none'}")
    return kept


def of_cameras(events: Sequence[Event], within: Collection[CameraId] | None) -> list[Event]:
    """Without the rules that watch, or ever watched, another camera than these; None: with all rules."""
    if within is None:
        return list(events)
    outside = {event.rule_id for event in events if isinstance(event, RulePublished) and event.camera_id not in within}
    return [e for e in events if not isinstance(e, RulePublished | RuleRetired) or e.rule_id not in outside]


def cameras_of(events: Sequence[Event]) -> frozenset[CameraId]:
    """The cameras that the rules among the events watch."""
    return frozenset(event.camera_id for event in events if isinstance(event, RulePublished))


def varied(events: Sequence[Event], variation: Variation) -> list[Event]:
    """The events of one rule and of zones, as they would be. Raises VariationRefused, naming the field."""
    if variation.polygon is not None:
        _check_polygon(variation.polygon)
    zones = {event.zone_id for event in events if isinstance(event, RulePublished)} - {None}
    if variation.polygon is not None and not zones:
        raise VariationRefused("zone: the rule uses no zone")
    return [_varied(event, variation, zones) for event in events]


def _varied(event: Event, variation: Variation, zones: "set[ZoneId | None]") -> Event:
    if isinstance(event, RulePublished):
        return _varied_rule(event, variation)
    if isinstance(event, ZoneDrawn) and variation.polygon is not None and event.zone_id in zones:
        return replace(event, polygon=variation.polygon)
    return event


def _varied_rule(rule: RulePublished, variation: Variation) -> RulePublished:
    before = rule.thresholds
    rule = replace(
        rule,
        thresholds=Thresholds(_or(variation.threshold_min, before.min), _or(variation.threshold_max, before.max)),
        dwell_s=_or(variation.dwell_s, rule.dwell_s),
        window_s=_or(variation.window_s, rule.window_s),
        gap_s=_or(variation.gap_s, rule.gap_s),
    )
    _check(rule)
    return rule


def _or(wanted: float | None, before: float) -> float:
    return before if wanted is None else wanted


def _check(rule: RulePublished) -> None:
    """As if it were published: the same limits, the same sentences."""
    command = PublishRule(**told_by(rule, PublishRule))
    try:
        plant.decide(command, plant.Absent(), rule.effective_from)
    except Refusal as error:
        raise VariationRefused(str(error)) from error


def _check_polygon(polygon: Polygon) -> None:
    try:
        checked_polygon(polygon)
    except PolygonRefused as error:
        raise VariationRefused(f"zone: {error}") from error


def memory_s(events: Sequence[Event]) -> float:
    """For how long before a decision the rules among the events look back, at the most."""
    return max((e.dwell_s + e.window_s + e.gap_s for e in events if isinstance(e, RulePublished)), default=0.0)
