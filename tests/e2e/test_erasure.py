"""A person is erased from a running plant: nothing readable is left of them, and every proof still holds."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest

from domain.contracts.access import Provider, Right
from domain.contracts.commands import AssignIncident, DefineRole, DisableUser, GrantRole, RecordSignIn, RegisterUser
from domain.contracts.identifiers import IncidentId, RoleId
from domain.contracts.personal import ERASED
from domain.proof.verify_capsule import verify
from infra import objects
from infra.embedded.postgres import PostgresServer
from infra.embedded.s3 import S3Server
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.conftest import BUCKET, OwnNats
from tests.domain.notary.story import Story
from tests.domain.samples import opened
from tests.e2e.erasure_plant import ADMIN, ADMIN_PASSWORD, ANNA, ANNA_PASSWORD, ROOT, Plant, empty_database, until

LOGIN: Final = "anna.kovaleva"
NAME: Final = "Анна Ковалёва-Забелина"
EMAIL: Final = "kovaleva@zavod.example"
PHONE: Final = "+79161234567"
ADDRESS: Final = "10.20.30.40"
COMMENT: Final = "спросите Ковалёву, смена вторая"
REASON: Final = "Ковалёва: тень от крана"
FAREWELL: Final = "уволилась по собственному"
SECRETS: Final = (LOGIN, NAME, EMAIL, PHONE, ADDRESS, COMMENT, REASON, FAREWELL, "Ковалёв")
INCIDENT: Final = opened().incident_id
GUARD: Final = RoleId("guard")

ACTS = """mutation ($id: ID!, $version: Int!, $comment: String!, $reason: String!) {
  comment(id: $id, text: $comment, commandId: "anna-comments") { __typename ... on Refusal { code message } }
  markFalsePositive(id: $id, reason: $reason, expectedVersion: $version, commandId: "anna-decides") {
    __typename ... on Refusal { code message } } }"""
READ = "query ($id: ID!) { incident(id: $id) { verdict decidedBy reason version history { name by detail } } }"
ERASE = """mutation ($who: String!, $why: String!, $id: String!) {
  erasePerson(person: $who, reason: $why, commandId: $id) {
    __typename ... on PersonErased { id erasedAt } ... on Refusal { code } } }"""


@pytest.fixture
async def plant(
    fresh_nats: Callable[[], OwnNats], postgres: PostgresServer, s3: S3Server, tmp_path: Path
) -> AsyncIterator[Plant]:
    """Everything runs; an incident is open, Anna is registered, signed in and has said what she thinks."""
    empty_database(postgres)
    nats = fresh_nats()
    with ExitStack() as stack:
        admin = stack.enter_context(Bridge(nats.url("admin"), name="test"))
        admin.run(ensure_streams(admin.js))
        plant = Plant(tmp_path, nats, postgres, s3, f"audit-{uuid4().hex[:12]}", admin)
        stack.callback(plant.stop)
        Story(admin, objects.connect(s3.endpoint, s3.access_key, s3.secret_key, attempts=1), BUCKET).tell()
        plant.start("domain.service", "projections", "gateway", "domain.notary")
        await until(lambda: (tmp_path / "secrets" / "persons.key").exists() and answers(plant))
        await until(lambda: plant.user_of("admin") == ADMIN)
        plant.send(RegisterUser(ANNA, Provider.LOCAL, LOGIN, NAME, EMAIL, PHONE), "register-anna", ADMIN)
        plant.give_password(LOGIN, ANNA_PASSWORD)
        plant.send(RecordSignIn(ANNA, ADDRESS), "sign-in")
        plant.send(DefineRole(GUARD, "Охрана", (Right.VIEW_INCIDENTS, Right.CONFIRM_REVIEW)), "define-guard", ADMIN)
        plant.send(GrantRole(GUARD, ANNA), "grant-guard-anna", ADMIN)
        await until(lambda: plant.user_of(LOGIN) == ANNA and plant.caught_up())
        yield plant


def answers(plant: Plant) -> bool:
    import httpx

    try:
        return httpx.get(f"http://127.0.0.1:{plant.port}/healthz", trust_env=False).status_code in (200, 503)
    except httpx.TransportError:
        return False


async def act(plant: Plant) -> Any:
    """Anna's acts; returns her browser."""
    anna = await plant.browser(LOGIN, ANNA_PASSWORD)
    version = (await anna.ask(READ, id=str(INCIDENT)))["incident"]["version"]
    done = await anna.ask(ACTS, id=str(INCIDENT), version=version + 1, comment=COMMENT, reason=REASON)
    assert {part["__typename"] for part in done.values()} == {"Incident"}, done
    plant.send(AssignIncident(IncidentId(INCIDENT), LOGIN), "assign-anna", ADMIN)
    plant.send(DisableUser(ANNA, FAREWELL), "disable-anna", ADMIN)
    await until(plant.caught_up)
    return anna


