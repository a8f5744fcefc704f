"""From pixels to the register: a bus with a Russian plate drives over a gate's line, and its row has the number."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import from_microseconds
from domain.contracts.events import ZoneDrawn
from domain.contracts.identifiers import CameraId, ZoneId
from domain.contracts.plant import DirectionLine
from domain.rules.visits import Found, VisitFold
from domain.service.observing import ObservationOutbox
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.plates.desk import PlateDesk, PlateOutbox
from inference.plates.stage import PlateOptions, PlateStage
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.assets import fetch
from infra.detectors import DetectorKind
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from infra.frames import SharedFrame
from infra.nats.bridge import Bridge
from projections.database import connect
from projections.follower import make_tables
from projections.observations import VehiclePassages, ZoneVisits
from projections.plates import Plates
from projections.views import make_views
from tests.conftest import OwnNats
from tests.inference.plates.drawn import Picture, one_line
from tests.projections.tables import drop_tables
from tests.projections.test_observations import Scene

FPS, STEP_PX, FRAMES = 5, 34, 20
GATE = CameraId("gate")
START_US = 1_772_442_000_000_000
LANE = ZoneDrawn(
    *(ZoneId("lane"), 1, GATE, "Въезд"),
    polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),
    effective_from=datetime(2026, 1, 1, tzinfo=UTC),
    gate=True,
    line=DirectionLine((0.5, 1.0), (0.5, 0.0)),
)


def drive() -> Iterator[SharedFrame]:
    """A bus from the left to the right, with a plate of its own and much else to read on it; then an empty yard."""
    photograph = cv2.imread(str(fetch("bus.jpg")))
    assert photograph is not None
    plate = cv2.resize(one_line("К905МХ", "777"), (150, 32), interpolation=cv2.INTER_AREA)
    photograph[622:654, 400:550] = plate
    bus = cv2.resize(photograph[150:800], None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    height, width = bus.shape[:2]
    for number in range(FRAMES + 3):
        picture: Picture = np.full((720, 1280, 3), 105, np.uint8)
        left = number * STEP_PX
        if number < FRAMES:
            picture[150 : 150 + height, left : left + width] = bus[:, : 1280 - left]
        pause = 0 if number < FRAMES else 10_000_000
        yield SharedFrame(GATE, number, START_US + number * 1_000_000 // FPS + pause, picture)


def looked_at(desk: PlateDesk) -> list[Found]:
    """Detection, tracking, plates, and the fold of the visits over what became of each frame."""
    pipeline = CameraPipeline(
        create(DetectorKind.OPENVINO, YoloOptions(threads=1)),
        ByteTrack(START_US // 1_000_000, TrackOptions(nominal_fps=FPS)),
        Metrics(CollectorRegistry()),
        scenes=(PlateStage(desk, PlateOptions()),),
    )
    fold, zones, found = VisitFold(), (LANE,), list[Found]()
    for number, frame in enumerate(drive(), 1):
        found += fold.observe(pipeline.finish(pipeline.begin(frame)), number, zones)
    return found


@pytest.fixture
def server(fresh_nats: Callable[[], OwnNats]) -> OwnNats:
    return fresh_nats()


@pytest.fixture
def scene(server: OwnNats, postgres: PostgresServer) -> Iterator[Scene]:
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        drop_tables(connection)
        make_tables(connection)
        make_views(connection)
    with closing(Scene(server, dsn)) as scene:
        yield scene


def test_a_bus_comes_and_its_number_stands_in_the_register(server: OwnNats, scene: Scene) -> None:
    with (
        closing(Bridge(server.url("inference"), name="inference")) as inference,
        closing(Bridge(server.url("domain"), name="domain")) as domain,
    ):
        desk = PlateDesk(PlateOutbox(inference).put, 30, CollectorRegistry())
        desk.start()
        found = looked_at(desk)
        desk.close(60)
        outbox = ObservationOutbox(domain, 0)
        for each in found:
            outbox.put(each)
        outbox.flush()
        assert outbox.is_empty
    scene.follow(Plates(), ZoneVisits(), VehiclePassages())
    shown = scene.rows(
        "analytics.vehicle_plates v join analytics.vehicle_passages p on p.id = v.passage_id",
        "v.number, v.format, v.region, p.direction, p.object_class, v.readings >= 3, v.score > 0.7, v.keep_until",
    )
    assert [row[:-1] for row in shown] == [("К905МХ777", "car", "777", "in", "bus", True, True)]
    assert timedelta(days=29) < shown[0][-1] - datetime.now(UTC) < timedelta(days=31)
    [(camera, entered, picture)] = scene.rows(
        "vehicle_passage p join plate_read r using (camera_id, track_id)", "camera_id, p.entered_at, r.picture"
    )
    assert camera == GATE
    assert entered - from_microseconds(START_US) < timedelta(seconds=2)
    assert picture.startswith("/9j/"), "a JPEG of the bus is kept with it"
