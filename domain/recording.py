"""The recording on demand: pure `decide` and `evolve` (R38 to R40). Called by domain.service only.

A person starts and stops it, the camera's process says what became of it, the custodian gives its file up.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from domain.contracts.commands import (
    ExpireRecording,
    LockRecording,
    RecordingCommand,
    ReportRecordingMissed,
    StartRecording,
    StopRecording,
    StoreRecording,
    UnlockRecording,
)
from domain.contracts.events import (
    RecordingEvent,
    RecordingExpired,
    RecordingLocked,
    RecordingMissed,
    RecordingStarted,
    RecordingStopped,
    RecordingStored,
    RecordingUnlocked,
)
from domain.contracts.recording import LONGEST_RECORDING
from domain.fields import require, require_aware, require_object, require_slug, require_text
from domain.incident_state import checked_text
from domain.refusals import NameTaken, Refusal

LONGEST_S: Final = int(LONGEST_RECORDING.total_seconds())
LONGEST_MEDIA_TYPE: Final = 100


@dataclass(frozen=True, slots=True)
class Absent:
    """No such recording."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was started."""

    started: RecordingStarted
    stopped: bool = False
    stored: bool = False
    missed: bool = False
    locked: bool = False
    expired: bool = False

    @property
    def is_over(self) -> bool:
        return self.stored or self.missed


State = Absent | Recording


class RecordingUnknown(Refusal):
    """There is no such recording."""

    code = "recording_unknown"


class RecordingIsLocked(Refusal):
    """A locked recording never goes."""

    code = "recording_locked"


class RecordingNotThere(Refusal):
    """The recording has no file, or not any more."""

    code = "recording_not_there"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who sends the command, and when."""

    by: str
    at: datetime


def decide(command: RecordingCommand, state: State, asking: Asking) -> list[RecordingEvent]:
    """The events that a command causes; none when it was done already. Raises a Refusal."""
    if isinstance(command, StartRecording):
        return _start(command, state, asking)
    if isinstance(state, Absent):
        raise RecordingUnknown("there is no such recording")
    match command:
        case StopRecording():
            return [] if state.stopped or state.is_over else [RecordingStopped(asking.at, asking.by)]
        case StoreRecording():
            return _store(command, state)
        case ReportRecordingMissed(_, reason):
            return [] if state.is_over else [RecordingMissed(checked_text(reason))]
        case LockRecording(_, reason):
            return _lock(reason, state)
        case UnlockRecording(_, reason):
            return [RecordingUnlocked(checked_text(reason))] if state.locked else []
        case ExpireRecording():
            return _expire(command, state)
    assert_never(command)


def _start(c: StartRecording, state: State, asking: Asking) -> list[RecordingEvent]:
    require_slug("camera_id", c.camera_id)
    require(1 <= c.longest_s <= LONGEST_S, "longest_s", f"1 to {LONGEST_S}")
    reason = checked_text(c.reason)
    match state:
        case Absent():
            ends_at = asking.at + timedelta(seconds=c.longest_s)
            return [RecordingStarted(c.recording_id, c.camera_id, asking.at, ends_at, asking.by, reason)]
        case Recording(started) if started.camera_id == c.camera_id:
            return []
        case Recording():
            raise NameTaken("there is another recording of this name")
    assert_never(state)


def _store(c: StoreRecording, state: Recording) -> list[RecordingEvent]:
    if state.is_over:
        return []
    require_object(c.key, c.sha256)
    require(c.size_bytes >= 1, "size_bytes", "at least 1")
    require_text("media_type", c.media_type, LONGEST_MEDIA_TYPE)
    require_aware("captured_from", c.captured_from)
    require_aware("captured_to", c.captured_to)
    require(c.captured_from <= c.captured_to, "captured_to", "a time not before captured_from")
    return [
        RecordingStored(c.key, c.sha256, c.size_bytes, c.media_type, c.captured_from, c.captured_to, c.end),
    ]


def _lock(reason: str, state: Recording) -> list[RecordingEvent]:
    """Also while it still goes on: the file that is to come is locked. What is gone cannot be promised."""
    if state.expired or state.missed:
        raise RecordingNotThere("it has no file, there is nothing to lock")
    return [] if state.locked else [RecordingLocked(checked_text(reason))]


def _expire(command: ExpireRecording, state: Recording) -> list[RecordingEvent]:
    if state.expired:
        return []
    if state.locked:
        raise RecordingIsLocked("the recording is locked")
    if not state.stored:
        raise RecordingNotThere("it has no file")
    return [RecordingExpired(command.cause)]


def evolve(state: State, event: RecordingEvent) -> State:
    """The state after a fact; never refuses."""
    if isinstance(event, RecordingStarted):
        return Recording(event) if isinstance(state, Absent) else state
    if isinstance(state, Absent):
        return state
    match event:
        case RecordingStopped():
            return replace(state, stopped=True)
        case RecordingStored():
            return replace(state, stored=True)
        case RecordingMissed():
            return replace(state, missed=True)
        case RecordingLocked():
            return replace(state, locked=True)
        case RecordingUnlocked():
            return replace(state, locked=False)
        case RecordingExpired():
            return replace(state, expired=True)
    assert_never(event)
