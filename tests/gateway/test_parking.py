"""Who is inside: entries and exits of the same number, and what could not be paired."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from gateway.parking import Parking, Passing, paired

START = datetime(2026, 3, 2, 6, tzinfo=UTC)


def passing(minute: int, direction: str | None, number: str | None) -> Passing:
    entered = START + timedelta(minutes=minute)
    left = entered + timedelta(seconds=10)
    return Passing(UUID(int=minute), "gate", "lane", "car", entered, left, direction, number)


def parking(*passed: tuple[str | None, str | None]) -> Parking:
    return paired(passing(minute, *each) for minute, each in enumerate(passed))


def told(found: Parking) -> list[tuple[str, float | None, bool]]:
    return [(stay.number, stay.duration_s, stay.guessed) for stay in found.over]


def test_nobody_passed() -> None:
    assert parking() == Parking()
    assert (parking().at_least, parking().at_most) == (0, 0)


def test_an_entry_and_its_exit_are_a_stay() -> None:
    found = parking(("in", "А123ВС77"), ("in", "К905МХ77"), ("out", "А123ВС77"))
    assert told(found) == [("А123ВС77", 130.0, False)]
    assert [(stay.number, stay.entry) for stay in found.inside] == [("К905МХ77", passing(1, "in", "К905МХ77"))]


def test_the_same_vehicle_comes_and_goes_several_times() -> None:
    found = parking(*[("in", "А123ВС77"), ("out", "А123ВС77")] * 3)
    assert told(found) == [("А123ВС77", 70.0, False)] * 3
    assert found.inside == []


def test_a_second_entry_without_an_exit_ends_the_stay_before_it_unseen() -> None:
    found = parking(("in", "А123ВС77"), ("in", "А123ВС77"))
    assert told(found) == [("А123ВС77", None, False)]
    assert [stay.entry for stay in found.inside] == [passing(1, "in", "А123ВС77")]


def test_an_exit_without_an_entry_is_told_as_such() -> None:
    found = parking(("out", "А123ВС77"))
    assert told(found) == [("А123ВС77", None, False)]
    assert found.over[0].entry is None


def test_one_wrong_character_is_guessed_where_only_one_can_be_meant() -> None:
    found = parking(("in", "А123ВС77"), ("out", "А128ВС77"))
    assert told(found) == [("А128ВС77", 70.0, True)]
    found = parking(("in", "А123ВС77"), ("in", "А128ВС77"), ("out", "А120ВС77"))
    assert told(found) == [("А120ВС77", None, False)]
    assert len(found.inside) == 2


def test_what_was_not_read_widens_the_count_and_is_not_hidden() -> None:
    found = parking(("in", "А123ВС77"), ("in", None), ("in", None), ("out", None), (None, "К905МХ77"), (None, None))
    assert (found.unread_in, found.unread_out, found.undirected) == (2, 1, 2)
    assert (found.at_least, len(found.inside), found.at_most) == (0, 1, 3)
