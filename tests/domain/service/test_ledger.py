"""The ledger on `eventsourcing.postgres`: the same class, told by the process's environment alone."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import sql

from domain.contracts.events import Event, ViolationRecognised
from domain.contracts.identifiers import CommandId
from domain.contracts.subjects import CAMERA, INCIDENT
from domain.service.ledger import Ledger, open_ledger
from infra.embedded.postgres import ADMIN, PostgresServer
from infra.nats.bridge import Bridge
from tests.domain.samples import T0, opened

OPENED = opened()
CASE = str(OPENED.incident_id)


@pytest.fixture
def settings(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> None:
    schema, dsn = f"events_{uuid4().hex[:8]}", urlsplit(postgres.dsn(ADMIN))
    with psycopg.connect(postgres.dsn(ADMIN)) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    for name, value in {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "CREATE_TABLE": "yes",
        "POSTGRES_DBNAME": dsn.path.removeprefix("/"),
        "POSTGRES_HOST": str(dsn.hostname),
        "POSTGRES_PORT": str(dsn.port),
        "POSTGRES_USER": str(dsn.username),
        "POSTGRES_PASSWORD": str(dsn.password),
        "POSTGRES_SCHEMA": schema,
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def ledger(settings: None) -> Iterator[Ledger]:
    with closing(open_ledger(INCIDENT, "nats://not-used:1")) as ledger:
        yield ledger


def open_it(history: Sequence[Event]) -> list[Any]:
    return [] if history else [OPENED, ViolationRecognised(OPENED.score)]


def execute(ledger: Ledger, command: str, case: str = CASE) -> int | None:
    return ledger.execute(case, CommandId(command), "rules", T0 + timedelta(seconds=2), open_it)


def test_a_case_is_appended_and_read_back_in_another_process(ledger: Ledger) -> None:
    assert isinstance(ledger.recorder, PostgresApplicationRecorder)
    assert execute(ledger, "c1") == 2
    with closing(open_ledger(INCIDENT, "nats://not-used:1")) as again:
        assert [envelope.event for envelope in again.history(CASE)] == open_it([])
        assert {envelope.command_id for envelope in again.history(CASE)} == {"c1"}


def test_a_command_that_was_answered_appends_nothing(ledger: Ledger) -> None:
    assert execute(ledger, "c1") == 2
    assert execute(ledger, "c1") is None
    assert execute(ledger, "c2") is None
    assert ledger.recorder.max_notification_id() == 2


def test_of_eight_commands_at_once_one_appends(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as threads:
        positions = list(threads.map(lambda number: execute(ledger, f"c{number}"), range(8)))
    assert len([position for position in positions if position is not None]) == 1
    assert len(ledger.history(CASE)) == 2


def test_contexts_have_histories_of_their_own(ledger: Ledger) -> None:
    execute(ledger, "c1")
    with closing(open_ledger(CAMERA, "nats://not-used:1")) as cameras:
        assert cameras.history(CASE) == []
        assert cameras.recorder.max_notification_id() is None


def test_a_shared_connection_to_nats_does_not_overrule_the_setting(settings: None) -> None:
    unused = Bridge.__new__(Bridge)
    with closing(open_ledger(INCIDENT, "nats://not-used:1", unused)) as ledger:
        assert isinstance(ledger.recorder, PostgresApplicationRecorder)
