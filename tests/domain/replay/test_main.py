"""The command line as a person and a program use it: through `kaska`, on a home that runs."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.contracts.detections import encode
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import EVENTS, detections_subject
from infra.embedded import pidfile
from infra.embedded.s3 import S3Server
from infra.embedded.secrets import passwords
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.streams import last_sequence
from infra.settings import write_secret
from infra.supervisor.home import RunningState, write_state
from tests.conftest import OwnNats
from tests.domain.replay.plant import recorded_plant
from tests.domain.samples import T0, frame, person
from tests.domain.service.test_service import Plant

RULE = "yard-danger-zone"


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats], s3: S3Server) -> Iterator[Plant]:
    """A home whose supervisor is this process."""
    with recorded_plant(fresh_nats(), 30) as plant:
        home = plant.server.server.home
        keys = {"access_key": s3.access_key, "secret_key": s3.secret_key}
        write_secret(home / "secrets" / "s3-keys.json", json.dumps(keys))
        assert passwords(home, "s3-keys", keys) == keys
        pidfile.write(home / "supervisor.pid", os.getpid(), signal.SIGTERM)
        write_state(home, RunningState("", "", plant.server.server.port, 0, s3.port))
        yield plant


def kaska(plant: Plant, *arguments: str, cwd: Path | None = None) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    command = [sys.executable, "-m", "infra.cli", *arguments, "--home", str(plant.server.server.home)]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "COLUMNS": "200"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd, env=environment, check=False)
    return done.returncode, done.stdout, done.stderr


def answer(plant: Plant, *arguments: str, cwd: Path | None = None) -> tuple[int, Any]:
    code, out, err = kaska(plant, *arguments, "--json", cwd=cwd)
    assert out, err
    return code, json.loads(out.splitlines()[-1])


def test_replay_says_that_the_history_repeats(plant: Plant) -> None:
    before = plant.admin.run(last_sequence(plant.admin.nc, EVENTS))
    code, found = answer(plant, "replay")
    assert code == 0
    assert found["identical"] is True
    assert found["before"] == found["after"] == len(plant.opened_incidents())
    assert found["frames"] == 30 * 10 * 3
    assert plant.admin.run(last_sequence(plant.admin.nc, EVENTS)) == before


def test_replay_ends_with_1_and_the_list_when_the_history_does_not_repeat(plant: Plant) -> None:
    """As after detections that somebody slipped in behind the service's back."""
    stray = [replace(frame(40 + i / 10, person(n=77)), camera_id=CameraId("yard")) for i in range(30)]
    messages = [Outgoing(detections_subject(one.camera_id), encode(one), {}) for one in stray]
    plant.admin.run(publish_batch(plant.admin.nc, messages))
    code, found = answer(plant, "replay")
    assert code == 1
    assert [each["rule_id"] for each in found["new"]] == [RULE]
    code, out, _ = kaska(plant, "replay")
    assert code == 1
    assert found["new"][0]["incident_id"] in out


def test_what_if_gives_the_difference(plant: Plant, tmp_path: Path) -> None:
    code, found = answer(plant, "what-if", "--rule", RULE, "--min", "0.05", "--max", "0.1", "--tz", "UTC")
    assert code == 0
    assert found["changed"]
    assert [day["day"] for day in found["days"]] == [T0.date().isoformat()]
    (tmp_path / "zone.json").write_text("[[0.5, 0], [1, 0], [1, 1], [0.5, 1]]", encoding="utf-8")
    _, moved = answer(plant, "what-if", "--rule", RULE, "--zone", "zone.json", cwd=tmp_path)
    assert moved["new"]
    assert moved["gone"]


def test_what_if_as_a_table(plant: Plant) -> None:
    code, out, _ = kaska(plant, "what-if", "--rule", RULE, "--dwell", "7")
    assert code == 0
    assert "исчезло / gone" in out


def test_a_period_limits_the_answer(plant: Plant) -> None:
    middle = (T0 + timedelta(seconds=15)).isoformat()
    _, whole = answer(plant, "replay")
    _, first = answer(plant, "replay", "--to", middle)
    _, second = answer(plant, "replay", "--from", middle)
    assert first["identical"] is second["identical"] is True
    assert first["before"] + second["before"] == whole["before"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("what-if", "--rule", "nowhere"), "there is no rule 'nowhere'"),
        (("what-if", "--rule", RULE, "--min", "2"), "thresholds"),
        (("what-if", "--rule", RULE, "--zone", "/no/such.json"), "is no JSON list"),
        (("replay", "--from", "yesterday"), "--from: 'yesterday' is no ISO 8601 time"),
        (("replay", "--from", "2026-03-02", "--to", "2026-03-01"), "--from is not before --to"),
        (("replay", "--tz", "Mars/Olympus"), "time zone 'Mars/Olympus' is unknown"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_2(plant: Plant, arguments: tuple[str, ...], sentence: str) -> None:
    code, out, err = kaska(plant, *arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


def test_a_home_that_does_not_run_is_one_sentence_and_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.cli", "replay", "--home", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "is not running" in done.stderr


def test_archive_copies_the_days_that_are_over_and_replay_goes_on_as_before(plant: Plant) -> None:
    next_day = replace(frame(86_400), camera_id=CameraId("yard"))
    plant.admin.run(publish_batch(plant.admin.nc, [Outgoing("det.yard", encode(next_day), {})]))
    code, out, err = kaska(plant, "archive", "--json")
    assert (code, json.loads(out)) == (0, [{"day": "2026-03-02", "messages": 900}]), err
    code, found = answer(plant, "replay")
    assert found["messages"] == 901
    assert not found["new"]
