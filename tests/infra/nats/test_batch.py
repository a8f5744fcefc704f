from collections.abc import Callable

import pytest

from infra.nats.batch import Outgoing, publish_batch, publish_each
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.errors import MessageTooLarge, Rejected
from infra.nats.streams import detections_config, ensure_stream
from tests.conftest import OwnNats
from tests.infra.nats.losing import losing_acknowledgements


def outgoing(stream: str, *ids: str, data: bytes = b"{}") -> list[Outgoing]:
    return [Outgoing(f"{stream}.{name[0]}", data, {"Nats-Msg-Id": name}) for name in ids]


def stored_ids(bridge: Bridge, stream: str) -> list[str]:
    page = bridge.run(get_page(bridge.nc, stream, 1, 1000, f"{stream}.>"))
    return [message.headers["Nats-Msg-Id"] for message in page.messages]


def test_a_batch_gets_consecutive_sequences_in_its_order(bridge: Bridge, stream: str) -> None:
    assert bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1", "b1", "a2"))) == [1, 2, 3]
    assert bridge.run(publish_batch(bridge.nc, outgoing(stream, "b2"))) == [4]
    assert bridge.run(publish_batch(bridge.nc, [])) == []
    assert stored_ids(bridge, stream) == ["a1", "b1", "a2", "b2"]


@pytest.mark.parametrize("ids", [["a1"], ["a1", "b1", "a2"]])
def test_A18_a_repeat_after_a_lost_acknowledgement_stores_nothing(bridge: Bridge, stream: str, ids: list[str]) -> None:
    with losing_acknowledgements(bridge.nc):
        assert bridge.run(publish_batch(bridge.nc, outgoing(stream, *ids))) == list(range(1, len(ids) + 1))
    assert stored_ids(bridge, stream) == ids


def test_a_batch_sent_again_by_a_restarted_producer_answers_with_the_stored_sequences(
    bridge: Bridge, stream: str
) -> None:
    bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1", "b1", "a2")))
    assert bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1", "b1", "a2"))) == [1, 2, 3]
    assert stored_ids(bridge, stream) == ["a1", "b1", "a2"]


def test_of_a_batch_that_is_partly_known_only_the_new_messages_are_stored(bridge: Bridge, stream: str) -> None:
    bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1", "a2")))
    assert bridge.run(publish_batch(bridge.nc, outgoing(stream, "a2", "a3", "a1", "a4"))) == [2, 3, 1, 4]
    assert stored_ids(bridge, stream) == ["a1", "a2", "a3", "a4"]


def test_an_id_that_occurs_twice_in_a_batch_is_stored_once(bridge: Bridge, stream: str) -> None:
    assert bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1", "a1", "a2"))) == [1, 1, 2]


def test_messages_without_ids_are_not_doubled_by_a_lost_acknowledgement(bridge: Bridge, stream: str) -> None:
    messages = [Outgoing(f"{stream}.a", b"{}", {})] * 3
    with losing_acknowledgements(bridge.nc):
        assert bridge.run(publish_batch(bridge.nc, messages)) == [1, 2, 3]
    assert len(stored_ids(bridge, stream)) == 3


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) - 500, 2 << 20])
def test_A17_an_oversize_message_is_refused_before_it_closes_the_connection(
    bridge: Bridge, stream: str, size: int
) -> None:
    with pytest.raises(MessageTooLarge, match="send a reference"):
        bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1", "a2", data=b"x" * size)))
    assert bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1"))) == [1]


def test_the_largest_message_that_is_accepted_can_be_read_again(bridge: Bridge, stream: str) -> None:
    largest = (1 << 20) - 1024 - len("Nats-Msg-Id: a1\r\n")
    bridge.run(publish_batch(bridge.nc, outgoing(stream, "a1", "a2", data=b"x" * largest)))
    page = bridge.run(get_page(bridge.nc, stream, 1, 10, f"{stream}.>"))
    assert [len(message.data) for message in page.messages] == [largest, largest]


def test_a_thousand_messages_are_a_batch_and_one_more_is_refused(bridge: Bridge, stream: str) -> None:
    ids = [f"a{number}" for number in range(1001)]
    with pytest.raises(MessageTooLarge, match="1000"):
        bridge.run(publish_batch(bridge.nc, outgoing(stream, *ids)))
    assert bridge.run(publish_batch(bridge.nc, outgoing(stream, *ids[:1000])))[-1] == 1000


def test_A16_a_full_stream_refuses_with_its_own_words(bridge: Bridge, stream: str) -> None:
    full = detections_config(max_bytes=1).evolve(name=f"{stream}F", subjects=[f"{stream}F.>"], republish=None)
    bridge.run(ensure_stream(bridge.js, full.evolve(discard="new", max_bytes=300)))
    with pytest.raises(Rejected, match="maximum bytes exceeded"):
        bridge.run(publish_batch(bridge.nc, outgoing(f"{stream}F", "a1", data=b"x" * 1000)))


def test_A25_a_batch_sent_while_the_server_is_down_is_stored_once_when_it_is_back(
    fresh_nats: Callable[[], OwnNats],
) -> None:
    server = fresh_nats()
    bridge = Bridge(server.url(), name="test")
    bridge.run(ensure_stream(bridge.js, detections_config()))
    bridge.run(publish_batch(bridge.nc, outgoing("det", "a1", "a2")))
    server.kill()

    async def publish_meanwhile() -> list[int]:
        return await publish_batch(bridge.nc, outgoing("det", "a2", "a3", "b1"))

    waiting = bridge.submit(publish_meanwhile())
    server.start()
    assert waiting.result(20) == [2, 3, 4]
    page = bridge.run(get_page(bridge.nc, "DETECTIONS", 1, 10, "det.>"))
    assert [message.headers["Nats-Msg-Id"] for message in page.messages] == ["a1", "a2", "a3", "b1"]
    bridge.close()


def test_messages_published_each_for_itself_keep_their_order(bridge: Bridge, stream: str) -> None:
    ids = [f"a{n}" for n in range(200)]
    assert bridge.run(publish_each(bridge.nc, outgoing(stream, *ids))) == list(range(1, 201))
    assert stored_ids(bridge, stream) == ids


def test_a_repeat_of_messages_published_each_for_itself_stores_nothing(bridge: Bridge, stream: str) -> None:
    with losing_acknowledgements(bridge.nc):
        assert bridge.run(publish_each(bridge.nc, outgoing(stream, "a1", "b1"))) == [1, 2]
    assert bridge.run(publish_each(bridge.nc, outgoing(stream, "a1", "b1", "a2"))) == [1, 2, 3]
    assert stored_ids(bridge, stream) == ["a1", "b1", "a2"]


def test_an_oversize_message_stops_all_before_anything_is_sent(bridge: Bridge, stream: str) -> None:
    with pytest.raises(MessageTooLarge):
        bridge.run(publish_each(bridge.nc, [*outgoing(stream, "a1"), *outgoing(stream, "b1", data=b"x" * 2_000_000)]))
    assert stored_ids(bridge, stream) == []
