"""Recordings on demand in the schema (R38 to R40): what was recorded, by whom and why, and the file."""

from datetime import datetime
from enum import StrEnum

import strawberry

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import ExpiryCause
from domain.contracts.recording import PARTIAL, RecordingEnd
from gateway.copies.forms import RECORDING, RECORDING_COPY, can_be_copied, needs_copy
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.lists import LARGEST_PAGE, PageInfo
from gateway.graph.plant import Camera
from gateway.graph.scalars import BigInt
from gateway.reads import recordings
from gateway.reads.recordings import RecordingRow
from gateway.rights import Access, NotAllowed

MOST_CAMERAS = 1000


class RecordingState(StrEnum):
    """RECORDING goes on. STOPPING: a person stopped it, the file is on its way. MISSED: there is no file."""

    RECORDING = "recording"
    STOPPING = "stopping"
    STORED = "stored"
    MISSED = "missed"
    EXPIRED = "expired"


@strawberry.type(description="What was recorded: the camera's own pictures.")
class RecordingFile:
    url: str | None = strawberry.field(
        description="signed link for the signed-in person; null without the right to evidence, or when it was given up"
    )
    play_url: str | None = strawberry.field(
        description="the same for every browser: H.265 is encoded anew; null when it is too long for that"
    )
    media_type: str
    sha256: str
    size_bytes: BigInt
    captured_from: datetime
    captured_to: datetime
    end: RecordingEnd = strawberry.field(description="why it ends where it ends")
    is_partial: bool = strawberry.field(description="it was to last longer, and nobody stopped it")


@strawberry.type(description="Video recorded on demand.")
class Recording:
    row: strawberry.Private[RecordingRow]
    id: strawberry.ID
    camera_id: strawberry.ID
    state: RecordingState
    asked_by: str
    reason: str
    started_at: datetime
    ends_at: datetime = strawberry.field(description="at the latest")
    stopped_at: datetime | None
    stopped_by: str | None
    missing_reason: str | None
    locked: bool
    expired_at: datetime | None
    expired_cause: ExpiryCause | None

    @classmethod
    def of(cls, row: RecordingRow) -> "Recording":
        return cls(
            row=row,
            id=strawberry.ID(str(row.id)),
            camera_id=strawberry.ID(row.camera_id),
            state=RecordingState(row.state),
            asked_by=row.asked_by,
            reason=row.reason,
            started_at=row.started_at,
            ends_at=row.ends_at,
            stopped_at=row.stopped_at,
            stopped_by=row.stopped_by,
            missing_reason=row.missing_reason,
            locked=row.locked,
            expired_at=row.expired_at,
            expired_cause=None if row.expired_cause is None else ExpiryCause(row.expired_cause),
        )

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.row.camera_id)
        return Camera.of(row) if row else None

    @strawberry.field
    async def file(self, info: GraphInfo) -> RecordingFile | None:
        row = self.row
        if row.sha256 is None or row.captured_from is None or row.captured_to is None or row.media_type is None:
            return None
        linked = row.expired_at is None and (await info.context.access()).may(Right.VIEW_EVIDENCE, row.camera_id)
        links, login = info.context.services.links, info.context.session.login
        url = links.link(row.id, RECORDING, login) if linked else None
        play_url = url
        if linked and needs_copy(row.media_type):
            is_short = can_be_copied((row.captured_to - row.captured_from).total_seconds())
            play_url = links.link(row.id, RECORDING_COPY, login) if is_short else None
        end = RecordingEnd(row.ended_by or RecordingEnd.STOPPED)
        return RecordingFile(
            url=url,
            play_url=play_url,
            media_type=row.media_type,
            sha256=row.sha256,
            size_bytes=BigInt(row.size_bytes or 0),
            captured_from=row.captured_from,
            captured_to=row.captured_to,
            end=end,
            is_partial=end in PARTIAL,
        )


@strawberry.type
class RecordingEdge:
    cursor: str
    node: Recording


@strawberry.type
class RecordingConnection:
    edges: list[RecordingEdge]
    page_info: PageInfo


def shown_on(access: Access) -> frozenset[CameraId] | None:
    """The cameras whose recordings the person may know of; None: of all. Raises NotAllowed.

    Who may record sees what became of it; the pictures themselves need the right to evidence.
    """
    if Right.VIEW_EVIDENCE not in access.held and Right.RECORD_VIDEO not in access.held:
        raise NotAllowed(f"the right {Right.VIEW_EVIDENCE} or {Right.RECORD_VIDEO} is needed")
    parts = [access.held.get(right, frozenset()) for right in (Right.VIEW_EVIDENCE, Right.RECORD_VIDEO)]
    known = [part for part in parts if part is not None]
    return None if len(known) < len(parts) else frozenset().union(*known)


async def list_recordings(
    info: GraphInfo, camera_ids: list[strawberry.ID] | None = None, first: int = 50, after: str | None = None
) -> RecordingConnection:
    """Raises InputRefused, NotAllowed."""
    if not 1 <= first <= LARGEST_PAGE:
        raise InputRefused(f"first: 1 to {LARGEST_PAGE} is expected")
    if camera_ids is not None and (len(camera_ids) > MOST_CAMERAS or any("\x00" in each for each in camera_ids)):
        raise InputRefused(f"cameraIds: at most {MOST_CAMERAS} texts without NUL are expected")
    allowed = shown_on(await info.context.access())
    wanted = None if camera_ids is None else {str(each) for each in camera_ids}
    cameras = wanted if allowed is None else allowed if wanted is None else wanted & allowed
    place = None if after is None else recordings.place_of(after)
    found = await recordings.page(
        info.context.services.database, None if cameras is None else sorted(cameras), first, place
    )
    edges = [RecordingEdge(cursor=recordings.cursor_of(row), node=Recording.of(row)) for row in found.rows]
    end = edges[-1].cursor if edges else None
    return RecordingConnection(edges=edges, page_info=PageInfo(has_next_page=found.has_next, end_cursor=end))
