"""Words between a gateway and a node: the pass, asked for over NATS, and one line of JSON for each connection."""

import json
import socket
from asyncio.trsock import TransportSocket
from dataclasses import asdict, dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, Final

from domain.contracts.identifiers import CameraId, IdentifierRefused, slug
from infra.live_views import LiveQuality

ASKS: Final = "live.ask.*"
LONGEST_LINE: Final = 1024
LONGEST_PASS: Final = 16 * 1024
LARGEST_FILE: Final = 64 << 20


class RelayUnreadable(ValueError):
    """What the other end said is not of this protocol."""


class Refusal(StrEnum):
    """Why a node does not answer with pictures."""

    UNKNOWN = "unknown"  # the pass, or the file
    NOT_HELD = "not_held"
    SILENT = "silent"
    BUSY = "busy"  # all encoders of the node are taken


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a node is reached by TCP. host: an IP address."""

    host: str
    port: int

    @classmethod
    def parsed(cls, text: str) -> "Endpoint":
        """10.0.0.5:7443 or [fd00::5]:7443. Raises ValueError."""
        host, _, port = text.strip().rpartition(":")
        return cls.of(host.removeprefix("[").removesuffix("]"), int(port))

    @classmethod
    def of(cls, host: str, port: int) -> "Endpoint":
        """Raises ValueError."""
        if not 1024 <= port <= 65535:
            raise ValueError(f"a port from 1024 to 65535 is possible, not {port}")
        return cls(str(ip_address(host)), port)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a gateway needs to be shown one camera.

    certificate   of the node, PEM: nobody else is talked to
    ticket        opens connections for this camera, during valid_s
    """

    endpoint: Endpoint
    certificate: str
    ticket: str
    valid_s: float


@dataclass(frozen=True, slots=True)
class Wish:
    """The first line of a connection. file: of the live pictures; empty asks for the packets as they come."""

    ticket: str
    quality: LiveQuality
    file: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The first line of the answer, before the file's bytes or the packets. size: of a file, bytes."""

    refusal: Refusal | None = None
    size: int = 0


def notice_loss(connection: "socket.socket | TransportSocket") -> None:
    """A machine at the other end that is suddenly gone ends the connection within some ten seconds, silent or not."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 4), (socket.TCP_KEEPINTVL, 2), (socket.TCP_KEEPCNT, 3)):
        connection.setsockopt(socket.IPPROTO_TCP, option, value)


def is_endpoint_or_empty(text: str) -> str:
    """The text itself: a setting that may be left out. Raises ValueError."""
    if text:
        Endpoint.parsed(text)
    return text


def ask_subject(node: str) -> str:
    """Raises IdentifierRefused."""
    return ASKS.replace("*", slug(node))


def packed_pass(found: Pass | Refusal) -> bytes:
    return json.dumps({"refused": found} if isinstance(found, Refusal) else asdict(found)).encode()


def pass_in(data: bytes) -> Pass | Refusal:
    """Raises RelayUnreadable."""
    if len(data) > LONGEST_PASS:
        raise RelayUnreadable("a pass is not as long as that")
    plain = _plain(data)
    try:
        if "refused" in plain:
            return Refusal(plain["refused"])
        endpoint = Endpoint.of(str(plain["endpoint"]["host"]), int(plain["endpoint"]["port"]))
        return Pass(endpoint, str(plain["certificate"]), str(plain["ticket"]), float(plain["valid_s"]))
    except (ValueError, KeyError, TypeError) as error:
        raise RelayUnreadable("this is no pass") from error


def packed_camera(camera: str) -> bytes:
    return json.dumps({"camera": camera}).encode()


def camera_in(data: bytes) -> CameraId:
    """Raises RelayUnreadable."""
    try:
        return CameraId(slug(str(_plain(data)["camera"])))
    except (KeyError, IdentifierRefused) as error:
        raise RelayUnreadable("no camera is named") from error


def packed_wish(wish: Wish) -> bytes:
    return json.dumps({"ticket": wish.ticket, "quality": wish.quality.value, "file": wish.file}).encode() + b"\n"


def wish_in(line: bytes) -> Wish:
    """Raises RelayUnreadable."""
    plain = _plain(line)
    try:
        return Wish(str(plain["ticket"]), LiveQuality(plain["quality"]), str(plain["file"]))
    except (ValueError, KeyError) as error:
        raise RelayUnreadable("this is no wish") from error


def packed_reply(reply: Reply) -> bytes:
    return json.dumps({"refused": reply.refusal, "size": reply.size}).encode() + b"\n"


def reply_in(line: bytes) -> Reply:
    """Raises RelayUnreadable."""
    plain = _plain(line)
    try:
        refused, size = plain["refused"], int(plain["size"])
        reply = Reply(None if refused is None else Refusal(refused), size)
    except (ValueError, KeyError, TypeError) as error:
        raise RelayUnreadable("this is no reply") from error
    if not 0 <= size <= LARGEST_FILE:
        raise RelayUnreadable("no live file is as large as that")
    return reply


def _plain(data: bytes) -> dict[str, Any]:
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise RelayUnreadable("this is no JSON") from error
    if not isinstance(plain, dict):
        raise RelayUnreadable("this is no object")
    return plain
