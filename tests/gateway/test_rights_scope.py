"""Own and foreign things: what lies on a camera that a person may not see is nowhere (FAULTS G13, G14, D6, I7)."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from prometheus_client import CollectorRegistry
from psycopg.types.json import Jsonb

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import detections_live_subject
from domain.inquiry.answering import Sources
from domain.inquiry.desk import InquiryDesk
from gateway import rights
from gateway.reads.rows import EvidenceRow, HistoryRow, IncidentRow
from infra import objects
from infra.embedded.nats import NatsServer
from infra.embedded.s3 import S3Server
from infra.nats.bridge import Bridge, connect
from tests.conftest import BUCKET, OwnNats
from tests.domain.inquiry.case import Case
from tests.gateway.busy_plant import DAY
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.operations import Operation, operations
from tests.gateway.plant import AT, CAMERA, INCIDENT, RULE, ZONE, incident
from tests.gateway.staff import WHOLE_PLANT, hold
from tests.gateway.test_subscriptions import open_socket, until_listening
from tests.gateway.test_track import frame

GATE: dict[str, Any] = {"cameras": ["gate"]}
CANARY = "canary"
FOREIGN = UUID(int=0xCA9A51)
MISSING = UUID(int=0xBAD1D)
MINUTE = {"from": f'"{AT.isoformat()}"', "to": f'"{(AT + timedelta(minutes=1)).isoformat()}"'}
PICTURE = b"canary in the picture"
EXEMPT = {"erasePerson", "whatIfJob", "cancelWhatIf", "whatIfProgress", "startWhatIf"}
"""Persons belong to no camera; jobs of foreign cameras are asked for in test_what_if.py."""


@pytest.fixture
def nats_server(fresh_nats: Callable[[], OwnNats]) -> NatsServer:
    """Its own history."""
    return fresh_nats().server


@pytest.fixture
def watched(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Two cameras: the gate, and one whose every word is a canary."""
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    plant, services = gateway.plant, gateway.services
    with psycopg.connect(plant.dsn) as connection:
        connection.execute(
            "truncate read_model.coverage_minute, read_model.zone_visit, read_model.vehicle_passage,"
            " read_model.face_match, read_model.plate_read"
        )
    named = {"id": CANARY, "name": "canary", "position": 1}
    on_it = {"camera_id": CANARY}
    plant.put_row("camera", **CAMERA | named)
    plant.put_row("zone", **ZONE | named | on_it | {"polygon": Jsonb(ZONE["polygon"])})
    plant.put_row("rule", **RULE | named | on_it | {"zone_id": CANARY})
    plant.put(INCIDENT, foreign_incident())
    plant.put_history(HistoryRow(FOREIGN, 1, 11, "incident.commented.v1", AT, "canary", {"text": "canary"}))
    key = f"incidents/{CANARY}/photo"
    services.objects.put_object(services.settings.s3_bucket, key, io.BytesIO(PICTURE), len(PICTURE))
    plant.put_evidence(EvidenceRow(FOREIGN, "photo", key, "ca9a51", len(PICTURE), "image/jpeg", AT, AT, None))
    for zone, camera in (("press", "gate"), (CANARY, CANARY)):
        plant.put_row("daily_statistics", **DAY | {"camera_id": camera, "zone_id": zone})
        stay = {"zone_version": 1, "track_id": 7, "object_class": "person", "entered_at": AT, "left_at": AT}
        stay |= {"max_score": 0.5, "frames": 3, "position": 1, "camera_id": camera, "zone_id": zone}
        stay |= {"detections_from": 1, "detections_to": 2}
        plant.put_row("zone_visit", id=UUID(int=len(camera)), duration_s=3.0, **stay)
        plant.put_row("vehicle_passage", id=UUID(int=len(camera)), direction=None, **stay)
        plate: dict[str, Any] = dict.fromkeys(("first_at", "last_at"), AT)
        plate |= dict.fromkeys(("text", "number", "picture"), camera)
        plate |= {"score": 0.5, "readings": 3, "models": Jsonb([]), "keep_until": AT + timedelta(days=9999)}
        plant.put_row("plate_read", camera_id=camera, track_id=7, position=1, **plate)
        face = {"at": AT, "person": None, "score": 0.5, "models": Jsonb([]), "keep_until": AT + timedelta(days=9999)}
        plant.put_row("face_match", id=UUID(int=len(camera)), camera_id=camera, track_id=7, position=1, **face)
    plant.put_recording(INCIDENT.id)
    plant.put_recording(FOREIGN, CANARY, asked_by=CANARY, reason=CANARY, key=f"recordings/{CANARY}")
    services.objects.put_object(services.settings.s3_bucket, f"recordings/{CANARY}", io.BytesIO(PICTURE), len(PICTURE))
    counted = dict.fromkeys(("target_fps", "expected", "captured", "analysed", "detected"), 10)
    models = Jsonb([{"id": CANARY, "digest": "ca9a51"}])
    minute = {"minute": AT, "since": AT, "dropped": Jsonb([]), "gaps": Jsonb([]), "position": 1}
    plant.put_row("coverage_minute", camera_id=CANARY, models=models, **counted, **minute)
    folder = services.settings.home / "live" / CANARY
    folder.mkdir(parents=True)
    (folder / "index.m3u8").write_text(CANARY)
    gateway.domain.obeys(INCIDENT)
    return gateway


