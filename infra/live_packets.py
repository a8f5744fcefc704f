"""A camera's encoded pictures as they come, through a Unix socket between its process and who shows them.

The camera's process listens at `<home>/live/<camera>/packets.sock`, and at `<home>/live/<camera>/reduced/packets.sock`
where the camera has a second, smaller stream. Who connects is sent the newest group of pictures,
so that it need not wait for a keyframe, and then every picture; who does not read is disconnected.
"""

import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SOCKET: Final = "packets.sock"
WAITING: Final = 16
"""Connections that may wait to be accepted."""

LARGEST: Final = 32 << 20
MAGIC: Final = 0x4B50
HEADER: Final = struct.Struct("<HBBIIq")  # magic, codec, flags, bytes, backlog, captured_at_us

H264: Final = "h264"
HEVC: Final = "hevc"
OTHER: Final = "other"
_CODECS: Final = (OTHER, H264, HEVC)
_KEYFRAME: Final = 1
_REORDERED: Final = 2


class PacketsUnreadable(Exception):
    """What comes through the socket was not written by this build."""


@dataclass(frozen=True, slots=True)
class PacketHeader:
    """What goes before a picture.

    codec            h264, hevc or other; H.264 and H.265 are Annex B, every keyframe with its parameter sets
    size             bytes of the picture
    captured_at_us   when it was captured, microseconds since 1970 UTC, on the server's clock
    backlog          pictures of the newest group that still follow before the one of now
    is_reordered     the camera sends its pictures in another order than they are shown in (B frames)
    """

    codec: str
    size: int
    captured_at_us: int
    backlog: int
    is_keyframe: bool
    is_reordered: bool


def packed(header: PacketHeader) -> bytes:
    codec = _CODECS.index(header.codec) if header.codec in _CODECS else 0
    flags = _KEYFRAME * header.is_keyframe | _REORDERED * header.is_reordered
    return HEADER.pack(MAGIC, codec, flags, header.size, header.backlog, header.captured_at_us)


def unpacked(data: bytes) -> PacketHeader:
    """Of `HEADER.size` bytes. Raises PacketsUnreadable."""
    magic, codec, flags, size, backlog, captured_at_us = HEADER.unpack(data)
    if magic != MAGIC or codec >= len(_CODECS) or size > LARGEST:
        raise PacketsUnreadable(f"no header of a picture: {data.hex()}")
    keyframe, reordered = bool(flags & _KEYFRAME), bool(flags & _REORDERED)
    return PacketHeader(_CODECS[codec], size, captured_at_us, backlog, keyframe, reordered)


def listening(folder: Path) -> socket.socket:
    """The socket of a camera's folder, for its owner only; one that a dead process has left is replaced.

    Raises  OSError
    """
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        (folder / SOCKET).unlink(missing_ok=True)
        os.fchmod(found.fileno(), 0o600)
        with _short(folder) as short:
            found.bind(f"{short}/{SOCKET}")
        found.listen(WAITING)
    except OSError:
        found.close()
        raise
    return found


def connected(folder: Path) -> socket.socket:
    """Never waits. Raises OSError: FileNotFoundError where no camera has ever been, others when it is not there now."""
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    found.setblocking(False)
    try:
        with _short(folder) as short:
            found.connect(f"{short}/{SOCKET}")
    except OSError:
        found.close()
        raise
    return found


@contextmanager
def _short(folder: Path) -> Iterator[str]:
    """The folder under a name that fits into the 108 bytes of a socket's address, however long its path is."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
