"""Whose helmet is it? Heads and torsos are given to persons."""

import numpy as np
import pytest

from domain.contracts.detections import Attribute, AttributeScore
from inference.detections import Detections
from inference.wearing import Worn, wearing
from tests.inference.samples import Corners

ANNA: Corners = (100, 100, 160, 300)
BORIS: Corners = (150, 110, 210, 310)  # stands beside Anna, their boxes overlap


def parts(*found: tuple[Worn, Corners, float]) -> Detections:
    return Detections(
        np.array([box for _, box, _ in found], np.float32).reshape(-1, 4),
        np.array([score for _, _, score in found], np.float32),
        np.array([worn for worn, _, _ in found], np.uint8),
    )


def helmet(present: float = 0.0, absent: float = 0.0) -> AttributeScore:
    return AttributeScore(Attribute.HELMET, pytest.approx(present), pytest.approx(absent))  # type: ignore[arg-type]


def vest(present: float = 0.0, absent: float = 0.0) -> AttributeScore:
    return AttributeScore(Attribute.VEST, pytest.approx(present), pytest.approx(absent))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "anna"),
    [
        # nothing found: it cannot be told
        ([], ()),
        # a helmet on the head
        ([(Worn.HELMET, (115, 100, 145, 130), 0.9)], (helmet(present=0.9),)),
        # it reaches over the top of the person's box
        ([(Worn.HELMET, (115, 85, 145, 115), 0.9)], (helmet(present=0.9),)),
        # a bare head
        ([(Worn.NO_HELMET, (115, 100, 145, 130), 0.7)], (helmet(absent=0.7),)),
        # the model says both of one head: both are recorded
        (
            [(Worn.HELMET, (115, 100, 145, 130), 0.4), (Worn.NO_HELMET, (116, 101, 145, 131), 0.6)],
            (helmet(present=0.4, absent=0.6),),
        ),
        # of two sightings of one kind the better counts
        (
            [(Worn.HELMET, (115, 100, 145, 130), 0.4), (Worn.HELMET, (116, 101, 145, 131), 0.6)],
            (helmet(present=0.6),),
        ),
        # a helmet in the hand is not worn (R46)
        ([(Worn.HELMET, (140, 200, 170, 230), 0.9)], ()),
        # a helmet that hangs beside the head on a wall
        ([(Worn.HELMET, (165, 100, 195, 130), 0.9)], ()),
        # a head as large as the person is somebody else's
        ([(Worn.HELMET, (90, 20, 170, 240), 0.9)], ()),
        # a vest on the torso, and head and torso together
        (
            [(Worn.VEST, (105, 135, 155, 220), 0.8), (Worn.NO_HELMET, (115, 100, 145, 130), 0.7)],
            (helmet(absent=0.7), vest(present=0.8)),
        ),
        # a vest at the feet is not worn
        ([(Worn.VEST, (105, 270, 155, 300), 0.8)], ()),
    ],
)
def test_what_one_person_wears(found: list[tuple[Worn, Corners, float]], anna: tuple[AttributeScore, ...]) -> None:
    assert wearing(np.array([ANNA], np.float32), parts(*found)) == [anna]


def test_each_head_belongs_to_the_person_under_it() -> None:
    found = parts((Worn.HELMET, (165, 112, 195, 142), 0.9), (Worn.NO_HELMET, (115, 100, 145, 130), 0.8))
    anna, boris = wearing(np.array([ANNA, BORIS], np.float32), found)
    assert anna == (helmet(absent=0.8),)
    assert boris == (helmet(present=0.9),)


def test_without_persons_nobody_wears_anything() -> None:
    assert wearing(np.empty((0, 4), np.float32), parts((Worn.HELMET, (115, 100, 145, 130), 0.9))) == []
