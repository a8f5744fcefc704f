"""Machines are taught by way of the gateway: their pictures, who may touch them, what is asked (R57-R60)."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import cv2
import numpy as np
import psycopg
import pytest
from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.access import Right
from domain.contracts.commands import Accepted, Order, Refused, Reply
from domain.contracts.commands.machines import TeachMachine
from domain.contracts.events import event_name
from domain.contracts.events.machines import MachineNotTaught, MachineTaught, MachineTeachingAsked, TeachingEvent
from domain.contracts.identifiers import TeachingId, ZoneId
from domain.contracts.machines import Aspect, TaughtAspect, TaughtState, TeachingFailure, crop_of
from domain.contracts.teaching import TeachingProgress
from gateway import rights
from gateway.crops import desk as crops
from gateway.crops.picture import NoPicture, TooSmall, crop_of_machine
from inference.machines.album import Albums
from inference.machines.desk.desk import TeachingDesk
from infra.embedded.nats import NatsServer
from infra.nats.bridge import Bridge
from tests.e2e import media
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.plant import AT, ZONE
from tests.gateway.staff import hold

PICTURES = "/api/machines/press/pictures"
ALBUM = """query { machineAlbum(zoneId: "press") { __typename ... on Refusal { code } ... on MachineAlbum {
  pictures { id url states } counts { aspect state examples } leastPictures mostPictures progress { done of }
  lessons { askedBy askedAt endedAt
    taught { digest pictures states { aspect state examples } aspects { aspect accuracy cannotTell } }
    failed { failure state pictures } } } } }"""
TEACH = """mutation { teachMachine(zoneId: "press", commandId: "click-one") {
  __typename ... on Refusal { code message } ... on MachineAlbum { lessons { askedBy taught { digest } } } } }"""
PRESS = ZoneId("press")


def picture(seed: int, kind: str = ".jpg", size: tuple[int, int] = (360, 640)) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 255, (*size, 3)).astype(np.uint8)
    return cv2.imencode(kind, noise)[1].tobytes()


@pytest.fixture
async def desk(gateway: Gateway, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    """With the desk that keeps pictures; rights are read anew at each question."""
    monkeypatch.setattr(rights, "FRESH_S", 0.0)
    bridge = Bridge(nats_server.url("teacher"), name="teacher")
    albums = Albums(gateway.services.settings.home)
    desk = TeachingDesk(bridge, albums, lambda zone: TeachingProgress(2, 7) if zone == "lathe" else None)
    await asyncio.to_thread(bridge.run, desk.open())
    yield gateway
    await asyncio.to_thread(bridge.run, desk.close())
    await asyncio.to_thread(bridge.close)


async def send(browser: Browser, data: bytes, kind: str = "image/jpeg", **params: Any) -> tuple[int, str]:
    answer = await browser.http.post(PICTURES, content=data, headers={"Content-Type": kind}, params=params)
    is_json = answer.headers.get("content-type") == "application/json"
    return answer.status_code, answer.json()["code"] if is_json else ""


async def album(browser: Browser) -> Any:
    return (await browser.ask(ALBUM)).data["machineAlbum"]


async def do(browser: Browser, called: str) -> Any:
    """A mutation that answers with the album, or a refusal's code."""
    wanted = "... on Refusal { code } ... on MachineAlbum { pictures { id states } }"
    return (await browser.ask(f"mutation {{ done: {called} {{ {wanted} }} }}")).data["done"]


async def test_a_picture_is_sent_shown_labelled_and_deleted(desk: Gateway) -> None:
    browser = await desk.guard()
    assert (await album(browser))["pictures"] == []
    sent = picture(1)
    assert await send(browser, sent, states="open") == (204, "")
    assert await send(browser, sent, states="open") == (204, ""), "the same once more is no second one"
    assert await send(browser, picture(2, ".png"), "image/png", cropped=True) == (204, "")
    told = await album(browser)
    assert [each["states"] for each in told["pictures"]] == [[], ["open"]]
    assert (told["leastPictures"], told["mostPictures"], told["progress"], told["lessons"]) == (5, 400, None, [])
    assert {"aspect": "guard", "state": "open", "examples": 1} in told["counts"]
    assert len(told["counts"]) == 8
    first = told["pictures"][1]
    shown = await browser.http.get(first["url"])
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert shown.headers["cache-control"].startswith("private")
    assert shown.content == crop_of_machine(sent, crop_of(tuple((x, y) for x, y in ZONE["polygon"])))
    label = f'labelMachinePicture(zoneId: "press", pictureId: "{first["id"]}", states: ["closed", "red"])'
    assert {"id": first["id"], "states": ["closed", "red"]} in (await do(browser, label))["pictures"]
    await do(browser, f'removeMachinePicture(zoneId: "press", pictureId: "{first["id"]}")')
    assert [each["states"] for each in (await album(browser))["pictures"]] == [[]]
    assert (await browser.http.get(first["url"])).status_code == 404


