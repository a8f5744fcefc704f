"""The connection to NATS, for asyncio (`connect`) and for threads (`Bridge`: one loop thread, one connection)."""

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from urllib.parse import urlsplit

import nats
import nats.errors
import uvloop
from nats.aio.client import Client
from nats.js import JetStreamContext

from infra.nats.errors import ConnectionClosed, ServerUnreachable
from infra.nats.quick_client import QuickClient

log = logging.getLogger(__name__)

RECONNECT_WAIT_S = 0.1
PING_INTERVAL_S = 10

T = TypeVar("T")
Listener = Callable[[], None]


async def connect(url: str, *, name: str, timeout_s: float = 5.0, on_reconnect: Listener | None = None) -> Client:
    """A client that reconnects for ever.

    url        one or more addresses "nats://user:password@host:port", separated by commas, of the same user
    timeout_s  how long the first connection may take
    Raises     ServerUnreachable when nothing answers within timeout_s or the password is refused
    """
    client = QuickClient()
    reasons: dict[str, None] = {}

    async def on_error(error: Exception) -> None:
        reasons[str(error) or repr(error)] = None
        if client.is_connected:
            log.warning("message server reports an error", extra={"connection": name, "error": repr(error)})

    async def on_disconnected() -> None:
        if not client.is_closed:
            log.warning("message server disconnected", extra={"connection": name})

    async def on_reconnected() -> None:
        log.info("message server connected again", extra={"connection": name})
        if on_reconnect is not None:
            on_reconnect()

    addresses = url.split(",")
    first = urlsplit(addresses[0])
    connecting = client.connect(
        addresses,
        name=name,
        user=first.username,  # also for the cluster's nodes that the client hears of later, which it would
        password=first.password,  # otherwise try without a password
        error_cb=on_error,
        disconnected_cb=on_disconnected,
        reconnected_cb=on_reconnected,
        max_reconnect_attempts=-1,
        reconnect_time_wait=RECONNECT_WAIT_S,  # type: ignore[arg-type]  # annotated int, handed to asyncio.sleep
        ping_interval=PING_INTERVAL_S,
    )
    try:
        await within(connecting, timeout_s)
    except (TimeoutError, OSError, nats.errors.Error) as error:
        await client.close()
        why = "; ".join(reasons) or f"nothing within {timeout_s} s"
        raise ServerUnreachable(f"the message server does not take the connection: {why}") from error
    return client


async def within(coro: Coroutine[Any, Any, T], timeout_s: float) -> T:
    """The coroutine's result. Raises what it raises; TimeoutError.

    The library's `connect` swallows a cancellation that comes while it closes one try before the next, and goes on for
    ever; `asyncio.wait_for` would wait for it. So it is cancelled until it ends.
    """
    task = asyncio.ensure_future(coro)
    try:
        if not (await asyncio.wait({task}, timeout=timeout_s))[0]:
            raise TimeoutError
        return task.result()
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=RECONNECT_WAIT_S)


class Bridge:
    """Lets threads use the asyncio client: `run` hands a coroutine to the loop thread and waits for its result."""

    nc: Client
    js: JetStreamContext

    def __init__(self, url: str, *, name: str, timeout_s: float = 5.0) -> None:
        self.timeout_s = timeout_s
        self._listeners: list[Listener] = []
        self._loop = uvloop.new_event_loop()  # a sixth less time for each append than asyncio's own
        self._open = True
        self._gate = threading.RLock()  # a finaliser may close it in the middle of `submit`
        self._thread = threading.Thread(target=self._serve, name=f"nats-{name}", daemon=True)
        self._thread.start()
        try:
            self.nc = self.run(connect(url, name=name, timeout_s=timeout_s, on_reconnect=self._reconnected))
        except BaseException:
            self._open = False
            self._stop_loop()
            raise
        self.js = self.nc.jetstream(timeout=timeout_s)

    def __enter__(self) -> "Bridge":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, coro: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """The coroutine's result. Raises what it raises; TimeoutError after `timeout` seconds; ConnectionClosed."""
        if threading.current_thread() is self._thread:
            coro.close()
            raise RuntimeError("Bridge.run called on its own loop thread: it would wait for itself")
        future = self.submit(coro)
        try:
            return future.result(timeout)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise
        except concurrent.futures.CancelledError as error:
            raise ConnectionClosed("the connection was closed while waiting for an answer") from error
        except nats.errors.ConnectionClosedError as error:
            raise ConnectionClosed("the connection to the message server is closed for good") from error

    def submit(self, coro: Coroutine[Any, Any, T]) -> "concurrent.futures.Future[T]":
        """Starts the coroutine and does not wait. Raises ConnectionClosed."""
        with self._gate:
            if self._open:
                return asyncio.run_coroutine_threadsafe(coro, self._loop)
        coro.close()
        raise ConnectionClosed("the connection was closed by this process")

    def on_reconnect(self, listener: Listener) -> None:
        """`listener` is called on the loop thread after every reconnection; it must not block."""
        self._listeners.append(listener)

    def forget(self, listener: Listener) -> None:
        self._listeners.remove(listener)

    def close(self) -> None:
        """Flushes and closes; harmless when repeated, also from the loop thread itself (a finaliser may run there).

        Whoever waits in `run` gets ConnectionClosed.
        """
        with self._gate:
            if not self._open:
                return
            self._open = False
        if threading.current_thread() is self._thread:
            closing = self._loop.create_task(self.nc.close())
            closing.add_done_callback(lambda _: self._loop.stop())
            return
        try:
            asyncio.run_coroutine_threadsafe(self.nc.close(), self._loop).result(self.timeout_s)
        except (OSError, RuntimeError, concurrent.futures.CancelledError, nats.errors.Error) as error:
            log.info("closed without a goodbye", extra={"reason": repr(error)})
        finally:
            self._stop_loop()

    def _reconnected(self) -> None:
        for listener in list(self._listeners):
            listener()

    def _serve(self) -> None:
        """The loop thread. What is still under way at its end is cancelled, so that nobody waits for it for ever."""
        self._loop.run_forever()
        self._loop.run_until_complete(_cancel_others())
        self._loop.close()

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(self.timeout_s)


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
