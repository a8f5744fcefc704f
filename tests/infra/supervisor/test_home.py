"""A home is used by one supervisor only, and an unusable one is told in one sentence."""

import os
import shutil
import subprocess
from collections import namedtuple
from pathlib import Path

import pytest

from infra.embedded import EnvironmentTrouble, pidfile
from infra.supervisor.home import (
    RunningState,
    check_usable,
    children,
    claimed,
    frames_folder,
    read_state,
    supervisor,
    write_state,
)
from infra.supervisor.logfiles import rotate

Usage = namedtuple("Usage", ["total", "used", "free"])
STATE = RunningState("http://127.0.0.1:8080/", "2026-01-01T00:00:00+00:00", 1, 2, 3)


def test_a_claimed_home_tells_who_runs_in_it(tmp_path: Path) -> None:
    with claimed(tmp_path):
        write_state(tmp_path, STATE)
        found = supervisor(tmp_path)
        assert found is not None
        assert found.pid == os.getpid()
        assert read_state(tmp_path) == STATE
    assert supervisor(tmp_path) is None
    assert read_state(tmp_path) is None


def test_a_second_supervisor_is_refused(tmp_path: Path) -> None:
    with claimed(tmp_path), pytest.raises(EnvironmentTrouble, match=r"is running in .* already"), claimed(tmp_path):
        pass


def test_what_a_killed_supervisor_left_behind_does_not_count(tmp_path: Path) -> None:
    with claimed(tmp_path):
        write_state(tmp_path, STATE)
        left = (tmp_path / "state.json").read_text(encoding="utf-8")
    (tmp_path / "state.json").write_text(left, encoding="utf-8")
    with claimed(tmp_path):
        assert read_state(tmp_path) is None


def test_orphans_are_ended_before_anything_starts(tmp_path: Path) -> None:
    orphan = subprocess.Popen(["sleep", "60"], start_new_session=True)
    pidfile.write(tmp_path / "run" / "domain.pid", orphan.pid)
    assert children(tmp_path) == {"domain": orphan.pid}
    with claimed(tmp_path):
        assert orphan.wait(5) != 0
        assert children(tmp_path) == {}


def test_a_folder_that_cannot_be_made_is_told() -> None:
    with pytest.raises(EnvironmentTrouble, match=r"/proc/kaska cannot be written .* choose another folder with --home"):
        check_usable(Path("/proc/kaska"))


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9 - 7 * 2**20, 7 * 2**20))
    with pytest.raises(EnvironmentTrouble, match="7 MB are free, Kaska needs at least 300 MB"):
        check_usable(tmp_path)


@pytest.mark.parametrize("free_mb", [64, 4096])
def test_frames_go_to_the_disk_where_shared_memory_is_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_mb: int
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(0, 0, free_mb * 2**20))
    with frames_folder(tmp_path) as folder:
        assert folder.is_dir()
        assert folder.is_relative_to(tmp_path) == (free_mb == 64)
    assert not folder.exists()


def test_a_large_log_starts_again_and_its_past_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "domain.log"
    with path.open("ab") as writer:
        writer.write(b"x" * 200)
        writer.flush()
        rotate(tmp_path, largest_bytes=100)
        writer.write(b"goes on")
    assert path.read_bytes() == b"goes on"
    assert (tmp_path / "domain.log.1").read_bytes() == b"x" * 200
