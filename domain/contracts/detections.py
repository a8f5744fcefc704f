"""FrameAnalysed: what the models saw in one frame. Written by inference, read by the rules and the console.

The wire form is packed columns, not a dictionary per box: a frame with three people takes about 160 bytes. Layout
(little endian): HEADER, then per model id length, id, 32-byte digest; then the columns ids u64, classes u8,
scores u16 (1/65535), boxes 4 x u16 (1/65535 of the frame); then per attribute: code u8, present u8 (percent) and
absent u8 for each track, 255 for "cannot tell".

A frame with more models or attributes than the header counts is written as WIDE_VERSION: after its header come the
number of models u8 and of attributes u8, the rest is the same.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from typing import Final

from domain.contracts.identifiers import CameraId, TrackId

Box = tuple[float, float, float, float]
"""x1 y1 x2 y2 in 0..1 of the frame's width and height."""


class ObjectClass(IntEnum):
    """What a track is. Codes are part of the wire form: never reuse one."""

    PERSON = 1
    BICYCLE = 2
    CAR = 3
    MOTORCYCLE = 4
    BUS = 5
    TRUCK = 6
    ANIMAL = 7
    OBJECT = 8
    MACHINE = 9
    WEAPON = 10


class Attribute(IntEnum):
    """What a person wears (R44), or how a machine looks (R57-R59). Codes are part of the wire form."""

    HELMET = 1
    VEST = 2
    GLASSES = 3
    GLOVES = 4
    MASK = 5
    GUARD_OPEN = 6
    RUNNING = 7
    LAMP_RED = 8
    LAMP_YELLOW = 9
    LAMP_GREEN = 10


