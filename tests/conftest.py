"""Real servers for tests: started lazily, once per run, on free ports, in temporary folders; they end by themselves.

`nats_server.url(user)`, `postgres.dsn(role)`, `s3.endpoint` with its keys, and `fresh_nats()` for one's own server.
"""

import faulthandler
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.embedded.child import Child, await_ready, serving
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import PostgresServer
from infra.embedded.s3 import S3Server, port_with_grpc

BUCKET = "kaska"
LAST_THREAD_LIMIT_S = 60.0


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A thread that never ends would keep a finished run from ending: then its stack is shown, and the run ends.

    One of several processes side by side is ended by the one that collects their results.
    """
    if hasattr(session.config, "workerinput"):
        return

    def end() -> None:
        faulthandler.dump_traceback(all_threads=True)
        os._exit(int(exitstatus))

    last = threading.Timer(LAST_THREAD_LIMIT_S, end)
    last.daemon = True
    last.start()


class OwnNats:
    """A nats-server that belongs to one test, which may kill it and start it again on its data."""

    def __init__(self, server: NatsServer) -> None:
        self.server = server
        self.child: Child | None = None

    def url(self, user: str = "admin") -> str:
        return self.server.url(user)

    def start(self) -> None:
        self.child = Child(self.server.launch(), self.server.home)
        await_ready(self.server, self.child, 30)

    def kill(self) -> None:
        """As a crash does: SIGKILL."""
        if self.child is not None:
            self.child.send(signal.SIGKILL)
            self.child.stop()

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop()


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    server = NatsServer.of(tmp_path_factory.mktemp("nats"), any_free_port())
    with serving(server, server.home):
        yield server


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    server = PostgresServer.of(tmp_path_factory.mktemp("postgres"), any_free_port())
    with serving(server, server.home):
        server.ensure_database()
        yield server


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server.of(tmp_path_factory.mktemp("s3"), port_with_grpc())
    with serving(server, server.home):
        server.ensure_bucket(BUCKET)
        yield server


@pytest.fixture
def fresh_nats(tmp_path: Path) -> Iterator[Callable[[], OwnNats]]:
    """Call it for a running nats-server with empty data; each call gives another one."""
    with ExitStack() as running:

        def start() -> OwnNats:
            home = tmp_path / f"nats-{any_free_port()}"
            own = OwnNats(NatsServer.of(home, any_free_port()))
            own.start()
            running.callback(own.stop)
            return own

        yield start
