"""Faults of FAULTS C6, each told within a minute and ended by itself, and what looks like one and is none."""

from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from domain.contracts.detections import from_microseconds
from domain.contracts.observations import PictureQuality
from inference.quality.memory import Memory, load, save
from inference.quality.view import View, view_of
from inference.quality.watch import QualityWatch
from infra.frames import Pixels
from tests.inference.quality.places import (
    NOBODY,
    T0_US,
    YARD,
    Change,
    Film,
    Told,
    play,
    second_of,
    seen,
    shared,
    watching,
    yard,
)

BEGINS, ENDS, OVER = 40, 90, 110
NOTICED_S = 60.0


def usual(luma: Pixels, second: float) -> Pixels:
    del second
    return luma


def between(change: Change, begins: float = BEGINS, ends: float = ENDS) -> Change:
    return lambda luma, second: change(luma, second) if begins <= second < ends else luma


def moved(right: int, down: int) -> Change:
    return lambda luma, second: seen(right, down)


def turned(degrees: float) -> Change:
    def turn(luma: Pixels, second: float) -> Pixels:
        height, width = luma.shape
        around = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return cv2.warpAffine(luma, around, (width, height), borderMode=cv2.BORDER_REFLECT).astype(np.uint8)

    return turn


def covered(share: float) -> Change:
    def cover(luma: Pixels, second: float) -> Pixels:
        sack = np.linspace(60, 110, luma.shape[0])[:, None]
        luma[:, : round(share * luma.shape[1])] = sack
        return luma

    return cover


def lit(factor: float) -> Change:
    return lambda luma, second: np.clip(16 + (luma.astype(float) - 16) * factor, 16, 235).astype(np.uint8)


def blurred(sigma: float) -> Change:
    return lambda luma, second: cv2.GaussianBlur(luma, (0, 0), sigma).astype(np.uint8)


def flat(level: int) -> Change:
    return lambda luma, second: np.full_like(luma, level)


def lorry(share: float) -> Change:
    """Drives in, with a pattern of its own."""
    pattern = yard(seed=8)[: seen().shape[0], : seen().shape[1]]

    def drive(luma: Pixels, second: float) -> Pixels:
        width = round(share * luma.shape[1])
        luma[:, :width] = pattern[:, :width]
        return luma

    return drive


def rain(luma: Pixels, second: float) -> Pixels:
    dice = np.random.default_rng(int(second))
    drops = luma.copy()
    for x, y in dice.integers(0, luma.shape[0], (250, 2)).tolist():
        cv2.line(drops, (x * 2, y), (x * 2 + 1, y + 12), 210, 1)
    return Film(6.0).taken(drops)


FAULTS = {
    "moved": moved(8, 0),
    "moved far": moved(-60, 40),
    "turned": turned(8),
    "covered": covered(1.0),
    "mostly covered": covered(0.75),
    "blurred": blurred(2.0),
    "dark": lit(0.1),
    "black": flat(16),
    "overexposed": flat(235),
}
KINDS = {"moved far": "moved", "turned": "moved", "mostly covered": "covered"}


@pytest.mark.parametrize("name", FAULTS)
def test_C6_a_blind_camera_is_told_within_a_minute_and_its_end_too(name: str) -> None:
    told = Told()
    play(watching(told), range(0, OVER, 2), between(FAULTS[name]), Film())
    (fault,) = told.faults()
    kind, since, noticed, until = fault
    assert kind == KINDS.get(name, name)
    assert BEGINS <= since <= BEGINS + 4
    assert noticed - BEGINS <= NOTICED_S / 2
    assert until is not None
    assert ENDS <= until <= ENDS + 10
    assert [o.until is None for o in told.observations] == [True, False]


def test_C6_a_picture_that_is_frozen_is_told() -> None:
    told, film = Told(), Film()
    watch = watching(told)
    play(watch, range(0, BEGINS, 2), usual, film)
    still = film.taken(seen())
    play(watch, range(BEGINS, ENDS, 2), lambda luma, second: still)
    play(watch, range(ENDS, OVER, 2), usual, film)
    ((kind, since, noticed, until),) = told.faults()
    assert (kind, since <= BEGINS + 10, noticed - BEGINS <= NOTICED_S) == ("frozen_picture", True, True)
    assert until is not None
    assert ENDS <= until <= ENDS + 10


