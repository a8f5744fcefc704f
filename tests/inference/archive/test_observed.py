"""Plates and faces of recordings: told once under the numbers of DETECTIONS, and a second analysis tells the same."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed, ModelRef, ObjectClass, TrackObservation, decode
from domain.contracts.identifiers import MACHINE_TRACKS, CameraId, TrackId, user_id
from domain.contracts.observations import FaceMatched, PlateRead, decode_observation
from domain.contracts.subjects import DETECTIONS, OBSERVATIONS, detections_subject
from inference.archive.looking import Looking
from inference.archive.observed import Observed
from inference.archive.pictures import Pictures
from inference.archive.resuming import WARM_US, Known, Renaming, read_known
from inference.archive.run import ArchiveRun, ahead
from inference.attention import Attention
from inference.detections import Detections
from inference.faces.at_once import FacesAtOnce
from inference.faces.matcher import FaceMatch
from inference.faces.stage import FaceStage
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.plates.at_once import PlatesAtOnce
from inference.plates.finding import Reading
from inference.plates.stage import PlateOptions, PlateStage
from inference.publisher import Publisher
from inference.settings import InferenceSettings
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.identity import first_id
from inference.zones import ZoneFacts
from infra.archive.plan import Plan
from infra.eventstore.envelope import MESSAGE_ID, TOPIC
from infra.frames import Pixels
from infra.nats.batch import Outgoing
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.streams import ensure_streams
from infra.observing import observation_message
from tests.conftest import OwnNats
from tests.inference.archive.test_archive import BrightBlobs, plan_of, walk
from tests.inference.samples import ScriptedResult

__all__ = ["walk"]

MODELS = (ModelRef("det", "ab" * 32), ModelRef("rec", "cd" * 32))
ANNA = user_id("local", "anna")


class CarsAndPeople(BrightBlobs):
    """What is bright in the upper half is a car, below it is a person."""

    def submit(self, pixels: Pixels, size: tuple[int, int] | None = None) -> ScriptedResult:
        found = super().submit(pixels, size).result()
        is_below = found.boxes[:, 1] > 90
        codes = np.where(is_below, ObjectClass.PERSON, ObjectClass.CAR).astype(np.uint8)
        return ScriptedResult(Detections(found.boxes, found.scores, codes))


class Plate:
    """Reads the car's plate, never the same twice as surely."""

    models = MODELS

    def __init__(self) -> None:
        self.looks = 0

    def find(self, vehicle: Pixels) -> Reading | None:
        self.looks += 1
        score = 0.8 + float(vehicle.mean()) / 2550
        return Reading("A123BC77", (score,) * 8, np.zeros((4, 2), np.float32))


class Anna:
    def match(self, crop: Pixels) -> FaceMatch | None:
        return FaceMatch(ANNA, float(crop.mean()) / 255, MODELS)

    def close(self) -> None:
        pass


@pytest.fixture
def server(fresh_nats: Callable[[], OwnNats]) -> OwnNats:
    server = fresh_nats()
    with closing(Bridge(server.url(), name="test-admin")) as admin:
        admin.run(ensure_streams(admin.js))
    return server


@pytest.fixture
def bridges(server: OwnNats) -> Iterator[tuple[Bridge, Bridge]]:
    """With the rights of an archive's analysis and of the faces module, and no more."""
    with (
        closing(Bridge(server.url("archive"), name="test-archive")) as own,
        closing(Bridge(server.url("faces"), name="test-faces")) as faces,
    ):
        yield own, faces


