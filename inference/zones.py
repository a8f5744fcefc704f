"""Zones and the rules on them, for the stages that look at the pixels of a zone."""

import threading
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.contracts.detections import to_microseconds
from domain.contracts.events import Envelope, ReferenceRenewed, RulePublished, RuleRetired, ZoneDrawn, ZoneRetired
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import Polygon, RuleKind
from domain.contracts.subjects import RULE, ZONE
from inference.facts import FactsFollower
from infra.nats.bridge import Bridge


@dataclass(frozen=True, slots=True)
class WatchedZone:
    """A zone with its newest version's polygon (x y in 0..1 of the frame), and the rules in force on it.

    renewed_us   since when what stands in it belongs there, as a person said; 0 when nobody did
    """

    zone_id: ZoneId
    zone_version: int
    polygon: Polygon
    rules: tuple[RulePublished, ...]
    renewed_us: int = 0

    def has(self, kinds: Collection[RuleKind]) -> bool:
        return any(rule.kind in kinds for rule in self.rules)


class ZoneBook:
    """Zones by camera, as events tell. May be asked from any thread; a camera's tuple changes only when its facts do.

    What an event says of a later time (`effective_from`) holds at once: pixels are looked at a little early, and the
    rules still wait for their time.
    """

    def __init__(self) -> None:
        self._zones: dict[ZoneId, ZoneDrawn] = {}
        self._rules: dict[RuleId, RulePublished] = {}
        self._renewed_us: dict[ZoneId, int] = {}
        self._by_camera: Mapping[CameraId, tuple[WatchedZone, ...]] = {}
        self._asked: frozenset[tuple[CameraId, RuleKind]] = frozenset()
        self._lock = threading.Lock()

    def zones(self, camera_id: str, kinds: Collection[RuleKind]) -> tuple[WatchedZone, ...]:
        """The camera's zones with at least one rule of these kinds."""
        return tuple(zone for zone in self.all_zones(camera_id) if zone.has(kinds))

    def all_zones(self, camera_id: str) -> tuple[WatchedZone, ...]:
        """The camera's zones that have any rule."""
        return self._by_camera.get(CameraId(camera_id), ())

    def asks(self, camera_id: str, kind: RuleKind) -> bool:
        """Whether the camera has a rule of the kind, with or without a zone."""
        return (CameraId(camera_id), kind) in self._asked

    @property
    def rules(self) -> tuple[RulePublished, ...]:
        """Those of all cameras, with or without a zone."""
        with self._lock:
            return tuple(self._rules.values())

    def apply(self, envelope: Envelope) -> None:
        with self._lock:
            match envelope.event:
                case ZoneDrawn() as drawn:
                    self._zones[drawn.zone_id] = drawn
                case ZoneRetired(zone_id=zone_id):
                    self._zones.pop(zone_id, None)
                case ReferenceRenewed(zone_id=zone_id, since=since):
                    self._renewed_us[zone_id] = to_microseconds(since)
                case RulePublished() as published:
                    self._rules[published.rule_id] = published
                case RuleRetired(rule_id=rule_id):
                    self._rules.pop(rule_id, None)
                case _:
                    return
            self._by_camera = self._arranged()
            self._asked = frozenset((rule.camera_id, rule.kind) for rule in self._rules.values())

    def _arranged(self) -> dict[CameraId, tuple[WatchedZone, ...]]:
        rules: defaultdict[ZoneId, list[RulePublished]] = defaultdict(list)
        for rule in self._rules.values():
            if rule.zone_id is not None and rule.zone_id in self._zones:
                rules[rule.zone_id].append(rule)
        found: defaultdict[CameraId, list[WatchedZone]] = defaultdict(list)
        for zone_id in sorted(rules):
            drawn = self._zones[zone_id]
            found[drawn.camera_id].append(
                WatchedZone(
                    zone_id,
                    drawn.zone_version,
                    drawn.polygon,
                    tuple(rules[zone_id]),
                    self._renewed_us.get(zone_id, 0),
                )
            )
        return {camera: tuple(zones) for camera, zones in found.items()}


class ZoneFacts(ZoneBook):
    """A ZoneBook that follows EVENTS; `close` it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._followers = [FactsFollower(bridge, context, self.apply) for context in (ZONE, RULE)]
        for follower in self._followers:
            follower.start()

    @property
    def has_read_all(self) -> bool:
        """Whether all that was recorded before is known."""
        return all(follower.has_read_all for follower in self._followers)

    def close(self) -> None:
        for follower in self._followers:
            follower.close()
