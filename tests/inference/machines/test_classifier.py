"""How well the states of a machine are told from few pictures, and when they are not told."""

import io
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from domain.contracts.detections import Attribute
from inference.machines.classifier import (
    LARGEST_BYTES,
    Classifier,
    ClassifierUnusable,
    Told,
    attributes,
    dumped,
    loaded,
)
from inference.machines.crop import cut
from inference.machines.features import features
from inference.machines.states import Aspect
from inference.machines.training import trained
from infra.frames import Pixels
from tests.inference.machines.conftest import COMBINATIONS, CROP, labels, renders
from tests.inference.machines.lathe import Light, any_light, scene

UNSEEN = 48


def told(classifier: Classifier, states: dict[Aspect, str], crop: Pixels) -> dict[Aspect, str]:
    """right, wrong or cannot tell"""
    looks = classifier.tell(crop)
    return {
        aspect: "cannot tell" if look.state is None else "right" if look.state == states[aspect] else "wrong"
        for aspect, look in looks.items()
    }


def tallied(classifier: Classifier, shown: list[tuple[dict[Aspect, str], Pixels]]) -> dict[Aspect, Counter[str]]:
    found = {aspect: Counter[str]() for aspect in Aspect}
    for states, crop in shown:
        for aspect, verdict in told(classifier, states, crop).items():
            found[aspect][verdict] += 1
    return found


def mean_colour_right(shown: list[tuple[dict[Aspect, str], Pixels]], aspect: Aspect) -> float:
    """The peer: the state whose pictures have the nearest mean colour, taught with the same pictures."""
    taught = [(states[aspect], crop.mean(axis=(0, 1))) for states, crop in renders(16, seed=1)]
    middles = {state: np.mean([colour for each, colour in taught if each == state], axis=0) for state, _ in taught}
    right = 0
    for states, crop in shown:
        colour = crop.mean(axis=(0, 1))
        right += min(middles, key=lambda state: float(np.linalg.norm(middles[state] - colour))) == states[aspect]
    return right / len(shown)


def test_sixteen_pictures_suffice_in_any_light(classifier: Classifier) -> None:
    """Light from half to 1.4 times, warmer and colder, from a side, other gamma, two pixels off, noise."""
    shown = list(renders(UNSEEN, seed=99))
    for aspect, verdicts in tallied(classifier, shown).items():
        assert verdicts["wrong"] <= 0.02 * UNSEEN, (aspect, verdicts)
        assert verdicts["right"] >= 0.9 * UNSEEN, (aspect, verdicts)
        assert mean_colour_right(shown, aspect) < 0.75, "a threshold on colour would do"


def test_with_somebody_in_front_it_is_said_to_be_unclear(classifier: Classifier) -> None:
    random = np.random.default_rng(7)
    shown = []
    for i in range(UNSEEN):
        states = COMBINATIONS[i % len(COMBINATIONS)]
        x, tall = float(random.uniform(0.42, 0.58)), float(random.uniform(0.8, 1.0))
        picture = scene(*states, random, any_light(random), person_x=x, tall=tall)
        shown.append((labels(*states), cut(picture, CROP)))
    verdicts = tallied(classifier, shown)
    assert all(each["wrong"] <= 0.02 * UNSEEN for each in verdicts.values()), verdicts
    assert verdicts[Aspect.GUARD]["cannot tell"] > 0.8 * UNSEEN, verdicts


@pytest.mark.parametrize("light", [Light(gain=0.02), Light(gain=0.0, noise=1.0), Light(gain=40.0)])
def test_in_the_dark_and_in_the_glare_nothing_is_told(classifier: Classifier, light: Light) -> None:
    verdicts = tallied(classifier, list(renders(16, seed=3, light=light)))
    assert all(each["cannot tell"] == 16 for each in verdicts.values()), verdicts


def test_another_picture_altogether_says_nothing(classifier: Classifier) -> None:
    random = np.random.default_rng(1)
    grey = np.full((250, 340, 3), 128, np.uint8)
    noise = np.asarray(random.integers(0, 256, (250, 340, 3)), np.uint8)
    for crop in (grey, noise, np.ascontiguousarray(scene("open", "running", "red", random)[::-1])):
        assert all(look.state is None for look in classifier.tell(crop).values())


def test_light_changes_a_look_less_than_a_guard(classifier: Classifier) -> None:
    def look(guard: str, light: Light) -> Any:
        return features(cut(scene(guard, "stopped", "off", np.random.default_rng(4), light), CROP))

    for light in (Light(gain=0.55), Light(gain=1.3), Light(warmth=0.08), Light(gamma=1.3), Light(shift=(2, -2))):
        moved = np.linalg.norm(look("open", light) - look("open", Light()))
        assert moved < 0.6 * np.linalg.norm(look("open", Light()) - look("closed", Light())), light


def test_attributes_say_what_was_told_and_that_it_was_not() -> None:
    looks = {
        Aspect.LAMP: Told("red", ("green", "red"), (0.05, 0.95), 0.4),
        Aspect.GUARD: Told(None, ("closed", "open"), (0.3, 0.7), 1.2),
    }
    assert [(a.attribute, round(a.present, 2), round(a.absent, 2)) for a in attributes(looks)] == [
        (Attribute.GUARD_OPEN, 0.0, 0.0),
        (Attribute.LAMP_RED, 0.95, 0.05),
        (Attribute.LAMP_GREEN, 0.05, 0.95),
    ]


def test_a_file_is_the_classifier_and_the_same_each_time(classifier: Classifier, pictures: list[Any]) -> None:
    data = dumped(classifier)
    again = loaded(data)
    assert dumped(again) == data
    assert dumped(trained(pictures, {"pictures": len(pictures)})) == data
    assert again.about == {"pictures": 16}
    for _, crop in renders(4, seed=11):
        assert again.tell(crop) == classifier.tell(crop)


def test_what_is_no_classifier_is_refused(classifier: Classifier) -> None:
    data = dumped(classifier)
    model = classifier.aspects[Aspect.GUARD]
    for broken in (
        b"",
        b"PK\x03\x04 nothing",
        data[: len(data) // 2],
        _altered(data, form="hog-of-last-year"),
        dumped(replace(classifier, prototypes=classifier.prototypes[:, :1])),
        dumped(replace(classifier, aspects={})),
        dumped(replace(classifier, usual=classifier.usual * np.float32("nan"))),
        _bomb(),
        dumped(replace(classifier, aspects={Aspect.GUARD: replace(model, states=("open", "red"))})),
        dumped(replace(classifier, aspects={Aspect.GUARD: replace(model, index=model.index + 10_000)})),
        dumped(replace(classifier, aspects={Aspect.GUARD: replace(model, bias=model.bias[:1])})),
    ):
        with pytest.raises(ClassifierUnusable):
            loaded(broken)


def test_a_file_with_objects_in_it_is_not_run() -> None:
    """numpy would unpickle them."""
    file = io.BytesIO()
    np.savez(file, head=np.array([{"form": "x"}], object))
    with pytest.raises(ClassifierUnusable):
        loaded(file.getvalue())


def _bomb() -> bytes:
    """Little that becomes much."""
    file = io.BytesIO()
    np.savez_compressed(file, prototypes=np.zeros(LARGEST_BYTES, np.uint8))
    return file.getvalue()


def _altered(data: bytes, **changes: Any) -> bytes:
    with np.load(io.BytesIO(data)) as arrays:
        each = dict(arrays)
    head = json.loads(each["head"].tobytes()) | changes
    each["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **each)
    return file.getvalue()
