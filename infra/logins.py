"""Logins of cameras, in `<home>/secrets/cameras.json`: each is for the place that it was entered for (FAULTS C15, C17).

An identifier of a camera can be given to another device by whoever may register cameras; the login stays with the host,
the port and the protocol that its owner named, so that no other host is ever sent it. They never travel in events.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from infra.dialling import PORTS
from infra.settings import write_secret

CAMERA_LOGINS: Final = "secrets/cameras.json"
OF_ANALYSIS: Final = ".analysis"  # no camera has a dot in its name
NOWHERE: Final = "file"
"""The place of what is no device: a file asks for no login."""


@dataclass(frozen=True, slots=True)
class Streams:
    """The addresses of a camera, without logins.

    has_moved   one of them was at another place at some time of the camera's history
    """

    source: str
    analysis_source: str | None = None
    has_moved: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """What a stream may be given.

    credentials    user:password; None where nothing is kept for its place
    withheld_for   the place that the kept login belongs to, when it is another one: it must be entered again
    """

    credentials: str | None = field(default=None, repr=False)
    withheld_for: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    """place   None of a login that an earlier build kept, which noted no place"""

    credentials: str = field(repr=False)
    place: str | None


def place_of(source: str) -> str:
    """Protocol, host and port of an address, as `rtsp://10.0.0.5:554`; NOWHERE for what is no address of a device."""
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError:
        return NOWHERE
    if parts.scheme not in PORTS or not parts.hostname:
        return NOWHERE
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or PORTS[parts.scheme]}"


def keep_login(home: Path, camera_id: str, credentials: str, source: str, *, of_analysis: bool = False) -> str:
    """Keeps `user:password` for the place of an address, readable by the owner only; returns the place.

    of_analysis   of the second stream, where it has another one
    """
    place = place_of(source)
    key = f"{camera_id}{OF_ANALYSIS}" if of_analysis else camera_id
    every = _read(home) | {key: {"login": credentials, "place": place}}
    write_secret(home / CAMERA_LOGINS, json.dumps(every, indent=1, sort_keys=True))
    return place


def main_login(home: Path, camera_id: str, streams: Streams) -> Login:
    """Of the stream `source`."""
    kept = _kept(_read(home).get(camera_id))
    if kept is None:
        return Login()
    return Login(kept.credentials) if _is_for(kept, streams.source, streams) else _withheld(kept)


def analysis_login(home: Path, camera_id: str, streams: Streams) -> Login:
    """Of the second stream: its own, or that of the main one where both are at one place."""
    every, asked = _read(home), streams.analysis_source or ""
    own, main = _kept(every.get(f"{camera_id}{OF_ANALYSIS}")), _kept(every.get(camera_id))
    if own is not None and _is_for(own, asked, streams):
        return Login(own.credentials)
    if main is not None and place_of(asked) == place_of(streams.source) and _is_for(main, asked, streams):
        return Login(main.credentials)
    return Login() if own is None else _withheld(own)


def _is_for(kept: _Kept, address: str, streams: Streams) -> bool:
    """A login without a place is for a camera that has had one place as far back as its history goes.

    The address of today would not do: who moved the camera before the upgrade would be given the login by it.
    """
    return not streams.has_moved if kept.place is None else kept.place == place_of(address)


def _withheld(kept: _Kept) -> Login:
    return Login(withheld_for=kept.place or "an earlier address")


def _kept(plain: Any) -> _Kept | None:
    if plain is None or isinstance(plain, str):
        return None if plain is None else _Kept(plain, None)
    return _Kept(plain["login"], plain["place"])


def _read(home: Path) -> dict[str, Any]:
    try:
        text = (home / CAMERA_LOGINS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    known: dict[str, Any] = json.loads(text)
    return known
