"""The launcher, in a small checkout of its own: prepares once, then hands over without any network."""

import os
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.checkout import CHECKOUT

TELLS_ITS_ARGUMENTS = "import sys\nprint('handed over', sys.argv[1:])\n"
FAKE_NODE = "#!/bin/sh\necho v24.0.0\n"
FAKE_NPM = '#!/bin/sh\necho "$@" >> "$NPM_CALLS"\nmkdir -p node_modules dist && touch dist/index.html\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A closed folder with the launcher, an empty lock and a command line that tells its arguments."""
    folder = tmp_path / "clone"
    (folder / "infra" / "cli").mkdir(parents=True)
    folder.chmod(0o700)
    shutil.copy(CHECKOUT / "kaska", folder)
    (folder / "requirements.lock").touch()
    (folder / "infra" / "__init__.py").touch()
    (folder / "infra" / "cli" / "__init__.py").touch()
    (folder / "infra" / "cli" / "__main__.py").write_text(TELLS_ITS_ARGUMENTS, encoding="utf-8")
    return folder


@pytest.fixture
def with_python(checkout: Path) -> Path:
    """The same with an environment that is there already: this test's own interpreter."""
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return checkout


def _start(checkout: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """From another folder, as people do, with a package index that does not exist."""
    surroundings = {**os.environ, "PIP_INDEX_URL": "file:///nowhere", "PIP_NO_INDEX": "1", **env}
    command = [sys.executable, str(checkout / "kaska"), *arguments]
    return subprocess.run(command, cwd="/", env=surroundings, capture_output=True, text=True, timeout=120, check=False)


def test_the_second_start_prepares_nothing_and_is_quick(checkout: Path) -> None:
    first = _start(checkout, "demo", "--json")
    assert first.returncode == 0, first.stderr
    assert first.stdout == "handed over ['demo', '--json']\n"
    assert "Installing packages" in first.stderr
    began = time.monotonic()
    second = _start(checkout, "status")
    assert second.stdout == "handed over ['status']\n"
    assert second.stderr == ""
    assert time.monotonic() - began < 3


def test_a_package_without_a_hash_is_refused_in_one_sentence(with_python: Path) -> None:
    (with_python / "requirements.lock").write_text("no-such-package==1.0\n", encoding="utf-8")
    done = _start(with_python)
    assert done.returncode == 2
    assert "kaska: The packages could not be installed" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_console_is_built_again_only_when_its_sources_change(with_python: Path, tmp_path: Path) -> None:
    programs, calls = tmp_path / "bin", tmp_path / "calls"
    programs.mkdir()
    for name, script in (("node", FAKE_NODE), ("npm", FAKE_NPM)):
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    console = with_python / "gateway" / "console"
    console.mkdir(parents=True)
    (console / "package.json").write_text("{}", encoding="utf-8")
    env = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "NPM_CALLS": str(calls)}

    def built() -> list[str]:
        """The words given to npm since the last look."""
        assert _start(with_python, **env).returncode == 0
        said = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return [line.split()[0] for line in said if line != "--version"]

    assert built() == ["ci", "run"]
    assert built() == []
    (with_python / "gateway" / "schema.graphql").write_text("type Query { a: Int }", encoding="utf-8")
    assert built() == ["run"]
    shutil.rmtree(console / "dist")
    assert built() == ["run"]


def test_an_old_python_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    launcher = runpy.run_path(str(CHECKOUT / "kaska"), run_name="kaska")
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))
    with pytest.raises(SystemExit) as exit_:
        launcher["main"]()
    assert exit_.value.code == 2
    assert capsys.readouterr().err == "kaska: Kaska needs Python 3.11 or newer, this is 3.9.\n"
