"""What stands in a rendered hall: things put down, taken away, hidden, lit otherwise; people who are no things."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.objects.ground import MOST_REFERENCES
from inference.objects.watch import THING_TRACKS, Watch
from tests.inference.objects.hall import HEIGHT, PALLET, WIDTH, Floats, Hall, Thing
from tests.inference.objects.story import Pixels, overlap, tell, with_things

BAG = Thing((100, 170, 114, 184))
MAN = Thing((200, 90, 230, 180), "person")
ROUGH, SMOOTH = 6.0, 0.5


@pytest.mark.parametrize("texture", [ROUGH, SMOOTH])
@pytest.mark.parametrize("thing", [PALLET, BAG, Thing(PALLET.box, "plain")])
def test_what_is_put_down_is_one_thing_until_it_is_taken_away(texture: float, thing: Thing) -> None:
    told = tell(Watch(), with_things(Hall(texture), thing, since=10, until=26), 0, 32)
    [track] = told.found
    assert track & THING_TRACKS
    assert 14 <= told.found[track] <= 18
    assert told.seen[track] == list(range(told.found[track], 26))
    assert 26 <= told.gone[track] <= 29
    assert overlap(told.boxes[track], thing.box) > 0.5
    assert told.scores[track] > 0.5


def test_what_stood_there_from_the_beginning_belongs_there_and_may_be_taken_away() -> None:
    assert tell(Watch(), with_things(Hall(), PALLET, since=0, until=20), 0, 40).found == {}


def test_what_was_taken_away_for_good_is_foreign_when_it_comes_back() -> None:
    hall = Hall()
    told = tell(Watch(), lambda at: hall.picture(*(() if 15 <= at < 40 else (PALLET,))), 0, 60)
    assert [40 <= at <= 50 for at in told.found.values()] == [True]


def test_a_thing_outside_of_the_zones_is_nothing() -> None:
    zones = np.zeros((HEIGHT, WIDTH), np.bool_)
    zones[:, : WIDTH // 3] = True
    hall = Hall()
    told = tell(Watch(), with_things(hall, PALLET, BAG, since=10), 0, 30, zones=zones)
    assert [overlap(box, BAG.box) > 0.5 for box in told.boxes.values()] == [True]


def test_what_fills_the_whole_zone_is_a_thing_and_no_other_scene() -> None:
    zones = np.zeros((HEIGHT, WIDTH), np.bool_)
    zones[90:230, 60:320] = True
    told = tell(Watch(), with_things(Hall(ROUGH), Thing((62, 92, 318, 228)), since=8), 0, 20, zones=zones)
    assert len(told.found) == 1


NIGHT = 0.35


@pytest.mark.parametrize(
    "light_at",
    [
        lambda hall, at: 1.0 if at < 12 else NIGHT,
        lambda hall, at: 1.0 if at < 12 else 1.7,
        lambda hall, at: 1.0 if at < 12 else hall.lamp(100, 150),
        lambda hall, at: hall.lamp(100, 150) if at < 12 else hall.lamp(300, 150),
        lambda hall, at: 1.0 - min(0.7, max(0, at - 5) * 0.02),  # dusk within 35 seconds
        lambda hall, at: 1.0 if at % 8 < 4 else 0.6,  # a lamp with a loose contact
        lambda hall, at: 1.0 if at < 12 else hall.shadow((120, 120, 260, 200), softness=6),
        lambda hall, at: 1.0 if at < 12 else hall.shadow((120, 120, 260, 200), softness=0),
        lambda hall, at: 1.0 if at < 12 else hall.shadow((60, 150, 90, 175), softness=1),
        lambda hall, at: 1.0 if at < 12 else 1 / hall.shadow((120, 120, 260, 200), softness=1),  # the sun on the floor
    ],
    ids=[
        "off",
        "on",
        "one lamp",
        "another lamp",
        "dusk",
        "flickers",
        "soft shadow",
        "sharp shadow",
        "small shadow",
        "sun",
    ],
)
def test_light_is_no_thing(light_at: Callable[[Hall, int], float | Floats]) -> None:
    hall = Hall()
    assert tell(Watch(), lambda at: hall.picture(light=light_at(hall, at)), 0, 25).found == {}


def test_a_thing_is_found_and_kept_while_the_light_changes() -> None:
    hall = Hall()

    def picture_at(at: int) -> Pixels:
        return hall.picture(*([PALLET] if at >= 10 else []), light=1.0 if at % 40 < 20 else NIGHT)

    told = tell(Watch(), picture_at, 0, 100)
    [track] = told.found
    assert told.gone == {}
    assert len(told.seen[track]) > 70


def infrared(daylight: Floats) -> Floats:
    """What is dark by day may be bright in infrared: another pattern everywhere."""
    return np.asarray(40 + 0.4 * np.abs(daylight - 128) + 30 * np.sin(daylight / 7), np.float32)


def night_and_day(hall: Hall, thing: Thing, since: int, until: int) -> Callable[[int], Pixels]:
    """Infrared from second 15 to 45 and from 75 to 105."""

    def picture_at(at: int) -> Pixels:
        things = [thing] if since <= at < until else []
        return hall.picture(*things, develop=infrared if at // 15 in (1, 2, 5, 6) else None)

    return picture_at


def test_infrared_is_another_reference_and_no_thing() -> None:
    watch = Watch()
    assert tell(watch, night_and_day(Hall(), PALLET, 999, 999), 0, 90).found == {}
    assert 2 <= len(watch.ground.references) <= MOST_REFERENCES


def test_who_is_put_down_by_night_is_the_same_by_day() -> None:
    """Both references know the ground: the night before last it was empty."""
    told = tell(Watch(), night_and_day(Hall(), PALLET, 85, 999), 0, 125)
    [track] = told.found
    assert 85 < told.found[track] < 95
    assert told.gone == {}
    assert told.seen[track][-1] == 124


def test_what_stood_there_before_the_first_night_is_kept_and_told_gone_in_it() -> None:
    """The ground below it was never seen in infrared: it is there as long as nothing changes."""
    told = tell(Watch(), night_and_day(Hall(), PALLET, 6, 38), 0, 45)
    [track] = told.found
    assert any(24 < at < 38 for at in told.seen[track])
    assert 38 <= told.gone[track] <= 43


def walking(at: int) -> Thing:
    x = 20 + (at * 37) % 340
    return Thing((x, 100, x + 25, 175), "person")


def test_whoever_walks_about_is_no_thing_even_when_nobody_tracks_them() -> None:
    hall = Hall()
    assert tell(Watch(), lambda at: hall.picture(walking(at)), 0, 40).found == {}


@pytest.mark.parametrize("lost_at", [1000, 40])
def test_who_stands_still_for_minutes_is_no_thing(lost_at: int) -> None:
    """Also when the detector loses them: it is still they who stand there."""
    hall = Hall()
    told = tell(
        Watch(),
        with_things(hall, MAN, since=10),
        0,
        90,
        people_at=lambda at: {7: MAN.box} if 10 <= at < lost_at else {},
    )
    assert told.found == {}


def test_what_somebody_puts_down_and_leaves_is_found() -> None:
    hall = Hall()

    def picture_at(at: int) -> Pixels:
        return hall.picture(*([PALLET] if at >= 12 else []), *([MAN] if 10 <= at < 30 else []))

    told = tell(Watch(), picture_at, 0, 50, people_at=lambda at: {7: MAN.box} if 10 <= at < 30 else {})
    assert [overlap(box, PALLET.box) > 0.5 for box in told.boxes.values()] == [True]


def test_who_stands_in_front_hides_a_thing_but_does_not_take_it_away() -> None:
    hall, before = Hall(), Thing((180, 90, 250, 195), "person")

    def picture_at(at: int) -> Pixels:
        return hall.picture(*([PALLET] if at >= 10 else []), *([before] if 30 <= at < 75 else []))

    told = tell(Watch(), picture_at, 0, 90, people_at=lambda at: {7: before.box} if 30 <= at < 75 else {})
    [track] = told.found
    assert told.gone == {}
    assert not any(31 <= at < 75 for at in told.seen[track]), "what is hidden is not told"
    assert told.seen[track][-1] == 89


def test_a_second_pallet_is_a_second_thing() -> None:
    hall, second = Hall(), Thing((300, 150, 345, 185))
    told = tell(
        Watch(), lambda at: hall.picture(*([PALLET] if at >= 10 else []), *([second] if at >= 30 else [])), 0, 60
    )
    assert len(told.found) == 2


def test_two_things_put_down_beside_each_other_are_told_once() -> None:
    hall, beside = Hall(), Thing((244, 150, 280, 185))
    told = tell(Watch(), with_things(hall, PALLET, beside, since=10), 0, 40)
    assert len(told.found) == 1


def test_a_thing_that_is_pushed_aside_stays_one() -> None:
    hall, pushed = Hall(), Thing((215, 150, 265, 185))
    told = tell(
        Watch(), lambda at: hall.picture(*([PALLET] if 10 <= at < 90 else [pushed] if at >= 90 else [])), 0, 120
    )
    assert len(told.found) == 1


def test_a_screen_in_the_picture_is_no_thing() -> None:
    hall = Hall()
    random = np.random.default_rng(3)

    def picture_at(at: int) -> Pixels:
        seen: NDArray[np.uint8] = hall.picture()
        if at >= 10:
            seen[20:60, 40:100] = random.integers(0, 255, (5, 6), np.uint8).repeat(8, 0).repeat(10, 1)
        return seen

    assert tell(Watch(), picture_at, 0, 60).found == {}


def test_after_a_rearrangement_what_stands_there_belongs_there() -> None:
    hall, watch = Hall(), Watch()
    before = tell(watch, with_things(hall, PALLET, since=10), 0, 30)
    zones = np.ones((HEIGHT, WIDTH), np.bool_)
    assert [thing.track_id for thing in watch.renew(zones)] == list(before.found)
    assert tell(watch, with_things(hall, PALLET, since=0), 30, 60).found == {}
    assert len(tell(watch, with_things(hall, PALLET, BAG, since=0), 60, 90).found) == 1


def test_another_size_of_picture_is_learnt_anew() -> None:
    hall, watch = Hall(), Watch()
    tell(watch, with_things(hall, PALLET, since=10), 0, 30)
    small = np.ones((HEIGHT // 2, WIDTH // 2), np.bool_)
    told = tell(watch, lambda _: np.ascontiguousarray(hall.picture(PALLET)[::2, ::2]), 30, 50, zones=small)
    assert told.found == {}


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    hall, watch = Hall(), Watch()
    before = tell(watch, with_things(hall, PALLET, since=110), 100, 130)
    after = tell(watch, with_things(hall, PALLET, since=0), 20, 60)
    assert list(after.found) == list(before.found)


def test_a_shadow_on_a_floor_without_a_pattern_is_no_more_than_a_suspicion() -> None:
    """Nothing tells it from a dark sheet: a person decides."""
    hall = Hall(SMOOTH)
    shadow = hall.shadow((60, 150, 90, 175), softness=1)
    told = tell(Watch(), lambda at: hall.picture(light=1.0 if at < 10 else shadow), 0, 20)
    assert all(score < 0.6 for score in told.scores.values())


def test_a_look_is_cheap() -> None:
    """Processor time; the machine of the tests is shared."""
    hall, watch = Hall(), Watch()
    pictures = [hall.picture() for _ in range(4)]
    spent = []
    for at in range(40):
        started = time.thread_time()
        tell(watch, lambda at: pictures[at % 4], at, at + 1)
        spent.append(time.thread_time() - started)
    assert float(np.median(spent)) < 0.006
