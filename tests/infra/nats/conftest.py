"""A connection and streams of one's own on the shared server."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from infra.embedded.nats import NatsServer
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_stream, events_config


@pytest.fixture
def bridge(nats_server: NatsServer) -> Iterator[Bridge]:
    bridge = Bridge(nats_server.url("admin"), name="test")
    yield bridge
    bridge.close()


@pytest.fixture
def stream(bridge: Bridge) -> str:
    """Name of an empty stream shaped like EVENTS, with subjects `<name>.>` republished to `<name>-live.>`."""
    name = f"T{uuid4().hex[:8]}"
    bridge.run(ensure_stream(bridge.js, events_config(name, name, f"{name}-live")))
    return name
