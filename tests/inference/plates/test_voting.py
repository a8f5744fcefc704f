"""Several readings become one number."""

import numpy as np
import pytest

from domain.contracts.plates import PlateFormat
from inference.plates.finding import Reading
from inference.plates.voting import Voted, voted

QUAD = np.zeros((4, 2), np.float32)


def reading(text: str, score: float = 0.9, *, weak: int | None = None) -> Reading:
    """weak   a place of which the reader is not sure"""
    scores = tuple(0.3 if place == weak else score for place in range(len(text)))
    return Reading(text, scores, QUAD)


def result(*readings: Reading) -> Voted:
    found = voted(readings)
    assert found is not None
    assert voted(readings[::-1]) == found, "the order of the readings is nothing to it"
    return found


def test_nothing_was_read() -> None:
    assert voted([]) is None


def test_one_reading_is_what_it_is() -> None:
    found = result(reading("A123BC77"))
    assert found.plate is not None
    assert (found.text, found.plate.number, found.votes) == ("A123BC77", "А123ВС77", 1)
    assert found.score == pytest.approx(0.9)


def test_the_surer_character_wins_at_each_place() -> None:
    found = result(
        reading("A128BC77", weak=3), reading("A123BC77"), reading("A123BO77", weak=5), reading("A123BC71", weak=7)
    )
    assert found.plate is not None
    assert found.plate.number == "А123ВС77"
    assert found.votes == 1
    assert found.score < 0.9


def test_a_number_that_nobody_read_as_a_whole_is_put_together() -> None:
    found = result(reading("A128BC77", weak=3), reading("A123BO77", weak=5), reading("A123BC17", weak=6))
    assert found.plate is not None
    assert found.plate.number == "А123ВС77"
    assert (found.votes, found.text) == (0, "A123BC77")


def test_what_fits_the_standard_outweighs_what_does_not() -> None:
    found = result(reading("A123BC77"), reading("A123BCX7J"), reading("QA23BC77W"))
    assert found.plate is not None
    assert found.plate.number == "А123ВС77"


def test_a_swallowed_character_comes_back() -> None:
    """Of equal characters in a row a reader loses one; 777 is read as 77."""
    found = result(reading("A123BC77"), reading("A123BC777"), reading("A123BC77", 0.8))
    assert found.plate is not None
    assert found.plate.region == "77", "two of three, and sure: it was 77"
    found = result(reading("A123BC77"), reading("A123BC777"))
    assert found.plate is not None
    assert found.plate.region == "777"


def test_a_foreign_number_stays_as_it_was_read() -> None:
    found = result(reading("WOBVW4K4"), reading("WOBVW4K4"), reading("W0BVW4K4", 0.6))
    assert found.plate is None
    assert (found.text, found.votes) == ("WOBVW4K4", 2)


def test_repairs_are_made_before_the_votes_are_counted() -> None:
    found = result(reading("0777OO77"), reading("O777OO77"), reading("O7770077"))
    assert found.plate is not None
    assert (found.plate.number, found.plate.format, found.votes) == ("О777ОО77", PlateFormat.CAR, 3)
