"""What only several nodes can do to a save and to a reader: lose their leader, lag behind, disagree."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.request import urlopen
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent

from infra.embedded.ports import LOOPBACK
from infra.eventstore import JetStreamFactory, appending
from infra.eventstore.envelope import to_head
from infra.eventstore.recorders import JetStreamApplicationRecorder
from infra.eventstore.verification import verify_chain
from infra.nats.direct import get_last, get_last_from_leader
from infra.nats.reader import StreamReader
from infra.nats.requests import ask
from tests.infra.eventstore.cluster import Cluster

pytestmark = pytest.mark.cluster

A = UUID(int=20)
OnNode = Callable[..., JetStreamApplicationRecorder]


@pytest.fixture
def on_node(cluster: Cluster) -> Iterator[OnNode]:
    """Each call gives one more recorder of the same history, told of the named node only, or of all."""
    own_streams = {"ES_CONTEXT": "incident", "ES_REPLICAS": "3", "ES_NAMESPACE": f"T{uuid4().hex[:8]}"}
    with ExitStack() as opened:

        def make(name: str | None = None) -> JetStreamApplicationRecorder:
            factory = JetStreamFactory({"NATS_URL": cluster.url(name), **own_streams})
            opened.callback(factory.close)
            return factory.application_recorder()

        yield make


def events(originator_id: UUID, *versions: int, state: bytes = b"{}") -> list[StoredEvent]:
    return [StoredEvent(originator_id, version, "topic", state) for version in versions]


def versions(recorder: JetStreamApplicationRecorder, originator_id: UUID) -> list[int]:
    return [event.originator_version for event in recorder.select_events(originator_id)]


def followers(cluster: Cluster, recorder: JetStreamApplicationRecorder) -> list[str]:
    leader = cluster.leader(recorder.bridge, recorder.stream)
    return [name for name in cluster.nodes if name != leader]


def test_every_node_syncs_before_it_acknowledges_and_holds_a_copy(cluster: Cluster, on_node: OnNode) -> None:
    for node in cluster.nodes.values():
        with urlopen(f"http://{LOOPBACK}:{node.health_port}/jsz") as answer:
            assert json.load(answer)["config"]["sync_always"] is True
    recorder = on_node()
    asked = recorder.bridge.run(ask(recorder.bridge.nc, f"$JS.API.STREAM.INFO.{recorder.stream}"))
    info: dict[str, Any] = json.loads(asked.data)
    copies = {info["cluster"]["leader"], *(replica["name"] for replica in info["cluster"]["replicas"])}
    assert copies == set(cluster.nodes)


def test_of_twenty_saves_at_once_over_all_nodes_exactly_one_wins(cluster: Cluster, on_node: OnNode) -> None:
    recorders = [on_node(name) for name in cluster.nodes]
    recorders[0].insert_events(events(A, 1))

    def save(number: int, after: int) -> bool:
        try:
            recorders[number % 3].insert_events(events(A, *range(after + 1, after + 2 + number % 2)))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(20) as threads:
        for _ in range(8):
            after = _last_version(recorders[0])
            won = list(threads.map(lambda number, after=after: save(number, after), range(20)))
            assert won.count(True) == 1
    last = _last_version(recorders[0])
    _await(lambda: all(verify_chain(recorder, A) == last for recorder in recorders))


def test_a_save_through_one_node_follows_a_save_through_another_at_once(cluster: Cluster, on_node: OnNode) -> None:
    recorders = [on_node(name) for name in cluster.nodes]
    for version in range(1, 91):
        recorders[version % 3].insert_events(events(A, version))
    assert _last_version(recorders[0]) == 90
    _await(lambda: all(verify_chain(recorder, A) == 90 for recorder in recorders))


def test_what_a_replica_lacks_is_read_again_through_the_leader(
    cluster: Cluster, on_node: OnNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = on_node()
    late = on_node(followers(cluster, writer)[0])
    writer.insert_events(events(A, 1))
    _await(lambda: versions(late, A) == [1])
    old = late.bridge.run(get_last(late.bridge.nc, late.stream, f"{late.prefix}.{A}"))

    async def lagging(*_: Any) -> Any:
        return old

    writer.insert_events(events(A, 2))
    monkeypatch.setattr(appending, "get_last", lagging)
    with pytest.raises(IntegrityError):
        late.insert_events(events(A, 2))  # decided on the old history: it must conflict, never overwrite
    late.insert_events(events(A, 3))
    assert _last_version(writer) == 3


@pytest.mark.parametrize("size", [1, 3])
def test_A2_saves_across_a_kill_of_the_leader_are_there_once_or_told_as_unknown(
    cluster: Cluster, on_node: OnNode, size: int
) -> None:
    watcher = on_node()
    writers = [on_node(), on_node()]

    def save(number: int) -> tuple[UUID, int, list[int]]:
        """An aggregate, its version that is acknowledged, and the positions of its acknowledged events."""
        case, version, positions = uuid4(), 0, list[int]()
        while version < 4 * size:
            try:
                saved = events(case, *range(version + 1, version + 1 + size))
                positions += writers[number % 2].insert_events(saved) or []
                version += size
            except OperationalError as unknown:
                assert "unknown" in str(unknown)
                return case, version, positions
            time.sleep(0.01)
        return case, version, positions

    with ThreadPoolExecutor(4) as threads:
        saving = [threads.submit(save, number) for number in range(60)]
        _await(lambda: _done(saving) >= 15)
        killed = cluster.leader(watcher.bridge, watcher.stream)
        cluster.kill(killed)
        assert _done(saving) < len(saving), "it was killed after the saves, not during them"
        _await(lambda: cluster.leader(watcher.bridge, watcher.stream) not in ("", killed))
        cluster.make_whole()
        saved = [future.result(90) for future in saving]
    for name in cluster.nodes:
        reader = on_node(name)
        _await(lambda reader=reader: reader.max_notification_id() == watcher.max_notification_id())  # type: ignore[misc]
        stored = reader.select_notifications(1, 10_000)
        assert len({(event.originator_id, event.originator_version) for event in stored}) == len(stored)
        by_position = {event.id: (event.originator_id, event.originator_version) for event in stored}
        for case, version, positions in saved:
            assert [by_position[position] for position in positions] == [(case, v) for v in range(1, version + 1)]
            assert verify_chain(reader, case) in (version, version + size)


def test_a_save_without_a_majority_is_told_as_unknown_and_can_be_repeated(
    cluster: Cluster, on_node: OnNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = on_node()
    recorder.insert_events(events(A, 1))
    for name in followers(cluster, recorder):
        cluster.kill(name)
    with monkeypatch.context() as impatient:
        impatient.setattr(appending, "TRIES_OF_ONE_SAVE_S", 0.2)
        with pytest.raises(OperationalError, match="unknown"):
            recorder.insert_events(events(A, 2))
    cluster.make_whole()
    _await(lambda: _saved_the_next(recorder))
    last = _last_version(recorder)
    assert last in (2, 3)  # 3 when what had no answer was stored after all
    _await(lambda: versions(recorder, A) == list(range(1, last + 1)))
    assert verify_chain(recorder, A) == last


def test_a_reader_goes_on_when_its_node_is_killed(cluster: Cluster, on_node: OnNode) -> None:
    writer = on_node()
    follower = followers(cluster, writer)[0]
    follow = on_node(follower)
    assert cluster.node_of(follow.bridge) == follower
    reader = StreamReader(follow.bridge, follow.stream, f"{follow.prefix}.>", f"{follow.live_prefix}.>")
    acknowledged = writer.insert_events(events(A, 1, 2))
    seen = [message.sequence for message in reader.read(10)]
    cluster.kill(follower)
    for version in range(3, 23):
        acknowledged = [*(acknowledged or []), *(writer.insert_events(events(A, version)) or [])]
    assert acknowledged is not None
    deadline = time.monotonic() + 30
    while len(seen) < len(acknowledged) and time.monotonic() < deadline:
        seen += [message.sequence for message in reader.read(1, limit=7)]
    assert seen == acknowledged
    assert cluster.node_of(follow.bridge) != follower
    reader.close()


def _saved_the_next(recorder: JetStreamApplicationRecorder) -> bool:
    """Refused while the leader holds a save without an answer that it has not stored yet; then: load, decide again."""
    try:
        recorder.insert_events(events(A, _last_version(recorder) + 1))
    except IntegrityError:
        return False
    return True


def _last_version(recorder: JetStreamApplicationRecorder) -> int:
    subject = f"{recorder.prefix}.{A}"
    last = recorder.bridge.run(get_last_from_leader(recorder.bridge.nc, recorder.stream, subject, 30))
    return to_head(last).version


def _done(futures: list[Future[Any]]) -> int:
    return sum(future.done() for future in futures)


def _await(is_so: Callable[[], bool], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {limit_s:.0f} s"
        time.sleep(0.02)
