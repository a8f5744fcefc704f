"""A camera of recordings has a state of its own: it is no camera that does not answer (R27, docs/adr/0020)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from nats.aio.client import Client

from domain.contracts.detections import FrameAnalysed, encode, to_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import ALL_VITALS, detections_subject
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.gateway.conftest import Browser, Gateway
from tests.gateway.plant import AT, CAMERA

QUERY = "{ cameras { id state analysedUntil fps stillUrl liveViews { url } } }"


async def archive(browser: Browser) -> dict[str, Any]:
    cameras = (await browser.ask(QUERY)).data["cameras"]
    return next(each for each in cameras if each["id"] == "arc-hall")


async def until_heard(gateway: Gateway, nc: Client) -> None:
    process = "archive.arc-hall"
    while gateway.services.vitals.fresh_one(process) is None:
        await nc.publish(ALL_VITALS.removesuffix(">") + process, b"")
        await nc.flush()


async def test_an_archive_says_until_when_it_was_analysed(gateway: Gateway, nats_server: NatsServer) -> None:
    gateway.plant.put_row("camera", **CAMERA | {"id": "arc-hall", "source": "archive:///records/hall", "position": 2})
    browser = await gateway.guard()
    nothing = {"id": "arc-hall", "state": "ARCHIVE", "analysedUntil": None, "fps": None}
    assert await archive(browser) == nothing | {"stillUrl": None, "liveViews": []}
    nc = await connect(nats_server.url("admin"), name="test")
    at_us = to_microseconds(AT)
    frame = FrameAnalysed(CameraId("arc-hall"), 1, at_us, 1280, 720, (), frames=5, last_captured_at_us=at_us + 400_000)
    end = replace(frame, frames=0, captured_at_us=at_us + 500_000, last_captured_at_us=at_us + 9_000_000)
    for told, until in ((frame, AT + timedelta(seconds=0.4)), (end, AT + timedelta(seconds=0.5))):
        await nc.jetstream().publish(detections_subject("arc-hall"), encode(told))
        assert (await archive(browser))["analysedUntil"] == until.isoformat(), "the silence after the end is no picture"
    await nc.jetstream().publish(detections_subject("arc-hall"), b"no frame")
    assert (await archive(browser))["analysedUntil"] is None
    await until_heard(gateway, nc)
    assert (await archive(browser))["state"] == "ANALYSING"
    await nc.close()


async def test_a_live_camera_has_no_such_time(gateway: Gateway) -> None:
    [camera] = (await (await gateway.guard()).ask(QUERY)).data["cameras"]
    assert (camera["state"], camera["analysedUntil"], len(camera["liveViews"])) == ("OFFLINE", None, 3)
