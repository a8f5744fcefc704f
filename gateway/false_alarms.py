"""Whether a camera's alarms are false more often than they used to be (R148, R184). Pure.

A rise is the sign of a camera that was turned, of a lamp that blinds it, of a model that does not know what it sees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import comb
from typing import Final

NEWEST: Final = timedelta(days=7)
PAST: Final = timedelta(days=63)
"""Together: the newest week is compared with the eight weeks before it."""

LEAST_NEW: Final = 10
LEAST_PAST: Final = 30
LEAST_DAYS: Final = 3
"""The newest share is above the past one on so many days at least: false alarms come in bursts, one bad night is not a
change."""

LEAST_RISE: Final = 0.1
SURE: Final = 0.001


@dataclass(frozen=True, slots=True)
class JudgedDay:
    """What people said of the incidents that opened on a day: judged = confirmed violations + false alarms."""

    day: date
    false_alarms: int
    judged: int


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """share, past_share   0..1, None where nothing was judged
    chance              of so many false alarms or more, were the share what it was; None where too little was judged
    """

    judged: int
    share: float | None
    past_judged: int
    past_share: float | None
    chance: float | None
    rising: bool


def judged(days: Sequence[JudgedDay], today: date) -> FalseAlarms:
    """The newest week against the eight weeks before it.

    Rising means all of: at least 10 incidents judged in the week and 30 before; a share that is at least 10 points
    higher; a chance below 0.001 by Fisher's exact test, one-sided (the number of false alarms among those judged in the
    week is hypergeometric when nothing has changed); and a share above the past one on at least 3 days. The test takes
    incidents as independent, which those of one night are not: hence the last condition and the strict limit. With a
    look a day at 100 cameras it warns wrongly a few times a year.
    """
    newest = [each for each in days if today - NEWEST < each.day <= today]
    before = [each for each in days if today - PAST < each.day <= today - NEWEST]
    new_false, new_judged = _sums(newest)
    past_false, past_judged = _sums(before)
    share = new_false / new_judged if new_judged else None
    past_share = past_false / past_judged if past_judged else None
    if share is None or past_share is None or new_judged < LEAST_NEW or past_judged < LEAST_PAST:
        return FalseAlarms(new_judged, share, past_judged, past_share, None, rising=False)
    chance = _chance(new_false, new_judged, new_false + past_false, new_judged + past_judged)
    worse_days = sum(each.false_alarms > past_share * each.judged for each in newest)
    rising = share - past_share >= LEAST_RISE and chance < SURE and worse_days >= LEAST_DAYS
    return FalseAlarms(new_judged, share, past_judged, past_share, chance, rising=rising)


def _sums(days: Sequence[JudgedDay]) -> tuple[int, int]:
    return sum(each.false_alarms for each in days), sum(each.judged for each in days)


def _chance(false_alarms: int, drawn: int, all_false: int, everything: int) -> float:
    """That among `drawn` of `everything`, of which `all_false` are false, are so many false ones or more."""
    ways = sum(
        comb(all_false, k) * comb(everything - all_false, drawn - k)
        for k in range(false_alarms, min(drawn, all_false) + 1)
    )
    return ways / comb(everything, drawn)
