"""Recordings on demand: started and stopped by a person, stored or missed by the camera, given up by the custodian."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain import recording
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
from domain.contracts.events import RecordingEvent
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import ExpiryCause
from domain.contracts.recording import RecordingEnd
from domain.fields import FieldRefused
from domain.incident_state import TextRefused
from domain.recording import RecordingIsLocked, RecordingNotThere, RecordingUnknown
from domain.refusals import NameTaken
from tests.domain.recordings import (
    EXPIRED,
    ID,
    KEY,
    LOCKED,
    MISSED,
    STARTED,
    STOPPED,
    STORED,
    UNLOCKED,
)
from tests.domain.samples import T0, YARD, second
from tests.domain.scenario import Decider


def _decide(command: RecordingCommand, state: recording.State, at: datetime) -> list[RecordingEvent]:
    return recording.decide(command, state, recording.Asking("anna", at))


NEW: recording.State = recording.Absent()
RECORDING: Decider[RecordingCommand, recording.State, RecordingEvent] = Decider(NEW, recording.evolve, _decide)
given = RECORDING.given

START = StartRecording(ID, YARD, 300, "разгрузка без стропальщика")
STOP = StopRecording(ID)
STORE = StoreRecording(ID, KEY, "ab" * 32, 9000, "video/mp4", second(-10), second(60), RecordingEnd.STOPPED)
MISS = ReportRecordingMissed(ID, MISSED.reason)
LOCK = LockRecording(ID, LOCKED.reason)
UNLOCK = UnlockRecording(ID, UNLOCKED.reason)
EXPIRE = ExpireRecording(ID, ExpiryCause.RETENTION)


def test_a_recording_is_started_once_for_a_time() -> None:
    given().when(START).then(STARTED)
    given(STARTED).when(START, at=second(30)).then()


def test_another_camera_under_the_same_name_is_refused() -> None:
    given(STARTED).refused(replace(START, camera_id=CameraId("gate")), NameTaken)


@pytest.mark.parametrize("longest_s", [0, -1, 1801])
def test_a_recording_lasts_between_a_second_and_half_an_hour(longest_s: int) -> None:
    given().refused(replace(START, longest_s=longest_s), FieldRefused, match="longest_s")


def test_it_says_why_and_which_camera() -> None:
    given().refused(replace(START, reason="  "), TextRefused)
    given().refused(replace(START, camera_id=CameraId("../x")), FieldRefused, match="camera_id")


def test_a_person_stops_it_once_and_only_while_it_goes_on() -> None:
    given(STARTED).when(STOP, at=second(60)).then(STOPPED)
    given(STARTED, STOPPED).when(STOP, at=second(61)).then()
    given(STARTED, STORED).when(STOP).then()
    given(STARTED, MISSED).when(STOP).then()


def test_it_is_stored_or_missed_whichever_comes_first() -> None:
    given(STARTED).when(STORE).then(STORED)
    given(STARTED, STOPPED).when(STORE).then(STORED)
    given(STARTED, STORED).when(STORE).then()
    given(STARTED, STORED).when(MISS).then()
    given(STARTED).when(MISS).then(MISSED)
    given(STARTED, MISSED).when(STORE).then()
    given(STARTED, MISSED).when(MISS).then()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(STORE, key=""), "key"),
        (replace(STORE, sha256="AB" * 32), "sha256"),
        (replace(STORE, size_bytes=0), "size_bytes"),
        (replace(STORE, media_type=""), "media_type"),
        (replace(STORE, captured_from=T0.replace(tzinfo=None)), "captured_from"),
        (replace(STORE, captured_to=T0.replace(tzinfo=None)), "captured_to"),
        (replace(STORE, captured_to=second(-11)), "captured_to"),
    ],
)
def test_a_file_that_cannot_be_is_refused(wrong: StoreRecording, field: str) -> None:
    given(STARTED).refused(wrong, FieldRefused, match=field)


def test_a_reason_for_what_is_missed_is_told() -> None:
    given(STARTED).refused(replace(MISS, reason=" "), TextRefused)


def test_a_recording_is_locked_and_unlocked() -> None:
    given(STARTED).when(LOCK).then(LOCKED)
    given(STARTED, STORED).when(LOCK).then(LOCKED)
    given(STARTED, STORED, LOCKED).when(LOCK).then()
    given(STARTED, STORED, LOCKED).when(UNLOCK).then(UNLOCKED)
    given(STARTED, STORED).when(UNLOCK).then()
    given(STARTED).refused(replace(LOCK, reason=""), TextRefused)
    given(STARTED, LOCKED).refused(replace(UNLOCK, reason=""), TextRefused)


def test_what_is_gone_cannot_be_locked() -> None:
    given(STARTED, STORED, EXPIRED).refused(LOCK, RecordingNotThere)
    given(STARTED, MISSED).refused(LOCK, RecordingNotThere)


def test_a_file_is_given_up_once_and_never_while_it_is_locked() -> None:
    given(STARTED, STORED).when(EXPIRE).then(EXPIRED)
    given(STARTED, STORED, EXPIRED).when(EXPIRE).then()
    given(STARTED, STORED, LOCKED, UNLOCKED).when(EXPIRE).then(EXPIRED)
    given(STARTED, STORED, LOCKED).refused(EXPIRE, RecordingIsLocked)
    given(STARTED).refused(EXPIRE, RecordingNotThere)


@pytest.mark.parametrize("command", [STOP, STORE, MISS, LOCK, UNLOCK, EXPIRE])
def test_there_is_nothing_to_do_with_a_recording_that_is_not_there(command: RecordingCommand) -> None:
    given().refused(command, RecordingUnknown)
