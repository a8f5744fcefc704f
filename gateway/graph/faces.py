"""Whose faces were seen where, in the schema (R85): for who has the right to that, camera by camera."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import strawberry

from domain.contracts.access import Right
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident
from gateway.graph.lists import LARGEST_PAGE, PageInfo
from gateway.graph.plant import Camera
from gateway.graph.scalars import BigInt, described
from gateway.graph.stays import ZoneVisit
from gateway.reads import faces
from gateway.reads.cursors import After, from_cursor, to_cursor
from gateway.reads.faces import FaceFilter, FaceRow

ORDER: Final = "faces"
MOST_IDS: Final = 1000


@strawberry.type(description="Whose face a track showed on a camera; no picture of it is kept.")
class FaceMatch:
    id: strawberry.ID
    camera_id: strawberry.ID
    track_id: BigInt
    at: datetime = strawberry.field(description="capture time")
    person_id: strawberry.ID | None = strawberry.field(
        description="null: a face, and of nobody who is enrolled, or of somebody who was erased since"
    )
    login: str | None = strawberry.field(description="of the person; «стёрто» when they were erased")
    name: str | None
    score: float = strawberry.field(description="how alike the faces are, 0..1")

    @classmethod
    def of(cls, row: FaceRow) -> "FaceMatch":
        return cls(
            id=strawberry.ID(str(row.id)),
            camera_id=strawberry.ID(row.camera_id),
            track_id=BigInt(row.track_id),
            at=row.at,
            person_id=None if row.person is None else strawberry.ID(str(row.person)),
            login=row.login,
            name=row.name,
            score=row.score,
        )

    @strawberry.field
    async def camera(self, info: GraphInfo) -> Camera | None:
        row = await info.context.loaders.camera.load(self.camera_id)
        return None if row is None else Camera.of(row)

    @described("the track's stays in zones, where the person may see reports of the camera")
    async def visits(self, info: GraphInfo) -> list[ZoneVisit]:
        found = await info.context.loaders.visits_of_track.load((self.camera_id, self.track_id))
        return [ZoneVisit.of(row) for row in found]

    @described("the track's incidents, where the person may see incidents of the camera")
    async def incidents(self, info: GraphInfo) -> list[Incident]:
        loaders = info.context.loaders
        found = await loaders.incidents_of_track.load((self.camera_id, self.track_id))
        rows = await loaders.incident.load_many([each.id for each in found])
        return [Incident.of(row) for row in rows if row is not None]


@strawberry.type
class FaceMatchEdge:
    cursor: str
    node: FaceMatch


@strawberry.type
class FaceMatchConnection:
    edges: list[FaceMatchEdge]
    page_info: PageInfo


@strawberry.input(description="Which faces; what is left out does not filter.")
class FaceMatchFilter:
    camera_ids: list[strawberry.ID] | None = None
    person_ids: list[strawberry.ID] | None = None
    known: bool | None = strawberry.field(default=None, description="of somebody who is enrolled, or of nobody")
    since: datetime | None = strawberry.field(default=None, name="from")
    until: datetime | None = strawberry.field(default=None, name="to")

    def checked(self) -> FaceFilter:
        """Raises InputRefused."""
        cameras, persons = _listed("cameraIds", self.camera_ids), _listed("personIds", self.person_ids)
        for name, at in (("from", self.since), ("to", self.until)):
            if at is not None and at.tzinfo is None:
                raise InputRefused(f"filter.{name}: a time with an offset is expected")
        try:
            known = None if persons is None else tuple(UUID(each) for each in persons)
        except ValueError:
            raise InputRefused("filter.personIds: identifiers of persons are expected") from None
        return FaceFilter(cameras, known, self.known, self.since, self.until)


async def list_face_matches(
    info: GraphInfo, filter: FaceMatchFilter | None = None, first: int = 50, after: str | None = None
) -> FaceMatchConnection:
    """first: 1..100. Raises InputRefused, NotAllowed."""
    allowed = (await info.context.access()).cameras(Right.VIEW_FACES)
    wanted = (filter or FaceMatchFilter()).checked().within(allowed)
    if not 1 <= first <= LARGEST_PAGE:
        raise InputRefused(f"first: 1 to {LARGEST_PAGE} is expected")
    start = None if after is None else from_cursor(ORDER, after)
    if start is not None and not isinstance(start.value, datetime):
        raise InputRefused("after: not a cursor of this list")
    rows, has_next = await faces.page(info.context.services.database, wanted, first, start)
    edges = [FaceMatchEdge(cursor=to_cursor(ORDER, After(row.at, row.id)), node=FaceMatch.of(row)) for row in rows]
    return FaceMatchConnection(
        edges=edges, page_info=PageInfo(has_next_page=has_next, end_cursor=edges[-1].cursor if edges else None)
    )


def _listed(name: str, ids: Sequence[str] | None) -> tuple[str, ...] | None:
    if ids is None:
        return None
    if len(ids) > MOST_IDS:
        raise InputRefused(f"filter.{name}: at most {MOST_IDS}")
    if any("\x00" in each for each in ids):
        raise InputRefused(f"filter.{name}: text without NUL is expected")
    return tuple(ids)