@dataclass(frozen=True, slots=True)
class ModelRef:
    """A model by name and sha256 of its file, hex."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class AttributeScore:
    """Evidence for and against an attribute, both 0..1. An attribute that is not listed cannot be told.

    Of a machine are listed all attributes that somebody taught; both are 0 while its look says neither.
    """

    attribute: Attribute
    present: float
    absent: float


@dataclass(frozen=True, slots=True)
class TrackObservation:
    """One tracked object in one frame. track_id is unique over restarts of the tracker."""

    track_id: TrackId
    object_class: ObjectClass
    score: float
    box: Box
    attributes: tuple[AttributeScore, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameAnalysed:
    """One analysed frame, or a run of `frames` frames in which nothing was seen.

    captured_at_us, last_captured_at_us   microseconds since 1970 UTC of the run's first and last frame
    width, height                         pixels of the analysed frame
    predicted                             the detector did not run: nothing new moved in the picture, and the boxes are
                                          those of its last run, moved on by what the picture shows in them
    """

    camera_id: CameraId
    frame: int
    captured_at_us: int
    width: int
    height: int
    models: tuple[ModelRef, ...]
    tracks: tuple[TrackObservation, ...] = ()
    frames: int = 1
    last_captured_at_us: int = 0
    predicted: bool = False

    @property
    def captured_at(self) -> datetime:
        return from_microseconds(self.captured_at_us)


class DetectionsUnreadable(ValueError):
    """A message in DETECTIONS is not a FrameAnalysed of a version this build knows."""


def from_microseconds(us: int) -> datetime:
    """Aware UTC time; exact, unlike datetime.fromtimestamp(us / 1e6)."""
    seconds, rest = divmod(us, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def to_microseconds(at: datetime) -> int:
    whole = int(at.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + at.microsecond


WIRE_VERSION: Final = 1
WIDE_VERSION: Final = 2
WIRE_VERSIONS: Final = frozenset({WIRE_VERSION, WIDE_VERSION})
HEADER: Final = struct.Struct("<BBHHHIQqq")
MOST_MODELS: Final = 15
MOST_COLUMNS: Final = 7
WIDE_COUNTS: Final = 2
"""Bytes after the header of WIDE_VERSION."""

PREDICTED: Final = 0x80
"""In the byte that counts: models in the lower four bits, columns of attributes in the next three."""

CANNOT_TELL: Final = 255
UNIT: Final = 65535
PERCENT: Final = 100
_CLASSES: Final = {int(each): each for each in ObjectClass}
_ATTRIBUTES: Final = {int(each): each for each in Attribute}


def encode(frame: FrameAnalysed) -> bytes:
    """The wire form. Scores and boxes are rounded to 1/65535, attributes to a percent."""
    tracks = frame.tracks
    n = len(tracks)
    columns = _attribute_columns(tracks)
    wide = len(frame.models) > MOST_MODELS or len(columns) > MOST_COLUMNS
    counts = 0 if wide else len(frame.models) | len(columns) << 4
    parts = [
        HEADER.pack(
            WIDE_VERSION if wide else WIRE_VERSION,
            counts | (PREDICTED if frame.predicted else 0),
            n,
            frame.width,
            frame.height,
            frame.frames,
            frame.frame,
            frame.captured_at_us,
            frame.last_captured_at_us or frame.captured_at_us,
        )
    ]
    if wide:
        parts.append(bytes([len(frame.models), len(columns)]))
    for model in frame.models:
        name = model.id.encode()
        parts += (bytes([len(name)]), name, bytes.fromhex(model.digest))
    parts += (
        struct.pack(f"<{n}Q", *(t.track_id for t in tracks)),
        bytes(t.object_class for t in tracks),
        struct.pack(f"<{n}H", *(round(t.score * UNIT) for t in tracks)),
        struct.pack(f"<{4 * n}H", *(round(c * UNIT) for t in tracks for c in t.box)),
    )
    parts += chain.from_iterable(columns)
    return b"".join(parts)


def _attribute_columns(tracks: tuple[TrackObservation, ...]) -> list[tuple[bytes, bytes, bytes]]:
    codes = sorted({a.attribute for t in tracks for a in t.attributes})
    columns = []
    for code in codes:
        scores = [next((a for a in t.attributes if a.attribute is code), None) for t in tracks]
        present = bytes(CANNOT_TELL if s is None else round(s.present * PERCENT) for s in scores)
        absent = bytes(CANNOT_TELL if s is None else round(s.absent * PERCENT) for s in scores)
        columns.append((bytes([code]), present, absent))
    return columns


def decode(camera_id: CameraId, data: bytes) -> FrameAnalysed:
    """The frame of a message on det.<camera_id>. Raises DetectionsUnreadable."""
    try:
        return _decode(camera_id, data)
    except (struct.error, ValueError, LookupError) as error:
        raise DetectionsUnreadable(f"{len(data)} bytes from {camera_id}: {error}") from error


def _decode(camera_id: CameraId, data: bytes) -> FrameAnalysed:
    version, counts, n, width, height, frames, frame, first, last = HEADER.unpack_from(data)
    if version not in WIRE_VERSIONS:
        raise DetectionsUnreadable(f"wire version {version} from {camera_id}, this build reads {sorted(WIRE_VERSIONS)}")
    at = HEADER.size
    model_count, column_count = counts & MOST_MODELS, counts >> 4 & MOST_COLUMNS
    if version == WIDE_VERSION:
        model_count, column_count = data[at], data[at + 1]
        at += WIDE_COUNTS
    models = []
    for _ in range(model_count):
        end = at + 1 + data[at]
        models.append(_model(data[at + 1 : end], data[end : end + 32]))
        at = end + 32
    ids = struct.unpack_from(f"<{n}Q", data, at)
    at += 8 * n
    classes = data[at : at + n]
    at += n
    scores = struct.unpack_from(f"<{n}H", data, at)
    at += 2 * n
    box = struct.unpack_from(f"<{4 * n}H", data, at)
    at += 8 * n
    attributes = _read_attributes(data, at, n, column_count)
    tracks = tuple(
        TrackObservation(
            TrackId(ids[i]),
            _CLASSES[classes[i]],
            scores[i] / UNIT,
            (box[4 * i] / UNIT, box[4 * i + 1] / UNIT, box[4 * i + 2] / UNIT, box[4 * i + 3] / UNIT),
            attributes[i] if attributes else (),
        )
        for i in range(n)
    )
    predicted = bool(counts & PREDICTED)
    return FrameAnalysed(camera_id, frame, first, width, height, tuple(models), tracks, frames, last, predicted)


def _read_attributes(data: bytes, at: int, n: int, count: int) -> list[tuple[AttributeScore, ...]]:
    if not count:
        return []
    found: list[list[AttributeScore]] = [[] for _ in range(n)]
    for _ in range(count):
        attribute = _ATTRIBUTES[data[at]]
        present, absent = data[at + 1 : at + 1 + n], data[at + 1 + n : at + 1 + 2 * n]
        at += 1 + 2 * n
        for i in range(n):
            if present[i] != CANNOT_TELL:
                found[i].append(_attribute_score(attribute, present[i], absent[i]))
    return [tuple(scores) for scores in found]


@lru_cache(maxsize=256)
def _model(name: bytes, digest: bytes) -> ModelRef:
    """The same few models are named in every message."""
    return ModelRef(name.decode(), digest.hex())


@lru_cache(maxsize=65_536)
def _attribute_score(attribute: Attribute, present: int, absent: int) -> AttributeScore:
    return AttributeScore(attribute, present / PERCENT, absent / PERCENT)
