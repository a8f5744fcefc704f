"""Score and box over time, read from DETECTIONS by the range that an incident cites."""

from dataclasses import replace
from datetime import timedelta

from nats.aio.client import Client

from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    FrameAnalysed,
    ObjectClass,
    TrackObservation,
    encode,
    to_microseconds,
)
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.subjects import detections_subject
from infra.embedded.nats import NatsServer
from infra.nats.bridge import connect
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, INCIDENT, TRACK

QUERY = "query ($id: ID!) { incident(id: $id) { track { at score evidence box sequence } } }"


def frame(n: int, *tracks: TrackObservation, camera: str = "gate") -> bytes:
    at = to_microseconds(AT + timedelta(seconds=n))
    return encode(FrameAnalysed(CameraId(camera), n, at, 1280, 720, (), tracks))


def person(score: float, track: int = TRACK, absent: float | None = None) -> TrackObservation:
    worn = () if absent is None else (AttributeScore(Attribute.HELMET, 1 - absent, absent),)
    return TrackObservation(TrackId(track), ObjectClass.PERSON, score, (0.25, 0.5, 0.75, 1.0), worn)


async def publish(nc: Client, *payloads: bytes, camera: str = "gate") -> list[int]:
    js = nc.jetstream()
    return [(await js.publish(detections_subject(camera), data)).seq for data in payloads]


async def test_the_track_is_that_of_the_incident_within_its_range(gateway: Gateway, nats_server: NatsServer) -> None:
    nc = await connect(nats_server.url("admin"), name="test")
    await publish(nc, frame(0, person(0.1)))
    first, *_ = await publish(nc, frame(1, person(0.5), person(0.9, TRACK + 1)), frame(2))
    await publish(nc, frame(2, person(0.99), camera="yard"), camera="yard")
    *_, last = await publish(nc, b"not a frame", frame(3, person(0.75)))
    await publish(nc, frame(4, person(0.2)))
    await nc.close()
    gateway.plant.put(replace(INCIDENT, detections_from=first, detections_to=last))
    browser = await gateway.guard()
    track = (await browser.ask(QUERY, id=str(INCIDENT.id))).data["incident"]["track"]
    assert [(p["at"], round(p["score"], 3), p["sequence"]) for p in track] == [
        ("2026-03-02T09:30:01+00:00", 0.5, first),
        ("2026-03-02T09:30:03+00:00", 0.75, last),
    ]
    assert track[0]["evidence"] == track[0]["score"]


async def test_for_a_missing_helmet_the_evidence_is_its_absence(gateway: Gateway, nats_server: NatsServer) -> None:
    nc = await connect(nats_server.url("admin"), name="test")
    sequences = await publish(
        nc, frame(1, person(0.9, absent=0.8)), frame(2, person(0.9, absent=0.2)), frame(3, person(0.9))
    )
    await nc.close()
    gateway.plant.put(replace(INCIDENT, kind="no_helmet", detections_from=sequences[0], detections_to=sequences[-1]))
    browser = await gateway.guard()
    track = (await browser.ask(QUERY, id=str(INCIDENT.id))).data["incident"]["track"]
    assert [p["evidence"] for p in track] == [0.8, 0.0, None]


async def test_for_a_machine_the_evidence_is_the_state_that_it_shows(gateway: Gateway, nats_server: NatsServer) -> None:
    def lathe(guard: float, red: float) -> TrackObservation:
        shown = (AttributeScore(Attribute.GUARD_OPEN, guard, 1 - guard), AttributeScore(Attribute.LAMP_RED, red, red))
        return TrackObservation(TrackId(TRACK), ObjectClass.MACHINE, 1.0, (0.1, 0.1, 0.4, 0.4), shown)

    nc = await connect(nats_server.url("admin"), name="test")
    sequences = await publish(nc, frame(1, lathe(0.9, 0.0)), frame(2, lathe(0.2, 0.0)), frame(3, lathe(0.5, 0.0)))
    await nc.close()
    browser = await gateway.guard()
    for kind, evidence in (("guard_open", [0.9, 0.2, None]), ("lamp", [None] * 3), ("unattended_machine", [None] * 3)):
        gateway.plant.put(replace(INCIDENT, kind=kind, detections_from=sequences[0], detections_to=sequences[-1]))
        track = (await browser.ask(QUERY, id=str(INCIDENT.id))).data["incident"]["track"]
        assert [p["evidence"] for p in track] == evidence


async def test_a_range_that_is_gone_gives_no_points(gateway: Gateway) -> None:
    gateway.plant.put(replace(INCIDENT, detections_from=10**9, detections_to=10**9 + 5))
    browser = await gateway.guard()
    assert (await browser.ask(QUERY, id=str(INCIDENT.id))).data["incident"]["track"] == []


async def test_a_long_track_is_thinned_to_2000_points(gateway: Gateway, nats_server: NatsServer) -> None:
    nc = await connect(nats_server.url("admin"), name="test")
    js = nc.jetstream()
    first = (await publish(nc, frame(0, person(0.5))))[0]
    for start in range(0, 4200, 200):
        futures = [await js.publish_async("det.gate", frame(start + n, person(0.5))) for n in range(200)]
        last = [(await f).seq for f in futures][-1]
    await nc.close()
    gateway.plant.put(replace(INCIDENT, detections_from=first, detections_to=last))
    browser = await gateway.guard()
    track = (await browser.ask(QUERY, id=str(INCIDENT.id))).data["incident"]["track"]
    assert 1000 < len(track) <= 2000
    assert track[0]["sequence"] == first
