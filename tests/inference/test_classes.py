"""What a model calls an object, and what that is to us."""

from pathlib import Path

import numpy as np
import pytest

from domain.contracts.detections import ObjectClass
from inference.classes import OBJECTS, codes_of, names_in
from inference.coco import COCO80, NOT_OURS, code_table
from inference.detectors.onnx_runtime import OnnxRuntimeDetector
from inference.detectors.openvino import OpenVinoDetector
from inference.detectors.options import YoloOptions
from inference.errors import ModelUnusable
from inference.weights import PPE_BASELINE, from_assets, own

FILE = Path("/models/guards.onnx")


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        ("{0: 'person', 1: 'pistol', 2: 'umbrella'}", [ObjectClass.PERSON, ObjectClass.WEAPON, NOT_OURS]),
        ("{1: 'Knife', 0: 'Machine_Gun'}", [ObjectClass.WEAPON, ObjectClass.WEAPON]),  # as it was annotated
        ("['bus', 'baseball-bat', ' hand gun']", [ObjectClass.BUS, ObjectClass.WEAPON, NOT_OURS]),
    ],
)
def test_classes_are_known_by_their_names(names: str, codes: list[int]) -> None:
    assert codes_of(FILE, names, len(codes)).tolist() == codes


@pytest.mark.parametrize(
    ("names", "count", "words"),
    [
        ("{0: 'person'", 1, "not readable"),
        ("__import__('os').getcwd()", 1, "not readable"),  # text of a file, never run
        ("{0: 'person', 2: 'gun'}", 2, "not readable"),
        ("7", 1, "not readable"),
        ("{0: 'person', 1: 'gun'}", 3, "names 2 classes and gives 3"),
        ("{0: 'helmet', 1: 'vest'}", 2, "none of its classes is an object of ours: helmet, vest"),
        (None, 3, "does not name its 3 classes"),
    ],
)
def test_a_model_whose_classes_are_not_clear_is_refused(names: str | None, count: int, words: str) -> None:
    with pytest.raises(ModelUnusable, match=rf"/models/guards\.onnx.*{words}"):
        codes_of(FILE, names, count)


def test_eighty_classes_without_names_are_those_of_coco() -> None:
    np.testing.assert_array_equal(codes_of(FILE, None, 80), code_table(COCO80, 80))


def test_every_object_of_ours_that_a_detector_finds_has_a_name() -> None:
    assert set(OBJECTS.values()) >= set(COCO80.values())
    assert names_in(str(list(OBJECTS))) == tuple(OBJECTS), "a name is looked up as it is written here"


@pytest.mark.assets
def test_both_backends_read_the_names_out_of_the_file() -> None:
    """YOLO11n names all its classes as the table by index has them; the baseline for helmets names none of ours."""
    weights, small = from_assets("yolo11n.onnx"), YoloOptions(width=64, height=64, threads=1)
    for backend in (OpenVinoDetector, OnnxRuntimeDetector):
        np.testing.assert_array_equal(backend(weights, None, small)._codes, code_table(COCO80, 80))
        with pytest.raises(ModelUnusable, match="none of its classes"):
            backend(own(PPE_BASELINE), None, YoloOptions(width=512, height=512, threads=1))
