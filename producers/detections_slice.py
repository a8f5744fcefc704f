"""The `detections` evidence: the recorded model outputs that a decision rests on, outliving their stream."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from domain.contracts.detections import DetectionsUnreadable, FrameAnalysed, decode
from domain.contracts.identifiers import CameraId
from domain.contracts.slices import pack
from domain.contracts.subjects import DETECTIONS, detections_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from producers.errors import DetectionsGone

PAGE: Final = 1000
MOST_MESSAGES: Final = 50_000


def fetch(bridge: Bridge, camera_id: CameraId, first: int, last: int) -> list[StoredMessage]:
    """The camera's messages with sequences first..last. Raises DetectionsGone when there is none left."""
    subject = detections_subject(camera_id)
    found: list[StoredMessage] = []
    at = first
    while at <= last and len(found) < MOST_MESSAGES:
        page = bridge.run(get_page(bridge.nc, DETECTIONS, at, PAGE, subject)).messages
        found += (message for message in page if message.sequence <= last)
        if not page or page[-1].sequence > last:
            break
        at = page[-1].sequence + 1
    if not found:
        raise DetectionsGone(f"none of the messages {first} to {last} is in the stream any more")
    return found


def frames(bridge: Bridge, camera_id: CameraId, first: int, last: int) -> list[FrameAnalysed]:
    """What the messages say; those that cannot be read are left out. Raises DetectionsGone."""
    found: list[FrameAnalysed] = []
    for message in fetch(bridge, camera_id, first, last):
        with suppress(DetectionsUnreadable):
            found.append(decode(camera_id, message.data))
    return found


def packed(messages: Sequence[StoredMessage]) -> bytes:
    """The messages in the form of the evidence."""
    return pack((message.sequence, message.data) for message in messages)


def span_us(camera_id: CameraId, messages: Sequence[StoredMessage]) -> tuple[int, int]:
    """Capture times of the first and the last frame."""
    first, last = decode(camera_id, messages[0].data), decode(camera_id, messages[-1].data)
    return first.captured_at_us, last.last_captured_at_us or last.captured_at_us
