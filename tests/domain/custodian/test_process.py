"""`python -m domain.custodian` as the supervisor starts it: with its own keys, and no more rights than it needs."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import nats.errors
import pytest
from minio import Minio
from minio.error import S3Error

from infra import objects
from infra.embedded.s3 import S3Server
from tests.conftest import BUCKET
from tests.domain.custodian.plant import DAY, CustodianPlant

ROOT = Path(__file__).parents[3]


@pytest.fixture
def process(plant: CustodianPlant) -> Iterator["Callable[..., subprocess.Popen[str]]"]:
    """Starts one with a short patience."""
    started: list[subprocess.Popen[str]] = []

    def start(**changes: str) -> "subprocess.Popen[str]":
        keys = plant.s3.custodian_keys()
        environment = {
            "KASKA_HOME": str(plant.home),
            "KASKA_NATS_URL": plant.server.url("custodian"),
            "KASKA_S3_ENDPOINT": plant.s3.endpoint,
            "KASKA_S3_ACCESS_KEY": keys["access_key"],
            "KASKA_S3_SECRET_KEY": keys["secret_key"],
            "KASKA_S3_BUCKET": BUCKET,
            "KASKA_WATCH_S": "0.2",
            "KASKA_RETRY_S": "0.2",
        }
        command = [sys.executable, "-m", "domain.custodian"]
        env = os.environ | environment | changes
        started.append(subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate(timeout=30)


def until(true: Callable[[], bool], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def test_it_catches_up_at_its_start_and_ends_in_order(
    plant: CustodianPlant, process: "Callable[..., subprocess.Popen[str]]"
) -> None:
    plant.bucket = BUCKET
    plant.clock.now = datetime.now(UTC) - 400 * DAY
    old = plant.incident(int(time.time() * 1000))
    plant.clock.now = datetime.now(UTC)
    fresh = plant.incident(int(time.time() * 1000))
    running = process()
    until(lambda: plant.kept(old) == {"detections"})
    status = plant.home / "custodian" / "status.json"
    until(lambda: status.exists() and json.loads(status.read_bytes())["archive_done"] is not None)
    until(lambda: json.loads(status.read_bytes())["media_objects"] > 0)
    assert json.loads(status.read_bytes())["alarms"] == []
    assert plant.kept(fresh) == {"photo", "clip", "detections"}
    running.send_signal(signal.SIGTERM)
    assert running.wait(10) == 0


def test_killed_at_any_moment_it_never_deletes_what_no_event_gave_up(
    plant: CustodianPlant, process: "Callable[..., subprocess.Popen[str]]"
) -> None:
    plant.clock.now = datetime.now(UTC) - 400 * DAY
    incidents = [plant.incident(n) for n in range(40)]
    plant.clock.now = datetime.now(UTC)
    keys = {
        "KASKA_S3_BUCKET": plant.bucket,
        "KASKA_S3_ACCESS_KEY": plant.s3.access_key,
        "KASKA_S3_SECRET_KEY": plant.s3.secret_key,
    }

    def given_up() -> int:
        return sum(len(plant.expiries(each)) for each in incidents)

    for some in (5, 25, 45):
        running = process(**keys)
        until(lambda least=some: given_up() >= least)  # type: ignore[misc]
        running.kill()
        running.wait(10)
        for each in incidents:
            lacking = {"photo", "clip"} - plant.kept(each)
            expired = {kind for kind in ("photo", "clip") for event in plant.expiries(each) if f'"{kind}"' in event}
            assert lacking <= expired
    process(**keys)
    until(lambda: all(plant.kept(each) == {"detections"} for each in incidents))
    assert [len(plant.expiries(each)) for each in incidents] == [2] * len(incidents)


def test_a_wrong_setting_is_told_and_nothing_runs(process: "Callable[..., subprocess.Popen[str]]") -> None:
    running = process(KASKA_MEDIA_DAYS="0")
    assert running.wait(30) == 2
    assert running.stderr is not None
    assert "media_days" in running.stderr.read()


def test_its_nats_user_reads_and_asks_and_nothing_else(plant: CustodianPlant) -> None:
    for subject in ("es.incident.x", "det.yard", "cmd.camera", "cmd.user", "$JS.API.STREAM.PURGE.DETECTIONS"):
        with pytest.raises((nats.errors.Error, TimeoutError)):
            plant.bridge.run(plant.bridge.nc.request(subject, b"{}", timeout=0.4))


def test_its_store_keys_delete_evidence_and_the_archive_and_nothing_else(s3: S3Server, store: Minio) -> None:
    keys = s3.custodian_keys()
    own = objects.connect(s3.endpoint, keys["access_key"], keys["secret_key"], attempts=1)
    for key in ("models/custodian-test", "incidents/2020/01/01/x/photo.jpg", "detections/custodian-test"):
        store.put_object(BUCKET, key, io.BytesIO(b"x"), 1)
    own.remove_object(BUCKET, "incidents/2020/01/01/x/photo.jpg")
    own.remove_object(BUCKET, "detections/custodian-test")
    with pytest.raises(S3Error, match="Access Denied"):
        own.remove_object(BUCKET, "models/custodian-test")
    with pytest.raises(S3Error, match="Access Denied"):
        own.remove_bucket(BUCKET)
    objects.ensure_bucket(store, "kaska-audit-of-a-test")
    with pytest.raises(S3Error, match="Access Denied"):
        list(own.list_objects("kaska-audit-of-a-test"))
