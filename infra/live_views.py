"""Which pictures of a camera somebody watches, told through files between the gateway and the camera's process.

`<home>/live/<camera>/` holds the camera's own pictures, `<home>/live/<camera>/<quality>/` those that are encoded only
while somebody watches. A file's time says when somebody last asked, or when it was last refused.
"""

import os
import re
import time
from enum import StrEnum
from pathlib import Path
from typing import Final

WATCHED_S: Final = 12.0
"""A list that nobody has asked for during so long is not watched any more: a player asks each second or two."""

BUSY_S: Final = 4.0

_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}\.(?:m3u8|mp4|m4s)")


class LiveQuality(StrEnum):
    """What a person can choose (R31, R41)."""

    ORIGINAL = "original"
    REDUCED = "reduced"
    OVERLAY = "overlay"


def live_folder(home: Path, camera: str, quality: LiveQuality) -> Path:
    """Where the list and the segments lie."""
    folder = home / "live" / camera
    return folder if quality is LiveQuality.ORIGINAL else folder / quality.value


def is_live_file(name: str) -> bool:
    """Whether it can be one at all."""
    return _FILE.fullmatch(name) is not None


def live_file(home: Path, camera: str, quality: LiveQuality, file: str) -> Path | None:
    """A list, a header or a segment that is there; None for every other name.

    camera   an identifier; file is judged here
    """
    if not is_live_file(file):
        return None
    root = live_folder(home, camera, quality).resolve()
    path = (root / file).resolve()
    return path if path.parent == root and path.is_file() else None


def wish(home: Path, camera: str, quality: LiveQuality) -> None:
    """Somebody watches. Nothing happens when no process has made the camera's folder."""
    _touch(home / "live" / camera / f"{quality.value}.watched")


def is_watched(home: Path, camera: str, quality: LiveQuality) -> bool:
    return _age_s(home / "live" / camera / f"{quality.value}.watched") < WATCHED_S


def refuse(home: Path, camera: str, quality: LiveQuality) -> None:
    """Says that it is watched and not encoded: all encoders of the machine are taken."""
    _touch(home / "live" / camera / f"{quality.value}.busy")


def is_refused(home: Path, camera: str, quality: LiveQuality) -> bool:
    return _age_s(home / "live" / camera / f"{quality.value}.busy") < BUSY_S


def _touch(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except FileNotFoundError:
        return
    try:
        os.utime(descriptor)
    finally:
        os.close(descriptor)


def _age_s(path: Path) -> float:
    try:
        return abs(time.time() - path.stat().st_mtime)
    except OSError:
        return float("inf")
