"""Parts of a body from keypoints: where things are worn, and where they are carried (R46)."""

import time
from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
import pytest

from domain.contracts.detections import Attribute
from inference.bodies import EARS, EYES, HIPS, KEYPOINTS, NOSE, SHOULDERS, Body
from inference.detections import Detections, Floats, Tracks
from inference.errors import ModelUnusable
from inference.poses import MIN_SCORE, PoseDetector, Poses, PosesWhenWanted, pose_detector
from inference.ppe import PpeOptions, PpeStage, baseline_detector
from inference.wearing import Worn, in_doubt, wearing
from inference.weights import from_assets
from infra.assets import fetch

BOX: Final = (100.0, 0.0, 200.0, 350.0)
"""A person of 1.75 m: 2 pixels are a centimetre."""

STANDING: Final = {
    NOSE: (150, 25),
    **dict(zip(EYES, ((155, 19), (145, 19)), strict=True)),
    **dict(zip(EARS, ((162, 23), (138, 23)), strict=True)),
    **dict(zip(SHOULDERS, ((186, 65), (114, 65)), strict=True)),
    **{7: (192, 120), 8: (108, 120), 9: (195, 170), 10: (105, 170)},
    **dict(zip(HIPS, ((172, 165), (128, 165)), strict=True)),
}


def keypoints(points: Mapping[int, tuple[float, float]], *hidden: int) -> Floats:
    found = np.zeros((KEYPOINTS, 3), np.float32)
    for number, (x, y) in points.items():
        found[number] = (x, y, 0.2 if number in hidden else 0.9)
    return found


def body(*hidden: int) -> Body:
    return Body(keypoints(STANDING, *hidden), 350.0)


def box_at(x: float, y: float, side: float = 30.0) -> tuple[float, float, float, float]:
    return (x - side / 2, y - side / 2, x + side / 2, y + side / 2)


def _found(*things: tuple[Worn, float, float]) -> Detections:
    return Detections(
        np.array([box_at(x, y) for _, x, y in things], np.float32).reshape(-1, 4),
        np.full(len(things), 0.8, np.float32),
        np.array([worn for worn, _, _ in things], np.uint8),
    )


def told(one: Body | None, *things: tuple[Worn, float, float]) -> dict[Attribute, tuple[float, float]]:
    """Attribute -> (present, absent) of one person; each thing is found with 0.8."""
    [scores] = wearing(np.array([BOX], np.float32), _found(*things), () if one is None else (one,))
    return {s.attribute: (round(s.present, 2), round(s.absent, 2)) for s in scores}


WORN, BARE = (0.8, 0.0), (0.0, 0.8)
HELMET, GLASSES, GLOVES, MASK, VEST = (
    *(Attribute.HELMET, Attribute.GLASSES, Attribute.GLOVES),
    *(Attribute.MASK, Attribute.VEST),
)


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        ((Worn.HELMET, 150, 12), {HELMET: WORN}),
        ((Worn.HELMET, 195, 175), {HELMET: BARE}),  # in the hand
        ((Worn.HELMET, 150, 110), {}),  # on a shelf behind the person, or at the belt: it says nothing
        ((Worn.NO_HELMET, 150, 22), {HELMET: BARE}),
        ((Worn.MASK, 150, 32), {MASK: WORN}),
        ((Worn.MASK, 150, 60), {MASK: BARE}),  # on the neck
        ((Worn.MASK, 150, 100), {}),
        ((Worn.GLASSES, 150, 20), {GLASSES: WORN}),
        ((Worn.GLASSES, 150, -5), {GLASSES: BARE}),  # pushed up
        ((Worn.GLOVES, 198, 185), {GLOVES: WORN}),
        ((Worn.NO_GLOVES, 104, 180), {GLOVES: BARE}),
        ((Worn.GLOVES, 150, 120), {}),  # in a pocket
        ((Worn.VEST, 150, 110), {VEST: WORN}),
        ((Worn.VEST, 150, 320), {}),  # on the ground
    ],
)
def test_a_thing_is_worn_where_it_belongs(
    thing: tuple[Worn, float, float], expected: dict[Attribute, tuple[float, float]]
) -> None:
    assert told(body(), thing) == expected


