"""Observations: facts about a plant that are no decision. Each is a message of OBSERVATIONS on `obs.<camera>.<kind>`.

Inference writes how cameras were watched, faces and plates, domain.service who was in which zone and which vehicles
passed. The topic is the stored name (`zone_visit.v1`), the id the observation's identity: said twice it is stored once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, assert_never

from domain.contracts import codec
from domain.contracts.detections import ModelRef, ObjectClass
from domain.contracts.identifiers import CameraId, TrackId, UserId, ZoneId
from domain.contracts.plates import PlateFormat
from domain.contracts.stream_facts import StreamFacts
from domain.contracts.subjects import observation_subject

MINUTE: Final = timedelta(minutes=1)


class GapReason(StrEnum):
    """Why nobody looked at a camera for a while."""

    CAMERA_UNREACHABLE = "camera_unreachable"  # does not answer, or refuses
    RECONNECTING = "reconnecting"  # the connection broke, or is being made
    FROZEN = "frozen"  # connected, but no new picture comes
    DAMAGED = "damaged"  # pictures come that cannot be decoded whole
    OVERLOAD = "overload"  # pictures came and there was no time for them
    PROCESS_DOWN = "process_down"  # the camera's process or the analysis did not run
    NO_FRAMES = "no_frames"  # all ran, and no picture reached the analysis
    DETECTOR = "detector"  # pictures reached the analysis, and its model hung
    BLIND = "blind"  # pictures were analysed that could show nothing; in no coverage, read from PictureQuality


class DropReason(StrEnum):
    """Why a picture that came was not analysed."""

    QUEUE_FULL = "queue_full"  # the decoder was behind
    DAMAGED = "damaged"  # or predicted from a damaged one
    DECODE_ERROR = "decode_error"
    OVERLOAD = "overload"  # decoded, but too old before the analysis had time


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which no picture of the camera was analysed."""

    since: datetime
    until: datetime
    reason: GapReason


@dataclass(frozen=True, slots=True)
class Dropped:
    reason: DropReason
    frames: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one camera was watched in one minute: at what rate, with which models, and when not.

    minute     its beginning, a whole minute UTC
    since      when the camera was to be watched from, within the minute: later than `minute` after its registration
    expected   frames that target_fps asks for from `since` to the end of the minute
    captured   pictures that came from the camera, at its own rate
    analysed   frames that were analysed
    detected   of these, frames in which the detector ran; in the others nothing new moved, and tracks were followed
    models     in the order they ran; several detectors where they changed within the minute
    stream     what the camera sent; None where its process did not say
    """

    camera_id: CameraId
    minute: datetime
    since: datetime
    target_fps: float
    expected: int
    captured: int
    analysed: int
    detected: int
    dropped: tuple[Dropped, ...] = ()
    models: tuple[ModelRef, ...] = ()
    gaps: tuple[Gap, ...] = ()
    stream: StreamFacts | None = None


@dataclass(frozen=True, slots=True)
class ZoneVisit:
    """One track's stay in one zone (R86, R200).

    zone_version   when it entered
    object_class   what it was in most frames, weighed by score
    frames         in which it stood in the zone
    detections_*   sequences in DETECTIONS of its first and last frame in the zone
    """

    camera_id: CameraId
    zone_id: ZoneId
    zone_version: int
    track_id: TrackId
    object_class: ObjectClass
    entered: datetime
    left: datetime
    max_score: float
    frames: int
    detections_from: int
    detections_to: int

    @property
    def duration_s(self) -> float:
        return (self.left - self.entered).total_seconds()


class Direction(StrEnum):
    """Which way a vehicle went over a gate's line."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class VehiclePassage:
    """A vehicle's way through a zone that is a gate (R83).

    direction   None where the gate has no line, or the vehicle turned back
    """

    camera_id: CameraId
    zone_id: ZoneId
    zone_version: int
    track_id: TrackId
    object_class: ObjectClass
    entered: datetime
    left: datetime
    direction: Direction | None
    max_score: float
    frames: int
    detections_from: int
    detections_to: int


class QualityFault(StrEnum):
    """What keeps a camera's pictures from showing what happens before it (FAULTS C6)."""

    MOVED = "moved"  # it looks elsewhere: zones do not lie where they were drawn
    COVERED = "covered"
    BLURRED = "blurred"
    DARK = "dark"
    OVEREXPOSED = "overexposed"
    BLACK = "black"
    FROZEN_PICTURE = "frozen_picture"  # pictures come, and all are the same one


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """What was measured when the fault was noticed; None where there was nothing to compare with.

    brightness   mean, 0..1
    contrast     standard deviation, 0..1
    edges_kept   of the edges that are always there, the part in its place, 0..1
    sharpness    1 is the camera's usual one
    shift_*      of the whole picture, in parts of its width and height
    """

    brightness: float
    contrast: float
    edges_kept: float | None = None
    sharpness: float | None = None
    shift_right: float | None = None
    shift_down: float | None = None


