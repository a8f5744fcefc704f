"""Labelled crops of a machine from its camera, as it looks now: the frames are those that inference gets."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.detections import Box, from_microseconds
from domain.contracts.events import EventUnknown, ZoneDrawn, ZoneRetired, decode_event
from domain.contracts.identifiers import ZoneId, slug
from domain.contracts.subjects import EVENTS, ZONE, event_live_subject, event_subject
from inference.machines.crop import cut
from inference.machines.examples import saved
from inference.machines.pictures import ExamplesRefused
from infra.eventstore.envelope import TOPIC
from infra.frames import FrameReader, SharedFrame
from infra.nats.bridge import Bridge
from infra.nats.reader import StreamReader

WAIT_S: Final = 1.0
NO_FRAME_S: Final = 10.0


def zone_drawn(bridge: Bridge, zone_id: ZoneId) -> ZoneDrawn:
    """The zone as it is now. Raises ExamplesRefused, IdentifierRefused, NatsAdapterError."""
    subject = slug(zone_id)
    reader = StreamReader(bridge, EVENTS, event_subject(ZONE, subject), event_live_subject(ZONE, subject))
    drawn: ZoneDrawn | None = None
    try:
        while messages := reader.read(WAIT_S):
            for message in messages:
                event = decode_event(message.headers[TOPIC], message.data).event
                if isinstance(event, ZoneDrawn | ZoneRetired):
                    drawn = event if isinstance(event, ZoneDrawn) else None
    except (EventUnknown, CodecError, KeyError) as error:
        raise ExamplesRefused(f"zone {zone_id}: its history cannot be read: {error}") from error
    finally:
        reader.close()
    if drawn is None:
        raise ExamplesRefused(f"there is no zone {zone_id!r}: draw one around the machine first")
    return drawn


def shot(
    frames_dir: Path, camera: str, crop: Box, states: Sequence[str], folder: Path, *, count: int, every_s: float
) -> Iterator[Path]:
    """Takes `count` pictures; gives each file as it is written. Raises ExamplesRefused when the camera is silent."""
    reader = FrameReader(frames_dir, camera)
    try:
        for number in range(count):
            if number:
                time.sleep(every_s)
            frame = _newest(reader, camera)
            taken: datetime = from_microseconds(frame.captured_at_us)
            yield from saved(cut(frame.pixels, crop), states, f"{camera}-{taken:%Y%m%dT%H%M%S-%f}", folder)
    finally:
        reader.close()


def _newest(reader: FrameReader, camera: str) -> SharedFrame:
    """The next frame from now on."""
    while reader.take() is not None:
        continue
    until = time.monotonic() + NO_FRAME_S
    while time.monotonic() < until:
        frame = reader.take()
        if frame is not None:
            return frame
        time.sleep(0.02)
    raise ExamplesRefused(f"camera {camera} gave no frame for {NO_FRAME_S:g} s: is it running?")