CALM = {
    "nothing": usual,
    "lights off and on": between(lit(0.4)),
    "brighter lights": between(lit(1.3)),
    "a lorry over half of the picture for 20 s": between(lorry(0.55), 60, 80),
    "a back before the lens for 20 s": between(covered(0.9), 60, 80),
    "half of it hidden for long": between(covered(0.5)),
    "rain": between(rain),
    "a step of a pixel in the wind": lambda luma, second: seen(int(second) % 2),
    "one bad picture": between(flat(16), 60, 61),
}


@pytest.mark.parametrize("name", CALM)
def test_C6_what_only_looks_like_blindness_is_not_told(name: str) -> None:
    told = Told()
    play(watching(told), range(0, OVER, 2), CALM[name], Film())
    assert told.faults() == []


def test_C6_dusk_is_no_fault_as_long_as_there_is_something_to_see() -> None:
    told = Told()
    dusk: Change = lambda luma, second: lit(max(0.3, 1.0 - second / 1200))(luma, second)  # noqa: E731
    play(watching(told), range(0, 1500, 6), dusk, Film())
    assert told.faults() == []


def test_a_camera_that_was_covered_before_a_restart_is_still_covered(tmp_path: Path) -> None:
    told, path = Told(), tmp_path / "yard.npz"
    play(watching(told), range(0, 100, 2), between(covered(1.0), 60, 999), Film())
    save(path, told.memory)
    after = Told(memory=load(path))
    play(watching(after), range(110, 150, 2), covered(1.0), Film())
    play(watching(after), range(150, 170, 2), usual, Film())
    assert [(kind, since, until) for kind, since, _, until in after.faults()] == [("covered", 60.0, 150.0)]


def test_a_new_view_counts_from_the_moment_a_person_accepts_it() -> None:
    told, accepted = Told(), list[datetime]()
    watch = watching(told, lambda: accepted[-1] if accepted else None)
    play(watch, range(0, 100, 2), between(moved(40, 0), 60, 999), Film())
    assert [kind for kind, *_ in told.faults()] == ["moved"]
    accepted.append(from_microseconds(T0_US + 100_000_000))
    play(watch, range(101, 160, 2), moved(40, 0), Film())
    assert [until for *_, until in told.faults()] == [100.0]
    play(watch, range(160, 200, 2), usual, Film())
    assert [kind for kind, *_ in told.faults()] == ["moved", "moved"]


def test_another_shape_of_the_picture_begins_anew() -> None:
    told, film = Told(), Film()
    watch = watching(told)
    play(watch, range(0, 60, 2), usual, film)
    for second in range(60, 110, 2):
        watch.observe(shared(film.taken(seen())[:, :288], second), NOBODY)
    assert told.faults() == []


def test_pictures_in_between_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[View] = []

    def counted(luma: Pixels) -> View:
        looks.append(view_of(luma))
        return looks[-1]

    monkeypatch.setattr("inference.quality.watch.view_of", counted)
    play(watching(Told()), np.arange(0, 20, 0.1).tolist(), usual)
    assert len(looks) == 10


@pytest.mark.parametrize("content", [b"", b"junk", b"PK\x03\x04junk"])
def test_a_broken_memory_begins_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "yard.npz"
    path.write_bytes(content)
    assert load(path) == Memory()


def test_a_clock_that_is_set_back_does_not_stop_the_watch() -> None:
    told = Told()
    watch: QualityWatch = watching(told)
    play(watch, range(100, 140, 2), usual, Film())
    play(watch, range(50, 90, 2), covered(1.0), Film())
    ended: list[PictureQuality] = told.observations
    assert [each.fault.value for each in ended] == ["covered"]
    assert second_of(ended[0].since) == 50
    assert ended[0].camera_id == YARD
