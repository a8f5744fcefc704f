"""WS-Discovery: one question to all devices of the network, and who answers within some seconds."""

import asyncio
import socket
import time
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4
from xml.etree.ElementTree import Element

from infra.onvif import OnvifError
from infra.onvif.xml import every, parsed, text

MULTICAST: Final = ("239.255.255.250", 3702)
MOST_BYTES: Final = 65_535
MOST_DEVICES: Final = 1_000
MOST_SERVICES: Final = 8
SENT_TIMES: Final = 2  # it is UDP
AGAIN_S: Final = 0.4

PROBE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
    '<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>'
    "<a:MessageID>urn:uuid:{id}</a:MessageID>"
    "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
    '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body>'
    '<d:Probe xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    '<d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types>'
    "</d:Probe></s:Body></s:Envelope>"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A device that answered.

    host       from where it answered
    services   its service addresses on that host, http first
    name       as it calls itself; empty when it does not
    """

    host: str
    services: tuple[str, ...]
    name: str


async def discover(wait_s: float = 4.0, to: tuple[str, int] = MULTICAST, interface: str | None = None) -> list[Found]:
    """Devices in the order of their answers.

    interface  IPv4 address of the network card to ask over; None is the one that the system chooses
    Raises     OnvifError when the question cannot be sent
    """
    question = uuid4()
    found: dict[str, Found] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.setblocking(False)
        try:
            if interface is not None:
                channel.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
            channel.bind((interface or "", 0))
            sending = asyncio.create_task(_send(channel, PROBE.format(id=question).encode(), to))
            await _collect(channel, f"urn:uuid:{question}", time.monotonic() + wait_s, found)
            await sending
        except OSError as error:
            raise OnvifError(f"the network cannot be asked: {error.strerror}") from error
    return list(found.values())


async def _send(channel: socket.socket, question: bytes, to: tuple[str, int]) -> None:
    for _ in range(SENT_TIMES):
        await asyncio.get_running_loop().sock_sendto(channel, question, to)
        await asyncio.sleep(AGAIN_S)


async def _collect(channel: socket.socket, question: str, until: float, found: dict[str, Found]) -> None:
    loop = asyncio.get_running_loop()
    while (left := until - time.monotonic()) > 0 and len(found) < MOST_DEVICES:
        try:
            data, (host, *_) = await asyncio.wait_for(loop.sock_recvfrom(channel, MOST_BYTES), left)
        except TimeoutError:
            return
        try:
            device = answered(data, host, question)
        except OnvifError:
            continue  # somebody else's words on the same port
        if device is not None:
            found.setdefault(host, device)


def answered(data: bytes, host: str, question: str) -> Found | None:
    """The device of an answer to our question; None when it answers another, or tells no service of its own.

    A service on another host than the one that answered is not believed: it would have us knock at any door.
    Raises  OnvifError for what is no XML
    """
    root = parsed(data)
    if text(root, "RelatesTo") not in {question, question.removeprefix("urn:")}:
        return None
    services = [each for match in every(root, "ProbeMatch") for each in text(match, "XAddrs").split()]
    own = [each for each in services if _is_of(each, host)][:MOST_SERVICES]
    if not own:
        return None
    return Found(host, tuple(sorted(dict.fromkeys(own), key=lambda each: each.startswith("https"))), _name(root))


def _is_of(service: str, host: str) -> bool:
    try:
        parts = urlsplit(service)
        named = parts.hostname
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and named == host and "@" not in parts.netloc


def _name(root: Element) -> str:
    scopes = [each for match in every(root, "ProbeMatch") for each in text(match, "Scopes").split()]
    named = next((each for each in scopes if "/name/" in each), "")
    return unquote(named.rpartition("/name/")[2])[:80]
