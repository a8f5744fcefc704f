"""A history that is shorter than it was, or changed, is not served: the real process on a real nats-server."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import nats.errors
import pytest
from eventsourcing.persistence import StoredEvent

from domain.contracts.access import Right
from domain.contracts.commands import Accepted, DefineRole, Refused, Reply, decode_reply, encode_command
from domain.contracts.guard import HISTORY_BROKEN, VERDICT_FILE
from domain.contracts.identifiers import RoleId
from domain.contracts.subjects import ROLE, command_subject
from infra.checkout import CHECKOUT
from infra.eventstore.appending import Appender
from infra.guarding import ask_guard, tell_guard
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams, events_config
from tests.conftest import OwnNats
from tests.domain.samples import T0

PATIENCE_S = 30.0


class Scene:
    """A plant's history of commands, and the domain service that takes them."""

    def __init__(self, server: OwnNats, home: Path) -> None:
        self.server, self.home, self._number = server, home, 0
        self.admin = Bridge(server.url("admin"), name="test")
        self.admin.run(ensure_streams(self.admin.js))

    @contextmanager
    def service(self) -> Iterator[None]:
        env = {
            "KASKA_HOME": str(self.home),
            "KASKA_NATS_URL": self.server.url("domain"),
            "KASKA_GUARD_PERIOD_S": "1",
            "PYTHONPATH": str(CHECKOUT),
        }
        with (self.home / "domain.log").open("ab") as log:
            command = [sys.executable, "-m", "domain.service"]
            process = subprocess.Popen(command, env={**os.environ, **env}, cwd=CHECKOUT, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            assert process.wait(30) == 0

    def command(self) -> Reply:
        """A new role, defined as soon as somebody answers."""
        self._number += 1
        role = RoleId(f"role-{self._number}")
        command = DefineRole(role, "Оператор", (Right.CONFIRM_REVIEW,))
        data = encode_command(command, command_id=f"c{self._number}", by="anna", at=T0)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                asking = self.admin.nc.request(command_subject(ROLE), data, timeout=5)
                reply = decode_reply(self.admin.run(asking).data)
            except nats.errors.Error:
                reply = Refused("silence", "")
            again = isinstance(reply, Refused) and reply.code in ("silence", "busy", "outcome_unknown")
            if not again or time.monotonic() > deadline:
                return reply
            time.sleep(0.1)

    def refused(self, sentence: str) -> None:
        """Waits for the refusal that holds this sentence."""
        self._await(lambda reply: isinstance(reply, Refused) and sentence in reply.message)
        reply = self.command()
        assert isinstance(reply, Refused)
        assert reply.code == HISTORY_BROKEN
        verdict = self.admin.run(ask_guard(self.admin.nc))
        assert verdict is not None
        assert any(sentence in finding for finding in verdict.findings)
        assert sentence in (self.home / VERDICT_FILE).read_text(encoding="utf-8")

    def served(self) -> None:
        self._await(lambda reply: isinstance(reply, Accepted))

    def _await(self, wanted: Callable[[Reply], bool]) -> None:
        deadline, reply = time.monotonic() + PATIENCE_S, self.command()
        while not wanted(reply):
            assert time.monotonic() < deadline, reply
            time.sleep(0.2)
            reply = self.command()

    @property
    def store(self) -> Path:
        return self.server.server.home / "nats"

    def copy_store(self) -> Path:
        """Of a server that stands still."""
        return Path(shutil.copytree(self.store, self.home / f"copy-{time.monotonic_ns()}"))

    def restore(self, copy: Path) -> None:
        shutil.rmtree(self.store)
        shutil.copytree(copy, self.store)


@pytest.fixture
def scene(fresh_nats: Callable[[], OwnNats], tmp_path: Path) -> Iterator[Scene]:
    home = tmp_path / "home"
    home.mkdir()
    scene = Scene(fresh_nats(), home)
    with closing(scene.admin):
        yield scene


def test_an_update_of_max_age_that_empties_the_history_stops_the_service(scene: Scene) -> None:
    """Only an administrator can: `deny_delete` does not stop it, and the server says nothing."""
    with scene.service():
        for _ in range(5):
            assert isinstance(scene.command(), Accepted)
        scene.admin.run(scene.admin.js.update_stream(replace(events_config(), max_age=1.0, duplicate_window=1.0)))
        scene.refused("stream EVENTS: duplicate_window is 1000000000")
        while scene.admin.run(scene.admin.js.stream_info("EVENTS")).state.messages:
            time.sleep(0.1)
        scene.admin.run(scene.admin.js.update_stream(events_config()))
        scene.refused("lacks messages")
    with scene.service():
        scene.refused("lacks messages")


@pytest.mark.parametrize("restarted", [False, True], ids=["it runs on", "it starts again"])
def test_a_truncated_block_is_not_served(scene: Scene, restarted: bool) -> None:
    with scene.service():
        for _ in range(20):
            assert isinstance(scene.command(), Accepted)
        time.sleep(1.5)  # the mark follows once a second
        if not restarted:
            _truncate_history(scene)
            scene.refused("ends at")
    if restarted:
        _truncate_history(scene)
        with scene.service():
            scene.refused("ends at")


def _truncate_history(scene: Scene) -> None:
    """As a disk does that loses the end of a file."""
    scene.server.kill()
    folder = scene.store / "jetstream" / "$G" / "streams" / "EVENTS" / "msgs"
    for index in folder.glob("index*"):
        index.unlink()
    block = max(folder.glob("*.blk"), key=lambda path: int(path.stem))
    os.truncate(block, block.stat().st_size * 2 // 3)
    scene.server.start()


def test_an_older_copy_is_not_served_until_the_newest_is_back(scene: Scene) -> None:
    with scene.service():
        assert isinstance(scene.command(), Accepted)
        scene.server.stop()
        older = scene.copy_store()
        scene.server.start()
        for _ in range(5):
            scene.served()
        time.sleep(1.5)
        scene.server.stop()
        newest = scene.copy_store()
        scene.restore(older)
        scene.server.start()
        scene.refused("ends at")
        scene.server.stop()
        scene.restore(newest)
        scene.server.start()
        scene.served()
    assert '"reports":[]' in (scene.home / VERDICT_FILE).read_text(encoding="utf-8")


def test_an_older_copy_that_has_grown_since_is_not_the_same_history(scene: Scene) -> None:
    with scene.service():
        assert isinstance(scene.command(), Accepted)
    scene.server.stop()
    older = scene.copy_store()
    scene.server.start()
    with scene.service():
        for _ in range(3):
            scene.served()
        time.sleep(1.5)
    scene.server.stop()
    scene.restore(older)
    scene.server.start()
    appender = Appender(scene.admin, "EVENTS", "es.role")
    for number in range(10):
        appender.append([StoredEvent(UUID(int=number), 1, "role.defined.v1", b"{}")])
    with scene.service():
        scene.refused("is not the event that was there")


def test_what_another_process_has_found_holds_until_it_takes_it_back(scene: Scene) -> None:
    broken = ("events 1 to 500 of EVENTS are not those that were there before",)
    with scene.service():
        scene.served()
        assert scene.admin.run(tell_guard(scene.admin.nc, "notary", broken))
        scene.refused(broken[0])
    with scene.service():
        scene.refused(broken[0])
        assert scene.admin.run(tell_guard(scene.admin.nc, "notary", ()))
        scene.served()


def test_a_mark_that_cannot_be_read_is_told(scene: Scene) -> None:
    mark = scene.home / "guard" / "high-water.json"
    mark.parent.mkdir()
    mark.write_text("{", encoding="utf-8")
    with scene.service():
        scene.refused("cannot be read")
        mark.unlink()
        scene.served()
