"""nats-server is killed while it stores saves of two events: of each save both are there afterwards, or none."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import PersistenceError, StoredEvent

from infra.embedded.staging import staged_in_memory
from infra.eventstore.appending import Appender
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import check_streams, ensure_streams
from tests.conftest import OwnNats

KILLS = 12
SAVERS = 4


class Saver(threading.Thread):
    """Saves new aggregates of two events, one after the other."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url, self.stopping = url, threading.Event()
        self.acknowledged: set[UUID] = set()

    def run(self) -> None:
        with Bridge(self._url, name="saver") as bridge:
            appender = Appender(bridge, "EVENTS", "es.incident")
            while not self.stopping.is_set():
                aggregate = uuid4()
                events = [StoredEvent(aggregate, n, "incident.commented.v1", b"x" * 300) for n in (1, 2)]
                try:
                    appender.append(events)
                except (PersistenceError, NatsAdapterError):
                    continue
                self.acknowledged.add(aggregate)


@pytest.mark.parametrize("in_memory", [False, True], ids=["staged on disk", "staged in memory"])
def test_a_killed_server_keeps_no_half_of_a_save(fresh_nats: Callable[[], OwnNats], in_memory: bool) -> None:
    server, rng = fresh_nats(), random.Random(5)
    with ExitStack() as stack:
        staging = stack.enter_context(staged_in_memory(server.server.home))
        admin = stack.enter_context(Bridge(server.url("admin"), name="test", timeout_s=30))
        admin.run(ensure_streams(admin.js))
        savers = [Saver(server.url("domain")) for _ in range(SAVERS)]
        for saver in savers:
            saver.start()
        for _ in range(KILLS):
            if in_memory:
                staging.link()
            time.sleep(rng.uniform(0.05, 0.5))
            server.kill()
            server.start()
        for saver in savers:
            saver.stopping.set()
        for saver in savers:
            saver.join()
        sizes = _sizes(admin)
        assert set(sizes.values()) == {2}
        assert all(sizes.get(f"es.incident.{aggregate}") == 2 for saver in savers for aggregate in saver.acknowledged)
        assert sum(len(saver.acknowledged) for saver in savers) > KILLS
        assert admin.run(check_streams(admin.js)) == []


def _sizes(admin: Bridge) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for subject in _subjects(admin):
        sizes[subject] = sizes.get(subject, 0) + 1
    return sizes


def _subjects(admin: Bridge) -> Iterator[str]:
    at = 1
    while True:
        page = admin.run(get_page(admin.nc, "EVENTS", at, 1000, "es.>"))
        yield from (message.subject for message in page.messages)
        if not page.pending or not page.messages:
            return
        at = page.messages[-1].sequence + 1