@dataclass(frozen=True, slots=True)
class PictureQuality:
    """A camera is blind, or sees again: told twice, when it is noticed and when it is over (R148, R184).

    since     first picture with the fault
    noticed   picture at which it counted as one
    until     first good picture again; None while it lasts
    """

    camera_id: CameraId
    fault: QualityFault
    since: datetime
    noticed: datetime
    figures: QualityFigures
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FaceMatched:
    """Whose face a track showed on a camera that compares faces (R85). No picture of it and no measure are kept.

    at       capture time of the look that settled it
    person   None: a face, and of nobody who is enrolled
    score    how alike the faces are, 0..1; as the models measure it, so of one pair of models comparable only
    models   that found and compared the faces
    keep_until  who went where is personal: then the message and the row go (docs/adr/0018)
    """

    camera_id: CameraId
    track_id: TrackId
    at: datetime
    person: UserId | None
    score: float
    models: tuple[ModelRef, ...]
    keep_until: datetime


@dataclass(frozen=True, slots=True)
class PlateRead:
    """The number plate of a vehicle's track (R83, R84). Told again when later readings make it surer; the last holds.

    first, last  capture times of the readings that agree
    text         as it was read: capital Latin letters and digits
    number       as it is written in Russia; None when the text fits no format of the standard
    region       its code, two or three digits
    score        0..1; a character on which the readings disagree lowers it
    readings     how many looks at the vehicle gave a text
    keep_until   a plate leads to a person: then the message and the row go (docs/adr/0017)
    picture      of the vehicle, JPEG in base64
    """

    camera_id: CameraId
    track_id: TrackId
    first: datetime
    last: datetime
    text: str
    number: str | None
    format: PlateFormat | None
    region: str | None
    score: float
    readings: int
    models: tuple[ModelRef, ...]
    keep_until: datetime
    picture: str | None = None


Observation = Coverage | ZoneVisit | VehiclePassage | PictureQuality | FaceMatched | PlateRead

OBSERVATIONS_BY_NAME: Final[dict[str, type[Any]]] = {
    "coverage.v1": Coverage,
    "zone_visit.v1": ZoneVisit,
    "vehicle_passage.v1": VehiclePassage,
    "face.v1": FaceMatched,
    "plate.v1": PlateRead,
    "quality.v1": PictureQuality,
}
"""Stored name to class: a name is for ever, and a class under a name only gets optional fields."""

_NAME_OF: Final = {cls: name for name, cls in OBSERVATIONS_BY_NAME.items()}


class ObservationUnknown(ValueError):
    """An observation's stored name is none that this build knows: it was written by a newer one."""


def observation_name(observation: Observation) -> str:
    return _NAME_OF[type(observation)]


def observation_kind(observation: Observation) -> str:
    """The last part of its subject: `coverage`, `zone_visit`, `vehicle_passage`, `quality`, `face`, `plate`."""
    return observation_name(observation).partition(".")[0]


def subject_of(observation: Observation) -> str:
    return observation_subject(observation.camera_id, observation_kind(observation))


def identity_of(observation: Observation) -> str:
    """The same fact always has the same identity, so that a replay after a crash is harmless."""
    match observation:
        case Coverage(camera_id=camera_id, minute=minute):
            return f"coverage:{camera_id}:{minute.isoformat()}"
        case PictureQuality(camera_id=camera_id, fault=fault, since=since, until=until):
            return f"quality:{camera_id}:{fault}:{since.isoformat()}:{'begun' if until is None else 'ended'}"
        case ZoneVisit() | VehiclePassage():
            kind, at = observation_kind(observation), observation.entered.isoformat()
            return f"{kind}:{observation.camera_id}:{observation.zone_id}:{observation.track_id}:{at}"
        case FaceMatched(camera_id=camera_id, track_id=track_id, at=seen):
            return f"face:{camera_id}:{track_id}:{seen.isoformat()}"
        case PlateRead(camera_id=camera_id, track_id=track_id, readings=readings):
            return f"plate:{camera_id}:{track_id}:{readings}"
    assert_never(observation)


def encode_observation(observation: Observation) -> bytes:
    """The payload of its message. Raises CodecError."""
    return codec.to_json(observation)


def decode_observation(name: str, payload: bytes) -> Observation:
    """Raises ObservationUnknown for a name of a newer build, CodecError for a broken payload."""
    cls = OBSERVATIONS_BY_NAME.get(name)
    if cls is None:
        raise ObservationUnknown(f"{name} is not an observation of this build")
    observation: Observation = codec.from_json(cls, payload)
    return observation