async def test_a_picture_is_taken_from_the_camera(desk: Gateway) -> None:
    browser, take = await desk.guard(), 'takeMachinePicture(zoneId: "press", states: ["running"])'
    assert await do(browser, take) == {"code": "no_still"}
    media.live(desk.services.settings.home / "live" / "gate", media.scene(20), datetime.now(UTC), 2)
    pictures: list[Any] = []
    while not pictures:  # what there was no picture of is remembered for a second
        pictures = (await do(browser, take)).get("pictures", [])
        await asyncio.sleep(0.1)
    assert [each["states"] for each in pictures] == [["running"]]


async def test_what_is_no_picture_is_refused(desk: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, whole = await desk.guard(), picture(1)
    assert await send(browser, whole, "text/html") == (415, "picture_refused")
    assert await send(browser, b"<svg/>") == (400, "picture_refused")
    assert await send(browser, whole[: len(whole) // 2]) == (400, "picture_refused")
    assert await send(browser, picture(1, size=(20, 20))) == (400, "machine_too_small")
    assert await send(browser, whole, states=["open", "closed"]) == (400, "states_refused")
    assert await send(browser, whole, states="../../x") == (400, "states_refused")
    assert (await send(browser, bytes(crops.LARGEST_BYTES + 1)))[0] == 413
    monkeypatch.setattr(crops, "MOST_WAITING", 0)
    assert await send(browser, whole) == (503, "crops_busy")
    for called in ('takeMachinePicture(zoneId: "press", states: ["open", "closed"])',):
        assert await do(browser, called) == {"code": "states_refused"}
    unknown = 'labelMachinePicture(zoneId: "press", pictureId: "../../x", states: [])'
    assert await do(browser, unknown) == {"code": "picture_unknown"}
    assert not (desk.services.settings.home / "models").exists(), "nothing was written"


def test_a_picture_that_would_fill_the_memory_is_no_picture() -> None:
    for data in (b"", b"\xff\xd8\xff\xff\xd9", b"\x89PNG\r\n\x1a\nIEND\xaeB`\x82"):
        with pytest.raises(NoPicture):
            crop_of_machine(data, (0.0, 0.0, 1.0, 1.0))
    wide = cv2.imencode(".png", np.zeros((7000, 7200, 3), np.uint8))[1].tobytes()
    with pytest.raises(NoPicture):
        crop_of_machine(wide, (0.0, 0.0, 1.0, 1.0))
    with pytest.raises(TooSmall):
        crop_of_machine(picture(1), (0.5, 0.5, 0.51, 0.9))
    whole = cv2.imdecode(np.frombuffer(crop_of_machine(picture(1), (0.0, 0.0, 1.0, 1.0)), np.uint8), cv2.IMREAD_COLOR)
    assert whole is not None
    assert whole.shape == (225, 400, 3)


@pytest.mark.parametrize(
    ("held", "on"),
    [
        ((Right.WATCH_LIVE, Right.PUBLISH_RULES, Right.TRAIN_MODELS), {"whole_plant": True}),
        (tuple(Right), {"cameras": ["another"]}),
    ],
)
async def test_who_may_not_configure_the_camera_teaches_nothing(
    desk: Gateway, held: tuple[Right, ...], on: dict[str, Any]
) -> None:
    browser = await desk.guard()
    assert await send(browser, picture(1)) == (204, "")
    [kept] = (await album(browser))["pictures"]
    hold(desk, held, on)
    assert await send(browser, picture(2)) == (404, "")
    assert (await browser.http.get(kept["url"])).status_code == 404
    assert (await album(browser))["code"] in ("not_allowed", "zone_unknown")
    for called in (
        'takeMachinePicture(zoneId: "press", states: [])',
        f'labelMachinePicture(zoneId: "press", pictureId: "{kept["id"]}", states: ["open"])',
        f'removeMachinePicture(zoneId: "press", pictureId: "{kept["id"]}")',
        'teachMachine(zoneId: "press", commandId: "click-one")',
    ):
        assert (await do(browser, called))["code"] in ("not_allowed", "zone_unknown")
    assert desk.domain.orders == [], "the domain was not asked"
    hold(desk, tuple(Right))
    assert (await album(browser))["pictures"] == [kept], "nothing has changed"


async def test_a_zone_that_is_not_there_has_no_album(desk: Gateway) -> None:
    browser = await desk.guard()
    for zone in ("another", "%2e%2e", "A"):
        answer = await browser.http.post(
            f"/api/machines/{zone}/pictures", content=picture(1), headers={"Content-Type": "image/jpeg"}
        )
        assert answer.status_code == 404
    assert (await do(browser, 'teachMachine(zoneId: "another", commandId: "click-one")'))["code"] == "zone_unknown"
    with psycopg.connect(desk.plant.dsn) as connection:
        connection.execute("update read_model.zone set retired = true")
    assert await send(browser, picture(1)) == (404, "")
    assert (await do(browser, 'teachMachine(zoneId: "press", commandId: "click-one")'))["code"] == "zone_unknown"


def write_down(gateway: Gateway, by: str, event: TeachingEvent) -> int:
    """As the projection of the audit does."""
    gateway.plant.position += 1
    detail = Jsonb(codec.to_plain(event))
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute(
            "insert into read_model.audit_entry values (%s, %s, %s, %s, 'zone', %s, %s, %s, %s)",
            (gateway.plant.position, AT, by, by == "teacher", event.zone_id, 1, event_name(event), detail),
        )
    gateway.plant.project("audit", gateway.plant.position)
    return gateway.plant.position


async def test_teaching_is_asked_of_the_domain_and_its_results_are_told(desk: Gateway) -> None:
    browser = await desk.guard()
    with psycopg.connect(desk.plant.dsn) as connection:
        connection.execute("delete from read_model.audit_entry where entity = 'zone'")
    desk.domain.answer = lambda _: Refused("teaching_goes_on", "wait")
    assert (await browser.ask(TEACH)).data["teachMachine"]["code"] == "teaching_goes_on"

    def obey(order: Order) -> Reply:
        assert isinstance(order.command, TeachMachine)
        return Accepted(write_down(desk, order.by, MachineTeachingAsked(PRESS, order.command.teaching_id, AT)))

    desk.domain.answer = obey
    assert (await browser.ask(TEACH)).data["teachMachine"]["lessons"] == [{"askedBy": "admin", "taught": None}]
    order = desk.domain.orders[-1]
    assert isinstance(order.command, TeachMachine)
    assert (order.command.zone_id, order.by) == ("press", "admin")
    assert order.person is not None, "the domain checks the right once more"
    states, aspects = (TaughtState(Aspect.GUARD, "open", 6),), (TaughtAspect(Aspect.GUARD, 1.0, 0.25),)
    write_down(desk, "teacher", MachineTaught(PRESS, order.command.teaching_id, "ab" * 32, 11, states, aspects))
    later = TeachingId(uuid4())
    write_down(desk, "boris", MachineTeachingAsked(PRESS, later, AT))
    write_down(desk, "teacher", MachineNotTaught(PRESS, later, TeachingFailure.TOO_FEW, "red", 2))
    failed, taught = (await album(browser))["lessons"]
    assert failed["askedBy"] == "boris"
    assert failed["failed"] == {"failure": "TOO_FEW", "state": "red", "pictures": 2}
    assert taught["taught"] == {
        "digest": "ab" * 32,
        "pictures": 11,
        "states": [{"aspect": "guard", "state": "open", "examples": 6}],
        "aspects": [{"aspect": "guard", "accuracy": 1.0, "cannotTell": 0.25}],
    }
    assert taught["failed"] is None


async def test_without_a_teacher_nothing_is_asked(gateway: Gateway) -> None:
    browser = await gateway.guard()
    assert (await browser.ask(TEACH)).data["teachMachine"]["code"] == "teaching_unavailable"
    assert await send(browser, picture(1)) == (503, "teaching_unavailable")
    assert gateway.domain.orders == []


def test_what_the_album_keeps_is_what_the_gateway_cuts(tmp_path: Path) -> None:
    png = crop_of_machine(picture(3, size=(2160, 3840)), (0.2, 0.2, 0.8, 0.9))
    Albums(tmp_path).add(PRESS, base64.b64encode(png).decode(), (), AT)
