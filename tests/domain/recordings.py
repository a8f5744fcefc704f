"""One fixed fact of every kind about a recording; part of `tests.domain.facts.EVERY`."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from domain.contracts.events import (
    Event,
    RecordingExpired,
    RecordingLocked,
    RecordingMissed,
    RecordingStarted,
    RecordingStopped,
    RecordingStored,
    RecordingUnlocked,
)
from domain.contracts.identifiers import RecordingId
from domain.contracts.plant import ExpiryCause
from domain.contracts.recording import RecordingEnd
from tests.domain.samples import T0, YARD, second

ID: Final = RecordingId(UUID("5f1c1bb0-0000-4000-8000-00000000000a"))
KEY: Final = f"recordings/2026/03/02/{ID}.mp4"
STARTED = RecordingStarted(ID, YARD, T0, T0 + timedelta(minutes=5), "anna", "разгрузка без стропальщика")
STOPPED = RecordingStopped(second(60), "anna")
STORED = RecordingStored(KEY, "ab" * 32, 9000, "video/mp4", second(-10), second(60), RecordingEnd.STOPPED)
MISSED = RecordingMissed("MomentNotCovered: no video is kept")
LOCKED = RecordingLocked("нужна для разбора")
UNLOCKED = RecordingUnlocked("разбор закончен")
EXPIRED = RecordingExpired(ExpiryCause.RETENTION)

RECORDING_FACTS: Final[dict[str, Event]] = {
    "recording.started.v1": STARTED,
    "recording.stopped.v1": STOPPED,
    "recording.stored.v1": STORED,
    "recording.missed.v1": MISSED,
    "recording.locked.v1": LOCKED,
    "recording.unlocked.v1": UNLOCKED,
    "recording.expired.v1": EXPIRED,
}
