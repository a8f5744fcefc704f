"""Several nodes analyse at once: what each says of itself is kept apart, and read where it belongs (ADR 21)."""

import pytest

from gateway.face_module import compared_on
from gateway.machines import Taught, taught
from gateway.troubles import Trouble, TroubleKind, troubles_of
from gateway.vitals import FRESH_S, Report, VitalsBoard

NORTH = (
    'kaska_camera_frames{camera="gate"} 5\nkaska_detector_stretch 2.0\nkaska_face_camera{camera="gate"} 1\n'
    'kaska_machine_examples{zone="press",aspect="guard",state="open"} 40\n'
)
SOUTH = (
    'kaska_camera_frames{camera="yard"} 5\nkaska_detector_stretch 1.0\nkaska_face_camera{camera="yard"} 1\n'
    'kaska_machine_examples{zone="saw",aspect="lamp",state="red"} 12\n'
)


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def board(clock: Clock, **texts: str) -> VitalsBoard:
    """Reports by process, a dot written as two underscores."""
    heard = VitalsBoard(clock)
    for name, text in texts.items():
        process = name.replace("__", ".")
        heard._reports[process] = Report(process, text, clock())
    return heard


def test_a_camera_is_warned_of_by_the_node_that_looks_at_it() -> None:
    heard = board(Clock(), inference__north=NORTH, inference__south=SOUTH)
    assert troubles_of(heard, "gate") == [Trouble(TroubleKind.OVERLOADED, "2.0")]
    assert troubles_of(heard, "yard") == []
    assert troubles_of(heard, "nobody's") == []


def test_what_nodes_compare_and_were_taught_is_read_together() -> None:
    heard = board(Clock(), inference__north=NORTH, inference__south=SOUTH, inference__broken="no Prometheus {")
    assert compared_on(heard) == frozenset({"gate", "yard"})
    assert taught(heard) == {"press": [Taught("guard", "open", 40)], "saw": [Taught("lamp", "red", 12)]}
    assert (compared_on(board(Clock())), taught(board(Clock()))) == (None, None)


@pytest.mark.parametrize("other", ["inference", "inference__south"])
def test_a_node_that_falls_silent_is_missing_whatever_others_say(other: str) -> None:
    clock = Clock()
    heard = board(clock, inference__north=NORTH, **{other: SOUTH})
    assert heard.missing(["inference"]) == []
    clock.at += FRESH_S + 0.1
    process = other.replace("__", ".")
    heard._reports[process] = Report(process, SOUTH, clock())
    assert heard.missing(["inference"]) == ["inference.north"]
    clock.at += 3700.0
    heard._reports[process] = Report(process, SOUTH, clock())
    assert heard.missing(["inference"]) == [], "it was given up"


def test_where_no_node_was_ever_heard_inference_itself_is_missing() -> None:
    assert board(Clock(), domain="").missing(["domain", "inference"]) == ["inference"]
