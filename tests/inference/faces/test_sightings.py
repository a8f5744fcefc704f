"""Several looks make a fact, and each fact is told once."""

from datetime import timedelta
from typing import Final

import pytest

from domain.contracts.detections import ModelRef, from_microseconds
from domain.contracts.identifiers import CameraId, TrackId, UserId, user_id
from domain.contracts.observations import (
    FaceMatched,
    decode_observation,
    encode_observation,
    identity_of,
    observation_name,
    subject_of,
)
from inference.faces.breaker import FIRST_S, LONGEST_S, Breaker
from inference.faces.matcher import FaceMatch
from inference.faces.sightings import MOST_TRACKS, NOBODY_LOOKS, Sightings

ANNA, BORIS = user_id("local", "anna"), user_id("local", "boris")
MODELS = (ModelRef("sface", "ab" * 32),)
START_US: Final = 1_700_000_000_000_000


def told(*looks: UserId | None, score: float = 0.6) -> list[FaceMatched]:
    sightings = Sightings()
    found = (
        sightings.add("gate", 7, START_US + number * 1_000_000, FaceMatch(person, score, MODELS))
        for number, person in enumerate(looks)
    )
    return [fact for fact in found if fact is not None]


@pytest.mark.parametrize(
    ("looks", "persons"),
    [
        ([ANNA], []),  # never from one look
        ([ANNA, ANNA], [ANNA]),
        ([ANNA] * 20, [ANNA]),  # told once
        ([ANNA, BORIS, ANNA], [ANNA]),
        ([ANNA, BORIS], []),
        ([ANNA, BORIS, BORIS], [BORIS]),
        ([None, None, ANNA, ANNA], []),  # as many looks knew nobody
        ([None, None, ANNA, ANNA, ANNA], [ANNA]),
        ([None] * NOBODY_LOOKS, [None]),
        ([None] * (NOBODY_LOOKS - 1), []),
        ([ANNA, *[None] * 20], []),  # perhaps Anna
        ([*[None] * NOBODY_LOOKS, *[ANNA] * (NOBODY_LOOKS + 1)], [None, ANNA]),  # turned to the camera later
    ],
)
def test_who_is_told(looks: list[UserId | None], persons: list[UserId | None]) -> None:
    assert [fact.person for fact in told(*looks)] == persons


def test_a_fact_says_when_it_was_settled_and_how_alike_the_faces_are() -> None:
    sightings = Sightings()
    assert sightings.add("gate", 7, START_US, FaceMatch(ANNA, 0.5, MODELS)) is None
    assert not sightings.is_settled("gate", 7)
    fact = sightings.add("gate", 7, START_US + 5, FaceMatch(ANNA, 0.7, MODELS))
    at = from_microseconds(START_US + 5)
    assert fact == FaceMatched(CameraId("gate"), TrackId(7), at, ANNA, (0.5 + 0.7) / 2, MODELS, at + timedelta(days=30))
    assert sightings.is_settled("gate", 7)
    assert not sightings.is_settled("yard", 7), "a track of another camera is another one"


def test_the_fact_travels_as_an_observation() -> None:
    [fact] = told(ANNA, ANNA)
    assert subject_of(fact) == "obs.gate.face"
    assert identity_of(fact) == "face:gate:7:2023-11-14T22:13:21+00:00"
    assert observation_name(fact) == "face.v1"
    assert decode_observation("face.v1", encode_observation(fact)) == fact
    [nobody] = told(*[None] * NOBODY_LOOKS)
    assert decode_observation("face.v1", encode_observation(nobody)) == nobody


def test_what_is_remembered_has_a_limit() -> None:
    sightings = Sightings()
    for track in range(MOST_TRACKS + 10):
        sightings.add("gate", track, START_US, FaceMatch(ANNA, 0.6, MODELS))
        sightings.add("gate", track, START_US, FaceMatch(ANNA, 0.6, MODELS))
    assert not sightings.is_settled("gate", 9)
    assert sightings.is_settled("gate", 10)


def test_who_fails_again_and_again_is_left_alone_longer_each_time() -> None:
    breaker, now = Breaker(), 100.0
    breaker.failed(now)
    breaker.failed(now)
    assert not breaker.is_open(now)
    pauses = []
    for _ in range(10):
        breaker.failed(now)
        assert breaker.is_open(now)
        pause = next(s for s in range(1, 1000) if not breaker.is_open(now + s))
        pauses.append(float(pause))
        now += pause
    assert pauses[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert max(pauses) == LONGEST_S
    breaker.succeeded()
    breaker.failed(now)
    assert not breaker.is_open(now)
