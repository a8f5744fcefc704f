import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.nats.bridge import Bridge, connect, within
from infra.nats.errors import ConnectionClosed, ServerUnreachable
from tests.conftest import OwnNats


def test_a_thread_gets_the_result_of_a_coroutine(bridge: Bridge) -> None:
    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    assert bridge.run(answer()) == 42


def test_a_server_that_is_not_there_is_one_clear_error() -> None:
    threads = threading.active_count()
    with pytest.raises(ServerUnreachable, match="does not take the connection"):
        Bridge(f"nats://127.0.0.1:{any_free_port()}", name="test", timeout_s=0.3)
    assert threading.active_count() == threads


def test_a_wrong_password_is_refused_and_does_not_show_it(nats_server: NatsServer) -> None:
    url = nats_server.url("admin").replace(nats_server.passwords["admin"], "wrong-password")
    with pytest.raises(ServerUnreachable, match="Authorization Violation") as refused:
        Bridge(url, name="test", timeout_s=1)
    assert "wrong-password" not in str(refused.value)


def test_who_swallows_a_cancellation_is_not_waited_for_without_end() -> None:
    swallowed = []

    async def stubborn() -> None:
        for _ in range(2):
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError as error:
                swallowed.append(error)
        await asyncio.sleep(3600)

    with pytest.raises(TimeoutError):
        asyncio.run(within(stubborn(), 0.05))
    assert len(swallowed) == 2


def test_waiting_has_an_end(bridge: Bridge) -> None:
    with pytest.raises(TimeoutError):
        bridge.run(asyncio.sleep(30), timeout=0.05)


def test_the_loop_thread_cannot_wait_for_itself(bridge: Bridge) -> None:
    async def inside() -> None:
        bridge.run(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="wait for itself"):
        bridge.run(inside())


def test_a_closed_bridge_says_so_and_closing_again_is_harmless(nats_server: NatsServer) -> None:
    bridge = Bridge(nats_server.url("admin"), name="test")
    bridge.close()
    bridge.close()
    with pytest.raises(ConnectionClosed):
        bridge.run(asyncio.sleep(0))


def test_whoever_waits_while_it_closes_is_told(nats_server: NatsServer) -> None:
    bridge = Bridge(nats_server.url("admin"), name="test")
    outcomes: list[BaseException] = []
    waiting = threading.Barrier(5)

    def ask_often() -> None:
        waiting.wait()
        try:
            while True:
                bridge.run(asyncio.sleep(0.001))
        except ConnectionClosed as error:
            outcomes.append(error)

    def wait_long() -> None:
        waiting.wait()
        try:
            bridge.run(asyncio.sleep(300))
        except ConnectionClosed as error:
            outcomes.append(error)

    threads = [threading.Thread(target=work, daemon=True) for work in (ask_often, wait_long) * 2]
    for thread in threads:
        thread.start()
    waiting.wait()
    time.sleep(0.05)
    bridge.close()
    for thread in threads:
        thread.join(5)
    assert len(outcomes) == len(threads)


def test_listeners_hear_of_a_reconnection(fresh_nats: Callable[[], OwnNats]) -> None:
    server = fresh_nats()
    bridge = Bridge(server.url(), name="test")
    heard = threading.Event()
    bridge.on_reconnect(heard.set)
    server.kill()
    server.start()
    assert heard.wait(10)
    bridge.forget(heard.set)
    bridge.close()


async def test_an_asyncio_process_connects_without_a_thread(nats_server: NatsServer) -> None:
    client = await connect(nats_server.url("gateway"), name="test")
    assert client.is_connected
    await client.close()
