"""One `kaska analyse`: the two processes of an archive, and waiting until rules and evidence have caught up."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nats.aio.client import Client

from domain.contracts.events import EvidenceAttached, EvidenceMissed, IncidentOpened, decode_event
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import EVENTS, INCIDENT, SNAPSHOTS, event_subject, snapshot_subject
from infra.archive import ArchiveError
from infra.archive.plan import Plan, Progress, progress_path, read_progress, write_plan
from infra.embedded.child import Child
from infra.eventstore.envelope import TOPIC
from infra.nats.direct import get_last, get_page
from infra.supervisor.environment import Surroundings

POLL_S: Final = 0.3
PATIENCE_S: Final = 120.0
"""Rules or evidence that do not come a step further for so long are given up."""

PAGE: Final = 1000
NAMES: Final = frozenset({"incident.opened.v1", "incident.evidence_attached.v1", "incident.evidence_missed.v1"})

Report = Callable[[Progress], None]


@dataclass
class FoundIncident:
    """files: kinds of evidence that are stored. missed: why others are not."""

    id: str
    kind: str
    rule_id: str
    opened_at: str
    score: float
    files: list[str] = field(default_factory=list)
    missed: dict[str, str] = field(default_factory=dict)


async def analyse(at: Surroundings, nc: Client, plan: Plan, report: Report, step: Callable[[str], None]) -> Progress:
    """Returns when all incidents that the recordings lead to are recorded and have their evidence.

    Raises  ArchiveError, NatsAdapterError
    """
    write_plan(at.home, plan)
    progress_path(at.home, plan.camera_id).unlink(missing_ok=True)
    async with _running(at, plan.camera_id, "evidence"):
        async with _running(at, plan.camera_id, "analysis") as analysis:
            while (code := analysis.exit_code()) is None:
                report(read_progress(at.home, plan.camera_id))
                await asyncio.sleep(POLL_S)
        progress = read_progress(at.home, plan.camera_id)
        if code or not progress.done:
            raise ArchiveError(f"The analysis ended with {code}: {analysis.last_words(1)}")
        report(progress)
        step("rules")
        await _until(lambda: _folded(nc), progress.last, "The rules")
        step("evidence")
        newest = await get_last(nc, EVENTS, event_subject(INCIDENT, ">"))
        await _until(lambda: _delivered(at.home, plan.camera_id), newest.sequence if newest else 0, "The evidence")
    return progress


async def incidents_of(nc: Client, camera_id: CameraId, after: int) -> list[FoundIncident]:
    """All incidents of the camera that EVENTS hold behind the position `after`, in the order of their discovery."""
    found: dict[str, FoundIncident] = {}
    while True:
        page = await get_page(nc, EVENTS, after + 1, PAGE, event_subject(INCIDENT, ">"))
        for message in page.messages:
            after = message.sequence
            name = message.headers.get(TOPIC, "")
            if name in NAMES:
                incident = message.subject.rpartition(".")[2]
                _note(found, incident, decode_event(name, message.data).event, camera_id)
        if not page.messages or not page.pending:
            return list(found.values())


def _note(found: dict[str, FoundIncident], key: str, event: object, camera_id: CameraId) -> None:
    match event:
        case IncidentOpened() if event.camera_id == camera_id:
            opened_at = event.opened_at.isoformat()
            found[key] = FoundIncident(key, event.kind.value, event.rule_id, opened_at, round(event.score, 3))
        case EvidenceAttached(kind=kind) if key in found:
            found[key].files.append(kind.value)
        case EvidenceMissed(kind=kind, reason=reason) if key in found:
            found[key].missed[kind.value] = reason


def complete(incident: FoundIncident) -> bool:
    """Whether photo and clip are there."""
    return {EvidenceKind.PHOTO.value, EvidenceKind.CLIP.value} <= set(incident.files)


@asynccontextmanager
async def _running(at: Surroundings, camera_id: str, which: str) -> AsyncIterator[Child]:
    prepare = at.archive_evidence(camera_id) if which == "evidence" else at.archive_analysis(camera_id)
    child = Child(await prepare(), at.home)
    try:
        yield child
    finally:
        await asyncio.to_thread(child.stop)


async def _until(position: Callable[[], Awaitable[int]], wanted: int, who: str) -> None:
    """Until the position is reached. Raises ArchiveError when it stands still for too long."""
    reached, since = -1, time.monotonic()
    while (now := await position()) < wanted:
        if now != reached:
            reached, since = now, time.monotonic()
        elif time.monotonic() - since > PATIENCE_S:
            raise ArchiveError(f"{who} stand still at {now} of {wanted}; what is missing comes when they go on.")
        await asyncio.sleep(POLL_S)


async def _folded(nc: Client) -> int:
    """How far in DETECTIONS the rules are, by their checkpoint: every incident before is recorded."""
    checkpoint = await get_last(nc, SNAPSHOTS, snapshot_subject("rules", "all"))
    return int(json.loads(checkpoint.data)["position"]) if checkpoint else 0


async def _delivered(home: Path, camera_id: str) -> int:
    """How far in EVENTS every incident of the camera has its evidence or a reason."""
    try:
        return int(json.loads((home / "run" / f"evidence-{camera_id}.json").read_text(encoding="utf-8"))["position"])
    except (OSError, ValueError, KeyError):
        return 0
