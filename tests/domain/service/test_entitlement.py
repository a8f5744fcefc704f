"""The service itself checks the rights of the person behind a command: a gateway that forgot to ask changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from domain.contracts.access import ADMINISTRATOR, WHOLE_PLANT, Provider, Right, Scope
from domain.contracts.commands import (
    CONTEXT_OF,
    NAMES,
    Accepted,
    AttachEvidence,
    Command,
    Comment,
    ConfirmViolation,
    DefineRole,
    DisableUser,
    DrawZone,
    EnableUser,
    GrantRole,
    LockEvidence,
    MoveCameraToGroup,
    PermitObject,
    PublishRule,
    RecordSignIn,
    Refused,
    RegisterCamera,
    RegisterUser,
    RenewReference,
    RetireCamera,
    RetireRole,
    RetireRule,
    RetireZone,
    RevokeRole,
    SetRetention,
    StartRecording,
    decode_reply,
    encode_command,
)
from domain.contracts.commands.machines import TeachMachine
from domain.contracts.identifiers import CameraId, CommandId, RoleId, UserId, ZoneId, local_user_id, teaching_id
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import INCIDENT, command_subject
from domain.incident import Acting, OpenIncident
from domain.service.folding import fold_incident
from domain.service.needed import EVERYWHERE, OF_PROCESSES, ON_ITS_CAMERA, WITHOUT_RIGHT
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from tests.conftest import OwnNats
from tests.domain.facts import GATES, SHA, SHOP
from tests.domain.recordings import ID as RECORDED
from tests.domain.samples import YARD, opened
from tests.domain.scenes import rules
from tests.domain.service.test_erasing import ANNA, BORIS, ERASE, LOGINS, REVIEWERS, Scene
from tests.domain.service.test_service import now

FOREMEN: Final = RoleId("foremen")
CLARA: Final = local_user_id("clara")
LOGINS[CLARA] = "clara"
GATE: Final = CameraId("gate")
[DRAW, PUBLISH] = [next(c for c in rules() if isinstance(c, kind)) for kind in (DrawZone, PublishRule)]
assert isinstance(DRAW, DrawZone)
assert isinstance(PUBLISH, PublishRule)
THERE: Final = opened(score=0.5)
PHOTO: Final = AttachEvidence(
    THERE.incident_id, EvidenceKind.PHOTO, "k", SHA, 1, "image/jpeg", THERE.first_seen, THERE.last_seen
)
ANNA_AGAIN: Final = RegisterUser(ANNA, Provider.LOCAL, "anna.kovaleva", "Анна")
PERMIT: Final = PermitObject(DRAW.zone_id, (0.1, 0.1, 0.2, 0.2), now() + timedelta(days=3))

WHOLE: Final[list[tuple[Command, Right]]] = [
    (RegisterCamera(GATE, "Ворота", "rtsp://10.6.6.6/x"), Right.CONFIGURE_CAMERAS),
    (RetireCamera(YARD), Right.CONFIGURE_CAMERAS),
    (MoveCameraToGroup(YARD, GATES, SHOP), Right.CONFIGURE_CAMERAS),
    (DefineRole(RoleId("mine"), "Моя", tuple(Right)), Right.MANAGE_ACCESS),
    (GrantRole(ADMINISTRATOR, BORIS), Right.MANAGE_ACCESS),
    (RevokeRole(ADMINISTRATOR, ANNA), Right.MANAGE_ACCESS),
    (RetireRole(RoleId("unused")), Right.MANAGE_ACCESS),
    (DisableUser(ANNA, "уволена"), Right.MANAGE_ACCESS),
    (ERASE, Right.ERASE_PERSONS),
]
OF_YARD: Final[list[tuple[Command, Right]]] = [
    (replace(DRAW, name="Иначе"), Right.CONFIGURE_CAMERAS),
    (PERMIT, Right.PERMIT_OBJECTS),
    (RenewReference(DRAW.zone_id), Right.PUBLISH_RULES),
    (TeachMachine(DRAW.zone_id, teaching_id(DRAW.zone_id, "click")), Right.CONFIGURE_CAMERAS),
    (replace(PUBLISH, name="Иначе"), Right.PUBLISH_RULES),
    (SetRetention(YARD, 5), Right.SET_RETENTION),
    (StartRecording(RECORDED, YARD, 60, "разгрузка"), Right.RECORD_VIDEO),
    (ConfirmViolation(THERE.incident_id), Right.CONFIRM_REVIEW),
    (LockEvidence(THERE.incident_id, "суд"), Right.LOCK_EVIDENCE),
    (RetireRule(PUBLISH.rule_id), Right.PUBLISH_RULES),
    (RetireZone(DRAW.zone_id), Right.CONFIGURE_CAMERAS),
]


def named(pair: tuple[Command, Right]) -> str:
    return type(pair[0]).__name__


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A plant with a zone, a rule and an incident on the yard, where Boris is to have some right."""
    own = OwnNats(NatsServer.of(tmp_path_factory.mktemp("nats"), any_free_port()))
    own.start()
    with closing(Scene(own)) as plant:
        plant.furnish()
        there: list[Command] = [
            RegisterCamera(YARD, "Двор", "rtsp://10.0.0.5/yard"),
            MoveCameraToGroup(YARD, GATES, SHOP),
            DRAW,
            PUBLISH,
            DefineRole(RoleId("unused"), "Ничья", (Right.VIEW_SYSTEM,)),
            GrantRole(ADMINISTRATOR, ANNA),
            RevokeRole(REVIEWERS, BORIS),
        ]
        for command in there:
            assert isinstance(plant.ask(command, None), Accepted)
        folded = fold_incident(OpenIncident(THERE), Acting("rules"))
        plant.ledgers[INCIDENT].execute(str(THERE.incident_id), CommandId("open"), "rules", now(), folded)
        yield plant
    own.stop()


