"""`kaska analyst` and `kaska export` against the database of a running home."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import psycopg
import pytest

from infra.embedded import pidfile
from infra.embedded.postgres import ANALYST, PROJECTIONS, PostgresServer
from infra.supervisor.home import RunningState, write_state
from projections.database import connect
from projections.follower import make_tables
from projections.plant_settings import note_plant
from projections.views import make_views
from tests.infra.cli.test_commands import kaska


@pytest.fixture
def home(postgres: PostgresServer) -> Iterator[Path]:
    """The home of the tests' database, as a supervisor leaves it while it runs: here this process is it."""
    with connect(postgres.dsn(PROJECTIONS), "test") as connection:
        make_tables(connection)
        note_plant(connection, "АО «Завод»", "Asia/Vladivostok")
        make_views(connection)
    pidfile.write(postgres.home / "supervisor.pid", os.getpid())
    write_state(postgres.home, RunningState("http://127.0.0.1:1/", RunningState.now(), 1, postgres.port, 1))
    yield postgres.home
    (postgres.home / "state.json").unlink()
    (postgres.home / "supervisor.pid").unlink()


def test_an_analyst_is_told_the_way_and_the_password_only_when_asked(home: Path, postgres: PostgresServer) -> None:
    secret = postgres.passwords[ANALYST]
    told = kaska("analyst", "--home", str(home))
    assert told.returncode == 0
    assert f"psql -h 127.0.0.1 -p {postgres.port} -U analyst kaska" in told.stdout
    assert secret not in told.stdout + told.stderr
    answer = json.loads(kaska("analyst", "--home", str(home), "--json").stdout)
    assert "password" not in answer
    passfile = Path(answer.pop("passfile"))
    assert passfile.stat().st_mode & 0o777 == 0o600
    connection = {"host": answer["host"], "port": answer["port"], "dbname": answer["database"], "user": answer["role"]}
    with psycopg.connect(**connection, passfile=str(passfile)) as analyst:
        assert analyst.execute("select enterprise, tz from plant").fetchone() == ("АО «Завод»", "Asia/Vladivostok")
    assert secret in kaska("analyst", "--home", str(home), "--password").stdout


def test_export_writes_a_view(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "plant.parquet"
    done = kaska("export", "plant", "--home", str(home), "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"view": "plant", "rows": 1, "file": str(out)}
    assert pl.read_parquet(out).rows() == [("АО «Завод»", "Asia/Vladivostok")]
    done = kaska("export", "plant", "--home", str(home), "--out", str(tmp_path / "plant"), "--csv")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "plant.csv").read_text(encoding="utf-8") == "enterprise,tz\nАО «Завод»,Asia/Vladivostok\n"


def test_what_is_wrong_is_one_sentence_and_exit_code_2(home: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "x.parquet")
    for arguments, words in (
        (("analyst", "--home", str(tmp_path)), "Kaska is not running"),
        (("export", "plant", "--home", str(tmp_path), "--out", out), "Kaska is not running"),
        (("export", "secrets", "--home", str(home), "--out", out), "There is no view 'secrets'; there are: attendance"),
        (("export", "plant", "--home", str(home), "--out", "/nowhere/x.parquet"), "/nowhere"),
    ):
        done = kaska(*arguments)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
