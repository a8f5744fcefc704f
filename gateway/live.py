"""/live/{camera}/{file}: the HLS files that a camera's producer writes under <home>/live/<camera>/."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.contracts.access import Right
from domain.contracts.identifiers import IdentifierRefused, slug
from gateway.guard import session_of
from gateway.services import services_of

router = APIRouter(tags=["live"])

_FILE = re.compile(r"(?P<stem>[A-Za-z0-9][A-Za-z0-9_-]{0,60})\.(?P<suffix>m3u8|mp4|m4s)")
_TYPES = {"m3u8": "application/vnd.apple.mpegurl", "mp4": "video/mp4", "m4s": "video/iso.segment"}


@router.get("/live/{camera}/{file}", responses={404: {}})
async def live(camera: str, file: str, request: Request) -> Response:
    """The list (never cached), the header or a segment of a camera's live picture; 404 also where it is not allowed."""
    match = _FILE.fullmatch(file)
    if match is None or not _is_camera(camera):
        return Response(status_code=404)
    access = await services_of(request).rights.recent(session_of(request).login)
    if not access.may(Right.WATCH_LIVE, camera):
        return Response(status_code=404)
    return await run_in_threadpool(_file, camera, file, match["suffix"], request)


def _file(camera: str, file: str, suffix: str, request: Request) -> Response:
    root = (services_of(request).settings.home / "live" / camera).resolve()
    path = (root / file).resolve()
    if path.parent != root or not path.is_file():
        return Response(status_code=404)
    cache = "no-cache" if suffix == "m3u8" else "private, max-age=60"
    return FileResponse(path, media_type=_TYPES[suffix], headers={"Cache-Control": cache})


def _is_camera(name: str) -> bool:
    try:
        return bool(slug(name))
    except IdentifierRefused:
        return False
