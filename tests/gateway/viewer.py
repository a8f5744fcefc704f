"""A viewer by WebRTC for tests: aiortc in front of the gateway, on the loopback address; and a camera that plays."""

import asyncio
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from av import VideoFrame

from gateway.webrtc.addresses import Offered, offer_only
from producers.outlet import Outlet
from producers.packets import EncodedPacket
from producers.ring import PacketRing
from tests.producers.footage import packets

LOOPBACK = Offered(("127.0.0.1",))
FRAME_US = 40_000


class PlayingCamera:
    """A camera's process, as far as its packets go: a file in real time, of which `before` pictures have come."""

    def __init__(self, folder: Path, film: Path, count: int, before: int) -> None:
        self.ring = PacketRing(30_000_000, 64 << 20)
        self.packets = packets(film, count, time.time_ns() // 1000 - before * FRAME_US)
        for packet in self.packets[:before]:
            self.ring.add(packet)
        self.outlet = Outlet(folder, self.ring)
        self.outlet.start()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self.packets[before:],))
        self._thread.start()

    def halt(self) -> None:
        """The camera falls silent."""
        self._stop.set()
        self._thread.join(5)

    def stop(self) -> None:
        self.halt()
        self.outlet.close(5)

    def _run(self, coming: list[EncodedPacket]) -> None:
        for packet in coming:
            due_s = (packet.captured_at_us - time.time_ns() // 1000) / 1e6
            if self._stop.wait(max(0.0, due_s)):
                return
            self.ring.add(packet)


@dataclass
class Viewer:
    """said   what the data channel told"""

    peer: RTCPeerConnection
    said: list[dict[str, Any]] = field(default_factory=list)
    location: str = ""

    async def frame(self) -> VideoFrame:
        found = await asyncio.wait_for(self.peer.getReceivers()[0].track.recv(), 10)
        assert isinstance(found, VideoFrame)
        return found

    async def is_ended(self) -> None:
        """Returns when the gateway has ended the connection."""
        async with asyncio.timeout(10):
            while self.peer.connectionState not in ("closed", "failed"):  # noqa: ASYNC110 - polled on purpose
                await asyncio.sleep(0.02)


def viewer() -> Viewer:
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    peer.addTransceiver("video", direction="recvonly")
    found = Viewer(peer)
    channel = peer.createDataChannel("capture")
    channel.on("message", lambda text: found.said.append(json.loads(text)))
    assert isinstance(channel, RTCDataChannel)
    return found


async def offer_of(found: Viewer) -> str:
    for transceiver in found.peer.getTransceivers():
        offer_only(transceiver.receiver.transport.transport.iceGatherer, LOOPBACK)
    assert found.peer.sctp is not None
    offer_only(found.peer.sctp.transport.transport.iceGatherer, LOOPBACK)
    await found.peer.setLocalDescription(await found.peer.createOffer())
    return str(found.peer.localDescription.sdp)


async def asked(http: httpx.AsyncClient, path: str, offer: str) -> httpx.Response:
    return await http.post(path, content=offer, headers={"Content-Type": "application/sdp"})


async def watching(http: httpx.AsyncClient, path: str = "/live/gate/whep") -> Viewer:
    """A viewer whose offer was answered."""
    found = viewer()
    answer = await asked(http, path, await offer_of(found))
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/sdp"), answer.text
    found.location = answer.headers["location"]
    await found.peer.setRemoteDescription(RTCSessionDescription(answer.text, "answer"))
    return found


async def closed(found: Viewer) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(found.peer.close(), 5)
