"""What may be asked of a recording on demand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.identifiers import CameraId, RecordingId
from domain.contracts.plant import ExpiryCause
from domain.contracts.recording import RecordingEnd
from domain.contracts.subjects import RECORDING


@dataclass(frozen=True, slots=True)
class StartRecording:
    """longest_s: when nobody stops it before."""

    recording_id: RecordingId
    camera_id: CameraId
    longest_s: int
    reason: str


@dataclass(frozen=True, slots=True)
class StopRecording:
    recording_id: RecordingId


@dataclass(frozen=True, slots=True)
class StoreRecording:
    """From the camera's process: the file lies in the store."""

    recording_id: RecordingId
    key: str
    sha256: str
    size_bytes: int
    media_type: str
    captured_from: datetime
    captured_to: datetime
    end: RecordingEnd


@dataclass(frozen=True, slots=True)
class ReportRecordingMissed:
    recording_id: RecordingId
    reason: str


@dataclass(frozen=True, slots=True)
class LockRecording:
    recording_id: RecordingId
    reason: str


@dataclass(frozen=True, slots=True)
class UnlockRecording:
    recording_id: RecordingId
    reason: str


@dataclass(frozen=True, slots=True)
class ExpireRecording:
    """From the keeper of the store: asked before the file is deleted; only after the answer it is."""

    recording_id: RecordingId
    cause: ExpiryCause


RecordingCommand = (
    StartRecording
    | StopRecording
    | StoreRecording
    | ReportRecordingMissed
    | LockRecording
    | UnlockRecording
    | ExpireRecording
)

RECORDING_COMMANDS: Final[dict[str, type[Any]]] = {
    "start_recording": StartRecording,
    "stop_recording": StopRecording,
    "store_recording": StoreRecording,
    "report_recording_missed": ReportRecordingMissed,
    "lock_recording": LockRecording,
    "unlock_recording": UnlockRecording,
    "expire_recording": ExpireRecording,
}
RECORDING_CONTEXT: Final[dict[type[Any], str]] = dict.fromkeys(RECORDING_COMMANDS.values(), RECORDING)
