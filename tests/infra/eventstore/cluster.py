"""Three real nats-servers as one cluster on this machine, each of which a test may kill and start again."""

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

from nats.js.api import StreamConfig
from nats.js.errors import APIError

from infra.embedded.child import Child
from infra.embedded.nats import USERS, NatsServer
from infra.embedded.ports import LOOPBACK, any_free_port
from infra.embedded.secrets import passwords
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.requests import ask

SIZE = 3
START_LIMIT_S = 60.0
LOOK_AGAIN_S = 0.1


@dataclass(frozen=True)
class Node(NatsServer):
    """One server of the cluster; `routes` are the addresses at which all of them meet."""

    route_port: int = 0
    health_port: int = 0
    routes: tuple[str, ...] = ()

    def is_healthy(self) -> bool:
        """True when its copies of all streams are up to date."""
        try:
            with urlopen(f"http://{LOOPBACK}:{self.health_port}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def _configuration(self) -> dict[str, Any]:
        meeting = {"name": "kaska", "host": LOOPBACK, "port": self.route_port, "routes": list(self.routes)}
        monitoring = {"http": f"{LOOPBACK}:{self.health_port}"}
        return super()._configuration() | {"server_name": self.name, "cluster": meeting} | monitoring


class Cluster:
    """Its nodes by name; all take the same users. `url()` names them all, `url(name)` one of them."""

    def __init__(self, home: Path) -> None:
        shared = passwords(home, "nats-users", USERS)
        route_ports = [any_free_port() for _ in range(SIZE)]
        routes = tuple(f"nats://{LOOPBACK}:{port}" for port in route_ports)
        self.nodes: Mapping[str, Node] = {
            name: Node(home / name, any_free_port(), True, name, shared, route_port, any_free_port(), routes)
            for name, route_port in zip(("first", "second", "third"), route_ports, strict=True)
        }
        self._running: dict[str, Child] = {}

    def url(self, name: str | None = None) -> str:
        chosen = self.nodes.values() if name is None else [self.nodes[name]]
        return ",".join(node.url("admin") for node in chosen)

    def start(self, name: str) -> None:
        """Starts the node and does not wait for it."""
        self._running[name] = Child(self.nodes[name].launch(), self.nodes[name].home)

    def kill(self, name: str) -> None:
        """As a crash does: SIGKILL."""
        child = self._running.pop(name)
        child.send(signal.SIGKILL)
        child.stop()

    def stop(self) -> None:
        for name in list(self._running):
            self.kill(name)  # nobody reads its data again

    def make_whole(self) -> None:
        """Starts the nodes that were killed and waits until every node has caught up."""
        for name in self.nodes.keys() - self._running.keys():
            self.start(name)
        _wait_until("all nodes are healthy", lambda: all(node.is_healthy() for node in self.nodes.values()))

    def await_leader(self) -> None:
        """Until the nodes have found each other, a stream of three copies is refused."""
        self.make_whole()
        with Bridge(self.url(), name="cluster", timeout_s=30) as bridge:
            _wait_until("a stream of three copies can be created", lambda: bridge.run(_takes_a_stream(bridge)))

    def leader(self, bridge: Bridge, stream: str) -> str:
        """Name of the node that leads the stream."""
        info = json.loads(bridge.run(ask(bridge.nc, f"$JS.API.STREAM.INFO.{stream}", b"", 30)).data)
        return str(info["cluster"].get("leader", ""))

    def node_of(self, bridge: Bridge) -> str:
        """Name of the node to which this connection leads."""
        address = bridge.nc.connected_url
        assert address is not None
        return next(name for name, node in self.nodes.items() if node.port == address.port)


@contextmanager
def three_nodes(home: Path) -> Iterator[Cluster]:
    cluster = Cluster(home)
    try:
        cluster.await_leader()
        yield cluster
    finally:
        cluster.stop()


async def _takes_a_stream(bridge: Bridge) -> bool:
    name = f"PROBE{uuid4().hex[:8]}"
    try:
        await bridge.js.add_stream(StreamConfig(name=name, subjects=[name], num_replicas=SIZE))
        await bridge.js.delete_stream(name)
    except (TimeoutError, APIError, NatsAdapterError):
        return False
    return True


def _wait_until(what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not is_so():
        assert time.monotonic() < deadline, f"not within {START_LIMIT_S:.0f} s: {what}"
        time.sleep(LOOK_AGAIN_S)
