"""Gathers what the models saw during an incident's clip, for the copy with overlay (R28, R42)."""

from datetime import datetime
from pathlib import Path
from typing import Final

from nats.aio.client import Client
from starlette.concurrency import run_in_threadpool

from domain.contracts.detections import DetectionsUnreadable, decode, to_microseconds
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.plant import EvidenceKind
from domain.contracts.slices import unpack
from domain.contracts.subjects import DETECTIONS, detections_subject
from gateway.copies import drawing
from gateway.copies.drawing import DrawnZone, Plan
from gateway.reads import plant
from gateway.reads.incidents import evidence_file
from gateway.reads.rows import IncidentRow
from gateway.services import Services
from infra.nats.direct import StoredMessage, get_page
from infra.objects import fetch

FARTHEST: Final = 1 << 18
"""So many messages of all cameras before the incident's first are looked through for the clip's beginning."""

MOST_MESSAGES: Final = 5_000
PAGE: Final = 1_000
AFTER_US: Final = 1_000_000

Messages = list[tuple[int, bytes]]


async def gather(services: Services, incident: IncidentRow, since: datetime, until: datetime, folder: Path) -> bool:
    """Writes the plan; since, until: capture times of the clip's first and last picture.

    What DETECTIONS has let go is taken from the slice that is kept with the incident.
    Raises  DatabaseBusy, NatsAdapterError, one of infra.objects.UNAVAILABLE
    """
    span_us = to_microseconds(since), to_microseconds(until) + AFTER_US
    messages = await _recorded(services.nats, incident, *span_us) or await _kept(services, incident)
    zones = await _zones(services, incident)
    plan = Plan(span_us[0], TrackId(incident.track_id), services.settings.plant_tz, zones)
    await run_in_threadpool(drawing.save, folder, plan, messages)
    return True


async def _recorded(nc: Client, incident: IncidentRow, from_us: int, to_us: int) -> Messages:
    camera = CameraId(incident.camera_id)
    at = await _first(nc, camera, incident.detections_from, from_us)
    found: Messages = []
    while len(found) < MOST_MESSAGES:
        page = await get_page(nc, DETECTIONS, at, PAGE, detections_subject(camera))
        for message in page.messages:
            captured_us = _captured_us(camera, message)
            is_later = captured_us is not None and captured_us > to_us
            if is_later and message.sequence >= incident.detections_from:  # before it, a clock that was set back since
                return found
            if captured_us is not None and not is_later:
                found.append((message.sequence, message.data))
        if not page.messages or not page.pending:
            break
        at = page.messages[-1].sequence + 1
    return found


async def _first(nc: Client, camera: CameraId, known: int, from_us: int) -> int:
    """A sequence at or a little before the camera's first message behind `from_us`, by halving."""
    low, high = max(1, known - FARTHEST), known
    while high - low > 1:
        middle = (low + high) // 2
        page = await get_page(nc, DETECTIONS, middle, 1, detections_subject(camera))
        captured_us = _captured_us(camera, page.messages[0]) if page.messages else None
        if captured_us is None or captured_us >= from_us:
            high = middle
        else:
            low = middle
    return low


def _captured_us(camera: CameraId, message: StoredMessage) -> int | None:
    try:
        return decode(camera, message.data).captured_at_us
    except DetectionsUnreadable:
        return None


async def _kept(services: Services, incident: IncidentRow) -> Messages:
    row = await evidence_file(services.database, incident.id, EvidenceKind.DETECTIONS.value)
    if row is None or row.key is None:
        return []
    data = await run_in_threadpool(fetch, services.objects, services.settings.s3_bucket, row.key)
    return [] if data is None else list(unpack(data))


async def _zones(services: Services, incident: IncidentRow) -> tuple[DrawnZone, ...]:
    """The zone, if it is still the version that decided."""
    if incident.zone_id is None:
        return ()
    rows = await plant.zones_by_id(services.database, [incident.zone_id])
    return tuple(
        DrawnZone(row.name, tuple((x, y) for x, y in row.polygon))
        for row in rows
        if row.version == incident.zone_version
    )
