"""Opens what was recorded: the stream and, where an object store is set, its archive as one. For CLI and worker."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from domain.contracts.detections import to_microseconds
from domain.replay.archive import Archive
from domain.replay.joined_source import JoinedRecording
from domain.replay.recording import Recording
from domain.replay.stream_source import StreamRecording, extent_of, first_captured_since
from infra import objects
from infra.nats.bridge import Bridge
from infra.settings import ProcessSettings

SWITCH_S: Final = 0.0005
"""So often the thread that reads gets its turn while the other one folds; Python's own 5 ms leave it waiting."""


@contextmanager
def reading(settings: ProcessSettings) -> Iterator[Bridge]:
    """A connection for a process that does nothing but fold. Raises ServerUnreachable."""
    sys.setswitchinterval(SWITCH_S)
    with Bridge(settings.nats_url.get_secret_value(), name="replay") as bridge:
        yield bridge


def recording(settings: ProcessSettings, bridge: Bridge, settled: datetime) -> Recording:
    """Archive and stream, up to the last frame that was captured before `settled`. Raises NatsAdapterError."""
    extent = extent_of(bridge)
    finding = first_captured_since(bridge.nc, to_microseconds(settled), extent.first, extent.last)
    until = bridge.run(finding, timeout=60) - 1
    store = archive(settings)
    return StreamRecording(bridge, until=until) if store is None else JoinedRecording(bridge, store, until)


def archive(settings: ProcessSettings) -> Archive | None:
    """None where no object store is set."""
    if not settings.s3_endpoint:
        return None
    return Archive(objects.client(settings), settings.s3_bucket)
