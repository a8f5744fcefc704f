"""permitObject: a person says until when the object of an incident may stand there (R64)."""

from datetime import UTC, datetime
from typing import Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import PermitObject
from domain.contracts.detections import Box
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.incident import Incident
from gateway.graph.left_objects import left_object
from gateway.graph.payload import IncidentPayload, ordered, refusal
from gateway.projected import PLANT
from gateway.rights import NotAllowed

ROOM: Final = 0.15
"""Around the object, in its widths and heights: it is seen a little otherwise under another light."""


async def permit_object(
    info: GraphInfo, id: strawberry.ID, until: datetime, command_id: str, note: str = ""
) -> IncidentPayload:
    try:
        row, zone_id = await left_object(info, id, Right.PERMIT_OBJECTS)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(PermitObject.__name__, info, error)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    command = PermitObject(zone_id, _region(row.box), until, note=note.strip())
    return await ordered(info, command, command_id, read_in=(PLANT,)) or Incident.of(row)


def _region(box: list[float]) -> Box:
    x1, y1, x2, y2 = box
    across, down = ROOM * (x2 - x1), ROOM * (y2 - y1)
    return max(0.0, x1 - across), max(0.0, y1 - down), min(1.0, x2 + across), min(1.0, y2 + down)
