"""/media/{incident}/{kind}: photo, clip and detections of an incident through signed links, with Range.

A recording on demand is served like an incident's file, under kind `recording`; `…-copy` and `clip-overlay` are derived
from the stored video when they are asked for (gateway/copies).

Whatever is not allowed, signed, stored or there answers 404, all alike (FAULTS D6). To a signed link a file that was
given up answers 410: its incident says when and why.
"""

import logging
from collections.abc import AsyncIterator
from uuid import UUID

import urllib3
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from minio.error import MinioException
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool

from domain.contracts.access import Right
from domain.contracts.plant import EvidenceKind
from gateway.copies.deriving import FORMS, derived
from gateway.copies.desk import CopiesBusy, CopyImpossible
from gateway.copies.forms import CLIP_COPY, CLIP_OVERLAY, RECORDING, RECORDING_COPY
from gateway.errors import DatabaseBusy
from gateway.guard import session_of
from gateway.ranges import ByteRange, RangeNotSatisfiable, parse_range
from gateway.reads import recordings
from gateway.reads.incidents import camera_of, evidence_file
from gateway.reads.recordings import RecordingRow
from gateway.reads.rows import EvidenceRow
from gateway.services import Services, services_of
from infra.nats.errors import NatsAdapterError
from infra.objects import UNAVAILABLE

log = logging.getLogger(__name__)

router = APIRouter(tags=["media"])

CHUNK = 64 * 1024
_LONGEST_TIME = 16
_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "video/mp4", "video/mp4; codecs=hev1"})


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
    if kind in FORMS:
        return await _copy(services, found, kind)
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


async def _copy(services: Services, found: EvidenceRow, kind: str) -> Response:
    """The derived file, which Starlette serves with Range; 503 while too many are being made."""
    try:
        path = await derived(services, found, kind)
    except CopiesBusy as error:
        body = {"code": error.code, "message": str(error)}
        return JSONResponse(body, status_code=503, headers={"Retry-After": "5"})
    except (CopyImpossible, DatabaseBusy, NatsAdapterError, *UNAVAILABLE) as error:
        log.warning("no copy", extra={"key": found.key, "kind": kind, "reason": str(error)})
        return Response(status_code=404)
    headers = {"Cache-Control": "private, max-age=300"}
    name = f"{found.incident_id}-{kind}.mp4"
    return FileResponse(path, media_type="video/mp4", headers=headers, filename=name, content_disposition_type="inline")


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
    access = await services.rights.recent(login)
    if kind in (RECORDING, RECORDING_COPY):
        recorded = await recordings.by_id(services.database, known)
        allowed = recorded is not None and access.may(Right.VIEW_EVIDENCE, recorded.camera_id)
        return _recorded(recorded) if recorded is not None and allowed else None
    camera = await camera_of(services.database, known)
    if camera is None or not access.may(Right.VIEW_EVIDENCE, camera):
        return None
    if kind == CLIP_OVERLAY and not access.may(Right.VIEW_INCIDENTS, camera):
        return None
    stored = EvidenceKind.CLIP.value if kind in (CLIP_COPY, CLIP_OVERLAY) else kind
    return await evidence_file(services.database, known, stored)


def _recorded(row: RecordingRow) -> EvidenceRow:
    return EvidenceRow(
        incident_id=row.id,
        kind=RECORDING,
        key=row.key,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media_type=row.media_type,
        captured_from=row.captured_from,
        captured_to=row.captured_to,
        missing_reason=row.missing_reason,
        expired_at=row.expired_at,
        expired_cause=row.expired_cause,
    )


def _headers(found: EvidenceRow) -> dict[str, str]:
    media_type = found.media_type or ""
    shown = media_type in _SHOWN
    suffix = media_type.partition(";")[0].rpartition("/")[2] if shown else "bin"
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
