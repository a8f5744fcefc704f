"""Cameras in the schema."""

from datetime import datetime
from zoneinfo import ZoneInfo

import strawberry

from domain.contracts.access import Right
from domain.contracts.addresses import masked
from gateway.cameras import CameraState, analysed_until, state_of
from gateway.graph.context import GraphInfo
from gateway.graph.machines import Machine, machines_of
from gateway.graph.quality import CameraTrouble, FalseAlarmShare, PictureFault
from gateway.graph.rules import Rule, Zone
from gateway.graph.scalars import described
from gateway.graph.streams import CameraStream
from gateway.live import PASSED_THROUGH, RIGHTS, direct_url, live_url, still_url
from gateway.reads.rows import CameraRow
from gateway.troubles import troubles_of
from infra.live_views import LiveQuality


@strawberry.type(description="A live picture that a person can choose (R31).")
class LiveView:
    quality: LiveQuality
    url: str = strawberry.field(description="its HLS list; asking for it begins what must be encoded")
    direct_url: str | None = strawberry.field(
        description="where the camera's own packets are asked for by WHEP; null where it has none of this quality"
    )


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
        return masked(self.row.source) if await self._is_configured_by(info) else None

    @described("the address of its smaller stream for the analysis; null as source is, and where there is none")
    async def analysis_source(self, info: GraphInfo) -> str | None:
        known = self.row.analysis_source
        return masked(known) if known is not None and await self._is_configured_by(info) else None

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
            LiveView(quality=quality, url=live_url(self.id, quality), direct_url=self._direct_url(quality))
            for quality, needed in RIGHTS.items()
            if all(access.may(right, self.id) for right in needed)
        ]

    def _direct_url(self, quality: LiveQuality) -> str | None:
        has_stream = quality is LiveQuality.ORIGINAL or self.row.analysis_source is not None
        return direct_url(self.id, quality) if quality in PASSED_THROUGH and has_stream else None

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
        if self.row.is_archive:
            return []
        has_second = self.row.analysis_source is not None
        found = troubles_of(info.context.services.vitals, self.id, has_second=has_second)
        return [CameraTrouble.of(each) for each in found]

    @described("what it sends; null where that was not told within a day, and for recordings")
    async def stream(self, info: GraphInfo) -> CameraStream | None:
        row = None if self.row.is_archive else await info.context.loaders.stream_of_camera.load(self.id)
        return None if row is None else CameraStream.of(row)

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
