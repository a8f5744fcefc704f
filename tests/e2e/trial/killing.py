"""Who kills what, when: at random, or just when something is on its way; also in the middle of a rebuild."""

import asyncio
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from infra.checkout import CHECKOUT
from projections.catalogue import ALL
from tests.e2e.trial.plant import TrialPlant
from tests.e2e.trial.traffic import Moments

VICTIMS: Final = ("nats", "domain", "projections")
"""Those that the goal counts."""

BESIDES: Final = ("notary", "postgres", "rebuild")
"""Killed now and then in addition."""

BESIDES_SHARE: Final = 0.2
AT_A_MOMENT_SHARE: Final = 0.6
SOON_S: Final = 0.03
"""So long after a batch or a command was sent it may be staged, stored, or on its way back."""


@dataclass
class Rebuilds:
    """Rebuilds of projections, one after the other, for as long as the trial lasts."""

    plant: TrialPlant
    rng: random.Random
    moments: Moments
    done: int = 0
    broken: int = 0
    _process: asyncio.subprocess.Process | None = None

    async def work(self, pause_s: float, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await asyncio.sleep(pause_s * self.rng.uniform(0.5, 1.5))
            await self._rebuild(self.rng.choice(ALL).name)

    def kill(self) -> bool:
        """False when none is under way."""
        if self._process is None:
            return False
        self._process.kill()
        return True

    async def _rebuild(self, name: str) -> None:
        with (self.plant.at.home / "logs" / "rebuild.log").open("ab") as log:
            command = (sys.executable, "-m", "projections.admin", "rebuild", name)
            environment = self.plant.rebuild_environment()
            self._process = await asyncio.create_subprocess_exec(
                *command, env=environment, cwd=CHECKOUT, stdout=log, stderr=log
            )
        self.moments.now()
        try:
            code = await self._process.wait()
        finally:
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()
            self._process = None
        self.done, self.broken = self.done + (code == 0), self.broken + (code != 0)


@dataclass
class Killer:
    """kills: how often each was killed while it ran"""

    plant: TrialPlant
    rebuilds: Rebuilds
    rng: random.Random
    moments: Moments
    kills: Counter[str] = field(default_factory=Counter)

    async def work(self, kills: int, pause_s: float) -> None:
        """Ends when `kills` of VICTIMS were killed, each about equally often."""
        waiting: list[str] = []
        while sum(self.kills[name] for name in VICTIMS) < kills:
            await asyncio.sleep(pause_s * self.rng.uniform(0.2, 1.8))
            if self.rng.random() < AT_A_MOMENT_SHARE:
                await self.moments.next(1.0)
                await asyncio.sleep(self.rng.uniform(0.0, SOON_S))
            if not waiting:
                waiting = self.rng.sample(VICTIMS, len(VICTIMS))
            if self._kill(waiting[-1]):
                waiting.pop()
            if self.rng.random() < BESIDES_SHARE:
                self._kill(self.rng.choice(BESIDES))

    def _kill(self, name: str) -> bool:
        """False when there is nothing to kill: it is starting again already."""
        if name == "rebuild":
            done = self.rebuilds.kill()
        else:
            done = self.plant.lives(name)
            if done:
                self.plant.kill(name)
        self.kills[name] += done
        return done
