"""/api/machines/{zone}/pictures: pictures of a machine, sent by a person and shown again (docs/adr/0025)."""

import base64
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from domain.contracts.access import Right
from domain.contracts.identifiers import IdentifierRefused, ZoneId, slug
from domain.contracts.machines import are_states, crop_of
from gateway.crops.desk import LARGEST_BYTES, CropsBusy
from gateway.errors import DatabaseBusy, GatewayError, InputRefused, OutcomeUnknown, TeachingUnavailable
from gateway.guard import session_of
from gateway.reads import plant
from gateway.reads.rows import ZoneRow
from gateway.services import services_of

router = APIRouter(tags=["machines"])

TYPES = frozenset({"image/jpeg", "image/png"})
WHOLE = (0.0, 0.0, 1.0, 1.0)
_BUSY: tuple[type[GatewayError], ...] = (CropsBusy, TeachingUnavailable, OutcomeUnknown, DatabaseBusy)


def picture_url(zone_id: str, picture_id: str) -> str:
    return f"/api/machines/{zone_id}/pictures/{picture_id}"


def machine_in(polygon: list[list[float]]) -> tuple[float, float, float, float]:
    """x1 y1 x2 y2 in 0..1 of the camera's picture: what is looked at of the machine in a zone."""
    return crop_of(tuple((x, y) for x, y in polygon))


@router.post(
    "/api/machines/{zone}/pictures",
    status_code=204,
    responses={400: {}, 404: {}, 413: {}, 415: {}, 503: {}},
    max_body_size=LARGEST_BYTES,
)
async def add_picture(
    zone: str,
    request: Request,
    states: Annotated[list[str] | None, Query(max_length=4)] = None,
    *,
    cropped: bool = False,
) -> Response:
    """Body: a JPEG or PNG of at most 16 MiB, the camera's whole picture, or (`cropped`) the machine alone.

    Only the machine's part of it is kept, at most 400 pixels each way. 404 also where it is not allowed.
    """
    labels = tuple(states or ())
    row = await _zone_to_configure(zone, request)
    if row is None:
        return Response(status_code=404)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in TYPES:
        return _no(415, "picture_refused", "a JPEG or PNG is expected")
    if not are_states(labels):
        return _no(400, "states_refused", "one state of each aspect at most is expected, or unknown")
    services, data = services_of(request), await request.body()
    try:
        png = await services.crops.crop(data, WHOLE if cropped else machine_in(row.polygon))
        await services.teaching.add(ZoneId(row.id), png, labels)
    except InputRefused as error:
        return _no(400, error.code, str(error))
    except _BUSY as error:
        return _no(503, error.code, str(error))
    return Response(status_code=204)


@router.get("/api/machines/{zone}/pictures/{picture}", responses={404: {}, 503: {}})
async def machine_picture(zone: str, picture: str, request: Request) -> Response:
    """The picture of this sha256; 404 also where it is not allowed."""
    row = await _zone_to_configure(zone, request)
    if row is None:
        return Response(status_code=404)
    try:
        found = await services_of(request).teaching.picture(ZoneId(row.id), picture)
    except InputRefused:
        return Response(status_code=404)
    except _BUSY as error:
        return _no(503, error.code, str(error))
    headers = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}
    return Response(base64.b64decode(found.data), media_type=found.media_type, headers=headers)


async def _zone_to_configure(zone: str, request: Request) -> ZoneRow | None:
    """None also when the person may not configure the zone's camera. Raises DatabaseBusy."""
    try:
        zone_id = slug(zone)
    except IdentifierRefused:
        return None
    services = services_of(request)
    access = await services.rights.recent(session_of(request).login)
    rows = await plant.zones_by_id(services.database, [zone_id])
    there = [row for row in rows if not row.retired and access.may(Right.CONFIGURE_CAMERAS, row.camera_id)]
    return there[0] if there else None


def _no(status: int, code: str, message: str) -> JSONResponse:
    headers = {"Retry-After": "1"} if status == 503 else None
    return JSONResponse({"code": code, "message": message}, status, headers=headers)
