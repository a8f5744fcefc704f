"""Training from folders of crops: what it says of itself, and what it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from inference.machines.__main__ import app
from inference.machines.pictures import ExamplesRefused, Picture, folds, read_pictures, require_enough
from inference.machines.states import UNKNOWN, Aspect, StateUnknown, aspect_of, state_named
from inference.machines.tally import figures
from inference.machines.training import trained
from inference.machines.validation import validated


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("open", "open"),
        ("Guard_Open", "open"),
        ("lamp-red", "red"),
        ("Зелёный", "green"),
        ("выключен", "off"),
        ("unknown", UNKNOWN),
        ("неясно", UNKNOWN),
    ],
)
def test_folders_are_named_by_states(text: str, state: str) -> None:
    assert state_named(text) == state


@pytest.mark.parametrize("text", ["", "..", "ajar", "guard"])
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(StateUnknown, match="there are: open, closed"):
        state_named(text)


def test_every_picture_is_held_out_once_beside_its_neighbours(pictures: list[Picture]) -> None:
    held = folds(pictures, Aspect.LAMP, 5)
    assert sorted(name for fold in held for name in fold) == [each.name for each in pictures]
    assert len(held) == 4, "as many as the rarest state has pictures"
    first = sorted(each.name for each in pictures if each.states[Aspect.GUARD] == "open")[:2]
    assert any(set(first) <= set(fold) for fold in folds(pictures, Aspect.GUARD, 4))


def test_a_classifier_is_judged_by_pictures_that_it_has_not_seen(pictures: list[Picture]) -> None:
    tally = validated([replace(e, states={Aspect.GUARD: e.states[Aspect.GUARD]}) for e in pictures])[Aspect.GUARD]
    asis, varied = figures(tally.photographed), figures(tally.varied)
    assert (asis.looks, varied.looks) == (16, 160)
    assert asis.accuracy == varied.accuracy == 1.0
    assert asis.cannot_tell <= 0.2
    assert tally.covered[-1] >= 0.9 * sum(tally.covered) > 0


def test_labels_that_mean_nothing_are_told_badly(pictures: list[Picture]) -> None:
    """An accuracy that is always good would be worth nothing: here the guard's labels are thrown by chance."""
    random = np.random.default_rng(3)
    chance = ["open", "closed"] * 8
    random.shuffle(chance)
    mixed = [replace(each, states={Aspect.GUARD: state}) for each, state in zip(pictures, chance, strict=True)]
    found = figures(validated(mixed)[Aspect.GUARD].varied)
    assert found.accuracy * (1 - found.cannot_tell) < 0.7


def test_the_command_trains_from_folders(examples: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    out = tmp_path / "lathe.npz"
    common = ["train", "--states", str(examples), "--home", str(home), "--out", str(out)]
    done = CliRunner().invoke(app, [*common, "--zone", "lathe", "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["pictures"] == 11
    assert answer["aspects"]["guard"]["states"] == ["closed", "open"]
    assert answer["aspects"]["guard"]["accuracy"] == 1.0
    folder = home / "models/machines/lathe"
    assert (folder / "current").read_text().strip() == answer["digest"]
    assert (folder / f"{answer['digest']}.npz").read_bytes() == out.read_bytes()
    said = CliRunner().invoke(
        app, ["tell", str(next((examples / "open").iterdir())), "--zone", "lathe", "--home", str(home)]
    )
    assert "Защитный кожух: открыт" in said.output
    covered = CliRunner().invoke(app, ["tell", str(examples / "unknown/worker.png"), "--file", str(out)])
    assert "Защитный кожух: не понять" in covered.output


def test_pictures_for_more_than_one_aspect_lie_in_more_than_one_folder(examples: Path) -> None:
    name = next((examples / "open").iterdir())
    (examples / "running").mkdir()
    (examples / "running" / "the-same.png").write_bytes(name.read_bytes())
    [both] = [each for each in read_pictures(examples) if len(each.states) == 2]
    assert both.states == {Aspect.GUARD: "open", Aspect.RUNNING: "running"}
    (examples / "closed" / "twin.png").write_bytes(name.read_bytes())
    with pytest.raises(ExamplesRefused, match="both"):
        read_pictures(examples)


def test_too_few_pictures_are_refused(examples: Path, tmp_path: Path) -> None:
    found = read_pictures(examples)
    require_enough(found)
    only_open = [each for each in found if each.states.get(Aspect.GUARD) != "closed"]
    with pytest.raises(ExamplesRefused, match="another state"):
        trained(only_open, {})
    with pytest.raises(ExamplesRefused, match="open: 4 different pictures, at least 5"):
        require_enough([each for each in found if each.states.get(Aspect.GUARD) == "open"][:4])
    with pytest.raises(ExamplesRefused, match="no pictures"):
        read_pictures(tmp_path / "home")
    (tmp_path / "other/open").mkdir(parents=True)
    (tmp_path / "other/open/broken.png").write_bytes(b"not a picture")
    with pytest.raises(ExamplesRefused, match=r"broken\.png: not a picture"):
        read_pictures(tmp_path / "other")


def test_no_place_to_put_it_is_said_before_the_work(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KASKA_HOME", raising=False)
    done = CliRunner().invoke(app, ["train", "--states", str(examples)])
    assert done.exit_code == 2
    assert "where shall the classifier go" in done.output


def test_every_state_belongs_to_an_aspect(examples: Path) -> None:
    assert aspect_of("green") is Aspect.LAMP
    assert aspect_of(UNKNOWN) is None
    assert cv2.imread(str(next((examples / "open").iterdir()))) is not None
