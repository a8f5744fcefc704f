"""Who holds a camera: never two at once, whatever the nodes believe of each other."""

from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest
from nats.aio.client import Client

from infra.dispatch.leases import LeaseTable, Terms, holder_of, leases_config
from infra.dispatch.rendezvous import owner
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from infra.nats.streams import ensure_stream
from tests.conftest import OwnNats

TERMS = Terms(beat_s=1.0, lease_s=8.0, margin_s=2.0)
CAMERAS = [f"camera-{number}" for number in range(300)]


def test_cameras_are_spread_evenly_and_few_of_them_move() -> None:
    nodes = ("a", "b", "c", "d")
    before = {camera: owner(camera, nodes) for camera in CAMERAS}
    assert all(55 <= count <= 95 for count in Counter(before.values()).values())
    after = {camera: owner(camera, nodes[:3]) for camera in CAMERAS}
    assert all(after[camera] == node for camera, node in before.items() if node != "d")
    assert owner("gate", ()) is None


class Time:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class TwoNodes:
    def __init__(self, a: Client, b: Client) -> None:
        self.time = Time()
        self.connections = {"a": a, "b": b}
        self.a, self.b = self.started("a"), self.started("b")

    def started(self, node: str) -> LeaseTable:
        return LeaseTable(self.connections[node], node, TERMS, self.time)


@pytest.fixture
async def nodes(fresh_nats: Callable[[], OwnNats]) -> AsyncIterator[TwoNodes]:
    """Both with the rights of a node."""
    server: NatsServer = fresh_nats().server
    admin = await connect(server.url("admin"), name="test")
    await ensure_stream(admin.jetstream(), leases_config())
    connections = [await connect(server.url("node"), name=name) for name in ("a", "b")]
    yield TwoNodes(*connections)
    for each in (*connections, admin):
        await each.close()


@pytest.mark.asyncio
async def test_a_camera_goes_to_the_first_and_the_gateway_can_ask_who_it_is(nodes: TwoNodes) -> None:
    for table in (nodes.a, nodes.b):
        await table.beat()
    await nodes.a.look()
    await nodes.b.look()
    assert nodes.a.live_nodes() == {"a", "b"}
    assert nodes.a.is_free("gate")
    assert await nodes.a.take("gate")
    assert not await nodes.b.take("gate"), "b has not looked since: its condition fails"
    await nodes.b.look()
    assert not nodes.b.is_free("gate")
    holder = await holder_of(nodes.connections["b"], "gate")
    assert holder is not None
    assert holder.node == "a"
    assert await holder_of(nodes.connections["b"], "other") is None


@pytest.mark.asyncio
async def test_the_holder_stops_before_another_may_begin(nodes: TwoNodes) -> None:
    await nodes.a.look()
    assert await nodes.a.take("gate")
    await nodes.b.look()
    nodes.time.now += TERMS.lease_s - TERMS.margin_s - 0.1
    assert nodes.a.lapsed() == []
    nodes.time.now += 0.2
    assert nodes.a.lapsed() == ["gate"]
    await nodes.b.look()
    assert not nodes.b.is_free("gate")
    nodes.time.now += 2 * TERMS.margin_s + 0.2
    assert nodes.b.is_free("gate")
    assert await nodes.b.take("gate")
    assert not await nodes.a.renew("gate")
    assert nodes.a.held == frozenset()


@pytest.mark.asyncio
async def test_what_is_renewed_is_never_free(nodes: TwoNodes) -> None:
    await nodes.a.take("gate")
    for _ in range(12):
        nodes.time.now += 2.5
        assert await nodes.a.renew("gate")
        await nodes.b.look()
        assert not nodes.b.is_free("gate")
        assert nodes.a.lapsed() == []


@pytest.mark.asyncio
async def test_a_camera_that_is_given_back_is_free_at_once(nodes: TwoNodes) -> None:
    await nodes.a.take("gate")
    await nodes.a.release("gate")
    await nodes.b.look()
    assert nodes.b.is_free("gate")
    assert await nodes.b.take("gate")


@pytest.mark.asyncio
async def test_a_node_that_was_started_again_under_its_name_is_another(nodes: TwoNodes) -> None:
    """Its children from before may still live: it waits as everybody does."""
    await nodes.a.take("gate")
    again = nodes.started("a")
    await again.look()
    assert not again.is_free("gate")
    nodes.time.now += TERMS.expired_s + 0.1
    assert again.is_free("gate")
    assert await again.take("gate")


@pytest.mark.asyncio
async def test_an_answer_that_was_lost_costs_no_camera(nodes: TwoNodes) -> None:
    await nodes.a.take("gate")
    nodes.time.now += 3
    nodes.a._held["gate"].revision -= 1  # as if the answer to the last write had not come
    assert await nodes.a.renew("gate")
    nodes.time.now += 3
    assert await nodes.a.renew("gate")


@pytest.mark.asyncio
async def test_a_node_that_is_silent_is_dead_after_a_lease_and_not_before(nodes: TwoNodes) -> None:
    await nodes.b.beat()
    await nodes.a.look()
    nodes.time.now += TERMS.expired_s - 0.1
    await nodes.a.look()
    assert nodes.a.live_nodes() == {"a", "b"}
    nodes.time.now += 0.2
    await nodes.a.look()
    assert nodes.a.live_nodes() == {"a"}
