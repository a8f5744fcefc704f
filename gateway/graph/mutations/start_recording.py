"""startRecording: a person has a camera recorded from now on, for some minutes at most, and says why (R38)."""

from typing import Annotated, Final

import strawberry

from domain.contracts.access import Right
from domain.contracts.commands import StartRecording
from domain.contracts.identifiers import CameraId, RecordingId, recording_id
from domain.contracts.recording import LONGEST_RECORDING
from gateway.errors import DatabaseBusy, InputRefused
from gateway.graph.context import GraphInfo
from gateway.graph.payload import Refusal, checked_text, ordered, refusal
from gateway.graph.recordings import Recording
from gateway.projected import RECORDINGS
from gateway.reads import plant, recordings
from gateway.rights import NotAllowed

RecordingPayload = Annotated[Recording | Refusal, strawberry.union("RecordingPayload")]

LONGEST_MINUTES: Final = LONGEST_RECORDING.total_seconds() / 60


async def start_recording(
    info: GraphInfo,
    camera_id: strawberry.ID,
    minutes: float,
    reason: str,
    command_id: str,
) -> RecordingPayload:
    camera = CameraId(str(camera_id))
    name = StartRecording.__name__
    try:
        longest_s = _checked_s(minutes)
        why = checked_text("reason", reason)
        access = await info.context.access()
        access.cameras(Right.RECORD_VIDEO)
        known = {row.id for row in await plant.cameras(info.context.services.database)}
    except (InputRefused, NotAllowed, DatabaseBusy) as error:
        return refusal(name, info, error)
    if not access.may(Right.RECORD_VIDEO, camera) or camera not in known:
        return _elsewhere(seen=camera in known and access.sees(camera))
    command = StartRecording(recording_id(camera, command_id), camera, longest_s, why)
    refused = await ordered(info, command, command_id, read_in=(RECORDINGS,))
    return refused or await answered(info, command.recording_id, name)


def _checked_s(minutes: float) -> int:
    if not 0 < minutes <= LONGEST_MINUTES:
        raise InputRefused(f"minutes: more than 0 and at most {LONGEST_MINUTES:.0f}")
    return max(1, round(minutes * 60))


async def answered(info: GraphInfo, id: RecordingId, command: str) -> Recording | Refusal:
    """The recording's row as it is now."""
    try:
        row = await recordings.by_id(info.context.services.database, id)
    except DatabaseBusy as error:
        return refusal(command, info, error)
    return Refusal(code="recording_unknown", message="there is no such recording") if row is None else Recording.of(row)


def _elsewhere(*, seen: bool) -> Refusal:
    """A camera that the person may not see is answered like one that there is not."""
    if seen:
        return Refusal(code=NotAllowed.code, message=f"the right {Right.RECORD_VIDEO} is needed on this camera")
    return Refusal(code="plant_part_unknown", message="there is no such camera")
