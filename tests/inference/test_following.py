"""Boxes go with what is in them."""

import numpy as np
import pytest

from domain.contracts.detections import ObjectClass
from inference.detections import Tracks
from inference.following import MOST_BLIND, Follower
from inference.motion import Glance, MotionGate
from infra.frames import Pixels

FRAME_US = 100_000
WIDTH, HEIGHT = 640, 360
RNG = np.random.default_rng(7)
GROUND = np.kron(RNG.integers(90, 110, (36, 64)), np.ones((10, 10))).astype(np.uint8)
CLOTHES = np.kron(RNG.integers(0, 255, (16, 6)), np.ones((5, 5))).astype(np.uint8)


def picture(x: int, y: int = 120) -> Pixels:
    """Somebody of 30x80 pixels in patterned clothes, his left upper corner at x, y."""
    shown = GROUND.copy()
    part = shown[max(0, y) : y + 80, max(0, x) : x + 30]
    part[:] = CLOTHES[:, 30 - part.shape[1] :]
    return shown


def tracks(*boxes: tuple[float, float, float, float]) -> Tracks:
    count = len(boxes)
    return Tracks(
        np.arange(1, count + 1, dtype=np.int64),
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(count, 0.8, np.float32),
        np.full(count, ObjectClass.PERSON, np.uint8),
    )


class Scene:
    def __init__(self) -> None:
        self.gate, self.follower, self.number = MotionGate(), Follower(), 0

    def look(self, shown: Pixels) -> Glance:
        self.number += 1
        glance = self.gate.look(shown, self.number * FRAME_US)
        self.follower.follow(glance, self.number * FRAME_US, WIDTH, HEIGHT)
        return glance

    def found(self, glance: Glance, known: Tracks) -> None:
        self.follower.found(known, np.ones(len(known), np.bool_), glance, self.number * FRAME_US)


@pytest.mark.parametrize("step", [0, 2, 5, 8])
def test_a_box_goes_with_the_person_in_it(step: int) -> None:
    scene = Scene()
    scene.found(scene.look(picture(100)), tracks((100, 120, 130, 200)))
    for number in range(1, 6):
        scene.look(picture(100 + step * number))
    assert scene.follower.tracks.boxes[0] == pytest.approx([100 + 5 * step, 120, 130 + 5 * step, 200], abs=3)
    assert not scene.follower.blind.any()


def test_of_two_who_cross_each_goes_on_as_they_went() -> None:
    """The one in front is all that can be seen of both for a while."""
    scene = Scene()

    def shown(number: int) -> tuple[Pixels, int, int]:
        behind, front = 100 + 6 * number, 220 - 6 * number
        both = picture(behind)
        both[120:200, front : front + 30] = 255 - CLOTHES[::-1]
        return both, behind, front

    for number in (0, 3):
        both, behind, front = shown(number)
        scene.number = number
        scene.found(scene.look(both), tracks((behind, 120, behind + 30, 200), (front, 120, front + 30, 200)))
    for number in range(4, 20):
        both, behind, front = shown(number)
        scene.number = number
        scene.look(both)
    assert scene.follower.tracks.boxes[:, 0] == pytest.approx([behind, front], abs=8)


def test_a_box_goes_on_at_its_speed_where_the_picture_says_nothing() -> None:
    follower = Follower()
    for number, x in ((0, 100.0), (1, 110.0)):
        follower.follow(blind(number), number * FRAME_US, WIDTH, HEIGHT)
        follower.found(tracks((x, 120, x + 30, 200)), np.ones(1, np.bool_), blind(number), number * FRAME_US)
    for number in (2, 3):
        follower.follow(blind(number), number * FRAME_US, WIDTH, HEIGHT)
    assert follower.tracks.boxes[0] == pytest.approx([130, 120, 160, 200], abs=1)


def blind(number: int) -> Glance:
    """A frame of another size than the one before, in which no flow can be looked for."""
    shape = (90 + number, 160)
    return Glance(np.zeros(shape, np.uint8), np.zeros(shape, np.bool_), np.zeros(shape, np.uint8), 0.25, is_new=False)


def test_a_track_without_anything_to_be_seen_counts_as_lost() -> None:
    scene = Scene()
    scene.found(scene.look(picture(100)), tracks((100, 120, 130, 200)))
    lost = []
    for number in range(MOST_BLIND + 1):
        noise = np.random.default_rng(number).integers(0, 255, GROUND.shape).astype(np.uint8)
        scene.look(noise)
        lost.append(bool(scene.follower.blind.any()))
    assert lost == [*[False] * MOST_BLIND, True]


def test_a_track_that_was_not_looked_at_stays_as_lost_as_it_was() -> None:
    scene = Scene()
    scene.found(scene.look(picture(100)), tracks((100, 120, 130, 200)))
    for number in range(MOST_BLIND + 1):
        glance = scene.look(np.random.default_rng(number).integers(0, 255, GROUND.shape).astype(np.uint8))
    scene.follower.found(scene.follower.tracks, np.zeros(1, np.bool_), glance, scene.number * FRAME_US)
    assert scene.follower.blind.tolist() == [True]
    scene.found(glance, scene.follower.tracks)
    assert scene.follower.blind.tolist() == [False]


def test_who_leaves_the_frame_is_let_go() -> None:
    scene = Scene()
    scene.found(scene.look(picture(20)), tracks((20, 120, 50, 200)))
    scene.found(scene.look(picture(12)), tracks((12, 120, 42, 200)))
    for x in (4, -4, -12, -20, -28):
        scene.look(picture(x))
    assert len(scene.follower.tracks) == 0


def test_each_of_several_goes_its_own_way() -> None:
    scene = Scene()

    def both(left: int, right: int) -> Pixels:
        shown = picture(left)
        shown[120:200, right : right + 30] = CLOTHES[::-1]
        return shown

    scene.found(scene.look(both(100, 400)), tracks((100, 120, 130, 200), (400, 120, 430, 200)))
    for number in range(1, 6):
        scene.look(both(100 + 4 * number, 400 - 4 * number))
    boxes = scene.follower.tracks.boxes
    assert boxes[0, 0] == pytest.approx(120, abs=3)
    assert boxes[1, 0] == pytest.approx(380, abs=3)
    assert scene.follower.tracks.ids.tolist() == [1, 2]


def test_without_tracks_there_is_nothing_to_follow() -> None:
    scene = Scene()
    scene.look(picture(100))
    scene.look(picture(110))
    assert len(scene.follower.tracks) == 0
    assert not scene.follower.blind.any()
