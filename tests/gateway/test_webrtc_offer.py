"""Offers of browsers, and the addresses that the gateway offers itself."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest
from aiortc import RTCIceGatherer
from aiortc.sdp import SessionDescription

from gateway.errors import GatewayError
from gateway.settings import GatewaySettings
from gateway.webrtc.addresses import Offered, offer_only
from gateway.webrtc.offer import CodecUnsupported, OfferRefused, admitted

ICE = "a=ice-ufrag:4ZcD\r\na=ice-pwd:2/1muCWoOi3uLifh0NuRHlSd\r\n"
DTLS = "a=fingerprint:sha-256 " + ":".join(["7B"] * 32) + "\r\na=setup:actpass\r\n"
VIDEO = (
    "m=video 9 UDP/TLS/RTP/SAVPF 102\r\nc=IN IP4 0.0.0.0\r\n"
    + ICE
    + DTLS
    + "a=candidate:1 1 udp 2113937151 0a1b2c3d-1111-4222-8333-444455556666.local 54321 typ host generation 0\r\n"
    "a=candidate:2 1 udp 1677729535 203.0.113.9 54321 typ srflx raddr 10.0.0.7 rport 54321\r\n"
    "a=end-of-candidates\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:102 H264/90000\r\n"
    "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f\r\n"
)
PORT = "a=sctp-port:5000\r\n"
DATA = f"m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n{ICE}{DTLS}a=mid:1\r\n{PORT}"
OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n" + VIDEO + DATA


def test_the_addresses_of_an_offer_are_left_out_and_the_rest_stays() -> None:
    cleaned = admitted(OFFER)
    assert "candidate" not in cleaned
    assert [media.kind for media in SessionDescription.parse(cleaned).media] == ["video", "application"]
    kept = [line for line in OFFER.split("\r\n") if "candidate" not in line]
    assert cleaned.split("\r\n") == kept
    assert admitted(OFFER.replace("\r\n", "\n")) == cleaned


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda sdp: "", OfferRefused),
        (lambda sdp: "hello", OfferRefused),
        (lambda sdp: "m=video", OfferRefused),
        (lambda sdp: sdp.replace("a=ice-pwd", "a=x"), OfferRefused),
        (lambda sdp: sdp.replace("a=fingerprint", "a=x"), OfferRefused),
        (lambda sdp: sdp.replace("m=video 9", "m=video nine"), OfferRefused),
        (lambda sdp: sdp.replace("m=video", "m=audio"), OfferRefused),
        (lambda sdp: sdp.replace("a=recvonly", "a=sendonly"), OfferRefused),
        (lambda sdp: sdp.replace("a=recvonly", "a=inactive"), OfferRefused),
        (lambda sdp: sdp + VIDEO.replace("mid:0", "mid:2"), OfferRefused),  # two videos
        (lambda sdp: sdp + VIDEO.replace("m=video", "m=audio"), OfferRefused),  # sound
        (lambda sdp: sdp.replace("a=candidate:2", " a=candidate:2"), None),  # a line that no parser knows is none
        (lambda sdp: sdp.replace("H264", "VP8"), CodecUnsupported),
        (lambda sdp: sdp.replace("packetization-mode=1", "packetization-mode=0"), CodecUnsupported),
    ],
)
def test_what_is_no_browser_s_wish_for_one_video_is_refused(
    change: Callable[[str], str], refusal: type[GatewayError] | None
) -> None:
    if refusal is None:
        described = SessionDescription.parse(admitted(change(OFFER)))
        assert all(not media.ice_candidates for media in described.media)
        return
    with pytest.raises(refusal):
        admitted(change(OFFER))


@pytest.mark.parametrize("cut", range(0, len(OFFER), 97))
def test_an_offer_that_is_cut_off_never_breaks_the_gateway(cut: int) -> None:
    with suppress(OfferRefused, CodecUnsupported):
        admitted(OFFER[:cut])


async def candidates(offered: Offered) -> list[tuple[str, int]]:
    gatherer = RTCIceGatherer(iceServers=[])
    offer_only(gatherer, offered)
    await gatherer.gather()
    found = [(each.ip, each.port) for each in gatherer.getLocalCandidates()]
    await gatherer._connection.close()
    return found


async def test_only_the_addresses_and_ports_that_were_named_are_offered() -> None:
    offered = Offered.parsed("127.0.0.1", "47310-47329")
    found = [await candidates(offered) for _ in range(3)]
    assert all(host == "127.0.0.1" and 47310 <= port <= 47329 for ((host, port),) in found)


async def test_an_address_of_a_machine_before_this_one_is_offered_as_it_is() -> None:
    ((host, port),) = await candidates(Offered.parsed("192.0.2.77", "47330-47339"))
    assert host == "192.0.2.77"
    assert 47330 <= port <= 47339


async def test_loopback_is_offered_only_where_nobody_else_can_reach_the_gateway() -> None:
    assert "127.0.0.1" in [host for host, _ in await candidates(Offered(loopback=True))]
    assert "127.0.0.1" not in [host for host, _ in await candidates(Offered())]


async def test_an_address_without_a_free_port_is_left_out() -> None:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    assert await candidates(Offered(("127.0.0.1",), (port, port))) == []
    transport.close()


@pytest.mark.parametrize(
    ("addresses", "ports"),
    [("gate.plant", ""), ("10.0.0.300", ""), ("", "50000-"), ("", "80-90"), ("", "60000-50000"), ("", "1-x")],
)
def test_wrong_settings_are_refused_at_the_start(addresses: str, ports: str) -> None:
    with pytest.raises(ValueError, match=r"UDP|address|invalid"):
        GatewaySettings.model_validate({"home": "/nowhere", "webrtc_addresses": addresses, "webrtc_ports": ports})