def foreign_incident() -> IncidentRow:
    row = replace(INCIDENT, id=FOREIGN, camera_id=CANARY, zone_id=CANARY, rule_id=CANARY, reason=CANARY)
    return replace(row, position=11)


def reading() -> Iterator[Operation]:
    return (each for each in operations() if each.kind == "query")


def values(incident_id: UUID, camera: str) -> dict[str, str]:
    """The camera's zone and rule are called as itself."""
    place = f'cameraId: "{camera}", zoneId: "{camera}", name: "x"'
    form = "kind: PERIMETER, thresholdMin: 0.4, thresholdMax: 0.7, dwellS: 1, windowS: 5, gapS: 3"
    return {
        "id": f'"{incident_id}"',
        **dict.fromkeys(("cameraId", "zoneId", "ruleId"), f'"{camera}"'),
        "drawZone.input": f"{{{place}, polygon: [[0, 0], [1, 0], [1, 1]]}}",
        "publishRule.input": f'{{{place}, ruleId: "{camera}", {form}}}',
    }


async def everything(browser: Browser) -> dict[str, str]:
    """The text of every query's answer, asked for all there is: of the gate, of the canary, and without a name."""
    texts = {}
    for each in reading():
        for incident_id, camera in ((INCIDENT.id, "gate"), (FOREIGN, CANARY)):
            answer = await browser.ask(_affordable(each, incident_id, camera))
            assert "costs" not in json.dumps(answer.body), (each.name, answer.body)
            texts[f"{each.name} {camera}"] = json.dumps(answer.body, ensure_ascii=False)
    return texts


def _affordable(each: Operation, incident_id: UUID, camera: str) -> str:
    """As deep as the limits of a document let it be."""
    depth = {"whatIfJobs": 0, "whatIfJob": 1}.get(each.name, 3)
    page = {"first": "2"} if "first" in each.field.args else {}
    return each.document(values(incident_id, camera), depth, **page, **(MINUTE if each.name == "coverage" else {}))


