"""`kaska audit` hands over to the notary's commands; a copied history needs no running Kaska."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.checkout import CHECKOUT
from tests.domain.proof.logs import KEY, events, history, written

Done = subprocess.CompletedProcess[str]


def audit(home: Path, *arguments: str) -> Done:
    command = [sys.executable, "-m", "infra.cli", "audit", *arguments, "--home", str(home)]
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(command, cwd=home, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_a_copy_is_verified_by_a_relative_name_without_a_running_kaska(tmp_path: Path) -> None:
    data = written(history(events(30), (10, 30)))
    (tmp_path / "history.kaska").write_bytes(data)
    (tmp_path / "notary.pub").write_text(f"{KEY}\n")
    done = audit(tmp_path, "verify", "--file", "history.kaska", "--key", "notary.pub")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The history is untouched" in done.stdout
    (tmp_path / "history.kaska").write_bytes(data[:-1] + b"x")
    done = audit(tmp_path, "verify", "--file", "history.kaska", "--key", "notary.pub", "--json")
    assert done.returncode == 1
    assert '"holds": false' in done.stdout


@pytest.mark.parametrize("arguments", [("copy", "file"), ("capsule", "x", "--out", "file")])
def test_without_a_running_kaska_there_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = audit(tmp_path, *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("kaska: ")
