"""Live views by WebRTC: who may have one, how many there are, and when they end."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from typing import Final

from domain.contracts.access import Right
from gateway.errors import DatabaseBusy, GatewayError
from gateway.measures import Measures
from gateway.relay import Relay
from gateway.rights import Rights
from gateway.settings import GatewaySettings
from gateway.signin.sessions import Sessions
from gateway.webrtc.feed import first_header
from gateway.webrtc.offer import CodecUnsupported, admitted
from gateway.webrtc.session import ViewerSession
from infra.live_packets import H264
from infra.live_views import LiveQuality

log = logging.getLogger(__name__)

PER_PERSON: Final = 4


class ViewersBusy(GatewayError):
    """So many live views are open that this machine sends no more of them."""

    code = "viewers_busy"


@dataclass(frozen=True, slots=True)
class Viewer:
    """token   of the person's session: the live view ends with it"""

    login: str
    token: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A live view that has begun; answer is SDP."""

    identifier: str
    answer: str


class WebRtcDesk:
    """Opened once; `close` ends all live views."""

    def __init__(
        self, settings: GatewaySettings, sessions: Sessions, rights: Rights, measures: Measures, relay: Relay
    ) -> None:
        self._most, self._relay = settings.webrtc_sessions, relay
        self._offered = settings.webrtc_offered()
        self._sessions, self._rights, self._measures = sessions, rights, measures
        self._places: dict[str, str] = {}
        self._open: dict[str, tuple[ViewerSession, asyncio.Task[None]]] = {}
        for library in ("aioice", "aiortc"):  # they log the addresses of browsers
            logging.getLogger(library).setLevel(logging.WARNING)

    async def open(self, viewer: Viewer, camera: str, quality: LiveQuality, offer: str) -> Opened:
        """A live view of the camera's own pictures. The caller has asked whether the person may.

        quality   ORIGINAL is the main stream, REDUCED the second one
        Raises  ViewersBusy, CameraSilent, CodecUnsupported, OfferRefused
        """
        identifier = self._reserved(viewer.login)
        try:
            session, answer = await self._begun(viewer, camera, quality, admitted(offer))
        except BaseException:
            self._release(identifier)
            raise
        self._open[identifier] = session, asyncio.create_task(self._run(identifier, session, viewer))
        log.info("a live view begins", extra={"camera": camera, "quality": quality.value, "login": viewer.login})
        return Opened(identifier, answer)

    async def end(self, login: str, camera: str, identifier: str) -> bool:
        """False when the person has no such live view of the camera."""
        session, task = self._open.get(identifier, (None, None))
        if session is None or task is None or (session.login, session.camera) != (login, camera):
            return False
        session.end()
        await asyncio.wait({task})
        return True

    async def close(self) -> None:
        for session, _ in self._open.values():
            session.end()
        await asyncio.gather(*(task for _, task in list(self._open.values())), return_exceptions=True)

    async def _begun(self, viewer: Viewer, camera: str, quality: LiveQuality, offer: str) -> tuple[ViewerSession, str]:
        connect = self._relay.connecting(camera, quality)
        first = await first_header(connect)
        if first.codec != H264 or first.is_reordered:
            raise CodecUnsupported("the camera's pictures are not for browsers as they are")
        session = ViewerSession(camera, viewer.login, connect)
        try:
            return session, await session.answered(offer, self._offered)
        except BaseException:
            await session.close()
            raise

    async def _run(self, identifier: str, session: ViewerSession, viewer: Viewer) -> None:
        reason = "failed"
        try:
            reason = await session.lasts(lambda: self._may_go_on(viewer, session.camera))
        finally:
            try:
                await session.close()
            finally:
                self._release(identifier)
                log.info("a live view ends", extra={"camera": session.camera, "login": viewer.login, "reason": reason})

    async def _may_go_on(self, viewer: Viewer, camera: str) -> bool:
        try:
            if await self._sessions.find(viewer.token) is None:
                return False
            return (await self._rights.recent(viewer.login)).may(Right.WATCH_LIVE, camera)
        except DatabaseBusy:
            return True  # asked again in a moment

    def _reserved(self, login: str) -> str:
        held = list(self._places.values())
        if len(held) >= self._most or held.count(login) >= PER_PERSON:
            raise ViewersBusy("too many live views are open; close one of them")
        identifier = secrets.token_urlsafe(16)
        self._places[identifier] = login
        self._measures.live_views.set(len(self._places))
        return identifier

    def _release(self, identifier: str) -> None:
        self._open.pop(identifier, None)
        self._places.pop(identifier, None)
        self._measures.live_views.set(len(self._places))
