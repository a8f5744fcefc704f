"""`kaska status` tells how full the store is, what the custodian does next, and what needs a person."""

import json
import os
import signal
from pathlib import Path

import pytest

from infra.cli.storage import WRITTEN_BY_CUSTODIAN, read_storage, storage_lines
from infra.embedded import pidfile
from infra.keeping import GIB, Keeping
from tests.infra.cli.test_commands import kaska

TOLD = {
    "media_bytes": 3 * GIB // 2,
    "media_limit": 2 * GIB,
    "free_bytes": 10 * GIB,
    "oldest": "2026-03-02",
    "next_round": "2026-11-22T00:15:00.000000+00:00",
    "alarms": [{"name": "store_full", "why": "only locked evidence is left"}],
}


def tell(home: Path, text: str) -> None:
    (home / "custodian").mkdir()
    (home / WRITTEN_BY_CUSTODIAN).write_text(text, encoding="utf-8")


def test_bytes_budget_oldest_next_round_and_alarms_are_told(tmp_path: Path) -> None:
    tell(tmp_path, json.dumps(TOLD))
    (tmp_path / "run").mkdir()
    pidfile.write(tmp_path / "supervisor.pid", os.getpid(), signal.SIGTERM)
    said = kaska("status", "--home", str(tmp_path)).stdout
    assert "1.50 GiB, предел / limit: 2.00 GiB; свободно / free: 10.00 GiB" in said
    assert "старейшие / oldest: 2026-03-02; следующий обход / next round: 2026-11-2" in said
    assert "ТРЕВОГА / ALARM store_full: only locked evidence is left" in said
    assert json.loads(kaska("status", "--home", str(tmp_path), "--json").stdout)["storage"] == TOLD


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_file_that_is_not_readable_is_no_trouble(tmp_path: Path, text: str) -> None:
    tell(tmp_path, text)
    assert read_storage(tmp_path) is None
    assert storage_lines(None) == []


def test_a_store_without_limits_is_told_too() -> None:
    assert "as the disk allows" in storage_lines({"media_bytes": 0, "media_limit": None})[0]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--detections-days", "0"),
        ("--detections-days", "366"),
        ("--detections-gib", "0"),
        ("--media-days", "3661"),
        ("--media-gib", "-1"),
        ("--archive-days", "x"),
        ("--archive-days", "13"),
    ],
)
@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_wrong_limit_is_refused_before_anything_starts(tmp_path: Path, command: str, option: str, value: str) -> None:
    done = kaska(command, "--home", str(tmp_path / "home"), option, value)
    assert done.returncode == 2
    assert option in done.stderr
    assert not (tmp_path / "home").exists()


def test_the_processes_are_told_what_was_chosen() -> None:
    assert Keeping(3, 2, media_gib=5).environment() == {
        "KASKA_DETECTIONS_DAYS": "3",
        "KASKA_DETECTIONS_GIB": "2",
        "KASKA_MEDIA_MAX_BYTES": str(5 * GIB),
    }
    assert Keeping(archive_days=20, media_days=30).environment()["KASKA_ARCHIVE_DAYS"] == "20"
    assert Keeping(observations_days=90).environment()["KASKA_OBSERVATIONS_DAYS"] == "90"