def analyse(bridges: tuple[Bridge, Bridge], plan: Plan, until: int | None = None) -> None:
    """Up to so many pictures, and is then as good as killed; otherwise to the end."""
    bridge, faces_bridge = bridges
    known = read_known(bridge, plan.camera_id)
    tracking, registry = TrackOptions(nominal_fps=plan.target_fps), CollectorRegistry()
    observed = Observed()
    plates = PlatesAtOnce(observed.teller(bridge), 30, registry, Plate)
    faces = FacesAtOnce(Anna(), observed.teller(faces_bridge), registry, timedelta(days=30))
    pipeline = CameraPipeline(
        CarsAndPeople(),
        ByteTrack(plan.pieces[0].start_us // 1_000_000 if known is None else known.next_start_s, tracking),
        Metrics(registry),
        attention=Attention(tracking.new_score),
        scenes=(PlateStage(plates, PlateOptions(min_vehicle_px=20.0)), FaceStage(faces, 40.0, 0.5)),
    )
    publisher = Publisher(bridge, Metrics(CollectorRegistry()), batch_s=0.02, limit=500)
    run = ArchiveRun(pipeline, publisher, Renaming(known) if known else None, lambda _: None, observed)
    for picture in islice(ahead(Pictures(plan, known.until_us - WARM_US if known else 0)), until):
        run.take(picture)
    if until is None:
        plates.close()
        assert run.finish(4.0) == 0
    assert publisher.close() == 0


def facts(server: OwnNats, camera: str) -> list[PlateRead | FaceMatched]:
    """What OBSERVATIONS hold, as of one camera and kept for ever: only these two are not of the recording."""
    with closing(Bridge(server.url(), name="test-admin")) as admin:
        page = admin.run(get_page(admin.nc, OBSERVATIONS, 1, 100, f"obs.{camera}.>"))
    found = [decode_observation(message.headers[TOPIC], message.data) for message in page.messages]
    own = [each for each in found if isinstance(each, PlateRead | FaceMatched)]
    now = datetime.now(UTC)
    assert all(timedelta(days=29) < each.keep_until - now <= timedelta(days=30) for each in own), "from now on"
    return [replace(each, camera_id=CameraId("one"), keep_until=now.max.replace(tzinfo=UTC)) for each in own]


def as_long_after(fact: PlateRead | FaceMatched) -> Outgoing:
    """The server knows a repeat by its message id for two minutes only."""
    message = observation_message(fact)
    return replace(message, headers={name: value for name, value in message.headers.items() if name != MESSAGE_ID})


def tracks(bridge: Bridge, camera: str) -> set[TrackId]:
    messages = bridge.run(get_page(bridge.nc, DETECTIONS, 1, 1000, detections_subject(camera))).messages
    return {track.track_id for message in messages for track in decode(CameraId(camera), message.data).tracks}


def test_the_same_recording_tells_the_same_plates_and_faces(
    server: OwnNats, bridges: tuple[Bridge, Bridge], walk: Path
) -> None:
    for camera in ("first", "second"):
        analyse(bridges, plan_of(camera, walk))
    first, second = facts(server, "first"), facts(server, "second")
    assert [type(each) for each in first] == [PlateRead, FaceMatched]
    assert first == second
    assert {each.track_id for each in first} == tracks(bridges[0], "first")


@pytest.mark.parametrize("cut", [30, 57, 62])
def test_an_interruption_tells_no_plate_and_no_face_twice(
    server: OwnNats, bridges: tuple[Bridge, Bridge], walk: Path, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.archive.observed.observation_message", as_long_after)
    analyse(bridges, plan_of("killed", walk), cut)
    analyse(bridges, plan_of("killed", walk))
    found = facts(server, "killed")
    assert [type(each) for each in found] == [PlateRead, FaceMatched]
    assert {each.track_id for each in found} == tracks(bridges[0], "killed"), "by the numbers of DETECTIONS"


def test_what_was_told_is_not_told_again_and_what_is_new_gets_the_known_number(bridges: tuple[Bridge, Bridge]) -> None:
    """The tracker calls the car 9 now; DETECTIONS know it as 4."""
    camera = CameraId("renamed")
    box = (0.1, 0.1, 0.4, 0.4)

    def frame(at_us: int, track: int) -> FrameAnalysed:
        car = TrackObservation(TrackId(track), ObjectClass.CAR, 0.9, box)
        return FrameAnalysed(camera, at_us // 1000, at_us, 640, 360, MODELS[:1], (car,), last_captured_at_us=at_us)

    renaming = Renaming(Known(2_000_000, (frame(1_000_000, 4), frame(2_000_000, 4)), is_closed=False))
    assert renaming.name(TrackId(9)) == 9
    renaming.compare(frame(1_000_000, 9))
    renaming.compare(frame(2_000_000, 9))
    assert [track.track_id for track in renaming.renamed(frame(3_000_000, 9)).tracks] == [4]
    assert (renaming.name(TrackId(9)), renaming.name(TrackId(8))) == (4, 8)


def test_no_tracker_of_a_later_run_starts_like_one_of_an_earlier_run() -> None:
    """Weapons have a tracker of their own, which starts a second later; machines have numbers beyond all others."""

    def frame(*numbers: int) -> FrameAnalysed:
        seen = (TrackObservation(TrackId(n), ObjectClass.PERSON, 0.9, (0.1, 0.1, 0.4, 0.4)) for n in numbers)
        return FrameAnalysed(CameraId("x"), 1, 900_000_000, 640, 360, (), tuple(seen), last_captured_at_us=900_000_000)

    known = Known(
        900_500_000, (frame(first_id(900) + 3, first_id(901), first_id(903), MACHINE_TRACKS + 5),), is_closed=False
    )
    assert known.next_start_s == 904


def test_an_archive_is_looked_at_by_the_same_stages_as_a_live_camera(
    server: OwnNats, bridges: tuple[Bridge, Bridge], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge, _ = bridges
    settings = InferenceSettings(home=tmp_path, nats_url=server.url("archive"))
    plan = replace(plan_of("arc-gate", tmp_path / "one.mp4"), like="gate")

    def stages(plan: Plan) -> list[str]:
        with (
            closing(ZoneFacts(bridge)) as zones,
            closing(Looking(settings, plan, bridge, zones, CollectorRegistry())) as at,
        ):
            at.finish()
            assert at.lacking == ()
            return [type(stage).__name__ for stage in at.stages]

    monkeypatch.setenv("KASKA_FACES", "off")
    assert stages(plan) == ["ObjectStage", "MachineStage"]
    assert stages(replace(plan, plates=True)) == ["ObjectStage", "MachineStage", "PlateStage"]
    monkeypatch.setenv("KASKA_HOME", str(tmp_path))
    monkeypatch.setenv("KASKA_FACES", "service")
    monkeypatch.setenv("KASKA_FACES_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("KASKA_FACES_NATS_URL", server.url("faces"))
    monkeypatch.setenv("KASKA_FACES_CAMERAS", "gate")
    assert stages(plan) == ["ObjectStage", "MachineStage", "FaceStage"], "a recording of a camera that was named"
    assert stages(replace(plan, like="yard")) == ["ObjectStage", "MachineStage"], "and of no other"
