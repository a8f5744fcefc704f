"""The labelled pictures of machines on disk, in the folders that `./kaska machine train` reads too.

<home>/models/machines/<zone>/states/<state>/<name>.png; those without a state wait in <zone>/unlabelled. A picture is
called by the sha256 of its file: no name that somebody sends becomes part of a path.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from domain.contracts.identifiers import ZoneId, slug
from domain.contracts.machines import STATES, TaughtState, are_states
from domain.contracts.teaching import LARGEST_PICTURE, LONGEST_SIDE, MOST_PICTURES, AlbumPicture, PictureBytes
from inference.errors import InferenceError
from inference.machines.pictures import LARGEST_BYTES, SUFFIXES
from inference.machines.states import StateUnknown, state_named
from inference.machines.store import FOLDER

UNLABELLED: Final = "unlabelled"
MOST_REMEMBERED: Final = 20_000
MEDIA_TYPES: Final = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"


class AlbumRefused(InferenceError):
    """The album cannot take this picture or this label."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture and all places where it lies: one for each of its states."""

    told: AlbumPicture
    paths: tuple[Path, ...]


class Albums:
    """One caller at a time. Every zone's method raises IdentifierRefused and OSError."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._digests: dict[tuple[Path, int, int], str] = {}

    def pictures(self, zone_id: ZoneId) -> list[Kept]:
        """The newest first."""
        places: dict[str, list[tuple[Path, str | None, float]]] = {}
        for path, state in _files(self._folder(zone_id)):
            found = path.stat()
            if found.st_size <= LARGEST_BYTES:
                digest = self._digest(path, found.st_mtime_ns, found.st_size)
                places.setdefault(digest, []).append((path, state, found.st_mtime))
        kept = [_kept(digest, each) for digest, each in places.items()]
        return sorted(kept, key=lambda each: (each.told.added_at, each.told.picture_id), reverse=True)

    def add(self, zone_id: ZoneId, png: str, states: tuple[str, ...], at: datetime) -> None:
        """png: base64. A picture that is there already stays as it is. Raises AlbumRefused."""
        _require_states(states)
        data = _checked_png(png)
        kept = self.pictures(zone_id)
        digest = hashlib.sha256(data).hexdigest()
        if any(each.told.picture_id == digest for each in kept):
            return
        if len(kept) >= MOST_PICTURES:
            raise AlbumRefused("album_full", f"there are {MOST_PICTURES} pictures of this machine, which is the most")
        name = f"console-{at:%Y%m%dT%H%M%S-%f}-{digest[:8]}.png"
        for folder in self._folders(zone_id, states):
            _write(folder / name, data)

    def label(self, zone_id: ZoneId, picture_id: str, states: tuple[str, ...]) -> None:
        """These states take the place of those that it had. Raises AlbumRefused."""
        _require_states(states)
        kept = self._find(zone_id, picture_id)
        data = kept.paths[0].read_bytes()
        wanted = self._folders(zone_id, states)
        stay = [path for path in kept.paths if _labelled(path) in (states or (None,))]
        for folder in wanted:
            if _labelled(folder / "any") not in {_labelled(path) for path in stay}:
                _write(_free(folder, kept.paths[0], picture_id), data)
        for path in kept.paths:
            if path not in stay:
                path.unlink(missing_ok=True)

    def remove(self, zone_id: ZoneId, picture_id: str) -> None:
        """Raises AlbumRefused."""
        for path in self._find(zone_id, picture_id).paths:
            path.unlink(missing_ok=True)

    def bytes_of(self, zone_id: ZoneId, picture_id: str) -> PictureBytes:
        """As it lies there, or smaller where it is too large for a message. Raises AlbumRefused."""
        path = self._find(zone_id, picture_id).paths[0]
        data, media_type = path.read_bytes(), MEDIA_TYPES.get(path.suffix.lower())
        if media_type is None or len(data) > LARGEST_PICTURE:
            data, media_type = _smaller(data), "image/jpeg"
        return PictureBytes(media_type, base64.b64encode(data).decode())

    def _find(self, zone_id: ZoneId, picture_id: str) -> Kept:
        found = next((each for each in self.pictures(zone_id) if each.told.picture_id == picture_id), None)
        if found is None:
            raise AlbumRefused("picture_unknown", "there is no such picture of this machine")
        return found

    def _folder(self, zone_id: ZoneId) -> Path:
        return self._home / FOLDER / slug(zone_id)

    def _folders(self, zone_id: ZoneId, states: tuple[str, ...]) -> list[Path]:
        folder = self._folder(zone_id)
        return [folder / "states" / state for state in states] or [folder / UNLABELLED]

    def _digest(self, path: Path, mtime_ns: int, size: int) -> str:
        key = (path, mtime_ns, size)
        if key not in self._digests:
            if len(self._digests) >= MOST_REMEMBERED:
                self._digests.clear()
            self._digests[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._digests[key]


def counts(kept: list[Kept]) -> tuple[TaughtState, ...]:
    """Of every state, in the order in which they are known."""
    found = Counter(state for each in kept for state in each.told.states)
    return tuple(TaughtState(aspect, state, found[state]) for aspect, states in STATES.items() for state in states)


def _files(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Pictures with the state that their folder means; folders that mean none are passed over."""
    for place in sorted([*folder.glob("states/*"), folder / UNLABELLED]):
        try:
            state = _labelled(place / "any")
        except StateUnknown:
            continue
        for path in sorted(place.glob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                yield path, state


def _labelled(path: Path) -> str | None:
    """Raises StateUnknown."""
    return None if path.parent.name == UNLABELLED else state_named(path.parent.name)


def _kept(digest: str, places: list[tuple[Path, str | None, float]]) -> Kept:
    states = tuple(sorted({state for _, state, _ in places if state is not None}))
    added_at = datetime.fromtimestamp(min(mtime for *_, mtime in places), UTC)
    return Kept(AlbumPicture(digest, states, added_at), tuple(path for path, *_ in places))


def _require_states(states: tuple[str, ...]) -> None:
    if not are_states(states):
        raise AlbumRefused("states_refused", "a picture shows one state of each aspect at most, or is unknown")


def _checked_png(png: str) -> bytes:
    """What the gateway has decoded and made small is looked at once more, without decoding it here."""
    try:
        data = base64.b64decode(png, validate=True)
    except ValueError as error:
        raise AlbumRefused("picture_refused", "base64 is expected") from error
    sides = (int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    if not (data.startswith(PNG_HEAD) and data.endswith(PNG_END) and len(data) <= LARGEST_PICTURE):
        raise AlbumRefused("picture_refused", f"a PNG of at most {LARGEST_PICTURE} bytes is expected")
    if not all(1 <= side <= LONGEST_SIDE for side in sides):
        raise AlbumRefused("picture_refused", f"at most {LONGEST_SIDE} pixels each way are expected")
    return data


def _free(folder: Path, source: Path, picture_id: str) -> Path:
    """Another picture of the same name is not overwritten."""
    path = folder / source.name
    return path if not path.exists() else folder / f"{source.stem}-{picture_id[:12]}{source.suffix}"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.fresh")
    fresh.write_bytes(data)
    fresh.replace(path)


def _smaller(data: bytes) -> bytes:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise AlbumRefused("picture_unknown", "the file is not a picture")
    share = min(1.0, LONGEST_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small)[1].tobytes()
