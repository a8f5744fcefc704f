"""What a file is, told from the file: real models, and what is none."""

from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from domain.contracts.learning import ModelForm, ModelFormat, ModelKind
from inference.errors import ModelUnusable
from inference.registry import examine
from inference.registry.examine import examined, tried
from inference.weights import PPE_BASELINE, own
from infra.assets import fetch

PPE_CLASSES = ("helmet", "no helmet", "vest", "no vest")
BASELINE = own(PPE_BASELINE).path


def model_of(path: Path, entry: tuple[int, ...], rows: int, columns: int = 84) -> Path:
    """An IR that says the same of every picture."""
    picture = ops.parameter(list(entry), np.float32)
    total = ops.reduce_sum(picture, np.array(range(len(entry))), keep_dims=False)
    shape = [1, rows, columns] if columns else [1, rows]
    out = ops.multiply(ops.constant(np.zeros(shape, np.float32)), total)
    ov.save_model(ov.Model([out], [picture], "m"), path, compress_to_fp16=False)
    return path


def test_the_baseline_is_what_its_card_says() -> None:
    form = tried(BASELINE, ModelKind.PPE, ())
    assert form == ModelForm(ModelKind.PPE, ModelFormat.ONNX, PPE_CLASSES, 512, 512)


@pytest.mark.assets
def test_a_model_that_takes_any_size_names_its_own_classes() -> None:
    form = examined(fetch("yolo11n.onnx"), ModelKind.DETECTOR, ())
    assert (form.width, form.height, len(form.classes), form.classes[0]) == (0, 0, 80, "person")


def test_an_openvino_model_is_told_its_classes(tmp_path: Path) -> None:
    path = model_of(tmp_path / "m.xml", (1, 3, 64, 96), 6)
    form = examined(path, ModelKind.DETECTOR, ("person", "car"))
    assert form == ModelForm(ModelKind.DETECTOR, ModelFormat.OPENVINO, ("person", "car"), 96, 64)


def test_a_trackers_model_gives_a_row_for_each_object(tmp_path: Path) -> None:
    path = model_of(tmp_path / "m.xml", (1, 3, 256, 128), 512, 0)
    assert examined(path, ModelKind.TRACKER, ()) == ModelForm(ModelKind.TRACKER, ModelFormat.OPENVINO, (), 128, 256)
    with pytest.raises(ModelUnusable, match="one row of numbers"):
        examined(BASELINE, ModelKind.TRACKER, ())


@pytest.mark.parametrize(
    ("entry", "rows", "classes", "why"),
    [
        ((1, 1, 64, 64), 6, ("person", "car"), "3 are expected"),  # grey pictures
        ((1, 3, 64), 6, ("person", "car"), "one picture"),
        ((1, 3, 64, 64), 300, ("person", "car"), "suppression of doubles"),  # an end-to-end head
        ((1, 3, 64, 64), 6, ("spoon", "fork"), "none of its classes"),
        ((1, 3, 64, 64), 6, (), "--classes"),
    ],
)
def test_a_model_of_another_form_is_refused_with_the_reason(
    tmp_path: Path, entry: tuple[int, ...], rows: int, classes: tuple[str, ...], why: str
) -> None:
    with pytest.raises(ModelUnusable, match=why):
        examined(model_of(tmp_path / "m.xml", entry, rows), ModelKind.DETECTOR, classes)


def test_what_is_no_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.onnx").write_bytes(b"not a model")
    (tmp_path / "m.pt").write_bytes(b"pickle")
    with pytest.raises(ModelUnusable, match="does not open"):
        examined(tmp_path / "m.onnx", ModelKind.DETECTOR, ())
    with pytest.raises(ModelUnusable, match="neither ONNX"):
        examined(tmp_path / "m.pt", ModelKind.DETECTOR, ())
    with pytest.raises(ModelUnusable, match="is not there"):
        examined(tmp_path / "absent.onnx", ModelKind.DETECTOR, ())
    monkeypatch.setattr(examine, "LARGEST_MODEL_BYTES", 5)
    with pytest.raises(ModelUnusable, match="more than the 5 bytes"):
        examined(tmp_path / "m.onnx", ModelKind.DETECTOR, ())


def test_a_file_that_kills_its_reader_kills_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killer = tmp_path / "python"
    killer.write_text("#!/bin/sh\nkill -SEGV $$\n")
    killer.chmod(0o755)
    monkeypatch.setattr("inference.registry.examine.sys.executable", str(killer))
    with pytest.raises(ModelUnusable, match="made its reader end with -11"):
        tried(BASELINE, ModelKind.PPE, ())
