"""After an upgrade the administrators' role gets the rights that are new, once; other roles are people's business."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from domain.contracts.access import ADMINISTRATOR, WHOLE_PLANT, Right
from domain.contracts.commands import DefineRole, GrantRole, RoleCommand
from domain.contracts.events import Envelope, RoleDefined, RoleGranted
from domain.contracts.identifiers import CommandId, RoleId, UserId
from domain.contracts.subjects import ROLE
from domain.role import Absent, State, decide, evolve
from domain.service.administrators import give_new_rights
from domain.service.folding import fold
from domain.service.ledger import Ledger, open_ledger
from tests.conftest import OwnNats
from tests.domain.facts import ANNA
from tests.domain.samples import T0
from tests.domain.service.test_guard import Scene

LATER: Final = T0 + timedelta(days=30)
OLD: Final = (Right.MANAGE_ACCESS, Right.VIEW_INCIDENTS)
"""What an earlier build knew."""

NEW: Final = tuple(right for right in Right if right not in OLD)
OPERATORS: Final = RoleId("operators")


class Roles:
    """A plant's roles, kept in memory."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self._commands = ledger, 0

    def order(self, command: RoleCommand, by: str = "gateway", person: UserId | None = None) -> None:
        self._commands += 1
        new: State = Absent()
        folded = fold(new, evolve, lambda state: decide(command, state))
        self.ledger.execute(command.role_id, CommandId(f"c{self._commands}"), by, T0, folded, person=person)

    def history(self, role: RoleId = ADMINISTRATOR) -> list[Envelope]:
        return self.ledger.history(role)

    def give(self) -> tuple[Right, ...]:
        return give_new_rights(self.ledger, LATER)


@pytest.fixture
def roles(monkeypatch: pytest.MonkeyPatch) -> Iterator[Roles]:
    monkeypatch.setenv("PERSISTENCE_MODULE", "eventsourcing.popo")
    with closing(open_ledger(ROLE, "")) as ledger:
        yield Roles(ledger)


@pytest.fixture
def grown(roles: Roles) -> Callable[[tuple[Right, ...]], Roles]:
    """An installation whose administrators were made by a build with these rights."""

    def made(rights: tuple[Right, ...]) -> Roles:
        roles.order(DefineRole(ADMINISTRATOR, "Администратор", rights))
        roles.order(GrantRole(ADMINISTRATOR, ANNA))
        return roles

    return made


def test_rights_that_are_new_are_given_by_the_system_and_the_history_says_so(
    grown: Callable[[tuple[Right, ...]], Roles], caplog: pytest.LogCaptureFixture
) -> None:
    roles = grown(OLD)
    assert roles.give() == NEW
    *before, given = roles.history()
    assert [each.event for each in before] == [
        RoleDefined(ADMINISTRATOR, "Администратор", OLD, WHOLE_PLANT),
        RoleGranted(ADMINISTRATOR, ANNA, None),
    ]
    assert (given.by, given.at) == ("domain", LATER)
    assert given.event == RoleDefined(ADMINISTRATOR, "Администратор", (*OLD, *NEW), WHOLE_PLANT)
    [told] = [record for record in caplog.records if "new in this build" in record.message]
    assert Right.VIEW_FACES.value in getattr(told, "rights", ())


def test_at_the_next_start_nothing_is_given(grown: Callable[[tuple[Right, ...]], Roles]) -> None:
    roles = grown(OLD)
    roles.give()
    before = roles.history()
    assert roles.give() == ()
    assert roles.history() == before


def test_what_a_person_took_away_is_not_given_again(grown: Callable[[tuple[Right, ...]], Roles]) -> None:
    roles = grown(tuple(right for right in Right if right is not Right.RECORD_VIDEO))
    kept = tuple(right for right in Right if right not in {Right.VIEW_FACES, Right.RECORD_VIDEO})
    roles.order(DefineRole(ADMINISTRATOR, "Начальники", kept), by="anna", person=ANNA)
    assert roles.give() == (Right.RECORD_VIDEO,)
    given = roles.history()[-1].event
    assert given == RoleDefined(ADMINISTRATOR, "Начальники", (*kept, Right.RECORD_VIDEO), WHOLE_PLANT)
    assert roles.give() == ()


def test_roles_that_people_made_stay_as_they_are(roles: Roles) -> None:
    roles.order(DefineRole(ADMINISTRATOR, "Свои", OLD), by="anna", person=ANNA)
    roles.order(DefineRole(OPERATORS, "Операторы", (Right.VIEW_INCIDENTS,)))
    assert roles.give() == ()
    assert [len(roles.history(each)) for each in (ADMINISTRATOR, OPERATORS)] == [1, 1]


def test_a_plant_without_administrators_yet_is_left_to_its_first_start(roles: Roles) -> None:
    assert roles.give() == ()
    assert roles.history() == []


def test_the_service_gives_them_at_its_start(fresh_nats: Callable[[], OwnNats], tmp_path: Path) -> None:
    server = fresh_nats()
    scene = Scene(server, tmp_path)
    with closing(open_ledger(ROLE, server.url("domain"))) as ledger:
        Roles(ledger).order(DefineRole(ADMINISTRATOR, "Администратор", OLD))
        with scene.service():
            scene.served()
        with scene.service():
            scene.served()
        assert [(each.by, each.event) for each in ledger.history(ADMINISTRATOR)[1:]] == [
            ("domain", RoleDefined(ADMINISTRATOR, "Администратор", (*OLD, *NEW), WHOLE_PLANT))
        ]
    scene.admin.close()
