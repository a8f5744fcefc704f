"""Which tracks come over a line: what a rule about a direction needs to know of the frames before. Used by the fold.

To stand where nobody may go is no crossing: who came round the end of the line, or was there when the camera woke up,
has broken no such rule.
"""

from collections.abc import Mapping
from typing import Final

from domain.contracts.events import RulePublished
from domain.contracts.identifiers import RuleId, TrackId
from domain.rules.evidence import SECOND_US

Key = tuple[RuleId, TrackId]

FORGOTTEN_US: Final = 60 * SECOND_US
"""What no longer counts is kept for so long: a clock that was set back a little changes nothing."""


class Crossings:
    """Tracks that stood on the side where all may stand, and until when that counts. Not thread-safe.

    until  capture times in microseconds: a crossing takes no longer than the rule's window
    """

    __slots__ = ("until",)

    def __init__(self, until: Mapping[Key, int]) -> None:
        self.until = dict(until)

    def is_crossing(self, rule: RulePublished, track_id: TrackId, at_us: int, score: float) -> bool:
        """Whether the track came over the line. A score of 0.0 says on which side it still, or again, stands."""
        key = (rule.rule_id, track_id)
        if score > 0.0:
            return at_us <= self.until.get(key, -1)
        if key not in self.until:
            self._forget(at_us)
        self.until[key] = at_us + int(rule.window_s * SECOND_US)
        return False

    def has_crossed(self, rule_id: RuleId, track_id: TrackId) -> None:
        """It is an incident now; another one takes another crossing."""
        self.until.pop((rule_id, track_id), None)

    def _forget(self, at_us: int) -> None:
        for key in [key for key, until in self.until.items() if until < at_us - FORGOTTEN_US]:
            del self.until[key]
