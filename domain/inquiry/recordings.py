"""The frames that a decision rests on: from DETECTIONS, and where they are gone from the slice kept as evidence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.contracts.detections import DetectionsUnreadable, FrameAnalysed, decode
from domain.contracts.events import IncidentOpened
from domain.contracts.identifiers import CameraId
from domain.contracts.passport import FramesFrom, Note, NoteKind
from domain.contracts.slices import unpack
from domain.contracts.subjects import DETECTIONS, detections_subject
from infra.nats.bridge import Bridge
from infra.nats.bulk import get_columns

PAGE: Final = 1000
MOST_MESSAGES: Final = 20_000
"""Half an hour at ten frames a second. A longer incident is told from its beginning."""

Message = tuple[int, bytes]
"""Sequence in DETECTIONS and payload."""


@dataclass(frozen=True, slots=True)
class Recording:
    """frames: with their sequence, in order. unreadable: messages that this build cannot read."""

    source: FramesFrom
    frames: list[tuple[int, FrameAnalysed]]
    unreadable: int
    notes: list[Note]


def recording(bridge: Bridge, opened: IncidentOpened, last: int, kept_slice: Callable[[], bytes | None]) -> Recording:
    """The camera's frames from the first that the incident cites to `last`.

    kept_slice  gives the slice kept with the evidence; called only when the stream lacks the beginning
    Raises      NatsAdapterError
    """
    first = opened.detections_from
    found = _from_stream(bridge, opened.camera_id, first, last)
    source = FramesFrom.STREAM
    is_whole = bool(found) and found[0][0] == first
    if not is_whole:
        kept = _from_slice(kept_slice(), last)
        if kept:
            source = FramesFrom.SLICE
            joins = kept[-1][0] >= last or (bool(found) and found[0][0] <= kept[-1][0])
            is_whole = kept[0][0] == first and joins
            found = [*kept, *(message for message in found if message[0] > kept[-1][0])]
    return _decoded(opened.camera_id, found, source, _notes(found, first, last, is_whole=is_whole))


def _notes(found: list[Message], first: int, last: int, *, is_whole: bool) -> list[Note]:
    cited = f"{first}…{last}"
    if not found:
        return [Note(NoteKind.DETECTIONS_GONE, cited)]
    if len(found) >= MOST_MESSAGES and found[-1][0] < last:
        return [Note(NoteKind.DETECTIONS_CUT, f"{first}…{found[-1][0]} / {cited}")]
    if not is_whole or found[-1][0] < last:
        return [Note(NoteKind.DETECTIONS_PARTLY_GONE, f"{found[0][0]}…{found[-1][0]} / {cited}")]
    return []


def _from_stream(bridge: Bridge, camera_id: CameraId, first: int, last: int) -> list[Message]:
    subject = detections_subject(camera_id)
    found: list[Message] = []
    while first <= last and len(found) < MOST_MESSAGES:
        page = bridge.run(get_columns(bridge.nc, DETECTIONS, first, min(PAGE, last - first + 1), subject))
        found += (each for each in zip(page.sequences, page.payloads, strict=True) if each[0] <= last)
        if not page.sequences or page.sequences[-1] >= last:
            break
        first = page.sequences[-1] + 1
    return found[:MOST_MESSAGES]


def _from_slice(data: bytes | None, last: int) -> list[Message]:
    return [] if data is None else [each for each in unpack(data) if each[0] <= last][:MOST_MESSAGES]


def _decoded(camera_id: CameraId, messages: list[Message], source: FramesFrom, notes: list[Note]) -> Recording:
    frames: list[tuple[int, FrameAnalysed]] = []
    for sequence, payload in messages:
        try:
            frames.append((sequence, decode(camera_id, payload)))
        except DetectionsUnreadable:
            continue
    unreadable = len(messages) - len(frames)
    if unreadable:
        notes = [*notes, Note(NoteKind.FRAMES_UNREADABLE, str(unreadable))]
    return Recording(source if messages else FramesFrom.NOWHERE, frames, unreadable, notes)
