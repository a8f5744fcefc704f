"""Which incidents of a rule about a zone belong together: several intruders at once are one reason for alarm (R71, X9).

A zone episode goes on while the rule has an open incident in the zone, and for `LONGEST_S` at most: who comes later is
news, even if a track that never moves keeps the zone from being empty. See docs/adr/0013.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.contracts.events import RulePublished
from domain.contracts.identifiers import IncidentId, RuleId
from domain.contracts.plant import MISSING_ITEMS
from domain.rules.evidence import SECOND_US

LONGEST_S: Final = 60


@dataclass(frozen=True, slots=True)
class ZoneEpisode:
    """The incident that began it, and the capture time at which that opened, microseconds."""

    incident_id: IncidentId
    began_us: int


class ZoneEpisodes:
    """The newest zone episode of each rule. Not thread-safe."""

    __slots__ = ("newest",)

    def __init__(self, newest: Mapping[RuleId, ZoneEpisode]) -> None:
        self.newest = dict(newest)

    def joined(self, rule: RulePublished, incident_id: IncidentId, at_us: int, *, occupied: bool) -> IncidentId | None:
        """The incident that began the episode which an opening incident belongs to; None for rules that have none.

        occupied  the rule has another open incident
        """
        if rule.zone_id is None or rule.kind in MISSING_ITEMS:
            return None
        newest = self.newest.get(rule.rule_id)
        if newest is None or not occupied or at_us - newest.began_us > LONGEST_S * SECOND_US:
            newest = self.newest[rule.rule_id] = ZoneEpisode(incident_id, at_us)
        return newest.incident_id
