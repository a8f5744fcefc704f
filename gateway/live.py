"""/live/{camera}/{file}, /live/{camera}/{quality}/{file}: HLS files that a camera's producer writes under <home>/live.

Asking for a list says that somebody watches: what must be encoded is encoded only as long as that goes on.
"""

import re
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.contracts.access import Right
from domain.contracts.identifiers import IdentifierRefused, slug
from gateway.guard import session_of
from gateway.services import services_of
from gateway.stills.desk import StillsBusy
from infra.live_views import LiveQuality, is_refused, live_folder, wish

router = APIRouter(tags=["live"])

RIGHTS = {
    LiveQuality.ORIGINAL: (Right.WATCH_LIVE,),
    LiveQuality.REDUCED: (Right.WATCH_LIVE,),
    LiveQuality.OVERLAY: (Right.WATCH_LIVE, Right.VIEW_INCIDENTS),
}
"""What a person needs on the camera: what the models saw is more than the picture."""

_FILE = re.compile(r"(?P<stem>[A-Za-z0-9][A-Za-z0-9_-]{0,60})\.(?P<suffix>m3u8|mp4|m4s)")
_TYPES = {"m3u8": "application/vnd.apple.mpegurl", "mp4": "video/mp4", "m4s": "video/iso.segment"}


def live_url(camera: str, quality: LiveQuality) -> str:
    """Path of the list."""
    part = "" if quality is LiveQuality.ORIGINAL else f"{quality.value}/"
    return f"/live/{camera}/{part}index.m3u8"


def still_url(camera: str) -> str:
    """Path of a still of the picture now."""
    return f"/live/{camera}/still.jpg"


@router.get("/live/{camera}/still.jpg", responses={404: {}, 503: {}})
async def live_still(camera: str, request: Request) -> Response:
    """A JPEG of the picture now, in its own size, never cached; 404 also where it is not allowed, 503: ask again."""
    services = services_of(request)
    access = await services.rights.recent(session_of(request).login)
    if not (is_camera(camera) and access.may(Right.WATCH_LIVE, camera)):
        return Response(status_code=404)
    try:
        data = await services.stills.still(camera)
    except StillsBusy as error:
        return JSONResponse({"code": error.code, "message": str(error)}, 503, headers={"Retry-After": "1"})
    if data is None:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.get("/live/{camera}/{file}", responses={404: {}, 503: {}})
async def live(camera: str, file: str, request: Request) -> Response:
    """The list (never cached), the header or a segment of a camera's live picture; 404 also where it is not allowed."""
    return await _answer(camera, LiveQuality.ORIGINAL, file, request)


@router.get("/live/{camera}/{quality}/{file}", responses={404: {}, 503: {}})
async def live_in_quality(camera: str, quality: str, file: str, request: Request) -> Response:
    """The same in another quality, encoded while somebody watches; 503 while all encoders of the machine are taken."""
    if quality not in set(LiveQuality) or quality == LiveQuality.ORIGINAL:
        return Response(status_code=404)
    return await _answer(camera, LiveQuality(quality), file, request)


async def _answer(camera: str, quality: LiveQuality, file: str, request: Request) -> Response:
    match = _FILE.fullmatch(file)
    if match is None or not is_camera(camera):
        return Response(status_code=404)
    access = await services_of(request).rights.recent(session_of(request).login)
    if not all(access.may(right, camera) for right in RIGHTS[quality]):
        return Response(status_code=404)
    home = services_of(request).settings.home
    return await run_in_threadpool(_file, home, camera, quality, file, suffix=match["suffix"])


def _file(home: Path, camera: str, quality: LiveQuality, file: str, *, suffix: str) -> Response:
    if suffix == "m3u8":
        wish(home, camera, quality)
    root = live_folder(home, camera, quality).resolve()
    path = (root / file).resolve()
    if path.parent != root or not path.is_file():
        if suffix == "m3u8" and is_refused(home, camera, quality):
            return JSONResponse({"code": "encoders_busy", "message": "all encoders of this machine are taken"}, 503)
        return Response(status_code=404)
    if suffix == "m3u8":  # replaced every second or so: read in one go, or its length would not be that of what is sent
        return Response(path.read_bytes(), media_type=_TYPES[suffix], headers={"Cache-Control": "no-cache"})
    return FileResponse(path, media_type=_TYPES[suffix], headers={"Cache-Control": "private, max-age=60"})


def is_camera(name: str) -> bool:
    """Whether the text can be the name of a camera at all."""
    try:
        return bool(slug(name))
    except IdentifierRefused:
        return False
