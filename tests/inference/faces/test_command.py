"""`./kaska faces` and `erase-person` beside a real domain service: from a picture to a face, and to nothing again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from domain.contracts.identifiers import local_user_id
from inference.faces.__main__ import app
from inference.faces.local import FaceModels
from infra.assets import fetch
from infra.cli.erase_person import erase_person
from infra.embedded import pidfile
from infra.embedded.nats import NatsServer
from infra.faces import EnrolledFaces, KnownFace
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from infra.persons.keys import Keys
from infra.persons.settings import MASTER_KEY
from infra.supervisor.home import RunningState, read_state, write_state
from tests.conftest import OwnNats

pytestmark = pytest.mark.assets


@pytest.fixture
def home(fresh_nats: Callable[[], OwnNats]) -> Iterator[Path]:
    """A home in which a message server and the domain service run, as far as commands can see."""
    server = fresh_nats()
    home = server.server.home
    bridge = Bridge(server.url(), name="test-admin")
    bridge.run(ensure_streams(bridge.js))
    bridge.close()
    pidfile.write(home / "supervisor.pid", os.getpid())
    write_state(home, RunningState("http://127.0.0.1:1/", RunningState.now(), server.server.port, 1, 1))
    variables = {"KASKA_HOME": str(home), "KASKA_NATS_URL": server.url("domain"), "KASKA_FRAMES_DIR": str(home)}
    with subprocess.Popen([sys.executable, "-m", "domain.service"], env={**os.environ, **variables}) as child:
        yield home
        child.kill()


def pictures(folder: Path) -> list[Path]:
    """Of the man at the right of zidane.jpg: as he is, and darker."""
    picture = cv2.imread(str(fetch("zidane.jpg")))
    assert picture is not None
    found = []
    for number, light in enumerate((1.0, 0.7)):
        path = folder / f"{number}.png"
        path.write_bytes(cv2.imencode(".png", (picture[0:720, 750:1250] * light).astype(np.uint8))[1].tobytes())
        found.append(path)
    return found


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_worker_is_enrolled_and_erased_with_all_that_is_personal(home: Path, tmp_path: Path) -> None:
    anna = local_user_id("anna")
    run("enrol", *pictures(tmp_path), "--person", "anna", "--name", "Анна Ким", "--home", home)
    [row] = json.loads(run("list", "--json", "--home", home))
    assert (row["person"], row["pictures"]) == (str(anna), 2)
    assert "Анна" not in (home / "faces" / f"{anna}.face").read_text(encoding="utf-8")

    other = CliRunner().invoke(app, ["enrol", str(pictures(tmp_path)[0]), "--person", "boris", "--home", str(home)])
    assert other.exit_code == 1
    assert f"enrolled as {anna} already" in other.output

    run("erase", "--person", "anna", "--home", home)
    assert json.loads(run("list", "--json", "--home", home)) == []
    run("enrol", *pictures(tmp_path), "--person", str(anna), "--home", home)
    erasing = typer.Typer()
    erasing.command()(erase_person)
    erased = CliRunner().invoke(erasing, ["anna", "--reason", "152-ФЗ", "--yes", "--home", str(home)])
    assert erased.exit_code == 0, erased.output
    assert _known(home) == [], "the file is there, and nobody can read it"
    again = CliRunner().invoke(app, ["enrol", str(pictures(tmp_path)[0]), "--person", "anna", "--home", str(home)])
    assert again.exit_code == 1
    assert "person_erased" in again.output


def _known(home: Path) -> list[KnownFace]:
    state = read_state(home)
    assert state is not None
    bridge = Bridge(NatsServer.of(home, state.nats_port).url("faces"), name="test-faces")
    try:
        faces = EnrolledFaces(home)
        assert len(faces.enrolments()) == 1
        return faces.known(Keys(bridge, home / MASTER_KEY), FaceModels().refs)
    finally:
        bridge.close()


def test_without_a_running_plant_nobody_is_enrolled(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["enrol", str(pictures(tmp_path)[0]), "--person", "anna", "--home", str(tmp_path / "none")]
    )
    assert result.exit_code == 2
    assert "not running" in result.output
    assert CliRunner().invoke(app, ["erase", "--person", "anna", "--home", str(tmp_path)]).exit_code == 1
