"""Observations: facts about a plant that are no decision. Each is a message of OBSERVATIONS on `obs.<camera>.<kind>`.

Inference writes how each camera was watched, domain.service who was in which zone and which vehicles passed. The
message's topic is the stored name (`zone_visit.v1`), its payload the observation as JSON, its id the observation's
identity: what is said twice is stored once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, assert_never

from domain.contracts import codec
from domain.contracts.detections import ModelRef, ObjectClass
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
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


Observation = Coverage | ZoneVisit | VehiclePassage

OBSERVATIONS_BY_NAME: Final[dict[str, type[Any]]] = {
    "coverage.v1": Coverage,
    "zone_visit.v1": ZoneVisit,
    "vehicle_passage.v1": VehiclePassage,
}
"""Stored name to class: a name is for ever, and a class under a name only gets optional fields."""

_NAME_OF: Final = {cls: name for name, cls in OBSERVATIONS_BY_NAME.items()}


class ObservationUnknown(ValueError):
    """An observation's stored name is none that this build knows: it was written by a newer one."""


def observation_name(observation: Observation) -> str:
    return _NAME_OF[type(observation)]


def observation_kind(observation: Observation) -> str:
    """The last part of its subject: `coverage`, `zone_visit`, `vehicle_passage`."""
    return observation_name(observation).partition(".")[0]


def subject_of(observation: Observation) -> str:
    return observation_subject(observation.camera_id, observation_kind(observation))


def identity_of(observation: Observation) -> str:
    """The same fact always has the same identity, so that a replay after a crash is harmless."""
    match observation:
        case Coverage(camera_id=camera_id, minute=minute):
            return f"coverage:{camera_id}:{minute.isoformat()}"
        case ZoneVisit() | VehiclePassage():
            kind, at = observation_kind(observation), observation.entered.isoformat()
            return f"{kind}:{observation.camera_id}:{observation.zone_id}:{observation.track_id}:{at}"
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
