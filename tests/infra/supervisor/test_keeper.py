"""A keeper starts its child again when it dies and leaves it alone once it was stopped."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.embedded import EnvironmentTrouble
from infra.embedded.child import Launch
from infra.supervisor.backoff import Backoff
from infra.supervisor.keeper import Keeper, await_answer, keeper_of


class Restarts:
    """Counts, as the supervisor's vitals do."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        self.names.append(name)


def _keeper(home: Path, *argv: str, restarts: Restarts | None = None) -> Keeper:
    async def prepare() -> Launch:
        return Launch("child", argv)

    return Keeper("child", prepare, home, restarts or Restarts(), Backoff(first_s=0.01, most_s=0.02))


async def _until(condition: Callable[[], bool], limit_s: float = 10.0) -> None:
    async with asyncio.timeout(limit_s):
        while not condition():  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.01)


async def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    restarts = Restarts()
    keeper = _keeper(tmp_path, "sleep", "60", restarts=restarts)
    await keeper.start()
    assert keeper.child is not None
    first = keeper.child.pid
    keeper.child.send(signal.SIGKILL)
    await _until(lambda: keeper.child is not None and keeper.child.pid != first)
    assert restarts.names == ["child"]
    await keeper.stop()


async def test_a_child_that_ends_at_once_is_tried_again_and_again(tmp_path: Path) -> None:
    restarts = Restarts()
    keeper = _keeper(tmp_path, "false", restarts=restarts)
    await keeper.start()
    await _until(lambda: len(restarts.names) >= 3)
    await keeper.stop()


async def test_a_stopped_child_is_not_started_again(tmp_path: Path) -> None:
    restarts = Restarts()
    keeper = _keeper(tmp_path, "sleep", "60", restarts=restarts)
    await keeper.start()
    await keeper.stop()
    await keeper.stop()
    await asyncio.sleep(0.1)
    assert keeper.child is not None
    assert keeper.child.exit_code() == -signal.SIGTERM
    assert restarts.names == []
    assert list((tmp_path / "run").glob("*.pid")) == []


async def test_a_server_that_ends_at_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    class Broken:
        name = "broken"

        def launch(self) -> Launch:
            return Launch("broken", ("sh", "-c", "echo the disk is on fire; exit 1"))

        def is_ready(self) -> bool:
            return False

    keeper = keeper_of(Broken(), tmp_path, Restarts())
    await keeper.start()
    with pytest.raises(EnvironmentTrouble, match="broken ended at start: the disk is on fire"):
        await await_answer(Broken(), keeper, 10)
    await keeper.stop()
