"""Vehicles of a camera become facts about their plates: when they are looked at, what is told, and what never waits."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import ModelRef, ObjectClass
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.observations import PlateRead, decode_observation
from domain.contracts.subjects import OBSERVATIONS
from inference.detections import Tracks
from inference.errors import ModelUnusable
from inference.plates.at_once import PlatesAtOnce
from inference.plates.ballots import MOST_LOOKS
from inference.plates.desk import MOST_WAITING, PlateDesk, PlateOutbox
from inference.plates.finding import Reading
from inference.plates.stage import PlateOptions, PlateStage, cut_out
from inference.scene import NOTHING_SEEN
from infra.eventstore.envelope import TOPIC
from infra.frames import Pixels, SharedFrame
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.streams import check_streams, ensure_streams
from tests.conftest import OwnNats

START = 1_772_442_000_000_000
QUAD = np.zeros((4, 2), np.float32)
MODELS = (ModelRef("det", "ab" * 32), ModelRef("rec", "cd" * 32))


class Scripted:
    """Reads what it is told, one text a look. `gate` holds it back."""

    models = MODELS

    def __init__(self, *texts: str | None) -> None:
        self.texts = list(texts)
        self.seen: list[Pixels] = []
        self.gate = threading.Event()
        self.gate.set()

    def find(self, vehicle: Pixels) -> Reading | None:
        self.gate.wait(10)
        self.seen.append(vehicle)
        text = self.texts.pop(0) if self.texts else None
        return None if text is None else Reading(text, (0.9,) * len(text), QUAD)


class Camera:
    """Frames of one camera with one vehicle; what was told of it."""

    def __init__(self, finder: Scripted, options: PlateOptions | None = None) -> None:
        self.told: list[PlateRead] = []
        self.desk = PlateDesk(self.told.append, 30, CollectorRegistry(), lambda: finder)
        self.stage = PlateStage(self.desk, options or PlateOptions(interval_s=0.0), lambda: self.wanted)
        self.wanted, self.frames = True, 0

    def frame(self, *, code: int = ObjectClass.CAR, width: float = 200.0, track: int = 7, step_s: float = 0.1) -> None:
        self.frames += 1
        at = START + round(self.frames * step_s * 1e6)
        boxes = np.array([[100, 100, 100 + width, 250]], np.float32)
        tracks = Tracks(np.array([track]), boxes, np.array([0.9], np.float32), np.array([code], np.uint8))
        assert self.stage.observe(SharedFrame("gate", self.frames, at, PICTURE), tracks) is NOTHING_SEEN

    def empty(self, after_s: float = 10.0) -> None:
        nobody = Tracks(np.empty(0, np.int64), np.empty((0, 4), np.float32), np.empty(0, np.float32), CODES)
        at = START + round((self.frames * 0.1 + after_s) * 1e6)
        self.stage.observe(SharedFrame("gate", 99, at, PICTURE), nobody)

    def close(self) -> None:
        self.desk.close()


PICTURE = np.full((720, 1280, 3), 80, np.uint8)
CODES = np.empty(0, np.uint8)


def until(met: Callable[[], object], within_s: float = 5.0) -> None:
    end = time.monotonic() + within_s
    while not met():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def test_three_equal_readings_are_enough_and_are_told_at_once() -> None:
    finder = Scripted("A123BC77", "A123BC77", "A123BC77", "X999XX99")
    camera = Camera(finder)
    camera.desk.start()
    with closing(camera):
        for _ in range(3):
            camera.frame()
        until(lambda: camera.told)
        camera.frame()
        camera.empty()
    assert len(finder.seen) == 3, "its plate is known: the vehicle is not looked at again"
    [fact] = camera.told
    assert (fact.camera_id, fact.track_id, fact.number, fact.region) == ("gate", 7, "А123ВС77", "77")
    assert (fact.readings, fact.models, fact.first.timestamp()) == (3, MODELS, START / 1e6 + 0.1)
    assert fact.picture is not None
    assert timedelta(days=29) < fact.keep_until - datetime.now(UTC) <= timedelta(days=30)


def test_two_readings_are_told_when_the_vehicle_has_gone() -> None:
    camera = Camera(Scripted("A123BC77", None, "A128BC77", "A123BC77", None))
    camera.desk.start()
    with closing(camera):
        for _ in range(4):
            camera.frame()
        camera.empty(after_s=1.0)
        time.sleep(0.1)
        assert camera.told == [], "it may come back"
        camera.empty()
        until(lambda: camera.told)
    assert [(fact.number, fact.readings) for fact in camera.told] == [("А123ВС77", 3)]


@pytest.mark.parametrize("texts", [("WOBVW4K4", "WOBVW4K4"), (None, None, None), ("KASKA24", "TAXI2424", "R2D2XYZ")])
def test_what_may_be_noise_is_not_told(texts: tuple[str | None, ...]) -> None:
    camera = Camera(Scripted(*texts))
    camera.desk.start()
    with closing(camera):
        for _ in texts:
            camera.frame()
    assert camera.told == []


def test_whom_the_camera_does_not_ask_for_is_not_looked_at() -> None:
    finder = Scripted()
    camera = Camera(finder, PlateOptions(min_vehicle_px=150, interval_s=1.0))
    camera.desk.start()
    with closing(camera):
        camera.frame(code=ObjectClass.PERSON)
        camera.frame(code=ObjectClass.BICYCLE)
        camera.frame(width=149.0)
        camera.wanted = False
        camera.frame()
        camera.wanted = True
        for _ in range(9):
            camera.frame()
        camera.frame(code=ObjectClass.MOTORCYCLE, width=80.0, track=8)
    assert [picture.shape[1] for picture in finder.seen] == [241, 97], "one look in a second, a motorcycle is narrow"


def test_looks_at_one_vehicle_grow_rare_and_end() -> None:
    finder = Scripted()
    camera = Camera(finder, PlateOptions(interval_s=0.1))
    camera.desk.start()
    with closing(camera):
        for n in range(1200):
            camera.frame(step_s=0.1)
            if n % 5 == 0:
                time.sleep(0.001)
        until(lambda: not camera.desk.wants(("gate", 7)))
    assert 40 <= len(finder.seen) <= MOST_LOOKS


def test_a_slow_reader_drops_the_oldest_and_nobody_waits() -> None:
    finder = Scripted(*["A123BC77"] * 100)
    finder.gate.clear()
    camera = Camera(finder)
    camera.desk.start()
    started = time.monotonic()
    for _ in range(100):
        camera.frame()
    assert time.monotonic() - started < 30.0
    assert camera.desk.dropped._value.get() >= 100 - MOST_WAITING - 1
    finder.gate.set()
    camera.close()
    assert camera.told, "what was kept is read before the end"


def test_without_the_models_the_camera_goes_on_and_they_are_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.plates.box.AGAIN_S", 0.0)
    finder, tries = Scripted("A123BC77", "A123BC77"), []

    def make() -> Scripted:
        tries.append(1)
        if len(tries) < 3:
            raise ModelUnusable("the registry is away")
        return finder

    camera = Camera(finder)
    camera.desk = PlateDesk(camera.told.append, 30, CollectorRegistry(), make)
    camera.stage = PlateStage(camera.desk, PlateOptions(interval_s=0.0))
    camera.desk.start()
    with closing(camera):
        for _ in range(4):
            camera.frame()
            until(lambda: not camera.desk._looks)
    assert len(tries) == 3
    assert [fact.number for fact in camera.told] == ["А123ВС77"]


def test_recordings_are_read_at_once_and_without_models_that_is_known() -> None:
    told: list[PlateRead] = []
    finder = Scripted("A123BC77", None, "A123BC77")
    at_once = PlatesAtOnce(told.append, 30, CollectorRegistry(), lambda: finder)
    camera = Camera(Scripted())
    camera.stage = PlateStage(at_once, PlateOptions(interval_s=0.0))
    for _ in range(3):
        camera.frame()
    assert (len(finder.seen), told) == (3, []), "it may be seen better yet"
    camera.empty()
    assert [(fact.number, fact.readings) for fact in told] == [("А123ВС77", 2)]
    assert not at_once.is_without_models

    def none() -> Scripted:
        raise ModelUnusable("the registry is away")

    without = PlatesAtOnce(told.append, 30, CollectorRegistry(), none)
    assert not without.is_without_models, "no vehicle came"
    camera.stage = PlateStage(without, PlateOptions(interval_s=0.0))
    camera.frame()
    without.close()
    assert (without.is_without_models, len(told)) == (True, 1)


@pytest.mark.parametrize("margin", [0.0, 0.1, 5.0])
def test_R197_a_box_is_cut_out_with_room_around_it(margin: float) -> None:
    pixels = np.arange(100 * 200 * 3, dtype=np.uint32).astype(np.uint8).reshape(100, 200, 3)
    box = np.array([40, 20, 80, 40], np.float32)
    picture = cut_out(pixels, box, margin)
    expected = {0.0: (21, 41), 0.1: (25, 49), 5.0: (100, 200)}[margin]
    assert picture.shape[:2] == expected
    pixels[:] = 0
    assert picture.any(), "the frame may go while the picture waits"


FACT = PlateRead(
    *(CameraId("gate"), TrackId(7), datetime.now(UTC), datetime.now(UTC), "A123BC77", "А123ВС77", None, "77"),
    score=0.9,
    readings=3,
    models=MODELS,
    keep_until=datetime.now(UTC) + timedelta(days=30),
)


@pytest.fixture
def own(fresh_nats: Callable[[], OwnNats]) -> Iterator[tuple[Bridge, Bridge]]:
    """The administrator, and inference with the rights that it has."""
    server = fresh_nats()
    with closing(Bridge(server.url("admin"), name="test")) as admin:
        admin.run(ensure_streams(admin.js))
        assert admin.run(check_streams(admin.js)) == []
        with closing(Bridge(server.url("inference"), name="inference")) as inference:
            yield admin, inference


def test_what_the_server_did_not_take_is_told_when_it_is_back(
    fresh_nats: Callable[[], OwnNats], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.plates.desk.PATIENCE_S", 0.2)
    monkeypatch.setattr("inference.plates.desk.TURN_S", 0.1)
    server = fresh_nats()
    with (
        closing(Bridge(server.url("admin"), name="test")) as admin,
        closing(Bridge(server.url("inference"), name="inference")) as inference,
    ):
        outbox = PlateOutbox(inference)
        outbox.put(FACT)  # there is no stream yet
        desk = PlateDesk(outbox.put, 30, CollectorRegistry(), Scripted, idle=outbox.flush)
        desk.start()
        admin.run(ensure_streams(admin.js))

        def stored() -> int:
            return len(admin.run(get_page(admin.nc, OBSERVATIONS, 1, 10, "obs.gate.plate")).messages)

        until(lambda: stored() == 1, 15.0)
        desk.close()
        assert stored() == 1


def test_a_plate_goes_from_the_stream_when_its_time_is_over(own: tuple[Bridge, Bridge]) -> None:
    admin, inference = own
    outbox = PlateOutbox(inference)
    brief = datetime.now(UTC) + timedelta(seconds=1)
    outbox.put(FACT)
    outbox.put(
        PlateRead(**{name: getattr(FACT, name) for name in FACT.__slots__} | {"readings": 4, "keep_until": brief})
    )

    def kept() -> list[PlateRead]:
        page = admin.run(get_page(admin.nc, OBSERVATIONS, 1, 10, "obs.gate.plate"))
        return [decode_observation(m.headers[TOPIC], m.data) for m in page.messages]  # type: ignore[misc]

    assert [fact.readings for fact in kept()] == [3, 4]
    until(lambda: len(kept()) == 1, 6.0)
    assert kept() == [FACT]
    state = json.loads(admin.run(admin.nc.request(f"$JS.API.STREAM.INFO.{OBSERVATIONS}")).data)["state"]
    assert (state["last_seq"], state["messages"]) == (2, 1), "the sequence goes on: no position is used twice"
