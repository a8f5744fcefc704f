"""One viewer's connection: from the answer to the offer until it fails, is ended, or may not go on."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import get_capabilities
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError

from gateway.webrtc.addresses import Offered, offer_only
from gateway.webrtc.feed import Connect
from gateway.webrtc.offer import OfferRefused
from gateway.webrtc.track import CameraTrack

log = logging.getLogger(__name__)

CONNECT_S: Final = 10.0
LOOK_S: Final = 2.0
CLOSE_S: Final = 5.0
_REFUSALS: Final = (InternalError, InvalidAccessError, InvalidStateError, OperationError, ValueError, AssertionError)

Allowed = Callable[[], Awaitable[bool]]


class ViewerSession:
    """camera     whose pictures are shown
    login      who watches
    """

    def __init__(self, camera: str, login: str, connect: Connect) -> None:
        self.camera, self.login = camera, login
        self._track = CameraTrack(connect, time.monotonic)
        self._ending = asyncio.Event()
        # No STUN server: None would be aiortc's own choice of one.
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))

    async def answered(self, offer: str, offered: Offered) -> str:
        """SDP of the answer, with all candidates. Raises OfferRefused."""
        transceiver = self._peer.addTransceiver(self._track, direction="sendonly")
        self._track.sent_by(transceiver.sender)
        codecs = [each for each in get_capabilities("video").codecs if each.mimeType in ("video/H264", "video/rtx")]
        transceiver.setCodecPreferences(codecs)
        offer_only(transceiver.receiver.transport.transport.iceGatherer, offered)
        self._peer.on("datachannel", self._on_channel)
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
            await self._peer.setLocalDescription(await self._peer.createAnswer())
        except _REFUSALS as error:
            raise OfferRefused("the offer cannot be answered") from error
        return str(self._peer.localDescription.sdp)

    async def lasts(self, allowed: Allowed) -> str:
        """Returns when it has to end, with the reason.

        allowed   whether the person may still watch; asked every two seconds
        """
        until = time.monotonic() + CONNECT_S
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), LOOK_S)
                return "ended"
            state = self._peer.connectionState
            if state in ("failed", "closed"):
                return "disconnected"
            if state != "connected" and time.monotonic() > until:
                return "never_connected"
            if self._track.ended_by is not None:
                return self._track.ended_by
            if not await allowed():
                return "not_allowed"

    def end(self) -> None:
        """`lasts` returns at once."""
        self._ending.set()

    async def close(self) -> None:
        """Ends it for the browser too. Harmless when repeated."""
        self._track.stop()
        try:
            await asyncio.wait_for(self._peer.close(), CLOSE_S)
        except TimeoutError:
            log.warning("a live view was not closed in time")

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._track.tell_on(channel)
