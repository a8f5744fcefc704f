"""A classifier of the rendered lathe, trained once."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.machines.classifier import Classifier
from inference.machines.crop import crop_of, cut
from inference.machines.pictures import Picture, picture
from inference.machines.states import Aspect
from inference.machines.training import trained
from infra.frames import Pixels
from tests.inference.machines.lathe import ZONE, Light, any_light, scene

CROP = crop_of(ZONE)
COMBINATIONS = list(product(("open", "closed"), ("running", "stopped"), ("red", "yellow", "green", "off")))


def labels(guard: str, running: str, lamp: str) -> dict[Aspect, str]:
    return {Aspect.GUARD: guard, Aspect.RUNNING: running, Aspect.LAMP: lamp}


def renders(count: int, seed: int, light: Light | None = None) -> Iterator[tuple[dict[Aspect, str], Pixels]]:
    """Labelled crops of all combinations in turn, each in a light of its own when none is given."""
    random = np.random.default_rng(seed)
    for i in range(count):
        states = COMBINATIONS[i % len(COMBINATIONS)]
        yield labels(*states), cut(scene(*states, random, light or any_light(random)), CROP)


@pytest.fixture(scope="session")
def pictures() -> list[Picture]:
    """Sixteen: eight of each state of the guard and of the running, four of each lamp."""
    return [picture(f"{i:03d}", states, crop) for i, (states, crop) in enumerate(renders(16, seed=1))]


@pytest.fixture(scope="session")
def classifier(pictures: list[Picture]) -> Classifier:
    return trained(pictures, {"pictures": len(pictures)})


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Ten pictures of the guard in folders, and one that says nothing."""
    random, folder = np.random.default_rng(2), tmp_path / "examples"
    for i in range(10):
        guard = ("open", "closed")[i % 2]
        (folder / guard).mkdir(parents=True, exist_ok=True)
        crop = cut(scene(guard, "stopped", "green", random, any_light(random)), CROP)
        assert cv2.imwrite(str(folder / guard / f"{i:03d}.png"), crop)
    (folder / "unknown").mkdir()
    behind = cut(scene("open", "running", "red", random, person_x=0.5), CROP)
    assert cv2.imwrite(str(folder / "unknown/worker.png"), behind)
    return folder
