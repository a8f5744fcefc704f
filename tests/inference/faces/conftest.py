"""A message server with keys of two persons, and the faces module's connection to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.contracts.identifiers import user_id
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import Keys
from infra.persons.settings import MASTER_KEY
from tests.conftest import OwnNats

ANNA, BORIS = user_id("local", "anna"), user_id("local", "boris")


@dataclass
class FacePlant:
    """home: of the installation; bridge: of the user `faces`, who may read keys and make none."""

    server: OwnNats
    home: Path
    admin: Bridge
    bridge: Bridge
    keeper: KeyKeeper

    def keys(self) -> Keys:
        """As a process that has just started: it remembers nothing."""
        return Keys(self.bridge, self.home / MASTER_KEY)


@pytest.fixture
def face_plant(fresh_nats: Callable[[], OwnNats], tmp_path: Path) -> Iterator[FacePlant]:
    server = fresh_nats()
    admin, domain, faces = (Bridge(server.url(u), name=f"test-{u}") for u in ("admin", "domain", "faces"))
    admin.run(ensure_streams(admin.js))
    keeper = KeyKeeper(domain, tmp_path / MASTER_KEY)
    keeper.prepare()
    for person in (ANNA, BORIS):
        keeper.cipher_to_seal(person)
    yield FacePlant(server, tmp_path, admin, faces, keeper)
    for bridge in (admin, domain, faces):
        bridge.close()
