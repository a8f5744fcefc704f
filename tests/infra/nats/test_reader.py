import threading
import time
from collections.abc import Callable, Iterator

import pytest
from nats.aio.client import Client

from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import Page, get_page
from infra.nats.errors import HistoryShortened
from infra.nats.reader import StreamReader
from infra.nats.streams import ensure_stream, events_config
from tests.conftest import OwnNats


def publish(bridge: Bridge, stream: str, count: int = 1, camera: str = "a") -> list[int]:
    return bridge.run(publish_batch(bridge.nc, [Outgoing(f"{stream}.{camera}", b"{}", {})] * count))


@pytest.fixture
def reader(bridge: Bridge, stream: str) -> Iterator[StreamReader]:
    reader = StreamReader(bridge, stream, f"{stream}.>", f"{stream}-live.>")
    yield reader
    reader.close()


def test_it_returns_what_is_there_in_order_page_by_page(bridge: Bridge, stream: str, reader: StreamReader) -> None:
    publish(bridge, stream, 5)
    assert [m.sequence for m in reader.read(1, limit=3)] == [1, 2, 3]
    assert [m.sequence for m in reader.read(1, limit=3)] == [4, 5]
    assert reader.position == 5
    assert reader.read(0.05) == []


def test_it_continues_after_a_position_and_sees_only_its_subject(bridge: Bridge, stream: str) -> None:
    for camera in "abab":
        publish(bridge, stream, 1, camera)
    reader = StreamReader(bridge, stream, f"{stream}.a", f"{stream}-live.a", after=1)
    assert [m.sequence for m in reader.read(1)] == [3]
    reader.close()


def test_it_wakes_when_a_message_is_stored(bridge: Bridge, stream: str, reader: StreamReader) -> None:
    assert reader.read(0) == []
    stored_at: list[float] = []

    def publish_later() -> None:
        time.sleep(0.2)
        publish(bridge, stream)
        stored_at.append(time.monotonic())

    thread = threading.Thread(target=publish_later)
    thread.start()
    messages = reader.read(10)
    woken_at = time.monotonic()
    thread.join()
    assert [m.sequence for m in messages] == [1]
    assert woken_at - stored_at[0] < 0.5, "well below the interval at which it looks again by itself"


def test_it_asks_again_when_a_replica_lacks_what_the_leader_has_announced(
    bridge: Bridge, stream: str, reader: StreamReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def stale_at_first(nc: Client, name: str, seq: int, limit: int, subject: str, *, timeout_s: float) -> Page:
        asked.append(seq)
        return Page([], 0) if len(asked) <= 3 else await get_page(nc, name, seq, limit, subject, timeout_s=timeout_s)

    publish(bridge, stream)
    bridge.run(bridge.nc.flush())
    monkeypatch.setattr("infra.nats.reader.get_page", stale_at_first)
    monkeypatch.setattr("infra.nats.reader.LOOK_AGAIN_S", 60)
    assert [m.sequence for m in reader.read(5)] == [1]
    assert asked == [1, 1, 1, 1]


def test_a_reader_with_nothing_to_read_does_not_go_on_asking(
    bridge: Bridge, stream: str, reader: StreamReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def counted(nc: Client, name: str, seq: int, limit: int, subject: str, *, timeout_s: float) -> Page:
        asked.append(seq)
        return await get_page(nc, name, seq, limit, subject, timeout_s=timeout_s)

    monkeypatch.setattr("infra.nats.reader.get_page", counted)
    monkeypatch.setattr("infra.nats.reader.LOOK_AGAIN_S", 60)
    assert [reader.read(0.01) for _ in range(20)] == [[]] * 20
    assert asked == [1]
    publish(bridge, stream)
    assert [m.sequence for m in reader.read(5)] == [1]
    assert reader.read(0.01) == reader.read(0.01) == []
    assert asked == [1, 1, 2]


def test_it_is_woken_only_by_what_is_told_where_it_listens_and_then_returns_all(bridge: Bridge, stream: str) -> None:
    reader = StreamReader(bridge, stream, f"{stream}.>", f"{stream}-told.a")
    assert reader.read(0) == []
    publish(bridge, stream, camera="b")
    bridge.run(bridge.nc.publish(f"{stream}-told.b"))
    assert reader.read(0.3) == []
    publish(bridge, stream)
    bridge.run(bridge.nc.publish(f"{stream}-told.a"))
    assert [m.sequence for m in reader.read(4)] == [1, 2]
    reader.close()


def test_closing_ends_a_read_that_waits(reader: StreamReader) -> None:
    threading.Timer(0.2, reader.close).start()
    assert reader.read(60) == []
    reader.close()


def test_a_position_beyond_the_end_of_the_stream_is_a_shortened_history(bridge: Bridge, stream: str) -> None:
    publish(bridge, stream, 3)
    reader = StreamReader(bridge, stream, f"{stream}.>", f"{stream}-live.>", after=4)
    with pytest.raises(HistoryShortened, match="ends at 3, but 4 was already read"):
        reader.read(1)
    reader.close()


def test_it_resumes_within_a_second_of_the_servers_return(fresh_nats: Callable[[], OwnNats]) -> None:
    server = fresh_nats()
    bridge = Bridge(server.url(), name="test")
    bridge.run(ensure_stream(bridge.js, events_config("E", "e", "e-live")))
    reader = StreamReader(bridge, "E", "e.>", "e-live.>")
    assert len(publish(bridge, "e", 2)) == len(reader.read(5)) == 2
    got: list[tuple[float, int]] = []

    def follow() -> None:
        while len(got) < 1:
            got.extend((time.monotonic(), m.sequence) for m in reader.read(5))

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.2)
    server.kill()
    server.start()
    back_at = time.monotonic()
    writer = Bridge(server.url(), name="writer")
    publish(writer, "e")
    thread.join(20)
    assert [sequence for _, sequence in got] == [3]
    assert got[0][0] - back_at < 1.0
    for each in (writer, bridge):
        each.close()


def test_A25_across_kills_of_the_server_it_neither_skips_nor_repeats(
    fresh_nats: Callable[[], OwnNats],
) -> None:
    server = fresh_nats()
    writer, follower = Bridge(server.url(), name="writer"), Bridge(server.url(), name="follower")
    writer.run(ensure_stream(writer.js, events_config("E", "e", "e-live")))
    reader = StreamReader(follower, "E", "e.>", "e-live.>")
    acknowledged: list[int] = []
    seen: list[int] = []
    finished = threading.Event()

    def write() -> None:
        for number in range(120):
            acknowledged.extend(publish(writer, "e", 1 + number % 4))
            time.sleep(0.01)
        finished.set()

    def read() -> None:
        while not finished.is_set() or len(seen) < acknowledged[-1]:
            seen.extend(m.sequence for m in reader.read(0.5, limit=7))

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        time.sleep(0.3)
        server.kill()
        server.start()
    for thread in threads:
        thread.join(60)
    assert seen == acknowledged == list(range(1, len(seen) + 1))
    reader.close()
    for each in (writer, follower):
        each.close()
