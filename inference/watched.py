"""From what was analysed to gaps with their reasons: pure functions over times. Called by the coverage book."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from domain.contracts.observations import GapReason

Interval = tuple[int, int]
"""Microseconds since 1970 UTC, from and until."""

SPAN_US: Final = 1_000_000
"""Frames no further apart are one span of watching."""

LEAST_GAP_S: Final = 2.0
FRAMES_MISSED: Final = 3.0
"""A gap is a time without an analysed frame of at least LEAST_GAP_S and of so many frame intervals."""

NOTICED_US: Final = 5_000_000
"""Trouble is noticed so long after it began, at the latest."""


@dataclass(frozen=True, slots=True)
class Because:
    """Why nothing could be analysed between two times."""

    since_us: int
    until_us: int
    reason: GapReason


def least_gap_us(target_fps: float) -> int:
    return round(1e6 * max(LEAST_GAP_S, FRAMES_MISSED / target_fps))


def extended(spans: list[Interval], at_us: int) -> None:
    """Adds the capture time of an analysed frame to the spans of watching."""
    if spans and 0 <= at_us - spans[-1][1] <= SPAN_US:
        spans[-1] = (spans[-1][0], at_us)
    else:
        spans.append((at_us, at_us))


def gaps(spans: Sequence[Interval], asked: Interval, known_us: int, least_us: int) -> list[Interval]:
    """The times within `asked` that lie in a pause of watching of at least least_us.

    spans      of watching, also before and after `asked`: a pause may reach over its ends
    known_us   frames captured up to then have been analysed, or never will be; not before the end of `asked`
    """
    since_us, until_us = asked
    watched = sorted(spans)
    if not watched or watched[0][0] > since_us:
        watched.insert(0, (since_us, since_us))
    found, last_us = [], watched[0][1]
    for first_us, end_us in (*watched[1:], (known_us, known_us)):
        gap = max(last_us, since_us), min(first_us, until_us)
        if first_us - last_us >= least_us and gap[0] < gap[1]:
            found.append(gap)
        last_us = max(last_us, end_us)
    return found


def explained(gap: Interval, because: Sequence[Because], otherwise: GapReason) -> list[Because]:
    """The gap in pieces, each with its reason.

    because     in order of precedence; the first that holds at a time counts
    otherwise   where none holds. A short piece of that kind has its neighbour's reason: trouble is noticed late, and it
                takes a moment until all runs again
    """
    since_us, until_us = gap
    bounds = {at for each in because for at in (each.since_us, each.until_us) if since_us < at < until_us}
    edges = list(pairwise(sorted({since_us, until_us, *bounds})))
    reasons = [_reason(a, b, because) for a, b in edges]
    for order in (range(len(edges) - 2, -1, -1), range(1, len(edges))):
        beside = -order.step
        for i in order:
            if reasons[i] is None and edges[i][1] - edges[i][0] <= NOTICED_US:
                reasons[i] = reasons[i + beside]
    return _merged([Because(a, b, reason or otherwise) for (a, b), reason in zip(edges, reasons, strict=True)])


def _reason(since_us: int, until_us: int, because: Sequence[Because]) -> GapReason | None:
    return next((each.reason for each in because if each.since_us <= since_us and until_us <= each.until_us), None)


def _merged(pieces: Sequence[Because]) -> list[Because]:
    found: list[Because] = []
    for piece in pieces:
        goes_on = bool(found) and found[-1].reason is piece.reason
        since_us = found.pop().since_us if goes_on else piece.since_us
        found.append(Because(since_us, piece.until_us, piece.reason))
    return found
