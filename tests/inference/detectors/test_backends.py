"""The real models on real pictures: every backend sees the same, and what is there."""

from collections import Counter

import cv2
import numpy as np
import pytest

from domain.contracts.detections import ObjectClass
from inference.detections import Detections
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.errors import DetectorBusy, ModelUnusable
from inference.overlap import iou
from inference.protocols import Detector
from inference.weights import own
from infra.assets import fetch
from infra.detectors import DetectorKind
from infra.frames import Pixels

pytestmark = pytest.mark.assets

CERTAIN = 0.5


@pytest.fixture(scope="module")
def bus() -> Pixels:
    """A street in Madrid: one bus, four persons, one of them cut off at the left."""
    return _picture("bus.jpg")


@pytest.fixture(scope="module")
def openvino() -> Detector:
    return create(DetectorKind.OPENVINO, YoloOptions())


@pytest.fixture(scope="module")
def full_size() -> Detector:
    return create(DetectorKind.OPENVINO, YoloOptions(width=640, height=640))


def _picture(name: str) -> Pixels:
    picture = cv2.imread(str(fetch(name)))
    assert picture is not None
    return np.asarray(picture, np.uint8)


def _seen(found: Detections, min_score: float) -> Counter[ObjectClass]:
    return Counter(ObjectClass(int(code)) for code in found.codes[found.scores >= min_score])


def test_four_persons_and_a_bus_are_seen(full_size: Detector, bus: Pixels) -> None:
    found = full_size.submit(bus).result()
    assert _seen(found, 0.3) == {ObjectClass.PERSON: 4, ObjectClass.BUS: 1}


def test_onnx_runtime_sees_what_openvino_sees(openvino: Detector, bus: Pixels) -> None:
    ours = openvino.submit(bus).result()
    theirs = create(DetectorKind.ONNX_RUNTIME, YoloOptions()).submit(bus).result()
    strong, others = ours.pick(ours.scores >= 0.25), theirs.pick(theirs.scores >= 0.25)
    assert strong.codes.tolist() == others.codes.tolist()
    # OpenVINO calculates in bf16 where the processor can, so by some thousandths of the picture differently
    np.testing.assert_allclose(strong.boxes, others.boxes, atol=max(bus.shape) * 0.005)
    np.testing.assert_allclose(strong.scores, others.scores, atol=0.03)


def test_the_permissive_detector_sees_the_persons_where_yolo_does(openvino: Detector, bus: Pixels) -> None:
    found = create(DetectorKind.EFFICIENTDET, YoloOptions()).submit(bus).result()
    assert _seen(found, CERTAIN) == {ObjectClass.PERSON: 3, ObjectClass.BUS: 1}
    yolo = openvino.submit(bus).result()
    persons = found.pick((found.scores >= CERTAIN) & (found.codes == ObjectClass.PERSON))
    theirs = yolo.pick((yolo.scores >= CERTAIN) & (yolo.codes == ObjectClass.PERSON))
    assert (iou(persons.boxes, theirs.boxes).max(axis=1) > 0.7).all()


def test_two_persons_close_up_are_seen(openvino: Detector) -> None:
    found = openvino.submit(_picture("zidane.jpg")).result()
    assert _seen(found, CERTAIN)[ObjectClass.PERSON] == 2


def test_a_grey_frame_is_empty(openvino: Detector) -> None:
    assert not _seen(openvino.submit(np.full((360, 640, 3), 128, np.uint8)).result(), 0.25)


def test_frames_that_are_pending_together_keep_their_own_results(openvino: Detector, bus: Pixels) -> None:
    mirrored = np.ascontiguousarray(bus[::2, ::-2])
    pictures = [bus, mirrored, bus][: openvino.depth]
    alone = [openvino.submit(picture).result() for picture in pictures]
    pending = [openvino.submit(picture) for picture in pictures]
    with pytest.raises(DetectorBusy):
        openvino.submit(bus)
    for expected, waiting in zip(alone, pending, strict=True):
        np.testing.assert_allclose(waiting.result().boxes, expected.boxes, atol=0.01)


def test_a_result_is_taken_once(openvino: Detector, bus: Pixels) -> None:
    pending = openvino.submit(bus)
    pending.result()
    with pytest.raises(DetectorBusy):
        pending.result()


def test_a_model_is_named_by_its_file_and_how_it_is_run(openvino: Detector) -> None:
    assert openvino.model.id == "yolo11n-openvino-640x384"
    assert openvino.model.digest == "c130b90b1d81f2e6654566404840c8fe6b2e7cff26f94fea5e6bf0f505ec7320"


def test_weights_that_are_not_there_are_named() -> None:
    with pytest.raises(ModelUnusable, match=r"absent\.onnx is missing"):
        own("absent.onnx")
