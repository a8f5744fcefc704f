import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from nats.aio.client import Client, ServerVersion
from nats.js.api import PersistMode, StreamConfig

from infra.nats.bridge import Bridge
from infra.nats.errors import ServerTooOld, StreamsUnusable
from infra.nats.streams import check_server, check_streams, ensure_stream, ensure_streams, events_config, pinned
from tests.conftest import OwnNats


@pytest.fixture
def bridge(fresh_nats: Callable[[], OwnNats]) -> Iterator[Bridge]:
    """A server of one's own: the pinned names exist once on a server."""
    bridge = Bridge(fresh_nats().url(), name="test")
    yield bridge
    bridge.close()


def update(bridge: Bridge, config: StreamConfig, **changes: Any) -> dict[str, Any]:
    """What an administrator could do by hand; the server's answer."""
    request = json.dumps(config.as_dict() | changes).encode()
    reply = bridge.run(bridge.nc.request(f"$JS.API.STREAM.UPDATE.{config.name}", request, timeout=5))
    answer: dict[str, Any] = json.loads(reply.data)
    return answer


def test_the_streams_are_made_once_and_are_then_as_pinned(bridge: Bridge) -> None:
    assert len(bridge.run(check_streams(bridge.js))) == len(pinned())
    for _ in range(2):
        bridge.run(ensure_streams(bridge.js))
        assert bridge.run(check_streams(bridge.js)) == []


def test_a_new_limit_of_detections_is_taken_over(bridge: Bridge) -> None:
    bridge.run(ensure_streams(bridge.js))
    bridge.run(ensure_streams(bridge.js, detections_max_bytes=1024**3))
    assert bridge.run(check_streams(bridge.js, detections_max_bytes=1024**3)) == []
    assert "max_bytes" in bridge.run(check_streams(bridge.js))[0]


def test_a_new_age_of_detections_is_taken_over(bridge: Bridge) -> None:
    bridge.run(ensure_streams(bridge.js))
    bridge.run(ensure_streams(bridge.js, detections_max_age_s=3 * 86400.0))
    assert bridge.run(check_streams(bridge.js, detections_max_age_s=3 * 86400.0)) == []
    assert "DETECTIONS: max_age" in bridge.run(check_streams(bridge.js))[0]


def test_a_new_age_of_observations_is_taken_over(bridge: Bridge) -> None:
    bridge.run(ensure_streams(bridge.js))
    bridge.run(ensure_streams(bridge.js, observations_max_age_s=30 * 86400.0))
    assert bridge.run(check_streams(bridge.js, observations_max_age_s=30 * 86400.0)) == []
    assert "OBSERVATIONS: max_age" in bridge.run(check_streams(bridge.js))[0]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"max_age": 3600 * 10**9}, "max_age"),  # would empty the stream in an hour
        ({"max_msgs_per_subject": 1}, "max_msgs_per_subject"),  # would keep one event of each aggregate
        ({"discard": "old"}, "discard"),
        ({"subjects": ["es.>", "other.>"]}, "subjects"),
        ({"allow_direct": False}, "allow_direct"),
        ({"republish": {"src": "es.>", "dest": "elsewhere.>"}}, "republish"),
        ({"allow_msg_ttl": True}, "allow_msg_ttl"),  # not pinned by name: anything unknown counts as well
    ],
)
def test_A8_a_setting_changed_by_an_administrator_is_seen(  # named after its row in FAULTS.md
    bridge: Bridge, change: dict[str, Any], named: str
) -> None:
    bridge.run(ensure_streams(bridge.js))
    assert "error" not in update(bridge, events_config(), **change)
    deviations = bridge.run(check_streams(bridge.js))
    assert [sentence.split()[2] for sentence in deviations] == [named]
    bridge.run(ensure_streams(bridge.js))
    assert bridge.run(check_streams(bridge.js)) == deviations, "EVENTS is never updated in silence"


def test_A7_a_stream_that_does_not_sync_is_seen(bridge: Bridge) -> None:
    bridge.run(bridge.js.add_stream(events_config().evolve(allow_atomic=False, persist_mode=PersistMode.ASYNC)))
    deviations = bridge.run(check_streams(bridge.js))
    assert any("persist_mode is 'async'" in sentence for sentence in deviations)


def test_a_history_with_a_hole_is_seen(bridge: Bridge) -> None:
    config = events_config().evolve(deny_delete=False)
    bridge.run(bridge.js.add_stream(config))
    for _ in range(3):
        bridge.run(bridge.js.publish("es.incident.1", b"{}"))
    bridge.run(bridge.js.delete_msg("EVENTS", 2))
    assert any("lacks messages" in sentence for sentence in bridge.run(check_streams(bridge.js)))


def test_a_history_that_does_not_begin_at_one_is_seen(bridge: Bridge) -> None:
    bridge.run(bridge.js.add_stream(events_config().evolve(first_seq=100)))
    bridge.run(bridge.js.publish("es.incident.1", b"{}"))
    assert any("first 100" in sentence for sentence in bridge.run(check_streams(bridge.js)))


def test_events_can_neither_be_deleted_nor_purged(bridge: Bridge) -> None:
    bridge.run(ensure_streams(bridge.js))
    bridge.run(bridge.js.publish("es.incident.1", b"{}"))
    for request in ("MSG.DELETE", "PURGE"):
        subject = f"$JS.API.STREAM.{request}.EVENTS"
        reply = bridge.run(bridge.nc.request(subject, b'{"seq": 1}' if "MSG" in request else b"", timeout=5))
        assert "error" in json.loads(reply.data)


def test_subjects_owned_by_another_stream_are_one_clear_error(bridge: Bridge) -> None:
    bridge.run(bridge.js.add_stream(name="OTHER", subjects=["es.>"]))
    with pytest.raises(StreamsUnusable, match="EVENTS: subjects overlap"):
        bridge.run(ensure_stream(bridge.js, events_config()))


class _ServerOf(Client):
    version = "2.12.0"

    @property
    def connected_server_version(self) -> ServerVersion:
        return ServerVersion(self.version)


@pytest.mark.parametrize("version", ["2.9.10", "2.11.9", "0.0.0-unknown"])
async def test_an_old_server_is_refused_with_a_sentence(version: str) -> None:
    server = _ServerOf()
    server.version = version
    with pytest.raises(ServerTooOld, match=r"Kaska needs 2\.12 or newer"):
        await check_server(server)


@pytest.mark.parametrize("version", ["2.12.0", "2.15.1", "2.16.0-RC.1", "3.0.0"])
async def test_a_newer_server_is_accepted(version: str) -> None:
    server = _ServerOf()
    server.version = version
    await check_server(server)


def test_replicas_are_a_setting_of_every_stream() -> None:
    assert {config.num_replicas for config in pinned(replicas=3)} == {3}
