"""A person is erased by the running service: the fact, the key, the roles; and every refusal."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Final

import nats.errors
import pytest

from domain.contracts.access import ADMINISTRATOR, Provider, Right, Scope
from domain.contracts.commands import (
    CONTEXT_OF,
    Accepted,
    AssignIncident,
    Command,
    Comment,
    DefineRole,
    ErasePerson,
    GrantRole,
    MarkFalsePositive,
    RecordSignIn,
    Refused,
    RegisterUser,
    Reply,
    decode_reply,
    encode_command,
)
from domain.contracts.events import Commented, MarkedFalsePositive, UserRegistered
from domain.contracts.identifiers import CommandId, IncidentId, RoleId, UserId, local_user_id
from domain.contracts.personal import ERASED
from domain.contracts.subjects import EVENTS, INCIDENT, KEYS, ROLE, USER, command_subject, key_subject
from domain.incident import Acting, OpenIncident
from domain.service.folding import fold_incident
from infra.eventstore.envelope import HASH, TOPIC
from infra.nats.direct import get_last, get_last_from_leader, get_page
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import record_of
from tests.conftest import OwnNats
from tests.domain.samples import opened
from tests.domain.service.test_service import Plant, now

ANNA: Final = local_user_id("anna.kovaleva")
ROOT: Final = local_user_id("root")
BORIS: Final = local_user_id("boris")
LOGINS: Final = {ANNA: "anna.kovaleva", ROOT: "root", BORIS: "boris"}
NAME: Final = "Анна Ковалёва-Забелина"
EMAIL: Final = "kovaleva@zavod.example"
WORDS: Final = "спросите Ковалёву, она видела тень"
PRIVACY: Final = RoleId("privacy")
REVIEWERS: Final = RoleId("reviewers")
ERASE: Final = ErasePerson(ANNA, "заявление 17")


class Scene(Plant):
    """Anna works here; root administers."""

    def ask(self, command: Command, person: UserId | None = ROOT, command_id: str = "") -> Reply:
        by = "operator" if person is None else LOGINS[person]
        self._asked = getattr(self, "_asked", 0) + 1
        id_ = command_id or f"command-{self._asked}"
        data = encode_command(command, command_id=id_, by=by, at=now(), person=person)
        asking = self.admin.nc.request(command_subject(CONTEXT_OF[type(command)]), data, timeout=10)
        return decode_reply(self.admin.run(asking).data)

    def furnish(self) -> None:
        for command in (
            RegisterUser(ROOT, Provider.LOCAL, "root", "Администратор"),
            RegisterUser(ANNA, Provider.LOCAL, "anna.kovaleva", NAME, EMAIL, "+79161234567"),
            DefineRole(ADMINISTRATOR, "Администратор", tuple(Right)),
            GrantRole(ADMINISTRATOR, ROOT),
            RegisterUser(BORIS, Provider.LOCAL, "boris", "Борис"),
            DefineRole(REVIEWERS, "Проверяющие", (Right.CONFIRM_REVIEW, Right.ASSIGN_INCIDENTS)),
            GrantRole(REVIEWERS, ANNA),
            GrantRole(REVIEWERS, BORIS),
            RecordSignIn(ANNA, "10.20.30.40"),
        ):
            assert isinstance(self.ask(command, None), Accepted)

    def refused(self, command: Command, person: UserId | None, code: str) -> None:
        before = self.names_of_all()
        reply = self.ask(command, person)
        assert isinstance(reply, Refused)
        assert reply.code == code
        assert self.names_of_all() == before

    def names_of_all(self) -> list[str]:
        return [m.headers[TOPIC] for m in self.events("es.>")]

    def stored(self) -> bytes:
        return b"".join(p.read_bytes() for p in (self.server.server.home / "nats").rglob("*") if p.is_file())


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats]) -> Iterator[Scene]:
    with closing(Scene(fresh_nats())) as scene:
        scene.furnish()
        yield scene


@pytest.fixture
def incident_id(plant: Scene) -> IncidentId:
    """An incident in review."""
    event = opened(score=0.5)
    folded = fold_incident(OpenIncident(event), Acting("rules"))
    plant.ledgers[INCIDENT].execute(str(event.incident_id), CommandId("open"), "rules", now(), folded)
    return event.incident_id


def test_what_is_personal_never_reaches_the_disk_in_the_open(plant: Scene, incident_id: IncidentId) -> None:
    plant.ask(MarkFalsePositive(incident_id, WORDS), ANNA)
    plant.ask(AssignIncident(incident_id, "anna.kovaleva"), BORIS)
    disk = plant.stored()
    for secret in (NAME, EMAIL, "anna.kovaleva", "+79161234567", "10.20.30.40", WORDS):
        assert secret.encode() not in disk, secret
    assert str(ANNA).encode() in disk, "the test looks into the right folder"


def test_the_service_itself_reads_what_it_sealed(plant: Scene, incident_id: IncidentId) -> None:
    plant.ask(Comment(incident_id, WORDS), ANNA)
    assert plant.ledgers[INCIDENT].history(str(incident_id))[-1].event == Commented("anna.kovaleva", WORDS)
    again = RegisterUser(ANNA, Provider.LOCAL, "anna.kovaleva", NAME, EMAIL, "+79161234567")
    plant.ask(again)
    assert len(plant.ledgers[USER].history(str(ANNA))) == 1, "nothing changed, as it knows"


def test_an_erased_person_leaves_acts_without_words(plant: Scene, incident_id: IncidentId) -> None:
    plant.ask(MarkFalsePositive(incident_id, WORDS), ANNA)
    assert isinstance(plant.ask(ERASE), Accepted)
    marked = plant.ledgers[INCIDENT].history(str(incident_id))[-1]
    assert (marked.by, marked.event) == (ERASED, MarkedFalsePositive(ERASED, ERASED))
    registered = plant.ledgers[USER].history(str(ANNA))[0].event
    assert registered == UserRegistered(ANNA, Provider.LOCAL, ERASED, ERASED, ERASED, ERASED)
    assert plant.names(incident_id)[-1] == "incident.marked_false_positive.v1"


def test_the_key_is_gone_and_is_not_made_again(plant: Scene) -> None:
    wrapped = key_of(plant, ANNA)
    assert wrapped is not None
    assert wrapped.encode() in plant.stored()
    plant.ask(ERASE)
    assert wrapped.encode() not in plant.stored()
    assert key_of(plant, ANNA) is None
    plant.ask(RecordSignIn(ANNA, "10.20.30.41"))
    assert key_of(plant, ANNA) is None
    assert b"10.20.30.41" not in plant.stored()


def test_the_same_command_again_gets_the_same_answer(plant: Scene) -> None:
    first = plant.ask(ERASE, command_id="erase-anna")
    assert plant.ask(ERASE, command_id="erase-anna") == first
    assert plant.names_of_all().count("user.erased.v1") == 1


def test_an_erased_person_holds_no_role(plant: Scene) -> None:
    plant.ask(GrantRole(ADMINISTRATOR, ANNA))
    assert isinstance(plant.ask(ERASE), Accepted)
    assert "role.revoked.v1" in plant.names_of_all()
    plant.refused(ErasePerson(ROOT, "x"), None, "administrators_needed")


def test_whoever_is_not_there_or_is_erased_already_is_not_erased(plant: Scene) -> None:
    plant.refused(ErasePerson(local_user_id("nobody"), "x"), ROOT, "user_unknown")
    plant.ask(ERASE)
    plant.refused(ErasePerson(ANNA, "другой повод"), ROOT, "person_erased")
    again = RegisterUser(ANNA, Provider.LOCAL, "anna.kovaleva", NAME)
    plant.refused(again, ROOT, "person_erased")


def test_nobody_erases_themselves_nor_the_last_administrator(plant: Scene) -> None:
    plant.refused(ErasePerson(ROOT, "x"), ROOT, "own_account")
    plant.refused(ErasePerson(ROOT, "x"), None, "administrators_needed")


@pytest.mark.parametrize(
    ("rights", "scope", "limit"),
    [
        ((Right.MANAGE_ACCESS,), Scope(whole_plant=True), None),
        ((Right.ERASE_PERSONS,), Scope(groups=("gates",)), None),  # type: ignore[arg-type]
        ((Right.ERASE_PERSONS,), Scope(whole_plant=True), Scope(cameras=("yard",))),  # type: ignore[arg-type]
    ],
)
def test_the_right_is_needed_on_the_whole_plant(
    plant: Scene, rights: tuple[Right, ...], scope: Scope, limit: Scope | None
) -> None:
    plant.refused(ERASE, BORIS, "right_missing")
    plant.ask(DefineRole(PRIVACY, "Защита данных", rights, scope))
    plant.ask(GrantRole(PRIVACY, BORIS, limit))
    plant.refused(ERASE, BORIS, "right_missing")
    plant.ask(DefineRole(PRIVACY, "Защита данных", (Right.ERASE_PERSONS,)))
    plant.ask(GrantRole(PRIVACY, BORIS))
    assert isinstance(plant.ask(ERASE, BORIS), Accepted)


def test_whoever_runs_the_machine_needs_no_right(plant: Scene) -> None:
    assert isinstance(plant.ask(ERASE, None), Accepted)


def test_an_erased_person_who_is_still_signed_in_does_nothing_more(plant: Scene, incident_id: IncidentId) -> None:
    plant.ask(ERASE)
    plant.refused(Comment(incident_id, "ещё здесь"), ANNA, "person_erased")


def test_after_a_crash_between_fact_and_key_the_next_start_finishes(
    plant: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as broken:
        broken.setattr(KeyKeeper, "erase", crash)
        with pytest.raises(nats.errors.TimeoutError):
            asked = encode_command(ERASE, command_id="c", by="root", at=now(), person=ROOT)
            plant.admin.run(plant.admin.nc.request(command_subject(USER), asked, timeout=1))
    assert "user.erased.v1" in plant.names_of_all()
    assert key_of(plant, ANNA) is not None
    assert plant.eraser.resume(now()) == []  # this process still holds it back
    with closing(Scene(plant.server)) as restarted:
        assert restarted.eraser.resume(now()) == [ANNA]
        assert restarted.eraser.resume(now()) == []
    assert key_of(plant, ANNA) is None


def key_of(plant: Plant, person: UserId) -> str | None:
    message = plant.admin.run(get_last_from_leader(plant.admin.nc, KEYS, key_subject(person)))
    return record_of(message).wrapped if message else None


def test_the_rest_of_the_history_is_as_it_was(plant: Scene, incident_id: IncidentId) -> None:
    plant.ask(Comment(incident_id, WORDS), ANNA)
    before = plant.events("es.>")
    plant.ask(ERASE)
    after = plant.events("es.>")
    assert [(m.sequence, m.data, m.headers[HASH]) for m in after[: len(before)]] == [
        (m.sequence, m.data, m.headers[HASH]) for m in before
    ]
    assert [m.headers[TOPIC] for m in after[len(before) :]] == ["role.revoked.v1", "user.erased.v1"]


def test_roles_are_told_apart(plant: Scene) -> None:
    """Only the roles that the person holds are touched."""
    plant.ask(DefineRole(PRIVACY, "Защита данных", (Right.ERASE_PERSONS,)))
    plant.ask(GrantRole(PRIVACY, BORIS))
    plant.ask(ERASE)
    assert plant.names_of_all().count("role.revoked.v1") == 1, "the reviewers', which she held"
    assert plant.admin.run(get_last(plant.admin.nc, EVENTS, f"es.{ROLE}.{PRIVACY}")) is not None
    assert plant.admin.run(get_page(plant.admin.nc, EVENTS, 1, 10, f"es.{ROLE}.{PRIVACY}")).messages[-1].headers[
        TOPIC
    ] == ("role.granted.v1")
