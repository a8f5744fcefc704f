"""/media/{incident}/{kind}: photo, clip and detections of an incident through signed links, with Range.

Whatever is not allowed, signed, stored or there answers 404, all alike (FAULTS D6). To a signed link a file that was
given up answers 410: its incident says when and why.
"""

import logging
from collections.abc import AsyncIterator
from uuid import UUID

import urllib3
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from minio.error import MinioException
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from domain.contracts.access import Right
from gateway.guard import session_of
from gateway.ranges import ByteRange, RangeNotSatisfiable, parse_range
from gateway.reads.incidents import camera_of, evidence_file
from gateway.reads.rows import EvidenceRow
from gateway.services import Services, services_of

log = logging.getLogger(__name__)

router = APIRouter(tags=["media"])

CHUNK = 64 * 1024
_LONGEST_TIME = 16
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "video/mp4"})


@router.get("/media/{incident_id}/{kind}", responses={206: {}, 304: {}, 404: {}, 410: {}, 416: {}})
async def media(
    incident_id: str,
    kind: str,
    request: Request,
    exp: str = "",
    sig: str = "",
) -> Response:
    """A stored file. The link comes from GraphQL and works for the person it was made for, for some minutes."""
    services = services_of(request)
    found = await _evidence(services, incident_id, kind, exp=exp, sig=sig, login=session_of(request).login)
    if found is None or found.size_bytes is None:
        return Response(status_code=404)
    if found.expired_at is not None:
        return Response(status_code=410, headers={"Cache-Control": "private, no-store"})
    headers = _headers(found)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if_range = request.headers.get("if-range")
    wanted = request.headers.get("range") if if_range in (None, headers["ETag"]) else None
    try:
        part = parse_range(wanted, found.size_bytes)
    except RangeNotSatisfiable:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{found.size_bytes}"})
    return await _stream(services, found, found.size_bytes, part, headers)


async def _evidence(
    services: Services, incident_id: str, kind: str, *, exp: str, sig: str, login: str
) -> EvidenceRow | None:
    try:
        known = UUID(incident_id)
    except ValueError:
        return None
    if not (exp.isascii() and exp.isdigit() and len(exp) < _LONGEST_TIME and sig.isascii()):
        return None
    if not services.links.valid(known, kind, login, int(exp), sig):
        return None
    camera = await camera_of(services.database, known)
    if camera is None or not (await services.rights.recent(login)).may(Right.VIEW_EVIDENCE, camera):
        return None
    return await evidence_file(services.database, known, kind)


def _headers(found: EvidenceRow) -> dict[str, str]:
    media_type = found.media_type or ""
    shown = media_type in _SHOWN
    suffix = media_type.rpartition("/")[2] if shown else "bin"
    name = f"{found.incident_id}-{found.kind}.{suffix}"
    return {
        "Accept-Ranges": "bytes",
        "ETag": f'"{found.sha256}"',
        "Cache-Control": "private, max-age=300",
        "Content-Type": media_type if shown else "application/octet-stream",
        "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{name}"',
    }


async def _stream(
    services: Services, found: EvidenceRow, size: int, part: ByteRange | None, headers: dict[str, str]
) -> Response:
    whole = ByteRange(0, size - 1)
    span = part or whole
    try:
        body = await run_in_threadpool(
            services.objects.get_object, services.settings.s3_bucket, found.key or "", span.first, span.length
        )
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        log.warning("media not readable", extra={"key": found.key, "error": type(error).__name__})
        return Response(status_code=404)
    headers = headers | {"Content-Length": str(span.length)}
    if part is not None:
        headers["Content-Range"] = part.content_range(size)
    return StreamingResponse(_chunks(body), status_code=206 if part else 200, headers=headers)


async def _chunks(body: urllib3.BaseHTTPResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in iterate_in_threadpool(body.stream(CHUNK)):
            yield chunk
    finally:
        await run_in_threadpool(body.close)
        body.release_conn()
