"""The trial as a whole: a plant at work, kills, then the judge."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts.commands import Accepted
from infra.nats.bridge import Bridge
from tests.domain.scenes import CAMERAS, FPS, messages, recording, rules
from tests.e2e.trial.judging import Judge
from tests.e2e.trial.killing import VICTIMS, Killer, Rebuilds
from tests.e2e.trial.plant import TrialPlant, started
from tests.e2e.trial.traffic import Detections, Moments, People, Witness

PERSONS: Final = ("anna", "boris", "vera")
SPEED: Final = 8.0
"""Seconds of recorded scenes in a second."""

START_S: Final = 1.0
PATIENCE: Final = 6.0
"""So many times the expected length, then a part is taken to be dead for good."""

Judging = Callable[[TrialPlant, Detections, People, Witness], Judge]


@dataclass(frozen=True)
class Result:
    """kills: by victim; findings: what was lost, doubled or wrong; none is what must be."""

    seed: int
    kills: Counter[str]
    rebuilds: tuple[int, int]
    counts: Counter[str]
    findings: list[str]
    killing_s: float
    judging_s: float

    @property
    def counted(self) -> int:
        return sum(self.kills[name] for name in VICTIMS)

    def plain(self) -> dict[str, Any]:
        return {
            "kills": self.counted,
            "killed": dict(sorted(self.kills.items())),
            "rebuilds": {"done": self.rebuilds[0], "broken_off": self.rebuilds[1]},
            "seed": self.seed,
            "seen": dict(self.counts),
            "findings": self.findings,
            "killing_s": round(self.killing_s, 1),
            "judging_s": round(self.judging_s, 1),
        }


def judged(plant: TrialPlant, detections: Detections, people: People, witness: Witness) -> Judge:
    with Bridge(plant.at.nats.url("admin"), name="judge", timeout_s=30) as bridge:
        judge = Judge(plant, bridge)
        judge.judge(detections, people.told, witness)
        return judge


async def trial(home: Path, kills: int, seed: int, pause_s: float, judging: Judging = judged) -> Result:
    """pause_s: between two kills, on average; the seed decides who dies when, the machine how far things had come."""
    rng = random.Random(seed)
    recorded = messages(recording(int(kills * (pause_s + START_S) * SPEED), seed))
    async with started(home, random.Random(seed)) as plant:
        moments, witness = Moments(), Witness()
        detections = Detections(plant.admin, rng, moments)
        people = People(plant.admin, rng, moments, witness)
        rebuilds = Rebuilds(plant, rng, moments)
        killer = Killer(plant, rebuilds, rng, moments)
        await witness.listen(plant.admin)
        await _keep_notes(plant.admin, home / "kept")
        await _set_up_rules(people)
        began, stopping = time.monotonic(), asyncio.Event()
        limit_s = 60 + PATIENCE * kills * (pause_s + START_S)
        async with asyncio.timeout(limit_s), asyncio.TaskGroup() as work:
            work.create_task(detections.publish(recorded, SPEED * FPS * len(CAMERAS), stopping))
            work.create_task(rebuilds.work(2 * pause_s, stopping))
            for name in PERSONS:
                work.create_task(people.work(name, 0.2, stopping))
            await killer.work(kills, pause_s)
            stopping.set()
        killed, judge = time.monotonic(), await asyncio.to_thread(judging, plant, detections, people, witness)
        return Result(
            seed,
            killer.kills,
            (rebuilds.done, rebuilds.broken),
            judge.counts,
            judge.findings,
            killed - began,
            time.monotonic() - killed,
        )


async def _set_up_rules(people: People) -> None:
    for number, command in enumerate(rules()):
        answer = await people.until_answered(command, f"rule-{number}", "trial")
        assert isinstance(answer, Accepted), answer


async def _keep_notes(nc: Client, folder: Path) -> None:
    """As an auditor does who keeps each checkpoint as soon as it is published."""
    await asyncio.to_thread(folder.mkdir)

    async def keep(message: Msg) -> None:
        (folder / f"{time.monotonic_ns()}.note").write_bytes(message.data)

    await nc.subscribe("audit.checkpoint.>", cb=keep)
    await nc.flush()
