"""A nats-server with its streams, and the domain's keeper of keys on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import Keys
from tests.conftest import OwnNats


@dataclass
class KeyRoom:
    """server: its store is on disk, to be looked into."""

    server: OwnNats
    admin: Bridge
    domain: Bridge
    reading: Bridge
    master: Path

    @property
    def store(self) -> Path:
        return self.server.server.home / "nats"

    def keeper(self) -> KeyKeeper:
        """As a domain service that has just started."""
        keeper = KeyKeeper(self.domain, self.master)
        keeper.prepare()
        return keeper

    def reader(self) -> Keys:
        """As the projections."""
        return Keys(self.reading, self.master)

    def stored_anywhere(self, needle: bytes) -> list[Path]:
        """Files of the message server that hold the bytes."""
        return [path for path in self.store.rglob("*") if path.is_file() and needle in path.read_bytes()]


@pytest.fixture
def room(fresh_nats: Callable[[], OwnNats], tmp_path: Path) -> Iterator[KeyRoom]:
    server = fresh_nats()
    admin, domain, reading = (Bridge(server.url(u), name=f"test-{u}") for u in ("admin", "domain", "projections"))
    admin.run(ensure_streams(admin.js))
    yield KeyRoom(server, admin, domain, reading, tmp_path / "secrets" / "persons.key")
    for bridge in (admin, domain, reading):
        bridge.close()
