"""The command line: help in two languages, answers for programs, one sentence and exit code 2 on trouble."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra.checkout import CHECKOUT

COMMANDS = (
    *("demo", "test", "up", "status", "stop", "bench", "check", "replay", "what-if", "archive"),
    *("analyst", "analyse", "cameras", "export", "passport"),
)


def kaska(*arguments: str, limit_s: float = 60) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "infra.cli", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=limit_s, check=False)


def test_help_lists_every_command_in_russian_and_english() -> None:
    done = kaska("--help")
    assert done.returncode == 0
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    assert set(COMMANDS) <= lines.keys()
    assert "Запустить демо-предприятие. / Run the demo plant." in done.stdout


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "test"])
def test_every_option_is_explained_in_both_languages(command: str) -> None:
    done = kaska(command, "--help")
    assert done.returncode == 0
    assert " / " in done.stdout


def test_an_empty_home_has_nothing_running(tmp_path: Path) -> None:
    done = kaska("status", "--home", str(tmp_path / "none"), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["running"] is False
    assert kaska("stop", "--home", str(tmp_path / "none")).returncode == 0


@pytest.mark.parametrize("option", ["--port", "--nats-port", "--postgres-port", "--s3-port"])
def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = kaska("up", "--home", str(tmp_path), option, str(port))
    assert done.returncode == 2
    assert f"Port {port} for" in _only_sentence(done.stderr)


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence() -> None:
    done = kaska("up", "--home", "/proc/kaska")
    assert done.returncode == 2
    assert "/proc/kaska cannot be written" in _only_sentence(done.stderr)


def test_a_camera_that_is_neither_address_nor_file_is_told(tmp_path: Path) -> None:
    done = kaska("up", "--home", str(tmp_path), "--camera", "/no/such/film.mp4")
    assert done.returncode == 2
    assert "film.mp4: neither an rtsp:// address nor an existing file" in _only_sentence(done.stderr)


def test_data_of_another_postgres_are_told_and_every_server_is_stopped_again(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("17\n", encoding="ascii")
    done = kaska("up", "--home", str(tmp_path))
    assert done.returncode == 2
    assert "was made by PostgreSQL 17, this build has 18" in _only_sentence(done.stderr)
    assert list((tmp_path / "run").glob("*.pid")) == []


def test_an_unknown_bench_is_told_with_those_there_are() -> None:
    done = kaska("bench", "nothing-of-this-name")
    assert done.returncode == 2
    assert "There is no bench" in _only_sentence(done.stderr)


def _only_sentence(stderr: str) -> str:
    """What was said, without the steps before it; never a traceback."""
    assert "Traceback" not in stderr
    said = [line for line in stderr.splitlines() if line.startswith("kaska: ")]
    assert len(said) == 1, stderr
    return said[0]
