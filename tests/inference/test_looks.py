"""When the detector is wanted, and where: the whole frame, each track, and each place where something moves."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from inference.detections import Floats
from inference.looks import Asked, Looks
from inference.pacing import CALM_S, LONGEST_S, FairShare, Load, Reason
from inference.parts import Part

SECOND = 1_000_000
FRAME = 100_000
SIZE = (640, 360)
LEAVES = np.array([[40, 40, 100, 100]], np.float32)
GATE = np.array([[500, 200, 560, 300]], np.float32)
AROUND_GATE = Part(384, 168, 640, 360, (256, 192))


def looks(at_us: int = 0) -> Looks:
    """One that has looked at the whole frame."""
    looks = Looks()
    looks.looked(None, (), at_us, *SIZE)
    return looks


def test_the_first_frame_goes_to_the_detector_and_so_does_one_of_a_clock_that_was_set_back() -> None:
    assert Looks().whole(Reason.QUIET, 10 * SECOND) == math.inf
    assert looks(10 * SECOND).whole(Reason.QUIET, 9 * SECOND) == math.inf


@pytest.mark.parametrize("reason", [Reason.UNCERTAIN, Reason.EQUIPMENT, Reason.MOVING, Reason.STANDING])
def test_a_track_is_due_after_its_interval_and_not_before(reason: Reason) -> None:
    due = round(reason.interval_s * SECOND)
    assert looks().tracks([7], [reason], due)[0] >= 1
    assert looks().tracks([7], [reason], due - FRAME)[0] < 1


def test_a_look_at_a_part_is_one_for_the_tracks_and_places_in_it_only() -> None:
    book = looks()
    book.looked(AROUND_GATE, [7], 2 * SECOND, *SIZE)
    seven, eight = book.tracks([7, 8], [Reason.MOVING] * 2, 2 * SECOND + FRAME)
    assert seven < 1 < eight
    assert book.moving(GATE, 2 * SECOND, *SIZE)[0] < 1 < book.moving(LEAVES, 2 * SECOND, *SIZE)[0]
    assert book.whole(Reason.QUIET, 3 * SECOND) >= 1
    book.forget_others({8})
    assert book.tracks([7], [Reason.MOVING], 2 * SECOND + FRAME)[0] > 1


def in_vain(book: Looks, boxes: Floats, until_us: int) -> list[int]:
    """When motion there was looked at, in which nothing is ever found."""
    runs = []
    for at in range(0, until_us, FRAME):
        if book.moving(boxes, at, *SIZE)[0] >= 1:
            book.looked(AROUND_GATE if boxes is GATE else Part(0, 0, 256, 192, (256, 192)), (), at, *SIZE)
            book.in_vain(boxes, [False], *SIZE)
            runs.append(at)
    return runs


def test_motion_in_which_nothing_is_found_is_looked_at_ever_more_rarely_but_never_left_alone() -> None:
    gaps = [later - earlier for earlier, later in pairwise(in_vain(looks(), LEAVES, 20 * SECOND))]
    assert gaps == sorted(gaps)
    assert gaps[0] <= 2 * FRAME
    assert gaps[-1] == pytest.approx(CALM_S * SECOND, abs=FRAME)


def test_leaves_in_one_place_are_no_reason_to_look_late_in_another() -> None:
    book = looks()
    in_vain(book, LEAVES, 10 * SECOND)
    book.looked(None, (), 10 * SECOND, *SIZE)
    assert book.moving(LEAVES, 10 * SECOND + FRAME, *SIZE)[0] < 1 <= book.moving(GATE, 10 * SECOND + FRAME, *SIZE)[0]


def test_somebody_found_there_or_a_time_without_motion_makes_motion_news_again() -> None:
    book = looks()
    in_vain(book, LEAVES, 10 * SECOND)
    book.in_vain(LEAVES, [True], *SIZE)
    book.looked(None, (), 12 * SECOND, *SIZE)
    assert book.moving(LEAVES, 12 * SECOND + FRAME, *SIZE)[0] >= 1

    in_vain(book, LEAVES, 10 * SECOND)
    book.calm(GATE, *SIZE)
    book.looked(None, (), 22 * SECOND, *SIZE)
    assert book.moving(LEAVES, 22 * SECOND + FRAME, *SIZE)[0] >= 1


def test_no_overload_keeps_a_camera_from_its_look_for_long() -> None:
    share, book = FairShare(), looks()
    for _ in range(50):
        share.adapt(Load(9.0, lag_s=2.0))
    assert not share.ask("a", book.whole(Reason.QUIET, round((LONGEST_S - 0.5) * SECOND)), 0)
    assert share.ask("busier", 20.0, 0)
    assert share.ask("a", book.whole(Reason.QUIET, round(LONGEST_S * SECOND)), 0)
    assert share.grant(0) == "a"


def asked(whole: float, *spots: tuple[tuple[float, float, float, float], float]) -> Asked:
    boxes = np.array([(0, 0, *SIZE), *(box for box, _ in spots)], np.float32)
    urgencies = np.array([whole, *(urgency for _, urgency in spots)], np.float32)
    return Asked(boxes, (Reason.QUIET, *(Reason.MOVING for _ in spots)), urgencies)


INPUTS = ((640, 384), (192, 192), (320, 192), (384, 256))


def test_the_smallest_window_around_one_who_asks() -> None:
    part = asked(0.2, ((300, 100, 340, 200), 1.2)).part(SIZE, INPUTS)
    assert part is not None
    assert part.size == (192, 192)
    assert part.covers(np.array([[300, 100, 340, 200]], np.float32)).all()


def test_a_window_stays_inside_the_frame() -> None:
    for box in ((0, 0, 30, 60), (600, 290, 640, 360)):
        part = asked(0.1, (box, 2.0)).part(SIZE, INPUTS)
        assert part is not None
        assert (part.left >= 0, part.top >= 0, part.right <= 640, part.bottom <= 360) == (True,) * 4
        assert (part.width, part.height) == part.size


def test_a_larger_window_where_that_answers_more() -> None:
    pair = (((100, 100, 130, 180), 1.0), ((330, 100, 360, 180), 1.0))
    part = asked(0.1, *pair).part(SIZE, INPUTS)
    assert part is not None
    assert part.size == (320, 192)
    assert part.covers(np.array([box for box, _ in pair], np.float32)).all()


def test_the_whole_frame_where_it_is_due_or_many_ask_or_somebody_is_large() -> None:
    assert asked(1.5, ((300, 100, 340, 200), 1.2)).part(SIZE, INPUTS) is None
    crowd = [((x, y, x + 30.0, y + 70.0), 1.0) for x in (10.0, 210.0, 410.0, 600.0) for y in (10.0, 140.0, 280.0)]
    assert asked(0.9, *crowd).part(SIZE, INPUTS) is None
    assert asked(0.1, ((100, 10, 300, 350), 1.5)).part(SIZE, INPUTS) is None
    assert asked(0.1, ((300, 100, 340, 200), 1.2)).part(SIZE, INPUTS[:1]) is None


def test_every_one_of_a_crowd_is_looked_at_in_time() -> None:
    """Twelve people who walk on the spot: no track waits much longer than its interval, whatever windows are chosen."""
    book = looks()
    people = np.array([(x, y, x + 30.0, y + 70.0) for x in (10, 210, 410, 600) for y in (10, 140, 280)], np.float32)
    waits: Counter[int] = Counter()
    last = dict.fromkeys(range(12), 0)
    for at in range(FRAME, 20 * SECOND, FRAME):
        urgencies = book.tracks(range(12), [Reason.MOVING] * 12, at)
        now = asked(
            book.whole(Reason.QUIET, at), *((tuple(box.tolist()), u) for box, u in zip(people, urgencies, strict=True))
        )
        if now.urgencies.max() < 1:
            continue
        part = now.part(SIZE, INPUTS)
        seen = range(12) if part is None else np.flatnonzero(part.covers(people)).tolist()
        for i in seen:
            waits[i] = max(waits[i], at - last[i])
            last[i] = at
        book.looked(part, seen, at, *SIZE)
    assert max(waits.values()) <= 1.5 * SECOND
