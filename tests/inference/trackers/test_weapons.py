"""Weapons are tracked apart: weak ones too, and without changing what becomes of everybody else."""

from collections.abc import Sequence

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Detections, Tracks
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.weapons import WEAPONS, WithWeapons
from tests.inference.samples import START_US, Corners

Thing = tuple[Corners, float, ObjectClass]
START_S = START_US // 1_000_000


def frame(*things: Thing) -> Detections:
    return Detections(
        np.array([box for box, _, _ in things], np.float32).reshape(-1, 4),
        np.array([score for _, score, _ in things], np.float32),
        np.array([code for _, _, code in things], np.uint8),
    )


def person(x: float, score: float = 0.8) -> Thing:
    return ((x, 100, x + 60, 280), score, ObjectClass.PERSON)


def knife(x: float, score: float = 0.32) -> Thing:
    return ((x + 55, 180, x + 70, 192), score, ObjectClass.WEAPON)


def tracked(tracker: WithWeapons | ByteTrack, frames: Sequence[Detections]) -> list[Tracks]:
    found: list[Tracks] = []
    for number, each in enumerate(frames):
        found.append(tracker.update(each, START_US + number * 100_000, found[-1] if found else None))
    return found


def both() -> WithWeapons:
    return WithWeapons(ByteTrack(START_S, TrackOptions()), lambda: ByteTrack(START_S + 1, WEAPONS))


def test_a_weak_weapon_in_a_moving_hand_is_one_track() -> None:
    frames = [frame(person(100 + 4 * n), knife(100 + 4 * n)) for n in range(12)]
    last = [set(zip(t.ids.tolist(), t.codes.tolist(), strict=True)) for t in tracked(both(), frames)][-6:]
    assert all(each == last[0] for each in last)
    assert sorted(code for _, code in last[0]) == [ObjectClass.PERSON, ObjectClass.WEAPON]
    assert len({identity for identity, _ in last[0]}) == 2, "ids are of one kind of thing only"
    alone = tracked(ByteTrack(START_S, TrackOptions()), frames)[-1]
    assert alone.codes.tolist() == [ObjectClass.PERSON], "with the others' thresholds the knife is never a track"


def test_what_is_hardly_a_weapon_begins_no_track() -> None:
    frames = [frame(person(100), knife(100, 0.2)) for _ in range(6)]
    assert ObjectClass.WEAPON not in tracked(both(), frames)[-1].codes


def test_everybody_else_is_tracked_as_without_weapons() -> None:
    walk = [[person(100 + 5 * n), person(400 - 3 * n, 0.6 if n % 3 else 0.2)] for n in range(20)]
    plain = tracked(ByteTrack(START_S, TrackOptions()), [frame(*each) for each in walk])
    armed = tracked(both(), [frame(*each, *([knife(0)] if n == 7 else [])) for n, each in enumerate(walk)])
    for one, other in zip(plain, armed, strict=True):
        people = other.codes == ObjectClass.PERSON
        np.testing.assert_array_equal(other.ids[people], one.ids)
        np.testing.assert_array_equal(other.boxes[people], one.boxes)


def test_no_second_tracker_is_made_where_no_weapon_was_seen() -> None:
    def never() -> ByteTrack:
        raise AssertionError("nobody asked for it")

    tracker = WithWeapons(ByteTrack(START_S, TrackOptions()), never)
    assert len(tracked(tracker, [frame(person(100)), frame(person(102)), frame()])[1]) == 1