Gives = Callable[..., None]


@pytest.fixture
def gives(scene: Scene) -> Gives:
    """Boris is a foreman with just these rights."""

    def give(*rights: Right, scope: Scope = WHOLE_PLANT, limit: Scope | None = None) -> None:
        scene.ask(DefineRole(FOREMEN, "Мастера", rights, scope), None)
        scene.ask(GrantRole(FOREMEN, BORIS, limit), None)

    return give


def code_of(scene: Scene, command: Command, person: UserId | None = BORIS) -> str:
    reply = scene.ask(command, person)
    return "accepted" if isinstance(reply, Accepted) else reply.code


def others(right: Right) -> tuple[Right, ...]:
    return tuple(each for each in Right if each is not right)


def test_for_every_command_it_is_said_what_it_needs() -> None:
    said = [*EVERYWHERE, *ON_ITS_CAMERA, *OF_PROCESSES, *WITHOUT_RIGHT]
    assert sorted(each.__name__ for each in said) == sorted(each.__name__ for each in NAMES.values())


@pytest.mark.parametrize("pair", [*WHOLE, *OF_YARD], ids=named)
def test_without_the_right_nothing_happens_whatever_else_one_may_do(
    scene: Scene, gives: Gives, pair: tuple[Command, Right]
) -> None:
    command, right = pair
    gives(*others(right))
    scene.refused(command, BORIS, "right_missing")


@pytest.mark.parametrize("pair", WHOLE, ids=named)
def test_a_right_in_a_part_of_the_plant_is_too_little_for_what_concerns_all(
    scene: Scene, gives: Gives, pair: tuple[Command, Right]
) -> None:
    command, right = pair
    gives(right, scope=Scope(cameras=(YARD, GATE)))
    scene.refused(command, BORIS, "right_missing")
    gives(right, limit=Scope(groups=(GATES,)))
    scene.refused(command, BORIS, "right_missing")


@pytest.mark.parametrize("pair", OF_YARD, ids=named)
def test_a_right_on_a_camera_is_enough_for_what_lies_on_it_and_for_nothing_else(
    scene: Scene, gives: Gives, pair: tuple[Command, Right]
) -> None:
    command, right = pair
    gives(right, scope=Scope(cameras=(GATE,)))
    scene.refused(command, BORIS, "right_missing")
    gives(right, scope=Scope(groups=(GATES,)))  # the yard's group
    assert code_of(scene, command) == "accepted"


def test_nobody_takes_a_zone_or_a_rule_from_anothers_camera(scene: Scene, gives: Gives) -> None:
    """The camera that it lies on counts as well as the one that the command names."""
    for command, right in (
        (replace(DRAW, camera_id=GATE), Right.CONFIGURE_CAMERAS),
        (replace(PUBLISH, camera_id=GATE, zone_id=ZoneId("gate-zone")), Right.PUBLISH_RULES),
    ):
        gives(right, scope=Scope(cameras=(GATE,)))
        scene.refused(command, BORIS, "right_missing")
        gives(right, scope=Scope(cameras=(YARD,)))
        scene.refused(command, BORIS, "right_missing")
    new = replace(DRAW, zone_id=ZoneId("gate-zone"), camera_id=GATE)
    gives(Right.CONFIGURE_CAMERAS, scope=Scope(cameras=(GATE,)))
    assert code_of(scene, new) == "accepted"


def test_who_is_disabled_or_was_never_registered_has_no_right(scene: Scene, gives: Gives) -> None:
    gives(*Right)
    assert code_of(scene, SetRetention(YARD, 6)) == "accepted"
    scene.ask(DisableUser(BORIS, "в отпуске"), None)
    scene.refused(SetRetention(YARD, 7), BORIS, "right_missing")
    scene.ask(EnableUser(BORIS), None)
    assert code_of(scene, SetRetention(YARD, 7)) == "accepted"
    scene.ask(GrantRole(FOREMEN, CLARA), None)
    scene.refused(SetRetention(YARD, 8), CLARA, "right_missing")


def test_what_processes_say_no_person_says_and_a_process_needs_no_right(scene: Scene, gives: Gives) -> None:
    gives(*Right)
    scene.refused(PHOTO, BORIS, "right_missing")
    assert code_of(scene, PHOTO, None) == "accepted"


def test_the_gateway_forgets_no_person(scene: Scene) -> None:
    """In its own name it arranges the logins that are new to it, and nothing else."""
    for command, code in ((SetRetention(YARD, 9), "right_missing"), (ANNA_AGAIN, "")):
        data = encode_command(command, command_id=f"own-{code}", by="gateway", at=now())
        asking = scene.admin.nc.request(command_subject(CONTEXT_OF[type(command)]), data, timeout=10)
        reply = decode_reply(scene.admin.run(asking).data)
        assert (reply.code if isinstance(reply, Refused) else "") == code


def test_what_the_gateway_writes_down_about_a_person_needs_no_right(scene: Scene, gives: Gives) -> None:
    gives(Right.VIEW_SYSTEM)
    assert code_of(scene, RecordSignIn(BORIS, "10.0.0.9")) == "accepted"
    scene.refused(Comment(THERE.incident_id, "видел"), BORIS, "right_missing")
