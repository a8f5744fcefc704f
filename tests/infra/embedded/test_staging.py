"""Batches staged in memory: the server uses the link, loses it at each start, completes through it what a kill cut."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import nats
import pytest
from nats.aio.client import Client

from infra.embedded.staging import Staging, keep_staged, staged_in_memory
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats

START = Callable[[], OwnNats]
SIZE = 25


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """Stands in for /dev/shm, so that a test sees only its own."""
    folder = tmp_path / "memory"
    folder.mkdir()
    return folder


async def _connected(server: OwnNats) -> Client:
    return await nats.connect(server.url(), allow_reconnect=False)


async def _save(nc: Client, case: str) -> list[int]:
    return await publish_batch(nc, [Outgoing(f"es.incident.{case}", b"%d" % n, {}) for n in range(SIZE)], 5.0)


async def _stored(nc: Client, case: str) -> int:
    info = await nc.jetstream().stream_info("EVENTS", subjects_filter=f"es.incident.{case}")
    return (info.state.subjects or {}).get(f"es.incident.{case}", 0)


async def test_a_batch_goes_through_memory_and_leaves_nothing(fresh_nats: START, memory: Path) -> None:
    server = fresh_nats()
    staging = Staging(server.server.home, memory)
    assert not staging.link(), "there is no stream yet"
    nc = await _connected(server)
    await ensure_streams(nc.jetstream())
    assert staging.link()
    assert staging.link(), "harmless to repeat"
    headers = {"Nats-Batch-Id": "half", "Nats-Batch-Sequence": "1"}
    await nc.request("es.incident.half", b"{}", headers=headers)
    assert len(_staged(memory)) == 1, "the open batch"
    assert await _save(nc, "whole") == list(range(1, SIZE + 1))
    assert len(_staged(memory)) == 1, "only the open one is left"
    await nc.close()
    server.stop()
    staging.unlink()
    assert not _staged(memory, "*")


async def test_a_killed_server_never_keeps_half_a_save(fresh_nats: START, memory: Path) -> None:
    server, rng = fresh_nats(), random.Random(7)
    staging = Staging(server.server.home, memory)
    nc = await _connected(server)
    await ensure_streams(nc.jetstream())
    cases: list[str] = []
    acknowledged: set[str] = set()

    async def saving() -> None:
        while True:
            cases.append(str(uuid4()))
            await _save(nc, cases[-1])
            acknowledged.add(cases[-1])

    for _ in range(6):
        assert staging.link()
        work = asyncio.create_task(saving())
        await asyncio.sleep(rng.uniform(0.05, 0.25))
        await asyncio.to_thread(server.kill)
        work.cancel()
        for outcome in await asyncio.gather(work, return_exceptions=True):
            assert isinstance(outcome, asyncio.CancelledError | NatsAdapterError | nats.errors.Error)
        await nc.close()
        await asyncio.to_thread(server.start)
        nc = await _connected(server)
    for case in cases:
        stored = await _stored(nc, case)
        assert stored in ({SIZE} if case in acknowledged else {0, SIZE})
    assert acknowledged
    await nc.close()


async def test_the_link_is_made_again_after_a_restart(fresh_nats: START) -> None:
    server = fresh_nats()
    with staged_in_memory(server.server.home) as staging:
        nc = await _connected(server)
        await ensure_streams(nc.jetstream())
        await nc.close()
        batches = next(server.server.home.rglob("EVENTS")) / "batches"
        keeping = asyncio.create_task(keep_staged(staging, period_s=0.02))
        await _until(batches.is_symlink)
        server.kill()
        keeping.cancel()
        server.start()
        assert not batches.is_symlink(), "the server removes it"
        keeping = asyncio.create_task(keep_staged(staging, period_s=0.02))
        await _until(batches.is_symlink)
        keeping.cancel()
        folder = batches.resolve()
    assert not folder.exists()


async def test_without_room_in_memory_the_disk_serves(fresh_nats: START, tmp_path: Path) -> None:
    server = fresh_nats()
    nc = await _connected(server)
    await ensure_streams(nc.jetstream())
    assert not Staging(server.server.home, tmp_path / "missing").link()
    assert len(await _save(nc, "whole")) == SIZE
    await nc.close()


def _staged(memory: Path, pattern: str = "*/*") -> list[Path]:
    return list(memory.glob(pattern))


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")
