"""Camera, rule and zone as they were, in the schema."""

from datetime import datetime

import strawberry

from domain.contracts import known as contracts
from domain.contracts.detections import ObjectClass
from domain.contracts.observations import Direction
from domain.contracts.plant import Lamp, RuleKind
from gateway.graph.rules import Schedule
from gateway.graph.scalars import BigInt


@strawberry.type(description="A camera as it was.")
class KnownCamera:
    id: strawberry.ID
    name: str
    target_fps: float
    analysis_width: int
    ppe: bool
    retired: bool
    position: BigInt = strawberry.field(description="in EVENTS, of what gave it these settings")
    recorded_at: datetime

    @classmethod
    def of(cls, camera: contracts.CameraWas) -> "KnownCamera":
        return cls(
            id=strawberry.ID(camera.camera_id),
            name=camera.name,
            target_fps=camera.target_fps,
            analysis_width=camera.analysis_width,
            ppe=camera.ppe,
            retired=camera.retired,
            position=BigInt(camera.position),
            recorded_at=camera.recorded_at,
        )


@strawberry.type(description="A version of a rule.")
class KnownRule:
    id: strawberry.ID
    version: int
    name: str
    kind: RuleKind
    object_classes: list[ObjectClass]
    threshold_min: float
    threshold_max: float
    dwell_s: float
    window_s: float
    gap_s: float
    schedule: Schedule | None = strawberry.field(description="null: always")
    min_person_height: float = strawberry.field(description="0..1 of the picture; a smaller person cannot be told")
    at_gate: bool = strawberry.field(description="whoever is held in the zone must show the item")
    forbidden: Direction | None = strawberry.field(description="which way over the zone's line nobody may go")
    near: float = strawberry.field(description="how far around the zone, in sizes of the object's own feet")
    forbidden_lamps: list[Lamp] = strawberry.field(description="what a machine's signal light may not show")
    effective_from: datetime
    retired_from: datetime | None = strawberry.field(description="taken out of force afterwards")
    position: BigInt = strawberry.field(description="in EVENTS")
    recorded_at: datetime
    by: str

    @classmethod
    def of(cls, rule: contracts.RuleWas) -> "KnownRule":
        published = rule.published
        return cls(
            id=strawberry.ID(published.rule_id),
            version=published.rule_version,
            name=published.name,
            kind=published.kind,
            object_classes=list(published.object_classes),
            threshold_min=published.thresholds.min,
            threshold_max=published.thresholds.max,
            dwell_s=published.dwell_s,
            window_s=published.window_s,
            gap_s=published.gap_s,
            schedule=None if published.schedule is None else Schedule.of(published.schedule),
            min_person_height=published.min_person_height,
            at_gate=published.at_gate,
            forbidden=published.forbidden,
            near=published.near,
            forbidden_lamps=list(published.forbidden_lamps),
            effective_from=published.effective_from,
            retired_from=rule.retired_from,
            position=BigInt(rule.position),
            recorded_at=rule.recorded_at,
            by=rule.by,
        )


@strawberry.type(description="A version of a zone.")
class KnownZone:
    id: strawberry.ID
    version: int
    name: str
    polygon: list[list[float]] = strawberry.field(description="vertices x y in 0..1 of the frame's width and height")
    effective_from: datetime
    retired_from: datetime | None = strawberry.field(description="taken out of force afterwards")
    position: BigInt = strawberry.field(description="in EVENTS")
    recorded_at: datetime
    by: str

    @classmethod
    def of(cls, zone: contracts.ZoneWas) -> "KnownZone":
        drawn = zone.drawn
        return cls(
            id=strawberry.ID(drawn.zone_id),
            version=drawn.zone_version,
            name=drawn.name,
            polygon=[[x, y] for x, y in drawn.polygon],
            effective_from=drawn.effective_from,
            retired_from=zone.retired_from,
            position=BigInt(zone.position),
            recorded_at=zone.recorded_at,
            by=zone.by,
        )


@strawberry.type(description="Camera, rule and zone; null is what the history does not have or what was not in force.")
class KnownPlantParts:
    camera: KnownCamera | None
    rule: KnownRule | None
    zone: KnownZone | None

    @classmethod
    def of(cls, parts: contracts.PlantParts) -> "KnownPlantParts":
        return cls(
            camera=None if parts.camera is None else KnownCamera.of(parts.camera),
            rule=None if parts.rule is None else KnownRule.of(parts.rule),
            zone=None if parts.zone is None else KnownZone.of(parts.zone),
        )
