"""Which sources may be opened at all (FAULTS C15), and how credentials get into the URL without getting out again.

Used by the producers, and for addresses that devices tell of themselves.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from domain.contracts.addresses import filled, has_place, masked

RTSP_SCHEMES: Final = frozenset({"rtsp", "rtsps"})
RTSP_OPTIONS: Final = {
    "rtsp_transport": "tcp",
    "protocol_whitelist": "rtsp,rtsps,rtp,tcp,tls",
    "format_whitelist": "rtsp",
    "fflags": "nobuffer",
    "analyzeduration": "2000000",
    "probesize": "1000000",
}
UDP_OPTIONS: Final = RTSP_OPTIONS | {
    "rtsp_transport": "udp",
    "protocol_whitelist": "rtsp,rtp,udp,tcp",
    "buffer_size": "1048576",  # a keyframe comes as a burst of hundreds of datagrams
}
TRANSPORTS: Final = {"transport=tcp": RTSP_OPTIONS, "transport=udp": UDP_OPTIONS}
"""An option of ours in the address, which the camera never sees: TCP unless it says UDP."""

FILE_OPTIONS: Final = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,matroska,webm,avi,mpegts,mpeg,h264,hevc,flv",
}


class AddressRefused(ValueError):
    """A camera's source must be rtsp://, rtsps:// or file:// with an existing file."""


@dataclass(frozen=True, slots=True)
class Address:
    """What PyAV is given. `url` holds the credentials and is kept out of repr; `shown` is for logs.

    is_file   played in real time, over and over
    """

    url: str = field(repr=False)
    shown: str
    is_file: bool
    options: dict[str, str] = field(repr=False)

    @property
    def is_udp(self) -> bool:
        return self.options.get("rtsp_transport") == "udp"


def resolve(source: str, credentials: str | None = None) -> Address:
    """The address of a camera's source.

    source        rtsp://host[:port]/path, rtsps://…, or file:///absolute/path of an existing regular file;
                  `?transport=udp` behind an rtsp:// address asks for RTP over UDP;
                  {user} and {password} behind the host: where the camera wants its login, instead of before the host
    credentials   "user:password" for RTSP
    Raises        AddressRefused for anything else: other protocols, credentials in the source, folders, devices
    """
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError:
        raise AddressRefused("the camera's source is not a URL") from None
    if any(c.isspace() or not c.isprintable() for c in source):
        raise AddressRefused("the camera's source contains spaces or control characters: write them as %20")
    if parts.scheme == "file":
        return _file(parts.netloc, unquote(parts.path))
    if parts.scheme not in RTSP_SCHEMES:
        raise AddressRefused(f"{parts.scheme or 'no protocol'}: rtsp://, rtsps:// and file:// are possible")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("credentials do not belong into the source: they are kept apart")
    if not parts.hostname:
        raise AddressRefused("the camera's source names no host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    query, options = _transport(parts.query)
    if options is UDP_OPTIONS and parts.scheme != "rtsp":
        raise AddressRefused("rtsps:// is TCP: only rtsp:// can go over UDP")
    path = parts.path or "/"
    shown = f"{parts.scheme}://{place}{path}" + (f"?{parts.query}" if parts.query else "")
    asked = path + (f"?{query}" if query else "")
    bare = f"{parts.scheme}://{place}{asked}"
    if has_place(bare):
        return Address(filled(bare, credentials), masked(shown), False, options)
    return Address(f"{parts.scheme}://{_userinfo(credentials)}{place}{asked}", masked(shown), False, options)


def _transport(query: str) -> tuple[str, dict[str, str]]:
    """The query without our option, and what it asks for."""
    said = [part for part in query.split("&") if part in TRANSPORTS]
    if len(set(said)) > 1:
        raise AddressRefused("the source asks for TCP and for UDP at once")
    left = "&".join(part for part in query.split("&") if part not in TRANSPORTS)
    return left, TRANSPORTS[said[0]] if said else RTSP_OPTIONS


def _userinfo(credentials: str | None) -> str:
    if credentials is None:
        return ""
    user, _, password = credentials.partition(":")
    return f"{quote(user, safe='')}:{quote(password, safe='')}@"


def _file(host: str, path: str) -> Address:
    if host not in {"", "localhost"} or not path.startswith("/"):
        raise AddressRefused("a file is given as file:///absolute/path")
    try:
        regular = Path(path).is_file()
    except (OSError, ValueError):
        regular = False
    if not regular:
        raise AddressRefused(f"{path} is not an existing file")
    return Address(f"file:{path}", f"file://{path}", True, FILE_OPTIONS)
