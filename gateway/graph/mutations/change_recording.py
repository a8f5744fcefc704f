"""stopRecording, lockRecording, unlockRecording: what a person may do with a recording that there is (R39)."""

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import LockRecording, RecordingCommand, StopRecording, UnlockRecording
from domain.contracts.identifiers import RecordingId
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.identifiers import incident_id as uuid_of
from gateway.graph.mutations.start_recording import RecordingPayload, answered
from gateway.graph.payload import checked_text, ordered, refusal
from gateway.graph.recordings import shown_on
from gateway.projected import RECORDINGS
from gateway.reads import recordings
from gateway.rights import NotAllowed


class RecordingUnknown(InputRefused):
    """There is no such recording."""

    code = "recording_unknown"


async def stop_recording(info: GraphInfo, id: strawberry.ID, command_id: str) -> RecordingPayload:
    try:
        command = StopRecording(_known(id))
    except InputRefused as error:
        return refusal(StopRecording.__name__, info, error)
    return await _changed(info, command, command_id, Right.RECORD_VIDEO)


async def lock_recording(info: GraphInfo, id: strawberry.ID, reason: str, command_id: str) -> RecordingPayload:
    try:
        command = LockRecording(_known(id), checked_text("reason", reason))
    except InputRefused as error:
        return refusal(LockRecording.__name__, info, error)
    return await _changed(info, command, command_id, Right.LOCK_EVIDENCE)


async def unlock_recording(info: GraphInfo, id: strawberry.ID, reason: str, command_id: str) -> RecordingPayload:
    try:
        command = UnlockRecording(_known(id), checked_text("reason", reason))
    except InputRefused as error:
        return refusal(UnlockRecording.__name__, info, error)
    return await _changed(info, command, command_id, Right.LOCK_EVIDENCE)


async def _changed(info: GraphInfo, command: RecordingCommand, command_id: str, right: Right) -> RecordingPayload:
    name = type(command).__name__
    try:
        await _permitted(info, command.recording_id, right)
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(name, info, error)
    refused = await ordered(info, command, command_id, read_in=(RECORDINGS,))
    return refused or await answered(info, command.recording_id, name)


async def _permitted(info: GraphInfo, id: RecordingId, right: Right) -> None:
    """That the person may know of the recording and has the right on its camera."""
    access = await info.context.access()
    shown = shown_on(access)
    access.cameras(right)
    row = await recordings.by_id(info.context.services.database, id)
    if row is None or not (shown is None or row.camera_id in shown):
        raise RecordingUnknown("there is no such recording")
    if not access.may(right, row.camera_id):
        raise NotAllowed(f"the right {right.value} is needed on the camera of this recording")


def _known(id: str) -> RecordingId:
    known = uuid_of(id)
    if known is None:
        raise RecordingUnknown("there is no such recording")
    return RecordingId(known)
