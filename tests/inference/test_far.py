"""Far zones: which tiles a frame has, and that who was found in one is not erased by looks at the usual scale."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed
from domain.contracts.events import Envelope, Event
from domain.contracts.identifiers import CommandId
from domain.contracts.plant import Polygon, RuleKind
from inference.attention import Attention
from inference.detections import nothing
from inference.detectors.options import PARTS
from inference.far import FAR_KINDS, MOST, FarZones, Zone, tiles_of
from inference.metrics import Metrics
from inference.parts import Part, Size
from inference.pipeline import CameraPipeline
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.zones import ZoneBook
from infra.frames import Pixels, SharedFrame
from tests.domain.samples import T0, danger_rule
from tests.domain.samples import zone as a_zone
from tests.inference.samples import MODEL, START_US, ScriptedResult, detections

WIDTH, HEIGHT = WIDE = (1280, 720)
INPUTS: tuple[Size, ...] = ((640, 384), *PARTS)
FRAME_US = 100_000
ACROSS, HIGH = 12, 24
RNG = np.random.default_rng(3)
GROUND = np.kron(RNG.integers(60, 180, (72, 128, 3)), np.ones((10, 10, 1))).astype(np.uint8)
CLOTHES = np.kron(RNG.integers(0, 255, (6, 3, 3)), np.ones((4, 4, 1))).astype(np.uint8)


@dataclass(frozen=True)
class Drawn:
    polygon: Polygon


def zone(left: float, top: float, right: float, bottom: float, frame: Size = WIDE) -> Drawn:
    """A rectangle in pixels of the frame."""
    x1, y1, x2, y2 = left / frame[0], top / frame[1], right / frame[0], bottom / frame[1]
    return Drawn(((x1, y1), (x2, y1), (x2, y2), (x1, y2)))


GATE = zone(600, 300, 720, 360)


def tiles(*zones: Drawn, frame: Size = WIDE) -> tuple[Part, ...]:
    return tiles_of([each.polygon for each in zones], frame, INPUTS)


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.array([[left, top, right, bottom]], np.float32)


def test_a_tile_shows_whoever_stands_on_the_zones_edge_and_enlarges() -> None:
    [tile] = tiles(GATE)
    for standing in ((590, 252, 610, 300), (710, 252, 730, 300), (590, 312, 610, 365), (710, 312, 730, 365)):
        assert tile.covers(box(*standing)).all()
    assert tile.size in PARTS
    assert 1.0 <= tile.size[0] / tile.width <= MOST


@pytest.mark.parametrize(
    ("far", "size", "scale"),
    [
        (zone(600, 300, 610, 310), (192, 192), 2.0),
        (zone(600, 300, 660, 340), (192, 192), 1.7),
        (zone(600, 300, 800, 330), (384, 256), 1.5),
        (zone(600, 300, 900, 400), (384, 256), 1.1),
    ],
)
def test_the_smallest_input_that_enlarges_enough_or_the_one_that_enlarges_most(
    far: Drawn, size: Size, scale: float
) -> None:
    [tile] = tiles(far)
    assert tile.size == size
    assert tile.size[0] / tile.width == pytest.approx(scale, abs=0.1)
    assert tile.size[1] / tile.height == pytest.approx(tile.size[0] / tile.width, rel=0.03)


def test_no_tile_for_a_large_zone_nor_for_a_frame_that_is_not_wide() -> None:
    assert tiles(zone(100, 100, 700, 400)) == ()
    for frame in ((640, 360), (960, 540)):
        assert tiles(zone(300, 200, 330, 220, frame), frame=frame) == ()
    assert len(tiles(zone(300, 200, 330, 220, (1920, 1080)), frame=(1920, 1080))) == 1


def test_a_tile_stays_inside_the_frame_and_zones_side_by_side_share_one() -> None:
    for corner in (zone(0, 0, 40, 30), zone(1240, 690, 1280, 720)):
        [tile] = tiles(corner)
        assert (tile.left >= 0, tile.top >= 0, tile.right <= WIDTH, tile.bottom <= HEIGHT) == (True,) * 4
    assert len(tiles(GATE, zone(620, 310, 700, 350))) == 1
    assert len(tiles(GATE, zone(100, 310, 150, 350))) == 2


def test_zones_count_whose_rules_look_at_what_the_detector_finds() -> None:
    book, camera = ZoneBook(), a_zone().camera_id

    def told(*events: Event) -> tuple[Part, ...]:
        for event in events:
            book.apply(Envelope(T0, "anna", CommandId("c-1"), event))
        return tiles_of([each.polygon for each in book.zones(camera, FAR_KINDS)], WIDE, INPUTS)

    [first] = told(a_zone(GATE.polygon), replace(danger_rule(), kind=RuleKind.LOITERING))
    [second] = told(a_zone(zone(100, 300, 150, 330).polygon, version=2))
    assert first.left > second.right
    assert told(replace(danger_rule(), kind=RuleKind.LAMP)) == ()


def test_a_look_at_the_usual_scale_says_nothing_of_a_tile() -> None:
    [tile] = tiles(GATE)
    whole = Part(0, 0, *WIDE, INPUTS[0], (tile,))
    assert whole.is_all_of(WIDE)
    assert not whole.covers(box(650, 310, 662, 334)).any()
    assert whole.covers(box(100, 310, 112, 334)).all()
    assert whole.covers(box(560, 100, 760, 600)).all(), "who stands before it is larger than the tile"


class Nearsighted:
    """A detector that finds people by their clothes, if it is not shown less than the picture's own pixels."""

    model = MODEL
    depth = 1
    inputs = INPUTS

    def submit(self, pixels: Pixels, size: Size | None = None) -> ScriptedResult:
        if (size or INPUTS[0])[0] < pixels.shape[1]:
            return ScriptedResult(nothing())
        unlike = cv2.matchTemplate(pixels, CLOTHES, cv2.TM_SQDIFF_NORMED)
        rows = [((float(x), float(y), float(x + ACROSS), float(y + HIGH)), 0.8) for y, x in np.argwhere(unlike < 0.02)]
        return ScriptedResult(detections(*rows) if rows else nothing())