async def test_the_canary_is_nowhere_for_whom_it_is_foreign(watched: Gateway) -> None:
    browser = await watched.guard()
    hold(watched, tuple(Right), WHOLE_PLANT)
    seen = {name for name, text in (await everything(browser)).items() if CANARY in text}
    lists = {"incidents", "unprocessedEvents", "cameras", "zoneVisits", "vehiclePassages", "dailyStatistics"}
    lists |= {"recordings"}
    lists |= {"faceMatches"}
    lists |= {"attendance", "presence"}
    assert {f"{name} gate" for name in lists} | {"incident canary", "coverage canary"} <= seen, (
        "else this test could not fail"
    )
    hold(watched, tuple(Right), GATE)
    texts = await everything(browser)
    assert {name: text for name, text in texts.items() if CANARY in text} == {}
    for name in lists:
        assert "gate" in texts[f"{name} gate"], f"what is the person's own is there: {texts[f'{name} gate']}"


async def test_what_is_foreign_is_answered_like_what_is_not_there(watched: Gateway) -> None:
    browser = await watched.guard()
    hold(watched, tuple(Right), GATE)
    asked = [each for each in operations() if each.kind != "subscription" and each.identifiers]
    assert len(asked) > 8
    for each in asked:
        if each.name in EXEMPT:
            continue
        when = MINUTE if each.name == "coverage" else {}
        foreign = await browser.ask(each.document(values(FOREIGN, CANARY), 2, **when))
        missing = await browser.ask(each.document(values(MISSING, "nowhere"), 2, **when))
        assert foreign.body == missing.body, each.name
        assert CANARY not in json.dumps(foreign.body), each.name
    assert watched.domain.orders == []


async def test_whoever_sees_a_camera_without_the_right_there_is_refused(watched: Gateway) -> None:
    """Sees both cameras, may decide on the gate only."""
    browser = await watched.guard()
    decides = (Right.CONFIRM_REVIEW, Right.LOCK_EVIDENCE, Right.SET_RETENTION)
    hold(watched, (*decides, Right.CONFIGURE_CAMERAS, Right.PUBLISH_RULES), GATE)
    with psycopg.connect(watched.plant.dsn) as connection:
        connection.execute(
            "update read_model.role set rights = array['view_incidents'], scope = scope || '{\"whole_plant\": true}'"
            " where id = 'administrator'"
        )
        connection.execute(
            "insert into read_model.role_grant select 'administrator', user_id, null, granted_at, 'anna', 1"
            " from read_model.role_grant where role_id = 'held'"
        )
    for each in (one for one in operations() if one.kind == "mutation" and one.name not in EXEMPT):
        refused = await browser.ask(each.document(values(FOREIGN, CANARY)))
        assert refused.data[each.name]["code"] == "not_allowed", each.name
    assert watched.domain.orders == []


async def test_files_and_live_pictures_of_a_foreign_camera_are_not_there(watched: Gateway) -> None:
    browser = await watched.guard()
    link = watched.services.links.link(FOREIGN, "photo", "admin")
    recorded = watched.services.links.link(FOREIGN, "recording", "admin")
    paths = (link, f"/live/{CANARY}/index.m3u8", recorded)
    hold(watched, tuple(Right), WHOLE_PLANT)
    assert [(await browser.http.get(path)).content for path in paths] == [PICTURE, CANARY.encode(), PICTURE[:5]]
    hold(watched, tuple(Right), GATE)
    links = watched.services.links
    missing = (
        links.link(MISSING, "photo", "admin"),
        "/live/nowhere/index.m3u8",
        links.link(MISSING, "recording", "admin"),
    )
    for path, other in zip(paths, missing, strict=True):
        foreign, absent = await browser.http.get(path), await browser.http.get(other)
        assert (foreign.status_code, foreign.content) == (absent.status_code, absent.content) == (404, b"")
        assert set(foreign.headers) == set(absent.headers)
    assert (await browser.http.get("/metrics")).status_code == 403
    assert "details" not in (await browser.http.get("/healthz")).json()


