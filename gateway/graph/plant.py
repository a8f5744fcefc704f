"""Cameras in the schema."""

from datetime import datetime
from zoneinfo import ZoneInfo

import strawberry

from domain.contracts.access import Right
from gateway.cameras import CameraState, analysed_until, state_of
from gateway.graph.context import GraphInfo
from gateway.graph.machines import Machine, machines_of
from gateway.graph.quality import CameraTrouble, FalseAlarmShare, PictureFault
from gateway.graph.rules import Rule, Zone
from gateway.graph.scalars import described
from gateway.live import RIGHTS, live_url, still_url
from gateway.reads.rows import CameraRow
from gateway.troubles import troubles_of
from infra.live_views import LiveQuality


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
    ppe: bool = strawberry.field(description="protective equipment is looked for")
    plates: bool = strawberry.field(description="number plates are read")
    analysis_width: int = strawberry.field(description="pixels: frames are scaled down to it before analysis")
    row: strawberry.Private[CameraRow]

    @classmethod
    def of(cls, row: CameraRow) -> "Camera":
        return cls(
            id=strawberry.ID(row.id),
            name=row.name,
            target_fps=row.target_fps,
            retention_days=row.retention_days,
            live_url=live_url(row.id, LiveQuality.ORIGINAL),
            ppe=row.ppe,
            plates=row.plates,
            analysis_width=row.analysis_width,
            row=row,
        )

    @described("its address, without a login; null for who may not configure it")
    async def source(self, info: GraphInfo) -> str | None:
        return self.row.source if await self._is_configured_by(info) else None

    @described("the address of its smaller stream for the analysis; null as source is, and where there is none")
    async def analysis_source(self, info: GraphInfo) -> str | None:
        return self.row.analysis_source if await self._is_configured_by(info) else None

    async def _is_configured_by(self, info: GraphInfo) -> bool:
        return (await info.context.access()).may(Right.CONFIGURE_CAMERAS, self.id)

    @described("a JPEG of the live picture in its own size; null for who may not watch it, and for recordings")
    async def still_url(self, info: GraphInfo) -> str | None:
        may_watch = (await info.context.access()).may(Right.WATCH_LIVE, self.id)
        return still_url(self.id) if may_watch and not self.row.is_archive else None

    @described("the qualities that the person may watch; none of recordings")
    async def live_views(self, info: GraphInfo) -> list[LiveView]:
        if self.row.is_archive:
            return []
        access = await info.context.access()
        return [
            LiveView(quality=quality, url=live_url(self.id, quality))
            for quality, needed in RIGHTS.items()
            if all(access.may(right, self.id) for right in needed)
        ]

    @strawberry.field
    def state(self, info: GraphInfo) -> CameraState:
        return state_of(info.context.services.vitals, self.id, is_archive=self.row.is_archive)[0]

    @described("capture time of the last picture of recordings that were analysed; null for a live camera")
    async def analysed_until(self, info: GraphInfo) -> datetime | None:
        return await analysed_until(info.context.services.nats, self.id) if self.row.is_archive else None

    @described("frames a second that the producer reads, null while it is not heard")
    def fps(self, info: GraphInfo) -> float | None:
        return state_of(info.context.services.vitals, self.id, is_archive=self.row.is_archive)[1]

    @described("what keeps its picture from showing anything now")
    async def faults(self, info: GraphInfo) -> list[PictureFault]:
        return [PictureFault.of(row) for row in await info.context.loaders.faults_of_camera.load(self.id)]

    @described("what keeps it from being watched as it should be now, as its processes say")
    def troubles(self, info: GraphInfo) -> list[CameraTrouble]:
        return [CameraTrouble.of(each) for each in troubles_of(info.context.services.vitals, self.id)]

    @described("other cameras in use with the same address: what happens there would count twice")
    async def same_address(self, info: GraphInfo) -> list[strawberry.ID]:
        return [strawberry.ID(other) for other in await info.context.loaders.twins_of_camera.load(self.id)]

    @described("null where people judged nothing lately, and for who may not see its reports")
    async def false_alarms(self, info: GraphInfo) -> FalseAlarmShare | None:
        today = datetime.now(ZoneInfo(info.context.services.settings.plant_tz)).date()
        found = await info.context.loaders.false_alarms.load((self.id, today))
        return None if found is None else FalseAlarmShare.of(found)

    @described("zones with a rule about a machine")
    async def machines(self, info: GraphInfo) -> list[Machine]:
        return await machines_of(info, self.id)

    @strawberry.field
    async def zones(self, info: GraphInfo) -> list[Zone]:
        return [Zone.of(row) for row in await info.context.loaders.zones_of_camera.load(self.id)]

    @strawberry.field
    async def rules(self, info: GraphInfo) -> list[Rule]:
        return [Rule.of(row) for row in await info.context.loaders.rules_of_camera.load(self.id)]
