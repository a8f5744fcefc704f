"""/live/{camera}/{file}, /live/{camera}/{quality}/{file}: HLS files that a camera's producer writes under <home>/live.

Asking for a list says that somebody watches: what must be encoded is encoded only as long as that goes on.
"""

import logging
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from domain.contracts.access import Right
from domain.contracts.identifiers import IdentifierRefused, slug
from gateway.guard import session_of
from gateway.relay import NodeRefused, Relay
from gateway.services import services_of
from gateway.stills.desk import StillsBusy
from infra.live_views import LiveQuality, is_live_file, is_refused, live_file, wish
from infra.relay.wire import Refusal

log = logging.getLogger(__name__)

router = APIRouter(tags=["live"])

RIGHTS = {
    LiveQuality.ORIGINAL: (Right.WATCH_LIVE,),
    LiveQuality.REDUCED: (Right.WATCH_LIVE,),
    LiveQuality.OVERLAY: (Right.WATCH_LIVE, Right.VIEW_INCIDENTS),
}
"""What a person needs on the camera: what the models saw is more than the picture."""

PASSED_THROUGH = (LiveQuality.ORIGINAL, LiveQuality.REDUCED)
"""What a camera may send by itself, the one as its main stream, the other as its second."""

LIST = ".m3u8"
KEPT = "private, max-age=60"
_TYPES = {LIST: "application/vnd.apple.mpegurl", ".mp4": "video/mp4", ".m4s": "video/iso.segment"}


def live_url(camera: str, quality: LiveQuality) -> str:
    """Path of the list."""
    part = "" if quality is LiveQuality.ORIGINAL else f"{quality.value}/"
    return f"/live/{camera}/{part}index.m3u8"


def direct_url(camera: str, quality: LiveQuality) -> str:
    """Path for WHEP."""
    part = "" if quality is LiveQuality.ORIGINAL else f"{quality.value}/"
    return f"/live/{camera}/{part}whep"


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
    if not (is_live_file(file) and is_camera(camera)):
        return Response(status_code=404)
    services = services_of(request)
    access = await services.rights.recent(session_of(request).login)
    if not all(access.may(right, camera) for right in RIGHTS[quality]):
        return Response(status_code=404)
    if await services.relay.is_elsewhere(camera):
        return await _relayed(services.relay, camera, quality, file)
    return await run_in_threadpool(_file, services.settings.home, camera, quality, file)


def _file(home: Path, camera: str, quality: LiveQuality, file: str) -> Response:
    if file.endswith(LIST):
        wish(home, camera, quality)
    path = live_file(home, camera, quality, file)
    if path is None:
        return _missing(is_busy=file.endswith(LIST) and is_refused(home, camera, quality))
    if file.endswith(
        LIST
    ):  # replaced each second or so: read in one go, or its length would not be that of what is sent
        return _sent(path.read_bytes(), file)
    return FileResponse(path, media_type=_TYPES[path.suffix], headers={"Cache-Control": KEPT})


async def _relayed(relay: Relay, camera: str, quality: LiveQuality, file: str) -> Response:
    """From the node that holds the camera."""
    try:
        return _sent(await relay.file(camera, quality, file), file)
    except NodeRefused as refused:
        return _missing(is_busy=refused.refusal is Refusal.BUSY)
    except OSError as error:
        log.warning("a node's live pictures cannot be had", extra={"camera": camera, "reason": str(error)})
        return _missing(is_busy=False)


def _sent(data: bytes, file: str) -> Response:
    suffix = Path(file).suffix
    headers = {"Cache-Control": "no-cache" if suffix == LIST else KEPT}
    return Response(data, media_type=_TYPES[suffix], headers=headers)


def _missing(*, is_busy: bool) -> Response:
    if is_busy:
        return JSONResponse({"code": "encoders_busy", "message": "all encoders of this machine are taken"}, 503)
    return Response(status_code=404)


def is_camera(name: str) -> bool:
    """Whether the text can be the name of a camera at all."""
    try:
        return bool(slug(name))
    except IdentifierRefused:
        return False
