"""Twenty kills at random points, and proof that the judge of the trial sees what must not be. Nightly: 200."""

from pathlib import Path

import psycopg
import pytest

from domain.contracts.commands import Accepted, Comment
from domain.contracts.identifiers import IncidentId
from infra.embedded.postgres import PROJECTIONS
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from tests.e2e.trial.judging import Judge
from tests.e2e.trial.killing import VICTIMS
from tests.e2e.trial.plant import TrialPlant
from tests.e2e.trial.traffic import Detections, People, Told, Witness
from tests.e2e.trial.trial import judged, trial

KILLS = 20
PAUSE_S = 1.2
SEED = 3


@pytest.mark.timeout(290)
async def test_A1_twenty_kills_lose_and_double_nothing_acknowledged(tmp_path: Path) -> None:
    """Each of nats-server, domain and projections about equally often, some in the middle of a batch or a rebuild."""
    home = tmp_path / "home"
    home.mkdir()
    result = await trial(home, KILLS, SEED, PAUSE_S)
    assert result.findings == [], f"seed {result.seed}"
    assert result.counted == KILLS
    assert all(result.kills[name] >= KILLS // len(VICTIMS) - 1 for name in VICTIMS)
    assert result.counts["incidents"] > 50
    assert result.counts["commands accepted"] > 20
    assert result.counts["checkpoints"] > 2


@pytest.mark.timeout(200)
async def test_the_judge_sees_what_is_lost_doubled_or_changed(tmp_path: Path) -> None:
    """What was promised, and then what is there, is made to differ on purpose."""
    home = tmp_path / "home"
    home.mkdir()
    result = await trial(home, kills=1, seed=SEED, pause_s=5.0, judging=_spoiled)
    found = "\n".join(result.findings)
    for finding in (
        "acknowledged as 9999",
        "command nobody-1: answered",
        "sequence 1 was ('es.zone.nowhere', '')",
        "is there 2 times",
        "cannot follow version",
        "is not what a rebuild gives",
    ):
        assert finding in found, f"{finding}: {found}"


def _spoiled(plant: TrialPlant, detections: Detections, people: People, witness: Witness) -> Judge:
    assert judged(plant, detections, people, witness).findings == []
    id_, (_, digest) = next(iter(detections.acknowledged.items()))
    detections.acknowledged[id_] = (9999, digest)
    command = Comment(IncidentId(next(iter(witness.incidents))), "nobody-1")
    people.told.append(Told("nobody-1", command, (Accepted(1),)))
    witness.seen[1] = ("es.zone.nowhere", "")
    with Bridge(plant.at.nats.url("admin"), name="spoiler") as bridge:
        last = bridge.run(get_page(bridge.nc, "EVENTS", 1, 1000, "es.incident.>")).messages[-1]
        headers = {name: value for name, value in last.headers.items() if name.startswith("ES-")}
        bridge.run(bridge.js.publish(last.subject, last.data, headers=headers))
    with psycopg.connect(plant.at.postgres.dsn(PROJECTIONS)) as connection:
        connection.execute("update read_model.incident set score = 0.001")
    return judged(plant, detections, people, witness)
