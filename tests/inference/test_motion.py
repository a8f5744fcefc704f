"""Where a picture changes: objects, not noise, and not the light."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.motion import Glance, MotionGate
from infra.frames import Pixels

FRAME_US = 100_000
NO_BOXES = np.empty((0, 4), np.float32)


def scene(seed: int = 1) -> NDArray[np.float32]:
    """A yard, 640x360, of patches of different brightness."""
    patches = np.random.default_rng(seed).integers(40, 200, (9, 16))
    return np.kron(patches, np.ones((40, 40))).astype(np.float32)


def noisy(picture: NDArray[np.float32], number: int, sigma: float = 2.0) -> Pixels:
    noise = np.random.default_rng(100 + number).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def with_person(picture: NDArray[np.float32], x: int, y: int = 150, width: int = 20, height: int = 50) -> Pixels:
    shown = picture.copy()
    shown[y : y + height, x : x + width] = 10.0
    return shown.astype(np.uint8)


def looked(pictures: list[Pixels]) -> list[Glance]:
    gate = MotionGate()
    return [gate.look(picture, number * FRAME_US) for number, picture in enumerate(pictures)]


def test_the_first_frame_tells_nothing() -> None:
    (glance,) = looked([noisy(scene(), 0)])
    assert glance.is_new
    assert len(glance.blobs_outside(NO_BOXES)) == 0


@pytest.mark.parametrize("sigma", [1.0, 3.0, 6.0])
def test_a_noisy_sensor_is_no_motion(sigma: float) -> None:
    glances = looked([noisy(scene(), number, sigma) for number in range(40)])
    assert max(len(glance.blobs_outside(NO_BOXES)) for glance in glances[10:]) == 0


def test_somebody_who_walks_is_seen_at_once_and_where_he_is() -> None:
    still = [scene().astype(np.uint8)] * 10
    glances = looked([*still, with_person(scene(), 300)])
    [blob] = glances[-1].blobs_outside(NO_BOXES)
    assert blob == pytest.approx([300, 150, 320, 200], abs=12)
    ys, xs = np.nonzero(glances[-1].moving)
    assert (xs.min(), xs.max()) == (pytest.approx(150, abs=2), pytest.approx(160, abs=2))
    assert (ys.min(), ys.max()) == (pytest.approx(75, abs=2), pytest.approx(100, abs=2))


def test_a_far_person_of_sixteen_pixels_is_seen() -> None:
    still = [scene().astype(np.uint8)] * 10
    glances = looked([*still, with_person(scene(), 300, width=8, height=16)])
    assert len(glances[-1].blobs_outside(NO_BOXES)) == 1


def test_where_somebody_stood_when_the_background_was_learned_nobody_need_look() -> None:
    left = [with_person(scene(), 300)] * 2 + [scene().astype(np.uint8)] * 20
    glances = looked(left)
    assert len(glances[2].blobs_outside(NO_BOXES)) == 1, "he may have moved: that is news"
    later = glances[-1]
    assert later.moving.any(), "the background still shows him"
    assert len(later.blobs_outside(NO_BOXES)) == 0


def test_somebody_who_creeps_stirs() -> None:
    still = [scene().astype(np.uint8)] * 10
    glances = looked([*still, *(with_person(scene(), 300 + step) for step in range(0, 40, 2))])
    assert all(len(glance.blobs_outside(NO_BOXES)) == 1 for glance in glances[10:])


def test_a_known_object_explains_its_motion() -> None:
    still = [scene().astype(np.uint8)] * 10
    glance = looked([*still, with_person(scene(), 300)])[-1]
    assert len(glance.blobs_outside(np.array([[298, 148, 322, 202]], np.float32))) == 0
    assert len(glance.blobs_outside(np.array([[100, 148, 122, 202]], np.float32))) == 1


def test_two_in_different_places_are_two_and_a_head_with_its_legs_is_one() -> None:
    still = [scene().astype(np.uint8)] * 10
    shown = with_person(scene(), 100, y=150, height=12)
    shown[170:200, 100:120] = 10
    shown[150:200, 500:520] = 10
    blobs = looked([*still, shown])[-1].blobs_outside(NO_BOXES)
    assert sorted(blobs[:, 0].tolist()) == [pytest.approx(100, abs=12), pytest.approx(500, abs=12)]


@pytest.mark.parametrize("light", [-25.0, 12.0, 30.0])
def test_a_change_of_the_light_is_no_motion(light: float) -> None:
    before, after = scene(), scene() + light
    glances = looked([before.astype(np.uint8)] * 10 + [after.astype(np.uint8)] * 5)
    assert max(len(glance.blobs_outside(NO_BOXES)) for glance in glances) == 0
    assert not any(glance.is_new for glance in glances[1:])


def test_a_camera_that_was_turned_is_a_new_scene_once() -> None:
    glances = looked([scene().astype(np.uint8)] * 5 + [scene(seed=2).astype(np.uint8)] * 5)
    assert [glance.is_new for glance in glances] == [True, *[False] * 4, True, *[False] * 4]


def test_leaves_that_move_all_the_time_become_usual() -> None:
    swaying = [np.roll(scene(), number % 3, axis=1).astype(np.uint8) for number in range(300)]
    glances = looked(swaying)
    early = np.mean([np.count_nonzero(glance.moving) for glance in glances[5:25]])
    late = np.mean([np.count_nonzero(glance.moving) for glance in glances[-20:]])
    assert late < early / 4


def test_a_clock_that_is_set_back_changes_nothing() -> None:
    gate = MotionGate()
    for at_us in (10_000_000, 5_000_000, 5_100_000):
        glance = gate.look(scene().astype(np.uint8), at_us)
    assert not glance.is_new
    assert len(glance.blobs_outside(NO_BOXES)) == 0


def test_another_size_begins_anew() -> None:
    gate = MotionGate()
    gate.look(np.zeros((360, 640), np.uint8), 0)
    assert gate.look(np.zeros((480, 640), np.uint8), 1).is_new
    assert gate.look(np.zeros((8, 10), np.uint8), 2).is_new
