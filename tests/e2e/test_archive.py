"""A recording from the file to incidents with evidence, by the processes that `kaska analyse` starts (R27)."""

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import av
import pytest
from nats.aio.client import Client
from PIL import Image

from domain.contracts.detections import decode, from_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.subjects import DETECTIONS, detections_subject
from infra import objects
from infra.archive.plan import Plan, Progress, piece_of
from infra.archive.plant import KnownPlant, Wanted, WhichRules, archive_plant
from infra.archive.recordings import recordings_in
from infra.archive.session import analyse, complete, incidents_of
from infra.assets import fetch
from infra.demo.plant import DemoPlant
from infra.demo.registration import register
from infra.demo.videos import prepare
from infra.detectors import DetectorKind
from infra.embedded.child import Child
from infra.embedded.nats import ADMIN
from infra.embedded.postgres import PostgresServer
from infra.embedded.s3 import S3Server
from infra.keeping import Keeping
from infra.nats.bridge import connect
from infra.nats.direct import get_page
from infra.nats.streams import ensure_streams
from infra.settings import ProcessSettings
from infra.supervisor.environment import Surroundings
from tests.conftest import OwnNats

pytestmark = [pytest.mark.assets, pytest.mark.asyncio]

ARCHIVE = CameraId("arc-yard")
START = datetime.fromisoformat("2026-03-12T08:00:00+03:00")
PICTURES, FPS = 120, 10


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """The first twelve seconds of people who walk over a yard."""
    path = tmp_path / "yard.mp4"
    with av.open(str(prepare(lambda *_: None).yard)) as whole, av.open(str(path), "w") as part:
        stream = part.add_stream_from_template(whole.streams.video[0])
        for number, packet in enumerate(whole.demux(whole.streams.video[0])):
            if number < PICTURES and packet.size:
                packet.stream = stream
                part.mux(packet)
    return path


@pytest.fixture
async def at(tmp_path: Path, fresh_nats: Callable[[], OwnNats], s3: S3Server) -> AsyncIterator[Surroundings]:
    """A home in which only the domain service runs."""
    home = tmp_path / "home"
    surroundings = Surroundings(
        home=home,
        frames_dir=home / "frames",
        nats=fresh_nats().server,
        postgres=PostgresServer.of(home, 1),
        s3=s3,
        console_host="127.0.0.1",
        console_port=1,
        plant_tz="Europe/Moscow",
        detector=DetectorKind.OPENVINO,
        keeping=Keeping(),
    )
    fetch(surroundings.detector.weights, lambda *_: None)
    admin = await connect(surroundings.nats.url(ADMIN), name="test")
    await ensure_streams(admin.jetstream())
    await admin.close()
    domain = Child(await surroundings.domain()(), home)
    yield surroundings
    domain.stop()


@pytest.fixture
async def admin(at: Surroundings) -> AsyncIterator[Client]:
    client = await connect(at.nats.url(ADMIN), name="test")
    yield client
    await client.close()


async def registered(admin: Client, recording: Path) -> Plan:
    recordings = recordings_in(recording, START, "Europe/Moscow")
    end = START + timedelta(seconds=PICTURES / FPS)
    told = archive_plant(KnownPlant(), Wanted(ARCHIVE, None, WhichRules.THEN, START, end, "Архив", "archive:///yard"))
    await register(admin, DemoPlant((ARCHIVE,), told.commands), by="test")
    return Plan(ARCHIVE, tuple(map(piece_of, recordings)), 10.0, 640, False, False, told.closing_s)


async def interrupted(at: Surroundings, admin: Client, plan: Plan) -> None:
    """As Ctrl-C in the middle does."""
    is_half = asyncio.Event()

    def report(progress: Progress) -> None:
        if progress.captured_us > plan.pieces[0].start_us + 2_000_000:
            is_half.set()

    work = asyncio.create_task(analyse(at, admin, plan, report, lambda _: None))
    await asyncio.wait_for(is_half.wait(), 60)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


async def test_a_recording_becomes_incidents_with_photos_and_clips_also_after_an_interruption(
    at: Surroundings, admin: Client, recording: Path
) -> None:
    plan = await registered(admin, recording)
    await interrupted(at, admin, plan)
    steps: list[str] = []
    progress = await analyse(at, admin, plan, lambda _: None, steps.append)
    assert (progress.done, progress.damaged, steps) == (True, 0, ["rules", "evidence"])

    messages = (await get_page(admin, DETECTIONS, 1, 1000, detections_subject(ARCHIVE))).messages
    frames = [decode(ARCHIVE, message.data) for message in messages]
    assert sum(frame.frames for frame in frames) == PICTURES
    assert max(Counter(frame.captured_at_us for frame in frames).values()) == 1
    assert from_microseconds(frames[0].captured_at_us) == START

    incidents = await incidents_of(admin, ARCHIVE, 0)
    assert incidents
    assert all(complete(each) and "detections" in each.files for each in incidents), incidents
    settings = ProcessSettings.model_validate(
        {
            "home": at.home,
            "s3_endpoint": at.s3.endpoint,
            "s3_access_key": at.s3.access_key,
            "s3_secret_key": at.s3.secret_key,
        }
    )
    store = objects.client(settings)
    for each in incidents:
        opened_at = datetime.fromisoformat(each.opened_at)
        assert START < opened_at < START + timedelta(seconds=PICTURES / FPS)
        folder = f"incidents/2026/03/12/{each.id}"
        photo = store.get_object("kaska", f"{folder}/photo.jpg").read()
        assert Image.open(io.BytesIO(photo)).size == (768, 576)
        with av.open(io.BytesIO(store.get_object("kaska", f"{folder}/clip.mp4").read()), "r") as clip:
            assert 4 <= float(clip.duration or 0) / 1e6 <= 12
