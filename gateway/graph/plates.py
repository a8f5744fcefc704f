"""Number plates in the schema: on a passage, and only for whoever may see plates on its camera (docs/adr/0017)."""

from datetime import datetime

import strawberry

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from domain.contracts.plates import PlateFormat, cleaned, region_name
from gateway.errors import InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.scalars import described
from gateway.reads import traffic
from gateway.reads.traffic import PlateRow
from gateway.rights import NotAllowed

LONGEST_SEARCH = 12


@strawberry.type(description="A vehicle's number plate, as it was read.")
class Plate:
    row: strawberry.Private[PlateRow]
    text: str = strawberry.field(description="as read: Latin capitals and digits")
    number: str | None = strawberry.field(
        description="Russian form; null where the text fits no format of the standard"
    )
    format: PlateFormat | None
    region_code: str | None
    region: str | None = strawberry.field(description="its name in Russian; null where the code is not issued")
    score: float = strawberry.field(description="how sure, 0..1")
    readings: int = strawberry.field(description="looks at the vehicle that gave a text")
    first_at: datetime
    last_at: datetime
    keep_until: datetime = strawberry.field(description="then it is deleted")

    @classmethod
    def of(cls, row: PlateRow) -> "Plate":
        return cls(
            row=row,
            text=row.text,
            number=row.number,
            format=None if row.format is None else PlateFormat(row.format),
            region_code=row.region,
            region=region_name(row.region),
            score=row.score,
            readings=row.readings,
            first_at=row.first_at,
            last_at=row.last_at,
            keep_until=row.keep_until,
        )

    @described("the vehicle at the surest reading, as a data: address of a JPEG")
    async def picture(self, info: GraphInfo) -> str | None:
        if not self.row.has_picture:
            return None
        found = await traffic.picture_of(info.context.services.database, self.row.track)
        return None if found is None else f"data:image/jpeg;base64,{found}"


async def may_see_plates(info: GraphInfo, camera_id: str) -> bool:
    return (await info.context.access()).may(Right.VIEW_PLATES, camera_id)


async def plate_of(info: GraphInfo, camera_id: str, track_id: int) -> Plate | None:
    """None where none was read, or where the person may not see it."""
    row = await info.context.loaders.plate.load((camera_id, track_id))
    return None if row is None else Plate.of(row)


async def seen_with_plates(info: GraphInfo) -> frozenset[CameraId] | None:
    """Cameras on which the person may see reports and plates; None: all of them. Raises NotAllowed."""
    access = await info.context.access()
    reports, plates = access.cameras(Right.VIEW_REPORTS), access.cameras(Right.VIEW_PLATES)
    if reports is None or plates is None:
        return plates if reports is None else reports
    both = reports & plates
    if not both:
        raise NotAllowed(f"the rights {Right.VIEW_REPORTS.value} and {Right.VIEW_PLATES.value} on a camera are needed")
    return both


def searched(text: str) -> str:
    """A part of a number that somebody typed in either alphabet, as readers write it. Raises InputRefused."""
    part = cleaned(text)
    if not part or len(text) > LONGEST_SEARCH:
        raise InputRefused(f"filter.plate: 1 to {LONGEST_SEARCH} letters and digits of plates are expected")
    return part