async def test_without_the_right_to_evidence_there_is_no_link(watched: Gateway) -> None:
    browser = await watched.guard()
    question = "query ($id: ID!) { incident(id: $id) { evidence { kind sizeBytes url } } }"
    hold(watched, (Right.VIEW_INCIDENTS,))
    [photo] = (await browser.ask(question, id=str(FOREIGN))).data["incident"]["evidence"]
    assert photo == {"kind": "PHOTO", "sizeBytes": len(PICTURE), "url": None}
    hold(watched, (Right.VIEW_INCIDENTS, Right.VIEW_EVIDENCE))
    [photo] = (await browser.ask(question, id=str(FOREIGN))).data["incident"]["evidence"]
    assert (await browser.http.get(photo["url"])).content == PICTURE


async def test_a_foreign_incident_that_changes_is_not_told(watched: Gateway) -> None:
    hold(watched, tuple(Right), GATE)
    async with open_socket(await watched.guard()) as socket:
        await socket.subscribe("subscription { incidentChanged { id camera { name } zone { name } reason } }")
        await until_listening(watched)
        watched.plant.put(replace(foreign_incident(), position=20), incident(2, position=21))
        message = await socket.next()
    assert CANARY not in json.dumps(message)
    assert message["payload"]["data"]["incidentChanged"]["id"] == str(UUID(int=2))


async def test_frames_of_a_foreign_camera_are_those_of_none(watched: Gateway, nats_server: NatsServer) -> None:
    hold(watched, tuple(Right), GATE)
    nc = await connect(nats_server.url("admin"), name="test")
    said = []
    for camera in (CANARY, "nowhere"):
        async with open_socket(await watched.guard()) as socket:
            await socket.subscribe(f'subscription {{ frames(cameraId: "{camera}") {{ capturedAt }} }}')
            answer = asyncio.ensure_future(socket.next())
            while not answer.done():
                await nc.publish(detections_live_subject(CameraId(camera)), frame(1, camera=camera))
                await asyncio.sleep(0.05)
            said.append(answer.result())
    await nc.close()
    assert said[0] == said[1]
    assert said[0]["payload"]["errors"][0]["extensions"] == {"code": "plant_part_unknown"}


@pytest.fixture
async def case(watched: Gateway, nats_server: NatsServer, s3: S3Server) -> AsyncIterator[Case]:
    """An incident of the yard in the history, and an inquiry that answers."""
    store = objects.connect(s3.endpoint, s3.access_key, s3.secret_key, attempts=1)
    with (
        closing(Bridge(nats_server.url("admin"), name="test")) as admin,
        closing(Bridge(nats_server.url("inquiry"), name="inquiry")) as bridge,
    ):
        told = Case(admin, store, BUCKET)
        told.tell()
        sources = Sources(bridge, store, BUCKET, watched.services.settings.home)
        desk = InquiryDesk(sources, CollectorRegistry(), lambda: datetime.now(UTC))
        yield told
        desk.close()


@pytest.mark.parametrize("projected", [True, False])
async def test_passports_of_foreign_incidents_are_those_of_none(watched: Gateway, case: Case, projected: bool) -> None:
    if projected:
        watched.plant.put(replace(incident(3), id=UUID(case.incident), camera_id="yard"))
    browser = await watched.guard()
    for name in ("incidentPassport", "incidentAsKnown"):
        asked = next(each for each in operations() if each.name == name)
        at = {"at": f'"{datetime.now(UTC).isoformat()}"'} if name == "incidentAsKnown" else {}
        hold(watched, tuple(Right), WHOLE_PLANT)
        whole = await browser.ask(asked.document({"id": f'"{case.incident}"'} | at, 2))
        assert "yard" in json.dumps(whole.data), "else this test could not fail"
        hold(watched, tuple(Right), GATE)
        foreign = await browser.ask(asked.document({"id": f'"{case.incident}"'} | at, 2))
        missing = await browser.ask(asked.document({"id": f'"{MISSING}"'} | at, 2))
        assert foreign.body == missing.body
        assert foreign.data[name]["code"] == "incident_unknown"
