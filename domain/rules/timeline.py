"""Which rules were in force when: the plant's events as a timeline, asked for by capture time."""

from bisect import bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain.contracts.detections import Box, to_microseconds
from domain.contracts.events import Event, ObjectPermitted, RulePublished, RuleRetired, ZoneDrawn, ZoneRetired
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.rules.hits import ActiveRule

T = TypeVar("T")


@dataclass
class _Versions(Generic[T]):
    """Values by the microsecond from which they hold; None stands for retired."""

    since_us: list[int] = field(default_factory=list)
    values: list[T | None] = field(default_factory=list)

    def add(self, since_us: int, value: T | None) -> None:
        at = bisect_right(self.since_us, since_us)
        self.since_us.insert(at, since_us)
        self.values.insert(at, value)

    def at(self, us: int) -> T | None:
        i = bisect_right(self.since_us, us)
        return self.values[i - 1] if i else None


class Timeline:
    """Rules and zones over time. Not thread-safe: it belongs to the rules loop."""

    def __init__(self) -> None:
        self._rules: dict[RuleId, _Versions[RulePublished]] = defaultdict(_Versions)
        self._zones: dict[ZoneId, _Versions[ZoneDrawn]] = defaultdict(_Versions)
        self._permits: dict[ZoneId, dict[Box, _Versions[ObjectPermitted]]] = defaultdict(lambda: defaultdict(_Versions))
        self._changes_us: list[int] = []
        self._cache: dict[tuple[CameraId, int], tuple[ActiveRule, ...]] = {}
        self._zones_cache: dict[tuple[CameraId, int], tuple[ZoneDrawn, ...]] = {}

    def add(self, event: Event) -> None:
        """Takes in an event of a rule or a zone; others are none of its business."""
        match event:
            case RulePublished():
                self._note(self._rules[event.rule_id], to_microseconds(event.effective_from), event)
            case RuleRetired():
                self._note(self._rules[event.rule_id], to_microseconds(event.effective_from), None)
            case ZoneDrawn():
                self._note(self._zones[event.zone_id], to_microseconds(event.effective_from), event)
            case ZoneRetired():
                self._note(self._zones[event.zone_id], to_microseconds(event.effective_from), None)
            case ObjectPermitted():
                self._note(self._permits[event.zone_id][event.region], to_microseconds(event.since), event)
                insort(self._changes_us, to_microseconds(event.until))

    def _note(self, versions: _Versions[T], since_us: int, value: T | None) -> None:
        versions.add(since_us, value)
        insort(self._changes_us, since_us)
        self._cache.clear()
        self._zones_cache.clear()

    def rules(self, camera_id: CameraId, at_us: int) -> tuple[ActiveRule, ...]:
        """The camera's rules in force for a frame captured at `at_us`, in the order of their names.

        A rule about a zone that is not there (yet, or any more) rests: it can tell nothing.
        """
        period = bisect_right(self._changes_us, at_us)
        key = (camera_id, period)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._rules_at(camera_id, at_us)
        return found

    def zones(self, camera_id: CameraId, at_us: int) -> tuple[ZoneDrawn, ...]:
        """The camera's zones in force for a frame captured at `at_us`; the same object as long as nothing changes."""
        key = (camera_id, bisect_right(self._changes_us, at_us))
        found = self._zones_cache.get(key)
        if found is None:
            versions = (self._zones[zone_id].at(at_us) for zone_id in sorted(self._zones))
            found = tuple(zone for zone in versions if zone is not None and zone.camera_id == camera_id)
            self._zones_cache[key] = found
        return found

    def _rules_at(self, camera_id: CameraId, at_us: int) -> tuple[ActiveRule, ...]:
        active = []
        for rule_id in sorted(self._rules):
            rule = self._rules[rule_id].at(at_us)
            if rule is None or rule.camera_id != camera_id:
                continue
            zone = self._zones[rule.zone_id].at(at_us) if rule.zone_id else None
            if zone is None:
                active.append(ActiveRule(rule))
            else:
                permitted = self._permitted(zone.zone_id, at_us)
                active.append(ActiveRule(rule, zone.polygon, zone.zone_version, zone.line, permitted))
        return tuple(active)

    def _permitted(self, zone_id: ZoneId, at_us: int) -> tuple[Box, ...]:
        """Regions of the zone in which objects may stand: what the newest permission of each says."""
        if zone_id not in self._permits:
            return ()
        newest = ((region, versions.at(at_us)) for region, versions in self._permits[zone_id].items())
        return tuple(region for region, p in newest if p is not None and at_us < to_microseconds(p.until))
