"""The embedded PostgreSQL: passwords, rights of the two roles, root's closed folders, what a crash leaves."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from infra.embedded import EnvironmentTrouble
from infra.embedded.child import Child, await_ready, serving
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import ADMIN, GATEWAY, PROJECTIONS, PostgresServer


def test_the_gateway_reads_what_projections_write_and_changes_nothing(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn(PROJECTIONS), autocommit=True) as writer:
        writer.execute("DROP TABLE IF EXISTS probe")
        writer.execute("CREATE TABLE probe (n int)")
        writer.execute("INSERT INTO probe VALUES (7)")
    with psycopg.connect(postgres.dsn(GATEWAY), autocommit=True) as reader:
        assert reader.execute("SELECT n FROM read_model.probe").fetchall() == [(7,)]
        for denied in ("UPDATE read_model.probe SET n = 8", "DROP TABLE read_model.probe", "CREATE TABLE public.x ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(denied)
    with psycopg.connect(postgres.dsn(PROJECTIONS), autocommit=True) as writer:
        writer.execute("DROP TABLE probe")


def test_projections_see_nothing_of_the_accounts(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn(GATEWAY), autocommit=True) as gateway:
        gateway.execute("CREATE TABLE IF NOT EXISTS auth.probe (n int)")
    with psycopg.connect(postgres.dsn(PROJECTIONS)) as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
        other.execute("SELECT * FROM auth.probe")
    with psycopg.connect(postgres.dsn(GATEWAY), autocommit=True) as gateway:
        gateway.execute("DROP TABLE auth.probe")


def test_a_wrong_password_is_refused(postgres: PostgresServer) -> None:
    wrong = postgres.dsn(GATEWAY).replace(postgres.passwords[GATEWAY], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


def test_pages_carry_checksums_and_commits_are_flushed(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.dsn(ADMIN)) as connection:
        shown = [
            connection.execute(f"SHOW {name}").fetchone() for name in ("data_checksums", "fsync", "max_connections")
        ]
    assert shown == [("on",), ("on",), ("300",)]


def test_making_the_database_twice_is_harmless(postgres: PostgresServer) -> None:
    postgres.ensure_database()


def test_it_runs_in_a_folder_that_only_its_owner_may_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = PostgresServer.of(closed / "home", any_free_port(), durable=False)
    (closed / "home").mkdir(exist_ok=True, mode=0o700)
    with serving(server, server.home) as child:
        owner = Path(f"/proc/{child.pid}").stat().st_uid
        assert owner != 0 or os.geteuid() != 0
        server.ensure_database()


def test_rows_outlive_a_kill_and_the_lock_file_that_it_leaves(tmp_path: Path) -> None:
    server = PostgresServer.of(tmp_path, any_free_port())
    child = Child(server.launch(), tmp_path)
    await_ready(server, child, 60)
    server.ensure_database()
    with psycopg.connect(server.dsn(PROJECTIONS), autocommit=True) as writer:
        writer.execute("CREATE TABLE kept (n int)")
    child.send(signal.SIGKILL)
    child.stop()
    lock = tmp_path / "postgres" / "postmaster.pid"
    lock.write_text(lock.read_text(encoding="utf-8").replace(str(child.pid), str(os.getpid()), 1), encoding="utf-8")
    with serving(server, tmp_path), psycopg.connect(server.dsn(GATEWAY)) as reader:
        assert reader.execute("SELECT count(*) FROM read_model.kept").fetchone() == (0,)


def test_a_folder_of_another_version_is_refused_in_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("17\n", encoding="ascii")
    with pytest.raises(EnvironmentTrouble, match="was made by PostgreSQL 17, this build has 18"):
        PostgresServer.of(tmp_path, any_free_port()).launch()
