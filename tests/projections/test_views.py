"""Views for analysts: complete, documented, without secrets; and there at every moment of a rebuild."""

import re
import threading
import time
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from infra.embedded.postgres import ADMIN, ANALYST, GATEWAY, PROJECTIONS, PostgresServer
from projections import document
from projections.audit import Audit
from projections.catalogue import ALL
from projections.handling import Handling
from projections.incidents import Incidents
from projections.plant import Plant
from projections.rebuilding import rebuild
from projections.statistics import Statistics
from projections.verifying import verify
from projections.views import make_views, views
from tests.conftest import OwnNats
from tests.projections.applying import Connection, apply
from tests.projections.plant_history import history
from tests.projections.test_registers import HISTORY, Scene

FEWEST = 50


class Analyst(threading.Thread):
    """Asks all the time, like a notebook that is left running; keeps every answer and every error."""

    def __init__(self, dsn: str, query: LiteralString) -> None:
        super().__init__()
        self._dsn, self._query, self._stopping = dsn, query, threading.Event()
        self.answers: list[int] = []
        self.errors: list[Exception] = []

    def run(self) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            while not self._stopping.is_set():
                try:
                    row = connection.execute(self._query).fetchone()
                except psycopg.Error as error:
                    self.errors.append(error)
                else:
                    self.answers.append(row[0] if row else 0)
                time.sleep(0.002)

    def stop(self) -> None:
        self._stopping.set()
        self.join()


@pytest.fixture
def scene(fresh_nats: Callable[[], OwnNats], postgres: PostgresServer, connection: Connection) -> Any:
    make_views(connection)
    connection.commit()
    scene = Scene(fresh_nats(), postgres.dsn(PROJECTIONS))
    yield scene
    scene.close()


def test_a_reader_of_a_view_sees_data_at_every_moment_of_a_rebuild(scene: Scene, postgres: PostgresServer) -> None:
    projections = (Incidents(), Handling(), Plant())
    for projection in projections:
        scene.follow(projection)
    readers = [
        Analyst(postgres.dsn(ANALYST), "select count(*) from incidents"),
        Analyst(
            postgres.dsn(ANALYST), "select count(*) from violations v join incident_history h on h.incident_id = v.id"
        ),
        Analyst(postgres.dsn(GATEWAY), "select count(*) from analytics.unprocessed_events"),
    ]
    for reader in readers:
        reader.start()
    for _ in range(4):
        for projection in projections:
            assert rebuild(projection, scene.dsn, scene.bridge, lambda _: None) == len(HISTORY)
    for reader in readers:
        reader.stop()
    assert [reader.errors for reader in readers] == [[], [], []]
    assert all(len(reader.answers) > FEWEST for reader in readers)
    assert [{*reader.answers} - {max(reader.answers)} for reader in readers] == [set(), set(), set()]
    assert min(min(reader.answers) for reader in readers) > 0
    assert verify(Incidents(), scene.dsn, scene.bridge, lambda _: None).same


def test_rights_comments_and_a_strangers_view_outlive_a_rebuild(
    scene: Scene, postgres: PostgresServer, connection: Connection
) -> None:
    scene.follow(Incidents())
    before = document.text(connection)
    connection.execute(
        'create view read_model."of a stranger" as select verdict, sum(comments) n from analytics.incidents group by 1'
    )
    connection.commit()
    rebuild(Incidents(), scene.dsn, scene.bridge, lambda _: None)
    try:
        assert connection.execute('select sum(n) from read_model."of a stranger"').fetchone() is not None
        assert document.text(connection) == before
    finally:
        connection.execute('drop view read_model."of a stranger"')
        connection.commit()
    with psycopg.connect(postgres.dsn(ANALYST)) as analyst:
        assert analyst.execute("select count(*) from incidents").fetchone() == (61,)


def test_views_are_made_once_and_renewed_when_their_text_changes(connection: Connection) -> None:
    make_views(connection)
    made = _identities(connection)
    make_views(connection)
    assert _identities(connection) == made
    connection.execute("comment on schema analytics is 'an older build'")
    make_views(connection)
    assert _identities(connection).keys() == made.keys()
    assert not set(_identities(connection).values()) & set(made.values())


def _identities(connection: Connection) -> dict[str, int]:
    query = "select relname, oid from pg_class where relnamespace = 'analytics'::regnamespace and relkind = 'v'"
    return dict(connection.execute(query).fetchall())


def test_every_column_of_every_view_is_documented(connection: Connection) -> None:
    make_views(connection)
    bare = connection.execute(
        "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid "
        "where c.relnamespace = 'analytics'::regnamespace and c.relkind = 'v' and a.attnum > 0 "
        "and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)"
    ).fetchall()
    assert bare == []
    assert document.FILE.read_text(encoding="utf-8") == document.text(connection), "run python -m projections.document"


def test_every_event_table_is_behind_a_view() -> None:
    told = {table for view in views() for table in re.findall(r"read_model\.(\w+)", view.query)}
    no_view = {"incident_outcome", "face_match"}  # inner figures; who was recognised is not the analyst's (ADR 18)
    assert {table for p in ALL for table in p.tables} - told == no_view


def test_the_analyst_reads_the_views_and_nothing_else(connection: Connection, postgres: PostgresServer) -> None:
    make_views(connection)
    apply(Audit(), history(5), connection, 1000)
    apply(Statistics(), history(5), connection, 1000)
    connection.commit()
    denied = (
        "select * from read_model.incident",
        "select * from read_model.user_account",
        "select * from auth.session",
        "select * from auth.credential",
        "select * from read_model_next.projection",
        "select rolpassword from pg_authid",
        "select pg_read_file('PG_VERSION')",
        "select pg_ls_dir('.')",
        "select lo_create(0)",
        "select pg_try_advisory_lock(1)",
        "select pg_advisory_lock(1)",
        "select pg_terminate_backend((select min(pid) from pg_stat_activity where usename = 'kaska_projections'))",
        "copy (select 1) to program 'true'",
        "create table public.mine (n int)",
        "create table analytics.mine (n int)",
        "create temp table mine (n int)",
        "create schema mine",
        "insert into analytics.daily_statistics (day) values ('2026-03-02')",
        "update analytics.audit set actor = 'nobody'",
        "delete from analytics.audit",
        "drop view analytics.plant",
        "set role kaska_projections",
    )
    with psycopg.connect(postgres.dsn(ANALYST), autocommit=True) as analyst:
        analyst.execute("set default_transaction_read_only = off")
        for statement in denied:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                analyst.execute(statement)
        assert analyst.execute("select count(*) > 60 from audit").fetchone() == (True,)
        for view in views():
            count = sql.SQL("select count(*) from {}").format(sql.Identifier(view.name))
            assert analyst.execute(count).fetchone() is not None
        shown = [analyst.execute(show).fetchone() for show in ("show statement_timeout", "show search_path")]
    assert shown == [("1min",), ("analytics",)]
    with psycopg.connect(postgres.dsn(ADMIN)) as admin:
        limit = admin.execute(
            "select rolconnlimit, rolsuper, rolcreatedb, rolbypassrls from pg_roles where rolname = 'analyst'"
        )
        assert limit.fetchone() == (8, False, False, False)
