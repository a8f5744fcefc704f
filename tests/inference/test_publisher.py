"""Detections are stored in order and once, on a real server that may go away."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed, decode
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import DETECTIONS
from inference.metrics import Metrics
from inference.publisher import Publisher
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.inference.samples import MODEL, START_US

Stored = Callable[[], list[StoredMessage]]


@pytest.fixture
def server(fresh_nats: Callable[[], OwnNats]) -> OwnNats:
    server = fresh_nats()
    admin = Bridge(server.url(), name="test-admin")
    admin.run(ensure_streams(admin.js))
    admin.close()
    return server


@pytest.fixture
def bridge(server: OwnNats) -> Iterator[Bridge]:
    bridge = Bridge(server.url("inference"), name="test-inference")
    yield bridge
    bridge.close()


@pytest.fixture
def stored(server: OwnNats) -> Iterator[Stored]:
    reader = Bridge(server.url(), name="test-reader")
    yield lambda: reader.run(get_page(reader.nc, DETECTIONS, 1, 1000, "det.>")).messages
    reader.close()


def frames(first: int, last: int) -> list[FrameAnalysed]:
    template = FrameAnalysed(CameraId("gate"), 0, START_US, 640, 360, (MODEL,))
    times = ((number, START_US + number * 100_000) for number in range(first, last + 1))
    return [replace(template, frame=n, captured_at_us=at, last_captured_at_us=at) for n, at in times]


def publisher(bridge: Bridge, registry: CollectorRegistry | None = None) -> Publisher:
    return Publisher(bridge, Metrics(registry or CollectorRegistry()), batch_s=0.02, limit=50)


def numbers(messages: list[StoredMessage]) -> list[int]:
    return [decode(CameraId("gate"), message.data).frame for message in messages]


def test_frames_are_stored_in_their_order(bridge: Bridge, stored: Stored) -> None:
    sender = publisher(bridge)
    for frame in frames(1, 100):
        sender.put(frame)
    assert sender.close() == 0
    assert numbers(stored()) == list(range(1, 101))


def test_a_repeat_is_dropped_by_the_stream(bridge: Bridge, stored: Stored) -> None:
    for batch in (frames(1, 5), frames(3, 8)):
        sender = publisher(bridge)
        for frame in batch:
            sender.put(frame)
        assert sender.close() == 0
    messages = stored()
    assert numbers(messages) == list(range(1, 9))
    assert messages[0].headers["Nats-Msg-Id"] == f"gate:{START_US + 100_000}"


def test_while_the_server_is_away_detections_wait_and_no_more_frames_are_asked_for(
    bridge: Bridge, server: OwnNats, stored: Stored
) -> None:
    sender = publisher(bridge)
    for frame in frames(1, 10):
        sender.put(frame)
    server.kill()
    for frame in frames(11, 70):
        sender.put(frame)
    assert sender.full
    server.start()
    assert sender.close() == 0
    assert numbers(stored()) == list(range(1, 71))


def test_what_cannot_be_stored_before_the_end_is_told(
    bridge: Bridge, server: OwnNats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.publisher.DRAIN_S", 0.2)
    server.kill()
    sender = publisher(bridge)
    for frame in frames(1, 3):
        sender.put(frame)
    assert sender.close() == 3
    server.start()


def test_what_was_stored_is_counted(bridge: Bridge) -> None:
    registry = CollectorRegistry()
    sender = publisher(bridge, registry)
    for frame in frames(1, 7):
        sender.put(frame)
    sender.close()
    assert registry.get_sample_value("kaska_detections_published_total") == 7
    assert registry.get_sample_value("kaska_detections_waiting") == 0
