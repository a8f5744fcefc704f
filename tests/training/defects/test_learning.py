"""From rendered titanium to a model: better than its peer, honest figures, and a file that holds numbers only."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tests.training.defects.surfaces import DEFECTS, brushed, write_set
from training.defects.__main__ import app
from training.defects.drawing import drawn, save
from training.defects.errors import ModelRefused, PicturesRefused
from training.defects.learning import taught_by, train
from training.defects.looking import look
from training.defects.model import ODD, DefectModel, OneClass, load
from training.defects.pictures import Sample, samples
from training.defects.texture import Features, Picture, Tiling, haralick, levelled, tiles

TILING = Tiling(tile=64, step=32, levels=16, distances=(1, 2, 4))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("titanium")
    write_set(folder, seed=1, good=8, of_each=5)
    return folder


@pytest.fixture(scope="module")
def known(folder: Path) -> list[Sample]:
    return samples(folder)


@pytest.fixture(scope="module")
def model(known: list[Sample]) -> DefectModel:
    return train(known, TILING)


def histogram(picture: Picture, tiling: Tiling) -> Features:
    """The peer: how often each grey level occurs in a tile, whatever lies beside what."""
    levels = levelled(picture, tiling.levels)
    boxes = tiles(picture.shape[1], picture.shape[0], tiling)
    counts = [np.bincount(levels[y1:y2, x1:x2].ravel(), minlength=tiling.levels) for x1, y1, x2, y2 in boxes]
    return np.array(counts, np.float64) / tiling.tile**2


def test_haralick_tells_defects_better_than_the_histogram_of_the_same_tiles(
    model: DefectModel, known: list[Sample]
) -> None:
    """Same pictures, tiles, levels, classifier, folds and calibration: only the features differ."""
    ours, peer = model.figures, train(known, TILING, histogram).figures
    assert ours["auc"] >= 0.98
    assert ours["tile_auc"] >= 0.98
    assert ours["tile_auc"] >= peer["tile_auc"] + 0.02, f"{ours} against {peer}"
    assert min(ours["f1"].values()) >= 0.7
    assert ours["calibration_error"] <= 0.05
    assert ours["pictures"] == {"good": 8, "crack": 5, "pit": 5, "scratch": 5}


def test_new_pictures_are_told_and_the_defect_is_where_it_is(model: DefectModel) -> None:
    rng = np.random.default_rng(77)
    right = 0
    for kind, render in DEFECTS.items():
        for _ in range(4):
            picture, mask = render(rng, 256)
            verdict = look(picture, model)
            assert verdict.regions, "missed"
            right += verdict.kind == kind
            x1, y1, x2, y2 = verdict.regions[0].box
            ys, xs = np.nonzero(mask)
            inside = (xs >= x1) & (xs < x2) & (ys >= y1) & (ys < y2)
            assert inside.mean() > 0.6, f"{kind} is elsewhere"
            spare = TILING.tile
            assert xs.min() - spare <= x1 <= x2 <= xs.max() + spare, f"{kind} is smaller"
            assert ys.min() - spare <= y1 <= y2 <= ys.max() + spare, f"{kind} is smaller"
            assert verdict.heat[mask > 0].mean() > 3 * verdict.heat[cv2.dilate(mask, np.ones((99, 99))) == 0].mean()
    assert right >= 8, "with five pictures of each kind most are named rightly"
    clean = [look(brushed(rng, 256), model) for _ in range(5)]
    assert sum(verdict.kind == "good" for verdict in clean) >= 4


def test_without_masks_the_odd_tiles_are_the_defect(known: list[Sample]) -> None:
    unmasked = [replace(sample, mask=None) for sample in known]
    taught = taught_by(unmasked, TILING, haralick)
    truly = taught_by(known, TILING, haralick)
    used = taught.labels > 0
    assert (truly.labels[used] == taught.labels[used]).mean() > 0.7, "odd tiles that are good teach nonsense"
    assert set(taught.shows[taught.pictures[used]]) == {1, 2, 3}
    figures = train(unmasked, TILING).figures
    assert figures["auc"] >= 0.95
    assert "tile_auc" not in figures, "of tiles nobody knows the truth"


def test_where_only_good_parts_exist_what_is_unlike_them_is_odd(known: list[Sample]) -> None:
    model = train([sample for sample in known if sample.kind == "good"], TILING)
    assert isinstance(model.judge, OneClass)
    assert model.kinds == ("good", ODD)
    rng = np.random.default_rng(5)
    assert sum(look(brushed(rng), model).kind == "good" for _ in range(8)) >= 7
    found = [look(render(rng)[0], model).kind == ODD for render in DEFECTS.values() for _ in range(3)]
    assert sum(found) >= 7


def test_one_kind_of_defect_is_enough(known: list[Sample]) -> None:
    model = train([sample for sample in known if sample.kind in ("good", "pit")], TILING)
    pit, good = (next(s.picture for s in known if s.kind == kind) for kind in ("pit", "good"))
    assert (look(pit, model).kind, look(good, model).kind) == ("pit", "good")


def test_a_model_comes_back_from_its_file_as_it_was(model: DefectModel, known: list[Sample], tmp_path: Path) -> None:
    one_class = train(known[:6], TILING)
    for each in (model, one_class):
        each.save(tmp_path / "m.npz")
        again = load(tmp_path / "m.npz")
        assert (again.kinds, again.tiling, again.threshold) == (each.kinds, each.tiling, each.threshold)
        features = haralick(known[-1].picture, TILING)
        np.testing.assert_array_equal(again.probabilities(features), each.probabilities(features))
        np.testing.assert_allclose(each.probabilities(features).sum(axis=1), 1.0)


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a model's file was run",))


@pytest.mark.parametrize("fault", ["pickle", "text", "cut", "shape", "nan", "form", "missing", "absent"])
def test_a_file_that_is_no_model_is_refused(model: DefectModel, tmp_path: Path, fault: str) -> None:
    path = tmp_path / "m.npz"
    model.save(path)
    with np.load(path) as file:
        arrays: dict[str, Any] = {name: file[name] for name in file.files}
    about = json.loads(str(arrays["about"]))
    match fault:
        case "pickle":
            np.savez(path, **{**arrays, "weights": np.array([Bomb()], object)})
        case "text":
            path.write_text("weights = 1")
        case "cut":
            path.write_bytes(path.read_bytes()[:500])
        case "shape":
            np.savez(path, **{**arrays, "weights": arrays["weights"][:, :-1]})
        case "nan":
            np.savez(path, **{**arrays, "mean": arrays["mean"] * np.nan})
        case "form":
            np.savez(path, **{**arrays, "about": np.array(json.dumps(about | {"form": "kaska-defects-9"}))})
        case "missing":
            np.savez(path, **{name: value for name, value in arrays.items() if name != "shift"})
        case "absent":
            path.unlink()
    with pytest.raises(ModelRefused):
        load(path)


def test_folders_that_cannot_be_trained_from(tmp_path: Path) -> None:
    with pytest.raises(PicturesRefused, match="good"):
        samples(tmp_path)
    write_set(tmp_path, seed=1, good=3, of_each=0)
    with pytest.raises(PicturesRefused, match="3 pictures, at least 4"):
        samples(tmp_path)
    write_set(tmp_path, seed=1, good=4, of_each=0)
    assert len(samples(tmp_path)) == 4
    (tmp_path / "трещина").mkdir()
    with pytest.raises(PicturesRefused, match="трещина: 0 pictures"):
        samples(tmp_path)
    (tmp_path / "трещина" / "x.png").write_text("no picture")
    with pytest.raises(PicturesRefused, match=r"x\.png: not a picture"):
        samples(tmp_path)
    tiny = [Sample(Path("tiny.png"), "good", np.zeros((40, 40), np.uint8))] * 4
    with pytest.raises(PicturesRefused, match="40 x 40 pixels, a tile is 64"):
        train(tiny, TILING)


def test_the_picture_of_results_frames_the_defect(model: DefectModel, known: list[Sample], tmp_path: Path) -> None:
    picture = next(sample.picture for sample in known if sample.kind == "pit")
    page = drawn(picture, look(picture, model), "деталь 7.png")
    plain = drawn(picture, replace(look(picture, model), kind="good", regions=()), "деталь 7.png")
    side = round(picture.shape[0] * 480 / picture.shape[1])
    assert page.shape[1] == 2 * 480 + 12
    frame = np.abs(page[:side, :480].astype(int) - plain[:side, :480]).sum(axis=2) > 0
    assert 100 < frame.sum() < 0.2 * frame.size, "a frame, and no more, is drawn over the surface"
    assert page.shape[0] == plain.shape[0] + 26, "one line of the table for the region"
    save(tmp_path / "page.png", page)
    read = cv2.imread(str(tmp_path / "page.png"))
    assert read is not None
    np.testing.assert_array_equal(read[:, :, ::-1], page)


def test_the_commands_train_and_look(tmp_path: Path) -> None:
    """As `./kaska defects` runs them."""
    write_set(tmp_path / "set", seed=3, good=4, of_each=3)
    model, page, picture = tmp_path / "m.npz", tmp_path / "page.png", tmp_path / "set" / "scratch" / "00.png"
    trained = _run("train", tmp_path / "set", "--out", model, "--json")
    figures = json.loads(trained.stdout)
    assert figures["kinds"] == ["good", "crack", "pit", "scratch"]
    assert 0.5 < figures["auc"] <= 1.0
    verdict = json.loads(_run("look", picture, "--model", model, "--out", page, "--json").stdout)
    assert (verdict["kind"], verdict["regions"][0]["kind"]) == ("scratch", "scratch")
    assert page.read_bytes().startswith(b"\x89PNG")
    refused = _run("look", model, "--model", model)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "not a picture" in refused.stderr


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])
