"""Facts about recordings on demand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from domain.contracts.events.incident import OF_THE_ACTOR
from domain.contracts.identifiers import CameraId, RecordingId
from domain.contracts.plant import ExpiryCause
from domain.contracts.recording import RecordingEnd


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """A person wants a camera recorded from now on, and says why (R38). ends_at: at the latest."""

    recording_id: RecordingId
    camera_id: CameraId
    started_at: datetime
    ends_at: datetime
    asked_by: Annotated[str, OF_THE_ACTOR]
    reason: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """A person ends it before its time (R39)."""

    stopped_at: datetime
    stopped_by: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class RecordingStored:
    """The file lies in the store (R40): its key and the sha256 of its bytes, the camera's own pictures.

    captured_from, captured_to   capture times of its first and last picture
    """

    key: str
    sha256: str
    size_bytes: int
    media_type: str
    captured_from: datetime
    captured_to: datetime
    end: RecordingEnd


@dataclass(frozen=True, slots=True)
class RecordingMissed:
    """Nothing could be recorded, and why; never silently."""

    reason: str


@dataclass(frozen=True, slots=True)
class RecordingLocked:
    """Its file is kept whatever its age and whatever the store's fill."""

    reason: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class RecordingUnlocked:
    """Its file ages like any other again."""

    reason: Annotated[str, OF_THE_ACTOR]


@dataclass(frozen=True, slots=True)
class RecordingExpired:
    """Its file was given up for good; its hash stays in RecordingStored."""

    cause: ExpiryCause


RecordingEvent = (
    RecordingStarted
    | RecordingStopped
    | RecordingStored
    | RecordingMissed
    | RecordingLocked
    | RecordingUnlocked
    | RecordingExpired
)

RECORDING_EVENTS: Final[dict[str, type[Any]]] = {
    "recording.started.v1": RecordingStarted,
    "recording.stopped.v1": RecordingStopped,
    "recording.stored.v1": RecordingStored,
    "recording.missed.v1": RecordingMissed,
    "recording.locked.v1": RecordingLocked,
    "recording.unlocked.v1": RecordingUnlocked,
    "recording.expired.v1": RecordingExpired,
}
