"""From pixels to incidents: each item of protective equipment, worn, missing, carried, or not to be told (R43-R50)."""

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from domain.contracts.learning import ModelKind
from domain.contracts.plant import MISSING_ITEMS, RuleKind
from inference.detectors.options import YoloOptions
from inference.poses import PoseDetector, pose_detector
from inference.ppe import PpeOptions, PpeStage, baseline_detector
from inference.protocols import Detector
from inference.registry.examine import examined
from inference.registry.opening import open_model
from inference.weights import Weights
from infra.detectors import DetectorKind
from infra.frames import Pixels
from tests.inference.clips.paint_model import PAINTS, write_model
from tests.inference.clips.stage import OFFICER, film, person, scene
from tests.inference.clips.watching import WHOLE, analysed, judged, usual

pytestmark = pytest.mark.assets

FPS = 2
MOUTH, NECK, EYES, FOREHEAD, HANDS = (297, 67), (297, 96), (295, 55), (295, 30), (312, 116)
"""Of the officer below, in pixels."""

Paints = dict[str, tuple[int, int]]
EVERY_ITEM = [usual(kind) for kind in MISSING_ITEMS]


@pytest.fixture(scope="module")
def poses() -> PoseDetector:
    return pose_detector(1)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    """The plant's own model, taken in as `kaska models add` does."""
    path = write_model(tmp_path_factory.mktemp("model") / "paint.xml")
    form = examined(path, ModelKind.PPE, tuple(PAINTS))
    return open_model(Weights("paint", path, "ab" * 32), form, YoloOptions(threads=1), DetectorKind.OPENVINO)


def standing(painted: Paints, height: int = 330) -> Pixels:
    """An officer who faces the camera, with paint on them."""
    picture = scene((person(OFFICER, height), (300, 360)))
    for name, (x, y) in painted.items():
        red, green, blue = (round(255 * part) for part in PAINTS[name])
        cv2.rectangle(picture, (x - 10, y - 6), (x + 10, y + 6), (blue, green, red), -1)
    return picture


def seen(folder: Path, detector: Detector, stage: PpeStage, picture: Pixels) -> list[str]:
    """Kinds of the incidents that rules about every item find in four seconds."""
    path = film(folder / "post.mp4", [picture] * 4 * FPS, FPS)
    return sorted(each.opened.kind for each in judged(analysed(path, FPS, detector, stage), *EVERY_ITEM))


@pytest.fixture(scope="module")
def own_stage(own: Detector, poses: PoseDetector) -> Callable[[], PpeStage]:
    """A camera's look at equipment by the plant's own model."""
    return lambda: PpeStage(own, PpeOptions(), lambda: poses)


@pytest.mark.parametrize(
    ("painted", "found"),
    [
        ({}, []),  # the model says nothing: it cannot be told
        ({"mask": MOUTH, "glasses": EYES, "gloves": HANDS}, []),
        # on the neck (R46), pushed up, and bare hands
        ({"mask": NECK, "glasses": FOREHEAD, "no_gloves": HANDS}, ["no_glasses", "no_gloves", "no_mask"]),
        ({"no_mask": MOUTH, "no_glasses": EYES, "gloves": HANDS}, ["no_glasses", "no_mask"]),
    ],
)
def test_glasses_gloves_and_masks_by_a_model_of_ones_own(
    tmp_path: Path, detector: Detector, own_stage: Callable[[], PpeStage], painted: Paints, found: list[str]
) -> None:
    assert seen(tmp_path, detector, own_stage(), standing(painted)) == found


def test_a_bare_head_and_no_vest_by_the_baseline(tmp_path: Path, detector: Detector, poses: PoseDetector) -> None:
    stage = PpeStage(baseline_detector(1), PpeOptions(), lambda: poses)
    assert seen(tmp_path, detector, stage, standing({})) == ["no_helmet", "no_vest"]


def test_of_who_is_far_away_nothing_is_told(tmp_path: Path, detector: Detector) -> None:
    stage = PpeStage(baseline_detector(1), PpeOptions())
    assert seen(tmp_path, detector, stage, standing({}, height=56)) == []


@pytest.mark.parametrize(
    ("story", "found"),
    [
        ([NECK] * 7, ["no_mask"]),
        ([*([NECK] * 3), *([MOUTH] * 3), *([NECK] * 4)], []),  # pulled up for a moment: shown
    ],
)
def test_at_a_gate_whoever_is_held_must_have_shown_the_item(
    tmp_path: Path,
    detector: Detector,
    own_stage: Callable[[], PpeStage],
    story: list[tuple[int, int]],
    found: list[str],
) -> None:
    rule = usual(RuleKind.NO_MASK, WHOLE, at_gate=True, dwell_s=2.5, window_s=10.0)
    path = film(tmp_path / "gate.mp4", [standing({"mask": place}) for place in story], FPS)
    incidents = judged(analysed(path, FPS, detector, own_stage()), rule)
    assert [each.opened.kind for each in incidents] == found
