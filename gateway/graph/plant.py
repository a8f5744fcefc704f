"""Cameras, zones and rules in the schema."""

from datetime import datetime
from zoneinfo import ZoneInfo

import strawberry

from domain.contracts.plant import RuleKind
from gateway.cameras import CameraState, state_of
from gateway.graph.context import GraphInfo
from gateway.graph.quality import FalseAlarmShare, PictureFault
from gateway.graph.scalars import described
from gateway.live import RIGHTS, live_url
from gateway.reads.rows import CameraRow, RuleRow, ZoneRow
from infra.live_views import LiveQuality


@strawberry.type(description="A polygon on a camera's picture, as it is now.")
class Zone:
    id: strawberry.ID
    name: str
    version: int
    polygon: list[list[float]] = strawberry.field(description="vertices x y in 0..1 of the frame's width and height")

    @classmethod
    def of(cls, row: ZoneRow) -> "Zone":
        return cls(id=strawberry.ID(row.id), name=row.name, version=row.version, polygon=row.polygon)


@strawberry.type(description="A rule of a camera, as it is now.")
class Rule:
    id: strawberry.ID
    name: str
    kind: RuleKind
    version: int
    threshold_min: float
    threshold_max: float
    zone_id: strawberry.ID | None
    dwell_s: float = strawberry.field(description="how long the rule must be broken before an incident opens")
    window_s: float = strawberry.field(description="what counts towards the score")
    gap_s: float = strawberry.field(description="how long without a hit ends an episode")

    @classmethod
    def of(cls, row: RuleRow) -> "Rule":
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            kind=RuleKind(row.kind),
            version=row.version,
            threshold_min=row.threshold_min,
            threshold_max=row.threshold_max,
            zone_id=None if row.zone_id is None else strawberry.ID(row.zone_id),
            dwell_s=row.dwell_s,
            window_s=row.window_s,
            gap_s=row.gap_s,
        )


@strawberry.type(description="A live picture that a person can choose (R31).")
class LiveView:
    quality: LiveQuality
    url: str = strawberry.field(description="its HLS list; asking for it begins what must be encoded")


@strawberry.type(description="A camera and how it is doing.")
class Camera:
    id: strawberry.ID
    name: str
    target_fps: float
    retention_days: int | None = strawberry.field(
        description="how long its photos and clips are kept; null: the plant's usual time"
    )
    live_url: str = strawberry.field(description="the HLS list of the live picture")

    @classmethod
    def of(cls, row: CameraRow) -> "Camera":
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            target_fps=row.target_fps,
            retention_days=row.retention_days,
            live_url=live_url(row.id, LiveQuality.ORIGINAL),
        )

    @described("the qualities that the person may watch")
    async def live_views(self, info: GraphInfo) -> list[LiveView]:
        access = await info.context.access()
        return [
            LiveView(quality=quality, url=live_url(self.id, quality))
            for quality, needed in RIGHTS.items()
            if all(access.may(right, self.id) for right in needed)
        ]

    @strawberry.field
    def state(self, info: GraphInfo) -> CameraState:
        return state_of(info.context.services.vitals, self.id)[0]

    @described("frames a second that the producer reads, null while it is not heard")
    def fps(self, info: GraphInfo) -> float | None:
        return state_of(info.context.services.vitals, self.id)[1]

    @described("what keeps its picture from showing anything now")
    async def faults(self, info: GraphInfo) -> list[PictureFault]:
        return [PictureFault.of(row) for row in await info.context.loaders.faults_of_camera.load(self.id)]

    @described("other cameras in use with the same address: what happens there would count twice")
    async def same_address(self, info: GraphInfo) -> list[strawberry.ID]:
        return [strawberry.ID(other) for other in await info.context.loaders.twins_of_camera.load(self.id)]

    @described("null where people judged nothing lately, and for who may not see its reports")
    async def false_alarms(self, info: GraphInfo) -> FalseAlarmShare | None:
        today = datetime.now(ZoneInfo(info.context.services.settings.plant_tz)).date()
        found = await info.context.loaders.false_alarms.load((self.id, today))
        return None if found is None else FalseAlarmShare.of(found)

    @strawberry.field
    async def zones(self, info: GraphInfo) -> list[Zone]:
        return [Zone.of(row) for row in await info.context.loaders.zones_of_camera.load(self.id)]

    @strawberry.field
    async def rules(self, info: GraphInfo) -> list[Rule]:
        return [Rule.of(row) for row in await info.context.loaders.rules_of_camera.load(self.id)]
