"""The torch backend beside OpenVINO on real pictures; skipped where the extra `training` is not installed."""

import sys

import cv2
import numpy as np
import pytest

from domain.contracts.detections import ObjectClass
from inference.detections import Detections
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.errors import ModelUnusable
from inference.overlap import iou
from inference.weights import from_assets
from infra.assets import fetch
from infra.detectors import DetectorKind
from infra.frames import Pixels
from tests.inference.torch_stand_in import torch_or_skip

CERTAIN, LIKELY = 0.5, 0.3


def picture(name: str) -> Pixels:
    read = cv2.imread(str(fetch(name)))
    assert read is not None
    return np.asarray(read, np.uint8)


def persons(found: Detections, score: float = CERTAIN) -> Detections:
    return found.pick((found.scores >= score) & (found.codes == ObjectClass.PERSON))


@pytest.mark.assets
@pytest.mark.parametrize("name", ["bus.jpg", "zidane.jpg"])
def test_the_same_weights_see_the_same_as_on_openvino(name: str) -> None:
    torch_or_skip()
    pytest.importorskip("ultralytics")
    from inference.detectors.ultralytics import UltralyticsDetector

    options = YoloOptions(width=640, height=640)
    weights = from_assets("yolo11n.onnx")
    theirs = UltralyticsDetector(weights, None, options)
    ours = create(DetectorKind.OPENVINO, options)
    a, b = theirs.submit(picture(name)).result(), ours.submit(picture(name)).result()
    assert len(persons(b)) >= 2
    assert (iou(persons(b).boxes, persons(a, LIKELY).boxes).max(axis=1) > 0.9).all()
    assert (iou(persons(a).boxes, persons(b, LIKELY).boxes).max(axis=1) > 0.9).all()
    assert theirs.model.digest == ours.model.digest
    assert theirs.model.id.startswith("yolo11n-torch")


@pytest.mark.assets
def test_weights_of_torch_see_the_persons_where_the_default_does() -> None:
    torch_or_skip()
    pytest.importorskip("ultralytics")
    options = YoloOptions(width=640, height=640)
    found = persons(create(DetectorKind.ULTRALYTICS, options).submit(picture("bus.jpg")).result())
    usual = persons(create(DetectorKind.OPENVINO, options).submit(picture("bus.jpg")).result(), LIKELY)
    assert len(found) >= 3
    assert (iou(found.boxes, usual.boxes).max(axis=1) > 0.7).all()


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from inference.detectors import ultralytics

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelUnusable, match=r"requirements-training\.lock"):
        ultralytics._libraries()