async def test_an_erased_person_is_gone_from_everywhere_and_the_proof_holds(plant: Plant) -> None:
    anna, admin = await act(plant), await plant.browser("admin", ADMIN_PASSWORD)
    before = (await admin.ask(READ, id=str(INCIDENT)))["incident"]
    assert (before["decidedBy"], before["reason"]) == (LOGIN, REASON)
    assert all(secret in plant.tables() for secret in (LOGIN, NAME, EMAIL, PHONE, COMMENT))
    assert COMMENT in plant.run("domain.inquiry", "passport", str(INCIDENT), "--json").stdout
    disk = plant.store()
    for secret in SECRETS:
        assert secret.encode() not in disk, f"{secret} lies in the open"
    assert not_same(plant) == []
    assert plant.run("projections.admin", "verify", "incidents").returncode == 0
    replayed = plant.plain("domain.replay", "replay")
    capsule = make_capsule(plant, "before")

    answer = await admin.ask(ERASE, who=LOGIN, why="заявление 17", id="erase-anna")
    assert answer["erasePerson"]["id"] == str(ANNA)
    await until(plant.caught_up)

    after = (await admin.ask(READ, id=str(INCIDENT)))["incident"]
    assert (after["verdict"], after["decidedBy"], after["reason"]) == ("FALSE_POSITIVE", ERASED, ERASED)
    assert [entry["name"] for entry in after["history"]] == [entry["name"] for entry in before["history"]]
    said = next(entry for entry in after["history"] if "comment" in entry["name"] and entry["by"] == ERASED)
    assert said["detail"] == {"author": ERASED, "text": ERASED}
    passport = plant.run("domain.inquiry", "passport", str(INCIDENT), "--json")
    assert (passport.returncode, ERASED in passport.stdout) == (0, True), passport.stderr
    for secret in SECRETS:
        for where, text in (("GraphQL", str(after)), ("tables", plant.tables()), ("passport", passport.stdout)):
            assert secret not in text, f"{secret} is left in {where}"
    assert plant.user_of(LOGIN) is None
    assert (await anna.http.get("/api/session")).status_code == 401
    assert (await anna.sign_in(LOGIN, ANNA_PASSWORD)).status_code == 401

    assert not_same(plant) == []
    rebuilt = plant.plain("projections.admin", "rebuild", "incidents")
    assert rebuilt["name"] == "incidents"
    assert not_same(plant) == []
    assert all(secret not in plant.tables() for secret in SECRETS)
    assert plant.plain("domain.notary", "verify", "--incident", str(INCIDENT))["holds"]
    assert verify(capsule.read_bytes())["incident"] == str(INCIDENT)
    assert verify(make_capsule(plant, "after").read_bytes())["incident"] == str(INCIDENT)
    unchanged = plant.plain("domain.replay", "replay")
    assert without_times(unchanged) == without_times(replayed)


async def test_a_restarted_plant_tells_nothing_either(plant: Plant) -> None:
    await act(plant)
    admin = await plant.browser("admin", ADMIN_PASSWORD)
    await admin.ask(ERASE, who=str(ANNA), why="заявление 17", id="erase-anna")
    await until(plant.caught_up)
    plant.stop()
    empty_database(plant.postgres)
    plant.start("domain.service", "projections", "gateway", "domain.notary")
    await until(lambda: answers(plant) and plant.caught_up())
    assert all(secret not in plant.tables() for secret in SECRETS)
    assert not_same(plant) == []


async def test_erasing_needs_the_right_and_one_does_not_erase_oneself(plant: Plant) -> None:
    anna, admin = await plant.browser(LOGIN, ANNA_PASSWORD), await plant.browser("admin", ADMIN_PASSWORD)
    assert (await anna.ask(ERASE, who="admin", why="x", id="erase-admin-1"))["erasePerson"]["code"] == "not_allowed"
    assert (await admin.ask(ERASE, who="admin", why="x", id="erase-admin-2"))["erasePerson"]["code"] == "own_account"
    assert (await admin.ask(ERASE, who="nobody", why="x", id="erase-nobody"))["erasePerson"]["code"] == "user_unknown"
    assert (await anna.http.get("/api/session")).status_code == 200


async def test_the_command_line_asks_and_then_erases(plant: Plant) -> None:
    plant.running_home()
    refused = kaska(plant, "erase-person", LOGIN, "--reason", "заявление 17", said="n\n")
    assert refused.returncode == 1
    assert plant.user_of(LOGIN) == ANNA
    done = kaska(plant, "erase-person", LOGIN, "--reason", "заявление 17", "--json", said="y\n")
    assert done.returncode == 0, done.stderr
    assert str(ANNA) in done.stdout
    await until(lambda: plant.user_of(LOGIN) is None)
    again = kaska(plant, "erase-person", LOGIN, "--reason", "ещё раз", "--yes")
    assert (again.returncode, "person_erased" in again.stderr) == (1, True)
    last = kaska(plant, "erase-person", "admin", "--reason", "x", "--yes")
    assert (last.returncode, "administrators_needed" in last.stderr) == (1, True)


def kaska(plant: Plant, *arguments: str, said: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "infra.cli", *arguments, "--home", str(plant.home)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, input=said, env=env, capture_output=True, text=True, timeout=60, check=False)


def not_same(plant: Plant) -> list[str]:
    """Projections whose rows are not those of a rebuild."""
    return [name for name, same in plant.verdicts().items() if not same]


def make_capsule(plant: Plant, name: str) -> Path:
    path = plant.home / f"{name}.kaska"
    made = plant.run("domain.notary", "capsule", str(INCIDENT), "--out", str(path))
    assert made.returncode == 0, made.stderr
    return path


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "seconds"}