def test_the_box_alone_takes_a_mask_on_the_neck_for_worn_and_keypoints_do_not() -> None:
    neck = (Worn.MASK, 150.0, 60.0)
    assert told(None, neck) == {MASK: WORN}
    assert told(body(), neck) == {MASK: BARE}


def test_where_keypoints_are_not_sure_the_box_tells() -> None:
    hidden = body(NOSE, *EYES, *EARS, *SHOULDERS)
    assert hidden.head() == hidden.mouth() == hidden.trunk() == []
    assert told(hidden, (Worn.MASK, 150, 60)) == {MASK: WORN}
    assert told(hidden, (Worn.HELMET, 150, 12)) == {HELMET: WORN}


def test_a_helmet_on_the_head_counts_beside_one_in_the_hand() -> None:
    assert told(body(), (Worn.HELMET, 150, 12), (Worn.HELMET, 195, 175)) == {HELMET: WORN}


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ([], False),
        ([(Worn.HELMET, 150, 30), (Worn.VEST, 150, 140)], False),  # as it mostly is
        ([(Worn.NO_HELMET, 150, 30)], False),
        ([(Worn.HELMET, 195, 175)], True),  # on somebody, and not on a head
        ([(Worn.HELMET, 150, 120)], True),  # in the upper part, where bent heads are
        ([(Worn.HELMET, 400, 30)], False),  # on nobody
        ([(Worn.HELMET, 150, 30), (Worn.NO_HELMET, 150, 32)], True),
        ([(Worn.MASK, 150, 32)], True),
    ],
)
def test_keypoints_are_asked_where_boxes_leave_doubt(things: list[tuple[Worn, float, float]], expected: bool) -> None:
    assert in_doubt(np.array([BOX], np.float32), _found(*things)) is expected


def test_who_stands_close_together_leaves_doubt() -> None:
    together = np.array([BOX, (130, 10, 230, 360)], np.float32)
    assert in_doubt(together, _found((Worn.HELMET, 165, 30)))
    assert not in_doubt(np.array([BOX, (300, 10, 400, 360)], np.float32), _found((Worn.HELMET, 150, 30)))


def test_from_behind_the_head_is_above_the_shoulders() -> None:
    behind = body(NOSE, *EYES, *EARS)
    assert told(behind, (Worn.HELMET, 150, 15)) == {HELMET: WORN}
    assert told(behind, (Worn.HELMET, 195, 175)) == {HELMET: BARE}
    assert behind.mouth() == []


def test_who_bends_has_the_head_before_them() -> None:
    """Turned by a right angle about the hips: the box's upper part is the back."""
    turned = {number: (150 + (165 - y), 165 + (x - 150)) for number, (x, y) in STANDING.items()}
    bent = Body(keypoints(turned), 250.0)
    [head] = bent.head()
    assert abs(head.x - (150 + 165 - 12)) < 15
    assert abs(head.y - 165) < 15


def test_a_helmet_in_one_persons_hand_that_is_on_anothers_head_is_theirs() -> None:
    """Anna stands behind Boris, who crouches: his helmet is where her hand is."""
    boris_box = (165.0, 130.0, 235.0, 350.0)
    crouching = {number: (x * 0.7 + 95, y * 0.6 + 160) for number, (x, y) in STANDING.items()}
    boris = Body(keypoints(crouching), 220.0)
    helmet = Detections(np.array([box_at(200, 168)], np.float32), np.array([0.8], np.float32), np.array([1], np.uint8))
    anna, other = wearing(np.array([BOX, boris_box], np.float32), helmet, (body(), boris))
    assert anna == ()
    assert [(s.attribute, s.present > 0.7) for s in other] == [(HELMET, True)]


