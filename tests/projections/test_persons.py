"""Rows about a person who is erased: blanked where they are, the same as after a rebuild, whatever the pages."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.access import ADMINISTRATOR
from domain.contracts.commands import AssignIncident, Comment, GrantRole, MarkFalsePositive
from domain.contracts.identifiers import CommandId, IncidentId
from domain.contracts.personal import ERASED, WITHHELD
from domain.contracts.subjects import INCIDENT
from domain.incident import Acting, OpenIncident
from domain.service.folding import fold_incident
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.eventstore.envelope import TOPIC, VERSION
from infra.nats.bridge import Bridge
from infra.persons.errors import MasterKeyUnusable
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import Keys
from infra.persons.master import make_master_key
from projections.catalogue import ALL
from projections.database import connect
from projections.failures import Answer, answer_to
from projections.follower import Follower, ProjectionMetrics, make_tables
from projections.parking import Parking
from projections.persons import Persons
from projections.projection import Projection
from projections.rebuilding import rebuild
from projections.retrying import retry
from projections.verifying import verify
from tests.conftest import OwnNats
from tests.domain.samples import opened
from tests.domain.service.test_erasing import ANNA, BORIS, EMAIL, ERASE, NAME, WORDS, Scene
from tests.domain.service.test_service import now
from tests.projections.tables import drop_tables

ID = IncidentId(opened().incident_id)
LOGIN = "anna.kovaleva"
OF_BORIS = "угол двора, смотрел сам"
TABLES = ("incident", "incident_history", "incident_handling", "user_account", "role_grant", "audit_entry")


@dataclass
class Models:
    """The read models of a plant, brought forward by hand."""

    plant: Scene
    dsn: str
    bridge: Bridge
    metrics: ProjectionMetrics = field(default_factory=lambda: ProjectionMetrics(CollectorRegistry()))

    def persons(self) -> Persons:
        keys = Keys(self.bridge, self.plant.server.server.home / "secrets" / "persons.key")
        return Persons(self.bridge, keys, Parking(self.bridge).sequences)

    def follow(self, page: int = 1000, persons: bool = True) -> None:
        """Every projection to the end of the history."""
        for projection in ALL:
            with connect(self.dsn, projection.name) as connection:
                park, known = Parking(self.bridge).park, self.persons() if persons else None
                follower = Follower(projection, connection, self.bridge, self.metrics, park, persons=known)
                with closing(follower):
                    while follower.step(0.0, page):
                        pass

    def rows(self, *tables: str) -> str:
        with connect(self.dsn, "test") as connection:
            return "\n".join(
                f"{table} {row}"
                for table in tables or TABLES
                for (row,) in connection.execute(f"select t::text from {table} t order by 1").fetchall()  # noqa: S608
            )

    def different(self) -> list[str]:
        """Projections whose rows a rebuild would not give."""
        return [p.name for p in ALL if not verify(p, self.dsn, self.bridge, silent, self.persons()).same]


def silent(position: int) -> None:
    """Nobody watches."""


@pytest.fixture
def models(fresh_nats: Callable[[], OwnNats], postgres: PostgresServer) -> Iterator[Models]:
    """Anna and Boris work on one incident; Anna administers too."""
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
    with closing(Scene(fresh_nats())) as plant:
        plant.furnish()
        folded = fold_incident(OpenIncident(opened(score=0.5)), Acting("rules"))
        plant.ledgers[INCIDENT].execute(str(ID), CommandId("open"), "rules", now(), folded)
        plant.ask(GrantRole(ADMINISTRATOR, ANNA))
        plant.ask(GrantRole(ADMINISTRATOR, BORIS), ANNA)
        plant.ask(Comment(ID, OF_BORIS), BORIS)
        plant.ask(AssignIncident(ID, LOGIN), BORIS)
        plant.ask(MarkFalsePositive(ID, WORDS), ANNA)
        with closing(Bridge(plant.server.url("projections"), name="projections")) as bridge:
            yield Models(plant, dsn, bridge)


def test_a_reader_with_keys_sees_everything_and_one_without_nothing(models: Models) -> None:
    models.follow()
    for value in (LOGIN, NAME, EMAIL, WORDS, OF_BORIS):
        assert value in models.rows()
    assert models.different() == []
    with connect(models.dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
    models.follow(persons=False)
    assert WITHHELD in models.rows()
    assert all(value not in models.rows() for value in (LOGIN, NAME, EMAIL, WORDS, OF_BORIS))


@pytest.mark.parametrize("page", [1, 2, 7, 1000])
def test_the_rows_of_an_erased_person_are_blanked_whatever_the_pages(models: Models, page: int) -> None:
    models.follow(page)
    models.plant.ask(ERASE)
    models.plant.ask(Comment(ID, "после"), BORIS)
    models.follow(page)
    gone(models)
    assert models.different() == []


def test_a_projection_that_begins_after_the_erasure_has_the_same_rows(models: Models) -> None:
    models.follow()
    models.plant.ask(ERASE)
    models.follow()
    live = models.rows()
    with connect(models.dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
    models.follow(3)
    assert models.rows() == live


def test_history_and_erasure_in_one_page(models: Models) -> None:
    models.plant.ask(ERASE)
    models.plant.ask(Comment(ID, "после"), BORIS)
    models.follow()
    gone(models)
    assert models.different() == []


def test_the_fact_is_enough_while_the_key_is_still_there(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    """As between the two halves of an erasure, or after a crash there."""
    models.follow()
    monkeypatch.setattr(KeyKeeper, "erase", lambda *_: None)
    models.plant.ask(ERASE)
    assert models.persons().keys.cipher(ANNA) is not None
    models.follow()
    gone(models)
    assert models.different() == []


def test_what_others_said_stays(models: Models) -> None:
    models.follow()
    models.plant.ask(ERASE)
    models.follow()
    assert OF_BORIS in models.rows("incident_history")
    assert "false_positive" in models.rows("incident"), "the verdict stays, only whose it was is gone"
    with connect(models.dsn, "test") as connection:
        row = connection.execute("select decided_by, reason from incident").fetchone()
        user = connection.execute("select login, name, email, erased_at from user_account where id = %s", [ANNA])
        *said, erased_at = user.fetchone() or ()
        others = connection.execute("select login from user_account where erased_at is null").fetchall()
    assert row == (ERASED, ERASED)
    assert said == [ERASED, ERASED, ERASED]
    assert erased_at is not None
    assert sorted(others) == [("boris",), ("root",)]


def test_only_aggregates_that_mention_the_person_are_made_again(models: Models) -> None:
    models.follow()
    again: list[tuple[str, str]] = []

    def watched(projection: Any) -> Any:
        class Watched(type(projection)):  # type: ignore[misc]
            def forget(self, context: str, aggregate_id: str, connection: Any) -> None:
                again.append((context, aggregate_id))
                super().forget(context, aggregate_id, connection)

        return Watched()

    models.plant.ask(ERASE)
    incidents: Projection = watched(next(p for p in ALL if p.name == "incidents"))
    with connect(models.dsn, "incidents") as connection:
        follower = Follower(
            incidents, connection, models.bridge, models.metrics, Parking(models.bridge).park, persons=models.persons()
        )
        with closing(follower):
            follower.step(1.0)
    assert again == [("incident", str(ID))]


def test_a_parked_event_stays_parked_and_its_retry_brings_nothing_back(models: Models) -> None:
    models.follow()
    broken = {TOPIC: "incident.commented.v1", VERSION: "9"}
    models.plant.admin.run(models.plant.admin.js.publish(f"es.incident.{ID}", b"{}", headers=broken))
    models.plant.ask(ERASE)
    models.follow()
    gone(models)
    parked = [e for e in Parking(models.bridge).waiting() if e.projection == "incidents"]
    assert len(parked) == 1
    assert models.different() == []
    with pytest.raises(ValueError, match="at, by, command_id"):
        retry(parked[0].sequence, models.dsn, models.bridge, models.persons())
    gone(models)


def test_an_erasure_that_was_parked_is_carried_out_by_its_retry(models: Models) -> None:
    models.follow()
    models.plant.ask(ERASE)
    models.plant.ask(Comment(ID, "после"), BORIS)
    end = models.bridge.run(models.bridge.js.stream_info("EVENTS")).state.last_seq
    [erasure] = [m for m in models.plant.events("es.user.>") if m.headers[TOPIC] == "user.erased.v1"]
    Parking(models.bridge).park("incidents", erasure, ValueError("as if"))
    with connect(models.dsn, "incidents") as connection:
        connection.execute("update projection set position = %s where name = 'incidents'", [erasure.sequence])
        connection.commit()
    models.follow()
    assert WORDS in models.rows("incident_history")
    assert [e.sequence for e in retry(erasure.sequence, models.dsn, models.bridge, models.persons())] == [end - 1]
    assert WORDS not in models.rows("incident_history")
    assert "после" in models.rows("incident_history"), "events after the erasure are in the rows that are made again"
    assert models.different() == []


def test_a_rebuild_after_an_erasure_swaps_in_the_same_rows(models: Models) -> None:
    models.follow()
    models.plant.ask(ERASE)
    models.follow()
    live = models.rows()
    for projection in ALL:
        rebuild(projection, models.dsn, models.bridge, silent, models.persons())
    assert models.rows() == live
    models.plant.ask(Comment(ID, "ещё"), BORIS)
    models.follow()
    assert models.different() == []


def test_another_master_key_stops_a_projection_and_erases_nothing(models: Models) -> None:
    models.follow()
    models.plant.ask(Comment(ID, "позже"), ANNA)
    make_master_key(models.plant.server.server.home / "secrets" / "persons.key")
    with pytest.raises(MasterKeyUnusable) as stopped:
        models.follow()
    assert answer_to(stopped.value) is Answer.STOP
    assert WORDS in models.rows("incident_history")
    assert ERASED not in models.rows()


def gone(models: Models) -> None:
    rows = models.rows()
    assert str(ANNA) in rows, "what the person did is still theirs"
    for value in (LOGIN, NAME, EMAIL, WORDS):
        assert value not in rows, value
