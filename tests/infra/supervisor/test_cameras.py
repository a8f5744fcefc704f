"""Which cameras get a process of their own."""

from datetime import UTC, datetime

from domain.contracts.events import (
    CameraConfigured,
    CameraRegistered,
    CameraRetired,
    Envelope,
    Event,
    encode_event,
    event_name,
)
from domain.contracts.identifiers import CameraId, CommandId
from infra.eventstore.envelope import TOPIC
from infra.nats.direct import StoredMessage
from infra.supervisor.cameras import _note

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GATE, ARCHIVE = CameraId("gate"), CameraId("arc-gate")


def wanted(*events: Event) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for number, event in enumerate(events, 1):
        payload = encode_event(Envelope(AT, "anna", CommandId("c1"), event))
        _note(StoredMessage("es.camera.x", number, {TOPIC: event_name(event)}, payload, AT), found)
    return found


def test_a_camera_is_watched_until_it_is_retired() -> None:
    registered = CameraRegistered(GATE, "Ворота", "rtsp://10.0.0.5/main", 10.0, 1280, False)
    configured = CameraConfigured(GATE, "Ворота", "rtsp://10.0.0.5/main", 5.0, 1280, False, "rtsp://10.0.0.5/sub")
    assert wanted(registered) == {GATE: True}
    assert wanted(registered, CameraRetired(GATE)) == {GATE: False}
    assert wanted(registered, CameraRetired(GATE), configured) == {GATE: True}


def test_nobody_watches_an_archive() -> None:
    assert wanted(CameraRegistered(ARCHIVE, "Архив", "archive:///records", 10.0, 1280, False)) == {ARCHIVE: False}
