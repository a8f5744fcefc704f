"""`python -m inference.registry.examine FILE --kind …`: what a model's file is, as JSON; a process of its own.

Whoever wrote the file, its reader may crash: then this process ends and no other. Opens the file, runs it on a grey
picture, and says how it is to be read. Exit code 2 with one sentence when it is none of ours.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import openvino as ov
import typer

from domain.contracts import codec
from domain.contracts.learning import LARGEST_MODEL_BYTES, ModelForm, ModelFormat, ModelKind
from inference.background import NICE
from inference.classes import names_in
from inference.detectors.options import YoloOptions
from inference.detectors.yolo import BOX_ROWS
from inference.errors import InferenceError, ModelUnusable
from inference.registry.opening import open_model
from inference.registry.shelf import pack
from inference.weights import Weights
from infra.checkout import CHECKOUT
from infra.detectors import DetectorKind

TROUBLE: Final = 2
LONGEST_S: Final = 120.0
GREY: Final = 128
CHANNELS: Final = 3
NAMES: Final = (["framework", "names"], ["model_info", "labels"])
"""Where OpenVINO keeps the names of the classes, of an ONNX file and of an IR that ultralytics wrote."""


def examined(path: Path, kind: ModelKind, classes: tuple[str, ...]) -> ModelForm:
    """How a file is to be read. Raises ModelUnusable.

    classes   what its outputs mean; empty where the file itself names them
    """
    if not path.is_file():
        raise ModelUnusable(f"{path} is not there")
    if path.stat().st_size > LARGEST_MODEL_BYTES:
        raise ModelUnusable(f"{path} has more than the {LARGEST_MODEL_BYTES} bytes that a model may have")
    formats = {".onnx": ModelFormat.ONNX, ".xml": ModelFormat.OPENVINO}
    if path.suffix not in formats:
        raise ModelUnusable(f"{path} is neither ONNX (.onnx) nor OpenVINO (.xml with its .bin)")
    try:
        model = ov.Core().read_model(path)
        width, height = _input_size(path, model)
        if kind is ModelKind.TRACKER:
            _check_embeds(path, model)
            return ModelForm(kind, formats[path.suffix], (), width, height)
        form = ModelForm(kind, formats[path.suffix], classes or _names(path, model), width, height)
        _check_rows(path, model, len(form.classes))
    except RuntimeError as error:
        raise ModelUnusable(f"{path} does not open: {_first_line(error)}") from error
    _try_out(path, form)
    return form


def _input_size(path: Path, model: ov.Model) -> tuple[int, int]:
    """Width and height; 0, 0 where any goes."""
    shape = model.inputs[0].partial_shape if len(model.inputs) == 1 else None
    if shape is None or shape.rank.is_dynamic or len(shape) != 4:
        raise ModelUnusable(f"{path} does not take one picture as N, channels, rows, columns")
    if shape[1].is_static and shape[1].get_length() != CHANNELS:
        raise ModelUnusable(f"{path} takes {shape[1].get_length()} channels, {CHANNELS} are expected")
    if shape[2].is_dynamic or shape[3].is_dynamic:
        return 0, 0
    return shape[3].get_length(), shape[2].get_length()


def _names(path: Path, model: ov.Model) -> tuple[str, ...]:
    for place in NAMES:
        if model.has_rt_info(place):
            text = str(model.get_rt_info(place).value)
            try:
                return names_in(text) if text.lstrip().startswith(("{", "[")) else tuple(text.split())
            except ValueError as error:
                raise ModelUnusable(f"{path}: {error}") from error
    raise ModelUnusable(f"{path} does not name its classes; name them with --classes")


def _check_rows(path: Path, model: ov.Model, classes: int) -> None:
    shape = model.outputs[0].partial_shape
    rows = shape[1].get_length() if len(shape) == 3 and shape[1].is_static else None
    if rows != BOX_ROWS + classes:
        raise ModelUnusable(
            f"{path} gives {shape}: {BOX_ROWS} rows of a box and one for each of {classes} classes are expected, "
            "with suppression of doubles left to us"
        )


def _check_embeds(path: Path, model: ov.Model) -> None:
    shape = model.outputs[0].partial_shape
    if len(shape) != 2:
        raise ModelUnusable(f"{path} gives {shape}: one row of numbers for each object is expected")


def _try_out(path: Path, form: ModelForm) -> None:
    options = YoloOptions(threads=1)
    detector = open_model(Weights("tried", path, "0" * 64), form, options, DetectorKind.OPENVINO)
    found = detector.submit(np.full((360, 640, CHANNELS), GREY, np.uint8)).result()
    if not np.isfinite(found.boxes).all():
        raise ModelUnusable(f"{path} answers a grey picture with boxes that are no numbers")


def tried(path: Path, kind: ModelKind, classes: tuple[str, ...]) -> ModelForm:
    """As `examined`, in a process of its own: whatever the file does to its reader. Raises ModelUnusable."""
    command = [sys.executable, "-m", "inference.registry.examine", str(path), f"--kind={kind.value}"]
    command += [f"--class={name}" for name in classes]
    try:
        done = subprocess.run(
            command, cwd=CHECKOUT, capture_output=True, text=True, timeout=LONGEST_S, check=False, env=_bare()
        )
    except subprocess.TimeoutExpired as error:
        raise ModelUnusable(f"{path} was not read within {LONGEST_S:.0f} s") from error
    if done.returncode == TROUBLE:
        raise ModelUnusable(done.stderr.strip().splitlines()[-1])
    if done.returncode:
        raise ModelUnusable(f"{path} made its reader end with {done.returncode}")
    return codec.from_json(ModelForm, done.stdout.encode())


def _bare() -> dict[str, str]:
    """The environment without our secrets: the file's reader needs none."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KASKA_")}


def _first_line(error: RuntimeError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no reason was given"


def main(
    path: Path,
    *,
    kind: Annotated[ModelKind, typer.Option()],
    classes: Annotated[list[str] | None, typer.Option("--class")] = None,
    packed: Annotated[Path | None, typer.Option("--pack", help="Where the two files of an IR become one.")] = None,
) -> None:
    """Says how a model's file is to be read."""
    os.nice(NICE)
    try:
        form = examined(path, kind, tuple(classes or ()))
        if packed is not None and form.format is ModelFormat.OPENVINO:
            pack(path, packed)
    except (InferenceError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(TROUBLE) from error
    sys.stdout.write(codec.to_json(form).decode())


if __name__ == "__main__":
    typer.run(main)
