"""A safety officer draws a zone and publishes rules: the real domain service decides, the real projection writes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.access import ADMINISTRATOR, WHOLE_PLANT, Provider, Right
from domain.contracts.commands import (
    CONTEXT_OF,
    Accepted,
    Command,
    DefineRole,
    GrantRole,
    Order,
    RegisterCamera,
    RegisterUser,
    decode_reply,
    encode_command,
)
from domain.contracts.identifiers import CameraId, local_user_id
from domain.contracts.subjects import CONTEXTS, command_subject
from domain.service.command_desk import CommandDesk
from domain.service.erasing import Eraser
from domain.service.ledger import open_ledger
from infra.embedded.nats import NatsServer
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.nats.bridge import Bridge
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import Keys
from projections.audit import Audit
from projections.database import connect
from projections.follower import Follower, ProjectionMetrics
from projections.parking import Parking
from projections.persons import Persons
from projections.plant import Plant
from tests.conftest import OwnNats
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.plant_questions import (
    ATTACH,
    DETACH,
    DRAW,
    DRAW_UNLESS_CHANGED,
    PACK,
    PUBLISH,
    PUBLISH_UNLESS_CHANGED,
    RETIRE_RULE,
    RETIRE_ZONE,
    SHOWN,
    SQUARE,
    a_rule,
    a_zone,
)

LINE = {"start": [0.1, 0.5], "end": [0.9, 0.5]}
NIGHT = {"tz": "Europe/Moscow", "windows": [{"days": [0, 6], "start": "22:00", "end": "06:00"}]}
BOW_TIE = [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]]


@pytest.fixture
def nats_server(fresh_nats: Callable[[], OwnNats]) -> NatsServer:
    """Its own history."""
    return fresh_nats().server


@pytest.fixture
async def officer(gateway: Gateway, nats_server: NatsServer, postgres: PostgresServer) -> AsyncIterator[Browser]:
    """Signed in, in a plant of one camera that the domain itself knows."""

    def silent(_: Order) -> None:
        return None

    gateway.domain.answer = silent
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute("truncate read_model.camera, read_model.zone, read_model.rule, read_model.projection")
    stop = threading.Event()
    url = nats_server.url("domain")
    with (
        closing(Bridge(url, name="domain")) as bridge,
        closing(Bridge(nats_server.url("projections"), name="projections")) as reading,
    ):
        master_key = nats_server.home / "secrets" / "persons.key"
        keys = KeyKeeper(bridge, master_key)
        keys.prepare()
        ledgers = {context: open_ledger(context, url, bridge, keys) for context in CONTEXTS}
        desk = CommandDesk(
            bridge, ledgers, CollectorRegistry(), lambda: datetime.now(UTC), eraser=Eraser(bridge, ledgers, keys)
        )
        following = threading.Thread(target=_follow, args=(postgres.dsn(PROJECTIONS), reading, master_key, stop))
        following.start()
        await _found(gateway)
        yield await gateway.guard()
        stop.set()
        await asyncio.to_thread(following.join)
        desk.close()
        for ledger in ledgers.values():
            ledger.close()


def _follow(dsn: str, bridge: Bridge, master_key: Path, stop: threading.Event) -> None:
    metrics = ProjectionMetrics(CollectorRegistry())
    parking = Parking(bridge)
    persons = Persons(bridge, Keys(bridge, master_key), parking.sequences)
    with connect(dsn, "plant") as one, connect(dsn, "audit") as other:
        plant = Follower(Plant(), one, bridge, metrics, parking.park)
        audit = Follower(Audit(), other, bridge, metrics, parking.park, persons=persons)
        while not stop.is_set():
            plant.step(0.05)
            audit.step(0.0)
        plant.close()
        audit.close()


async def _found(gateway: Gateway) -> None:
    """What an installation does at its first start, and a camera."""
    admin = local_user_id("admin")
    commands: tuple[Command, ...] = (
        RegisterUser(admin, Provider.LOCAL, "admin", "Администратор"),
        DefineRole(ADMINISTRATOR, "Администратор", tuple(Right), WHOLE_PLANT),
        GrantRole(ADMINISTRATOR, admin),
        RegisterCamera(CameraId("gate"), "Ворота", "rtsp://10.0.0.7/main", ppe=True),
    )
    for number, command in enumerate(commands):
        payload = encode_command(command, command_id=f"first-{number}", by="operator", at=datetime.now(UTC))
        subject = command_subject(CONTEXT_OF[type(command)])
        reply = await gateway.services.nats.request(subject, payload, timeout=10)
        assert isinstance(decode_reply(reply.data), Accepted), reply.data


async def done(browser: Browser, document: str, **variables: Any) -> dict[str, Any]:
    answered: dict[str, Any] = (await browser.ask(document, **variables)).data["p"]
    return answered


async def shown(browser: Browser) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    [camera] = (await browser.ask(SHOWN)).data["cameras"]
    return camera["zones"], camera["rules"]


async def test_a_zone_is_drawn_a_rule_published_and_both_are_taken_away(officer: Browser, gateway: Gateway) -> None:
    crossed = await done(officer, DRAW, input=a_zone(polygon=BOW_TIE), c="crossed-1")
    assert (crossed["code"], crossed["message"][:8]) == ("field_refused", "polygon:")
    first = await done(officer, DRAW, input=a_zone(line=LINE, gate=True), c="draw-001")
    again = await done(officer, DRAW, input=a_zone(line=LINE, gate=True), c="draw-001")
    zone = first["id"]
    assert first == {"id": zone, "name": "Склад", "version": 1, "polygon": SQUARE, "gate": True, "line": LINE}
    assert again == first
    moved = await done(officer, DRAW, input=a_zone(zoneId=zone, name="Склад 2", line=LINE), c="draw-002")
    assert moved == first | {"name": "Склад 2", "version": 2, "gate": False}
    form = a_rule(zoneId=zone, kind="DIRECTION", forbidden="OUT", objectClasses=["PERSON", "TRUCK"], schedule=NIGHT)
    rule = await done(officer, PUBLISH, input=form | {"minPersonHeight": 0.1}, c="publish-1")
    given = {name: form[name] for name in form if name != "cameraId"}
    assert rule == given | {
        **{"id": rule["id"], "version": 1, "minPersonHeight": 0.1, "atGate": False, "near": 0.0},
        "forbiddenLamps": [],
    }
    assert await shown(officer) == ([moved], [rule])
    unknown_tz = await done(officer, PUBLISH, input=form | {"schedule": NIGHT | {"tz": "Mars/Olympus"}}, c="publish-2")
    assert unknown_tz["code"] == "field_refused"
    assert (await done(officer, RETIRE_ZONE, id=zone, c="retire-01"))["code"] == "zone_in_use"
    for _ in range(2):
        assert await done(officer, RETIRE_RULE, id=rule["id"], c="retire-02") == {"id": rule["id"]}
        assert await done(officer, RETIRE_ZONE, id=zone, c="retire-03") == {"id": zone}
    assert await shown(officer) == ([], [])
    assert (await done(officer, DRAW, input=a_zone(zoneId=zone), c="draw-003"))["version"] == 3
    events = ["zone.drawn", "zone.drawn", "rule.published", "rule.retired", "zone.retired", "zone.drawn"]
    noted: list[tuple[Any, ...]] = []
    async with asyncio.timeout(30):
        while len(noted) < len(events):  # a projection of its own: no mutation waits for it
            await asyncio.sleep(0.05)
            with psycopg.connect(gateway.plant.dsn) as connection:
                noted = connection.execute(
                    "select name, actor from read_model.audit_entry where entity in ('zone', 'rule') order by position"
                ).fetchall()
    assert noted == [(f"{event}.v1", "admin") for event in events]


async def test_analytics_are_attached_and_detached_with_what_is_usual(officer: Browser) -> None:
    zone = (await done(officer, DRAW, input=a_zone(line=LINE), c="draw-001"))["id"]
    attached: dict[str, Any] = {}
    for _ in range(2):
        everywhere = await done(officer, ATTACH, camera="gate", kinds=["NO_HELMET", "WEAPON"], c="attach-1")
        kinds = ["PERIMETER", "DIRECTION", "LOITERING", "LEFT_OBJECT", "LAMP", "UNATTENDED", "GUARD_OPEN"]
        attached = await done(officer, ATTACH, camera="gate", kinds=kinds, zone=zone, c="attach-2")
        assert everywhere["refused"] == attached["refused"] == [], "the domain takes the usual settings of each kind"
    places = {rule["kind"]: (rule["zoneId"], rule["version"]) for rule in attached["rules"]}
    assert places == {"NO_HELMET": (None, 1), "WEAPON": (None, 1)} | dict.fromkeys(kinds, (zone, 1))
    left = await done(officer, DETACH, camera="gate", kinds=["NO_HELMET", "LAMP"], c="detach-1")
    assert {rule["kind"] for rule in left["rules"]} == set(places) - {"NO_HELMET", "LAMP"}
    late = await done(officer, ATTACH, camera="gate", kinds=["NO_HELMET"], c="attach-1")
    assert {rule["kind"] for rule in late["rules"]} == set(places) - {"NO_HELMET", "LAMP"}, "that was answered before"
    back = await done(officer, ATTACH, camera="gate", kinds=["NO_HELMET"], c="attach-3")
    [helmets] = [rule for rule in back["rules"] if rule["kind"] == "NO_HELMET"]
    [before] = [rule for rule in attached["rules"] if rule["kind"] == "NO_HELMET"]
    assert (helmets["id"], helmets["version"]) == (before["id"], 3), "the same rule is in force again"
    assert (await done(officer, DETACH, camera="gate", c="detach-2"))["rules"] == []


async def test_packs_of_several_sites_make_one_camera_do_all_of_it(officer: Browser) -> None:
    for _ in range(2):
        for number, pack in enumerate(("PARKING", "WAREHOUSE", "FACTORY", "OFFICE")):
            answered = await done(officer, PACK, camera="gate", pack=pack, c=f"pack-00{number}")
            assert answered["refused"] == []
    zones, rules = await shown(officer)
    assert [(zone["name"], zone["gate"], zone["version"]) for zone in zones] == [("Ворота", True, 1)]
    assert {(rule["kind"], rule["zoneId"], rule["version"]) for rule in rules} == {
        ("NO_HELMET", None, 1),
        ("NO_VEST", None, 1),
    }
    [camera] = (await officer.ask("{ cameras { source ppe plates targetFps } }")).data["cameras"]
    assert camera == {"source": "rtsp://10.0.0.7/main", "ppe": True, "plates": True, "targetFps": 10.0}


async def test_nobody_takes_the_last_administrators_role(officer: Browser, gateway: Gateway) -> None:
    known = {"provider": "local", "name": "Администратор", "registered_at": datetime.now(UTC), "position": 1}
    gateway.plant.put_row("user_account", id=local_user_id("admin"), login="admin", **known)
    revoke = """mutation ($user: ID!, $c: String!) {
      p: revokeRole(userId: $user, roleId: "administrator", commandId: $c) { ... on Refusal { code } }
    }"""
    refused = await done(officer, revoke, user=str(local_user_id("admin")), c="revoke-01")
    assert refused == {"code": "administrators_needed"}


async def test_of_two_officers_who_change_the_same_the_second_is_told_who_was_first(officer: Browser) -> None:
    zone = (await done(officer, DRAW, input=a_zone(), c="draw-001"))["id"]
    rule = (await done(officer, PUBLISH, input=a_rule(zoneId=zone), c="publish-1"))["id"]
    drawn, published = a_zone(zoneId=zone, expectedVersion=1), a_rule(ruleId=rule, zoneId=zone, expectedVersion=1)
    for document, form, first in (
        (DRAW_UNLESS_CHANGED, drawn, "first-zone"),
        (PUBLISH_UNLESS_CHANGED, published, "first-rule"),
    ):
        before = datetime.now(UTC)
        for _ in range(2):
            changed = await done(officer, document, input=form | {"name": "Первый"}, c=first)
            assert changed["version"] == 2, "and a repeat of the same command is no conflict with itself"
        async with asyncio.timeout(30):
            while True:  # who it was is told by a projection of its own
                refused = await done(officer, document, input=form | {"name": "Второй"}, c=f"{first}-2")
                assert refused["code"] == "changed_meanwhile"
                if refused["changedAt"] and datetime.fromisoformat(refused["changedAt"]) >= before:
                    break
                await asyncio.sleep(0.05)
        assert refused["changedBy"] == "admin"
        late = form | {"name": "Второй", "expectedVersion": 2}
        assert (await done(officer, document, input=late, c=f"{first}-3"))["version"] == 3
    assert [each["name"] for part in await shown(officer) for each in part] == ["Второй", "Второй"]
