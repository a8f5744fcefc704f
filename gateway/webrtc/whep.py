"""POST /live/{camera}/whep, DELETE /live/{camera}/whep/{session}: WHEP (draft-ietf-wish-whep), live view by WebRTC."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from gateway.errors import GatewayError
from gateway.guard import session_of
from gateway.live import PASSED_THROUGH, RIGHTS, is_camera
from gateway.services import services_of
from gateway.signin.sessions import COOKIE
from gateway.webrtc.desk import Viewer, ViewersBusy
from gateway.webrtc.feed import CameraSilent
from gateway.webrtc.offer import LARGEST, CodecUnsupported, OfferRefused
from infra.live_views import LiveQuality

router = APIRouter(tags=["live"])

SDP = "application/sdp"
_STATUS: dict[type[GatewayError], int] = {
    OfferRefused: 400,
    CameraSilent: 404,
    CodecUnsupported: 415,
    ViewersBusy: 503,
}


@router.post("/live/{camera}/whep", status_code=201, responses={400: {}, 404: {}, 413: {}, 415: {}, 503: {}})
async def watch(camera: str, request: Request) -> Response:
    """Body: an SDP offer. Answers 201 with the SDP answer, all candidates in it, and where the live view is ended.

    The camera's own H.264 is sent, never another encoding; 415 when there is none that browsers take: play HLS then.
    The browser's data channel hears {rtpTimestamp, capturedAtUs}: when a picture was captured.
    """
    return await _begun(camera, LiveQuality.ORIGINAL, request)


@router.post("/live/{camera}/{quality}/whep", status_code=201, responses={404: {}, 406: {}})
async def watch_in_quality(camera: str, quality: str, request: Request) -> Response:
    """The same for `original`, and for `reduced`: the camera's second stream, 404 where it has none.

    406 for a quality that is always encoded anew: it is played as HLS.
    """
    if quality not in set(LiveQuality):
        return Response(status_code=404)
    if quality not in PASSED_THROUGH:
        return _refusal(406, "quality_unsupported", "this quality is played as HLS")
    return await _begun(camera, LiveQuality(quality), request)


async def _begun(camera: str, quality: LiveQuality, request: Request) -> Response:
    if not is_camera(camera):
        return Response(status_code=404)
    session = session_of(request)
    access = await services_of(request).rights.recent(session.login)
    if not all(access.may(right, camera) for right in RIGHTS[quality]):
        return Response(status_code=404)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
        return _refusal(415, "sdp_expected", f"the body must be {SDP}")
    body = await request.body()
    if len(body) > LARGEST:
        return _refusal(413, "too_large", f"an offer has at most {LARGEST} bytes")
    try:
        viewer = Viewer(session.login, request.cookies[COOKIE])
        opened = await services_of(request).webrtc.open(viewer, camera, quality, body.decode())
    except UnicodeDecodeError:
        return _refusal(400, OfferRefused.code, "the offer is not readable")
    except tuple(_STATUS) as error:
        return _refusal(_STATUS[type(error)], error.code, str(error))
    headers = {"Location": f"/live/{camera}/whep/{opened.identifier}"}
    return Response(opened.answer, 201, headers, media_type=SDP)


@router.delete("/live/{camera}/whep/{session}", status_code=204, responses={404: {}})
async def leave(camera: str, session: str, request: Request) -> Response:
    """Ends one's own live view."""
    ended = await services_of(request).webrtc.end(session_of(request).login, camera, session)
    return Response(status_code=204 if ended else 404)


def _refusal(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status)