def test_poses_are_given_to_the_persons_that_they_overlap() -> None:
    persons = np.array([BOX, (300, 0, 400, 350), (500, 0, 600, 350)], np.float32)
    found = np.array([(305, 0, 395, 340), (110, 5, 205, 350), (0, 0, 20, 20)], np.float32)
    points = np.zeros((3, KEYPOINTS, 3), np.float32) + np.arange(3, dtype=np.float32)[:, None, None]
    first, second, third = Poses(found, np.full(3, MIN_SCORE, np.float32), points).of(persons)
    assert first is not None
    assert second is not None
    assert (first.keypoints[0, 0], second.keypoints[0, 0], third) == (1.0, 0.0, None)
    nobody = Poses(np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty((0, KEYPOINTS, 3), np.float32))
    assert nobody.of(persons) == [None] * 3
    moved = Poses(found, np.full(3, MIN_SCORE, np.float32), points).moved(10, 20)
    assert moved.boxes[0].tolist() == [315, 20, 405, 360]
    assert moved.keypoints[1, 0].tolist() == [11, 21, 1], "how sure it is stays"


@pytest.fixture(scope="module")
def model() -> PoseDetector:
    return pose_detector(2)


@pytest.mark.assets
def test_the_model_finds_heads_and_hands_where_they_are(model: PoseDetector) -> None:
    """On bus.jpg: of the two persons who face the camera; boxes and keypoints in pixels of the picture."""
    picture = cv2.imread(str(fetch("bus.jpg")))
    assert picture is not None
    part = np.ascontiguousarray(picture[350:1080])
    found = model.submit(np.asarray(part, np.uint8)).result().moved(0, 350)
    persons = np.array([(50, 398, 246, 905), (221, 404, 344, 859)], np.float32)
    for one, head, hands in zip(found.of(persons), ((140, 440), (290, 452)), (2, 2), strict=True):
        assert one is not None
        [spot] = one.head()
        assert abs(spot.x - head[0]) < 15
        assert 5 < head[1] - spot.y < 30, "a helmet's middle is above the face's"
        assert 35 < one.head_px < 90, "a head there is about 60 pixels high"
        assert len(one.hands()) == hands
        assert all(480 < hand.y < 680 for hand in one.hands())


@pytest.mark.assets
def test_what_is_no_pose_model_is_refused() -> None:
    with pytest.raises(ModelUnusable, match="keypoints"):
        PoseDetector(from_assets("yolo11n.onnx"), 1)


def test_without_the_model_boxes_tell() -> None:
    def unusable() -> PoseDetector:
        raise ModelUnusable("no network")

    poses = PosesWhenWanted(unusable)
    for _ in range(3):
        assert poses() is None
        time.sleep(0.01)


@pytest.mark.assets
def test_a_stage_says_which_models_it_rests_on(model: PoseDetector) -> None:
    """Of two who stand apart the boxes tell, and the model for keypoints does not run; of two in a heap it does."""
    picture = np.asarray(cv2.imread(str(fetch("bus.jpg"))), np.uint8)
    boxes = np.array([(50, 398, 246, 905), (221, 404, 344, 859)], np.float32)
    heap = np.concatenate([boxes, [(240, 410, 370, 870)]]).astype(np.float32)
    detector = baseline_detector(2)
    stage = PpeStage(detector, PpeOptions(interval_s=0), lambda: model)
    for number, (each, models) in enumerate(
        ((boxes, (detector.model,)), (heap, (model.model, detector.model)), (boxes, (detector.model,)))
    ):
        tracks = Tracks(np.arange(len(each)), each, np.ones(len(each), np.float32), np.ones(len(each), np.uint8))
        told_by = stage.look(picture, tracks, number)
        assert told_by is not None
        assert all(told_by[:2]), "something is told of both"
        assert stage.models == models, "that which tells what is worn is the last"
