"""How many bytes must go: pure. A budget of the evidence itself (R119), and a floor under the disk's free space."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

RETURNED_AFTER: Final = timedelta(hours=1)
"""A store compacts its files some time after an object is deleted (SeaweedFS: every 14 minutes, when 30 % of a volume
are garbage). Until then the disk does not show what was given up, and nothing more is given up for the same need."""

COMFORT: Final = 1.25
"""Once the disk is short, this multiple of the floor is made free."""


@dataclass(frozen=True, slots=True)
class Limits:
    """max_bytes: None = no budget; low_water: the part of it that may stay; min_free: bytes, 0 = no floor."""

    max_bytes: int | None
    low_water: float
    min_free: int


@dataclass(frozen=True, slots=True)
class Relief:
    """What was given up for the disk's sake: when, how many bytes, and how many were free before."""

    at: datetime | None
    given_up: int
    free_then: int

    def still_to_return(self, free: int, now: datetime) -> int:
        """Bytes that the store will return to the disk but has not yet."""
        if self.at is None or now - self.at > RETURNED_AFTER:
            return 0
        return max(0, self.given_up - max(0, free - self.free_then))


def over_budget(held: int, limits: Limits) -> int:
    """Bytes of evidence that must go, down to the low-water mark; 0 while the budget is kept."""
    if limits.max_bytes is None or held <= limits.max_bytes:
        return 0
    return held - int(limits.max_bytes * limits.low_water)


def short_of_disk(free: int | None, relief: Relief, now: datetime, limits: Limits) -> int:
    """Bytes that must go because the disk is short; 0 while it is not, or when what was given up covers it."""
    if free is None or free >= limits.min_free:
        return 0
    coming = relief.still_to_return(free, now)
    return 0 if free + coming >= limits.min_free else int(limits.min_free * COMFORT) - free - coming
