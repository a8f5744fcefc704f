"""What is said of a camera's watching over time: tables of minutes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.contracts.detections import ModelRef
from domain.contracts.observations import MINUTE, Dropped, DropReason, Gap, GapReason
from gateway.coverage import MinuteRow, Turn, WatchState, asked, buckets

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MODEL = {"id": "yolo11n", "digest": "ab" * 32}


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def row(minute: int, analysed: int = 600, captured: int = 1500, **changes: Any) -> MinuteRow:
    fields: dict[str, Any] = {
        "minute": at(minute),
        "since": at(minute),
        "target_fps": 10.0,
        "expected": 600,
        "captured": captured,
        "analysed": analysed,
        "detected": 60,
        "dropped": [],
        "models": [MODEL],
        "gaps": [],
    }
    return MinuteRow(**fields | changes)


def gap(since: float, until: float, reason: str = "frozen") -> dict[str, str]:
    return {"since": at(since).isoformat(), "until": at(until).isoformat(), "reason": reason}


@pytest.mark.parametrize(
    ("minute", "share", "state"),
    [
        (row(0), 1.0, WatchState.WATCHED),
        (row(0, analysed=590), 0.9833, WatchState.WATCHED),
        (row(0, analysed=300), 0.5, WatchState.PARTLY),  # half of the frames, evenly: overload
        (row(0, analysed=300, captured=300), 1.0, WatchState.WATCHED),  # a camera that gives five a second
        (row(0, analysed=300, captured=750, gaps=[gap(0.5, 1)]), 0.5, WatchState.PARTLY),
        (row(0, analysed=570, gaps=[gap(0.9, 1)]), 0.9, WatchState.WATCHED),
        (row(0, analysed=0, captured=0, gaps=[gap(0, 1)]), 0.0, WatchState.NOT_WATCHED),
        (row(0, analysed=0), 0.0, WatchState.NOT_WATCHED),  # pictures came, none was looked at
        (row(0, since=at(0.5), expected=300, analysed=299), 0.9967, WatchState.WATCHED),
    ],
)
def test_how_far_a_minute_was_watched(minute: MinuteRow, share: float, state: WatchState) -> None:
    (bucket,) = buckets([minute], [], T0, at(1), MINUTE)
    assert (bucket.watched, bucket.state) == (share, state)


def test_a_minute_that_nobody_told_of_is_a_gap_with_its_reason() -> None:
    watched = [(T0, at(10))]
    found = buckets([row(0), row(2)], watched, T0, at(4), MINUTE)
    assert [b.state for b in found] == [
        WatchState.WATCHED,
        WatchState.NOT_WATCHED,
        WatchState.WATCHED,
        WatchState.NOT_WATCHED,
    ]
    assert found[1].gaps == (Gap(at(1), at(2), GapReason.PROCESS_DOWN),)
    (whole,) = buckets([row(0), row(2)], watched, T0, at(4), 4 * MINUTE)
    assert whole.watched == 0.5
    assert whole.gaps == (Gap(at(1), at(2), GapReason.PROCESS_DOWN), Gap(at(3), at(4), GapReason.PROCESS_DOWN))


def test_an_hour_adds_its_minutes_up() -> None:
    minutes = [
        row(i, dropped=[{"reason": "overload", "frames": 5}], gaps=[gap(i, i + 1)] if 10 <= i < 25 else [])
        for i in range(60)
    ]
    (hour,) = buckets(minutes, [(T0, at(60))], T0, at(60), 60 * MINUTE)
    assert (hour.expected, hour.analysed, hour.captured) == (36_000, 36_000, 90_000)
    assert hour.detected == 3600
    assert hour.dropped == (Dropped(DropReason.OVERLOAD, 300),)
    assert hour.models == (ModelRef("yolo11n", "ab" * 32),)
    assert hour.gaps == (Gap(at(10), at(25), GapReason.FROZEN),)
    assert hour.watched == 0.75


def test_the_last_stretch_may_be_shorter() -> None:
    found = buckets([], [], T0, at(25), 10 * MINUTE)
    assert [(b.start, b.end) for b in found] == [(at(0), at(10)), (at(10), at(20)), (at(20), at(25))]
    assert {b.state for b in found} == {WatchState.UNKNOWN}


REGISTERED, RETIRED, AGAIN = Turn(at(2.5), True), Turn(at(20.5), False), Turn(at(40), True)


@pytest.mark.parametrize(
    ("turns", "now", "expected"),
    [
        ([], 60, []),
        ([REGISTERED], 60, [(at(2.5), at(50))]),
        ([REGISTERED], 30.9, [(at(2.5), at(30))]),  # the minute before has been told by now, the last one not yet
        ([REGISTERED], 30.5, [(at(2.5), at(29))]),
        ([REGISTERED, RETIRED], 60, [(at(2.5), at(20))]),
        ([REGISTERED, RETIRED, AGAIN], 60, [(at(2.5), at(20)), (at(40), at(50))]),
        ([Turn(at(-500), True), Turn(at(7), True)], 60, [(at(0), at(7)), (at(7), at(50))]),  # configured in between
        ([Turn(at(55), True)], 60, []),
    ],
)
def test_when_a_camera_was_to_be_watched(
    turns: list[Turn], now: float, expected: list[tuple[datetime, datetime]]
) -> None:
    assert asked(turns, T0, at(50), at(now)) == expected


@pytest.mark.parametrize(
    ("blind", "expected"),
    [
        ([], [(0.5, 1.0, "frozen")]),
        ([(0.0, 0.25)], [(0.0, 0.25, "blind"), (0.5, 1.0, "frozen")]),
        ([(0.25, 9.0)], [(0.25, 0.5, "blind"), (0.5, 1.0, "frozen"), (1.0, 2.0, "blind")]),
        ([(0.25, 0.4), (0.3, 0.75)], [(0.25, 0.4, "blind"), (0.4, 0.5, "blind"), (0.5, 1.0, "frozen")]),
        ([(0.6, 0.9)], [(0.5, 1.0, "frozen")]),
        ([(5.0, 6.0)], [(0.5, 1.0, "frozen")]),
    ],
)
def test_C6_what_a_blind_camera_showed_is_a_gap_too(
    blind: list[tuple[float, float]], expected: list[tuple[float, float, str]]
) -> None:
    rows = [row(0, gaps=[gap(0.5, 1)]), row(1)]
    (both,) = buckets(rows, [], T0, at(2), 2 * MINUTE, blind=[(at(a), at(b)) for a, b in blind])
    merged: list[tuple[float, float, str]] = []
    for each in expected:
        joins = merged and merged[-1][2] == each[2] and merged[-1][1] == each[0]
        merged[-1:] = [(merged[-1][0], each[1], each[2])] if joins else [*merged[-1:], each]
    assert both.gaps == tuple(Gap(at(a), at(b), GapReason(reason)) for a, b, reason in merged)
    assert both.gap_s == pytest.approx(sum((b - a) * 60 for a, b, _ in expected))
