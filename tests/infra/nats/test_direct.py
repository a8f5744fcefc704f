import asyncio

import pytest
from nats.aio.msg import Msg

from infra.embedded.nats import NatsServer
from infra.nats import direct
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge, connect
from infra.nats.direct import get_last, get_last_from_leader, get_next_from_leader, get_page
from infra.nats.errors import NoAnswer


def store(bridge: Bridge, stream: str, *tokens: str) -> None:
    messages = [Outgoing(f"{stream}.{token}", token.encode(), {"Kind": token}) for token in tokens]
    bridge.run(publish_batch(bridge.nc, messages))


def test_a_page_holds_the_next_messages_on_the_subject_in_stream_order(bridge: Bridge, stream: str) -> None:
    store(bridge, stream, "a", "b", "a", "b", "a")
    page = bridge.run(get_page(bridge.nc, stream, 2, 10, f"{stream}.a"))
    assert [(m.subject, m.sequence, m.data, m.headers["Kind"]) for m in page.messages] == [
        (f"{stream}.a", 3, b"a", "a"),
        (f"{stream}.a", 5, b"a", "a"),
    ]
    assert page.pending == 0
    assert all(m.time.tzinfo is not None for m in page.messages)


def test_a_page_says_how_much_is_left(bridge: Bridge, stream: str) -> None:
    store(bridge, stream, *"abcde")
    page = bridge.run(get_page(bridge.nc, stream, 1, 2, f"{stream}.>"))
    assert ([m.sequence for m in page.messages], page.pending) == ([1, 2], 3)


def test_a_page_of_large_messages_ends_early_and_loses_none(bridge: Bridge, stream: str) -> None:
    for _ in range(4):
        bridge.run(publish_batch(bridge.nc, [Outgoing(f"{stream}.a", b"x" * 900_000, {}) for _ in range(5)]))
    seen: list[int] = []
    while len(seen) < 20:
        page = bridge.run(get_page(bridge.nc, stream, len(seen) + 1, 1000, f"{stream}.>"))
        assert 0 < len(page.messages) < 20
        seen += [m.sequence for m in page.messages]
    assert seen == list(range(1, 21))


def test_a_page_that_lost_a_message_on_its_way_is_asked_for_again(
    bridge: Bridge, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[str] = []
    real = direct._Inbox.receive

    async def drop_the_second(inbox: direct._Inbox, message: Msg) -> None:
        received.append(message.subject)
        if len(received) != 2:
            await real(inbox, message)

    store(bridge, stream, *"abc")
    monkeypatch.setattr(direct._Inbox, "receive", drop_the_second)
    page = bridge.run(get_page(bridge.nc, stream, 1, 10, f"{stream}.>"))
    assert [m.sequence for m in page.messages] == [1, 2, 3]
    assert len(set(received)) == 2, "asked twice"


def test_nothing_there_is_an_empty_page(bridge: Bridge, stream: str) -> None:
    assert bridge.run(get_page(bridge.nc, stream, 1, 10, f"{stream}.none")).messages == []


def test_the_last_message_is_the_same_from_a_replica_and_from_the_leader(bridge: Bridge, stream: str) -> None:
    store(bridge, stream, "a", "b", "a", "b")
    last = bridge.run(get_last(bridge.nc, stream, f"{stream}.a"))
    leader = bridge.run(get_last_from_leader(bridge.nc, stream, f"{stream}.a"))
    assert last is not None and leader is not None
    assert (last.subject, last.sequence, last.data, last.time) == (
        leader.subject,
        leader.sequence,
        leader.data,
        leader.time,
    )
    assert leader.headers["Kind"] == last.headers["Kind"] == "a"
    assert bridge.run(get_last(bridge.nc, stream, f"{stream}.none")) is None
    assert bridge.run(get_last_from_leader(bridge.nc, stream, f"{stream}.none")) is None


def test_the_leader_tells_the_next_message_from_a_sequence_on(bridge: Bridge, stream: str) -> None:
    store(bridge, stream, "a", "b", "a")
    found = bridge.run(get_next_from_leader(bridge.nc, stream, 2, f"{stream}.a"))
    assert found is not None and found.sequence == 3
    assert bridge.run(get_next_from_leader(bridge.nc, stream, 4, f"{stream}.a")) is None


async def test_pages_asked_at_the_same_time_do_not_mix(nats_server: NatsServer, bridge: Bridge, stream: str) -> None:
    store(bridge, stream, *"abcdefgh")
    client = await connect(nats_server.url("admin"), name="test")
    pages = await asyncio.gather(*(get_page(client, stream, 1, 10, f"{stream}.{token}") for token in "abcdefgh"))
    assert [page.messages[0].data.decode() for page in pages] == list("abcdefgh")
    await client.close()


def test_a_stream_that_does_not_answer_is_an_error_in_time(bridge: Bridge) -> None:
    with pytest.raises(NoAnswer):
        bridge.run(get_page(bridge.nc, "NOWHERE", 1, 10, "nowhere.>", timeout_s=0.3))
    with pytest.raises(NoAnswer):
        bridge.run(get_last(bridge.nc, "NOWHERE", "nowhere.>", timeout_s=0.3))
