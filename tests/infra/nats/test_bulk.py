"""Pages as columns say what pages of messages say, and a page that did not come whole is asked for again."""

import pytest

from infra.nats import bulk
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.bulk import Columns, all_messages, get_columns, get_messages
from infra.nats.direct import WHOLE, get_page, page_request
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import pinned


def store(bridge: Bridge, stream: str, *tokens: str) -> None:
    messages = [Outgoing(f"{stream}.{token}", token.encode(), {"Kind": token}) for token in tokens]
    bridge.run(publish_batch(bridge.nc, messages))


@pytest.mark.parametrize(
    ("first", "limit", "token"), [(1, 10, ">"), (2, 10, "a"), (1, 2, ">"), (9, 10, ">"), (0, 1, "b")]
)
def test_columns_are_what_a_page_holds(bridge: Bridge, stream: str, first: int, limit: int, token: str) -> None:
    store(bridge, stream, "a", "b", "a", "b", "a")
    subject = f"{stream}.{token}"
    page = bridge.run(get_page(bridge.nc, stream, first, limit, subject)).messages
    expected = Columns([m.sequence for m in page], [m.subject for m in page], [m.data for m in page])
    assert bridge.run(get_columns(bridge.nc, stream, first, limit, subject)) == expected


def test_an_empty_stream_gives_empty_columns(bridge: Bridge, stream: str) -> None:
    assert bridge.run(get_columns(bridge.nc, stream, 1, 10, f"{stream}.>")) == Columns()


def test_columns_of_large_messages_end_early_and_lose_none(bridge: Bridge, stream: str) -> None:
    for _ in range(4):
        bridge.run(publish_batch(bridge.nc, [Outgoing(f"{stream}.a", b"x" * 900_000, {}) for _ in range(5)]))
    seen: list[int] = []
    while len(seen) < 20:
        page = bridge.run(get_columns(bridge.nc, stream, len(seen) + 1, 1000, f"{stream}.>"))
        assert 0 < len(page.sequences) < 20
        seen += page.sequences
    assert seen == list(range(1, 21))


@pytest.mark.parametrize("lost", [1, 2, 3, 4])
def test_columns_that_lost_a_message_on_their_way_are_asked_for_again(
    bridge: Bridge, stream: str, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    """The fourth is the end of the page: then there is silence."""
    received = []
    real = bulk._Page.take

    def drop_one(page: "bulk._Page[Columns]", headers: bytes, data: bytes) -> None:
        received.append(data)
        if len(received) != lost:
            real(page, headers, data)

    store(bridge, stream, *"abc")
    monkeypatch.setattr(bulk._Page, "take", drop_one)
    monkeypatch.setattr(bulk, "PATIENCE_S", 0.2)
    assert bridge.run(get_columns(bridge.nc, stream, 1, 10, f"{stream}.>")).payloads == [b"a", b"b", b"c"]


def test_a_stream_that_is_not_there_is_told_as_for_a_page(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PATIENCE_S", 0.2)
    with pytest.raises(NatsAdapterError):
        bridge.run(get_columns(bridge.nc, "NOWHERE", 1, 10, ">"))


def test_nothing_is_left_behind(bridge: Bridge, stream: str) -> None:
    store(bridge, stream, *"abc")
    before = len(bridge.nc._subs)
    for _ in range(3):
        bridge.run(get_columns(bridge.nc, stream, 1, 2, f"{stream}.>"))
    assert len(bridge.nc._subs) == before
    assert bridge.nc.takers == {}  # type: ignore[attr-defined]


@pytest.mark.parametrize(("first", "limit", "token"), [(1, 10, ">"), (2, 10, "a"), (1, 2, ">"), (9, 10, ">")])
def test_messages_are_those_of_a_page(bridge: Bridge, stream: str, first: int, limit: int, token: str) -> None:
    store(bridge, stream, "a", "b", "a", "b", "a")
    subject = f"{stream}.{token}"
    page = bridge.run(get_page(bridge.nc, stream, first, limit, subject)).messages
    assert bridge.run(get_messages(bridge.nc, stream, first, limit, subject)) == page


def test_all_messages_come_in_pages_up_to_the_last_that_is_wanted(
    bridge: Bridge, stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PAGE", 2)
    store(bridge, stream, *"abcdefg")
    pages = all_messages(bridge, stream, f"{stream}.>", 1, 6)
    assert [[message.data for message in page] for page in pages] == [[b"b", b"c"], [b"d", b"e"], [b"f"]]
    short = all_messages(bridge, stream, f"{stream}.>", 5, 99)
    assert [message.data for page in short for message in page] == [b"f", b"g"]
    assert list(all_messages(bridge, stream, f"{stream}.>", 7, 99)) == []


def test_what_holds_all_of_its_stream_is_asked_for_as_everything() -> None:
    """The same page; the server does not walk through its whole index for it."""
    assert b'"next_by_subj": ">"' in page_request("EVENTS", 1, 10, "es.>")
    assert b'"next_by_subj": "es.role.>"' in page_request("EVENTS", 1, 10, "es.role.>")
    assert b'"next_by_subj": "es.>"' in page_request("PARKED", 1, 10, "es.>")
    wholes = {(config.name, subject) for config in pinned() for subject in config.subjects or []}
    assert wholes >= WHOLE