class Road:
    """One camera; people are 12x24 pixels, given by their left edge, and stand at the height of GATE."""

    def __init__(self, *zones: Drawn) -> None:
        self.zones: Sequence[Zone] = zones
        self.registry = CollectorRegistry()
        options = TrackOptions()
        self.pipeline = CameraPipeline(
            Nearsighted(),
            ByteTrack(START_US // 1_000_000, options),
            Metrics(self.registry),
            attention=Attention(options.new_score, inputs=INPUTS, zones=lambda: self.zones),
        )
        self.number = 0

    def show(self, *people: int) -> FrameAnalysed:
        self.number += 1
        shown = GROUND.copy()
        for x in people:
            shown[320 : 320 + HIGH, x : x + ACROSS] = CLOTHES
        frame = SharedFrame("road", self.number, START_US + self.number * FRAME_US, shown)
        if self.pipeline.look(frame) >= 1:
            return self.pipeline.finish(self.pipeline.begin(frame))
        return self.pipeline.followed(frame)

    def runs(self) -> Counter[str]:
        samples = (s for family in self.registry.collect() for s in family.samples)
        return Counter({s.labels["reason"]: int(s.value) for s in samples if s.name == "kaska_detector_runs_total"})


def test_who_stands_in_a_far_zone_stays_one_track_over_looks_at_the_whole_frame() -> None:
    road = Road(GATE)
    frames = [road.show(650) for _ in range(150)]
    assert all(len(frame.tracks) == 1 for frame in frames[5:])
    assert len({frame.tracks[0].track_id for frame in frames[5:]}) == 1
    runs = road.runs()
    assert runs["quiet"] + runs["changed"] >= 4
    assert runs["far"] <= 25


def test_who_walks_there_is_followed_and_gone_soon_after_he_left() -> None:
    road = Road(GATE)
    for _ in range(30):
        road.show()
    frames = [road.show(610 + n) for n in range(90)]
    assert all(len(frame.tracks) == 1 for frame in frames[15:])
    assert frames[-1].tracks[0].box[0] * WIDTH == pytest.approx(699, abs=4)
    frames = [road.show() for _ in range(35)]
    assert frames[-1].tracks == ()


def test_a_far_zone_in_which_nothing_moves_is_looked_at_seldom() -> None:
    road = Road(GATE)
    for _ in range(300):
        assert road.show().tracks == ()
    assert 9 <= road.runs()["far"] <= 14


def test_a_zone_counts_from_the_next_frame_on_and_no_longer_when_it_is_gone() -> None:
    road = Road()
    assert not any(road.show(650).tracks for _ in range(20))
    road.zones = [GATE]
    frames = [road.show(650) for _ in range(5)]
    assert len(frames[-1].tracks) == 1
    before = road.runs()["far"]
    road.zones = [zone(100, 310, 150, 350)]
    frames = [road.show(650) for _ in range(70)]
    assert frames[-1].tracks == ()
    assert road.runs()["far"] > before
    road.zones = []
    before = road.runs()["far"]
    for _ in range(40):
        road.show(650)
    assert road.runs()["far"] == before


def test_a_camera_that_is_not_wide_does_not_even_ask_for_its_zones() -> None:
    def unasked() -> Sequence[Zone]:
        raise AssertionError("asked")

    attention = Attention(0.5, inputs=INPUTS, zones=unasked)
    for number in range(3):
        pixels = np.zeros((540, 960, 3), np.uint8)
        attention.look(SharedFrame("gate", number, START_US + number * FRAME_US, pixels))
        assert attention.part() is None
    assert FarZones(unasked, INPUTS[:1]).tiles == ()


def test_a_clock_that_was_set_back_does_not_leave_the_tile_alone() -> None:
    road = Road(GATE)
    for _ in range(10):
        road.show()
    road.number -= 10_000
    before = road.runs()["far"]
    frames = [road.show(650) for _ in range(8)]
    assert road.runs()["far"] > before
    assert len(frames[-1].tracks) == 1
