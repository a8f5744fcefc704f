"""The input of startWhatIf, checked field by field; each sentence names the field and what is accepted."""

from datetime import datetime
from uuid import UUID

import strawberry

from domain.contracts.identifiers import IdentifierRefused, RuleId, slug
from domain.contracts.whatif import DWELL_S, GAP_S, WINDOW_S, JobId, WhatIf
from gateway.errors import InputRefused
from gateway.graph.checking import SCORE, checked_number, checked_polygon


class JobUnknown(InputRefused):
    """There is no such job; only the newest are kept."""

    code = "job_unknown"


@strawberry.input(description="What would be different; what is left out stays as it was in each version of the rule.")
class WhatIfInput:
    rule_id: strawberry.ID
    threshold_min: float | None = strawberry.field(default=None, description="0..1, not above thresholdMax")
    threshold_max: float | None = strawberry.field(default=None, description="0..1")
    dwell_s: float | None = strawberry.field(default=None, description="0..86400: how long before an incident opens")
    window_s: float | None = strawberry.field(default=None, description="1..3600: what counts towards the score")
    gap_s: float | None = strawberry.field(default=None, description="0.1..3600 without a hit that end an episode")
    polygon: list[list[float]] | None = strawberry.field(
        default=None, description="another form of the rule's zone: 3 to 64 vertices x y in 0..1"
    )
    since: datetime | None = strawberry.field(default=None, name="from", description="with offset")
    until: datetime | None = strawberry.field(default=None, name="to", description="excluded, with offset")

    def checked(self) -> WhatIf:
        """Raises InputRefused."""
        return WhatIf(
            rule_id=_rule(self.rule_id),
            threshold_min=_if_any("thresholdMin", self.threshold_min, SCORE),
            threshold_max=_if_any("thresholdMax", self.threshold_max, SCORE, at_least=self.threshold_min),
            dwell_s=_if_any("dwellS", self.dwell_s, DWELL_S),
            window_s=_if_any("windowS", self.window_s, WINDOW_S),
            gap_s=_if_any("gapS", self.gap_s, GAP_S),
            polygon=None if self.polygon is None else checked_polygon(self.polygon),
            since=_moment("from", self.since),
            until=_moment("to", self.until, after=self.since),
        )


def known_job(id: str) -> JobId:
    """Raises JobUnknown."""
    try:
        return JobId(UUID(id))
    except ValueError as error:
        raise JobUnknown("there is no such job") from error


def _rule(text: str) -> RuleId:
    try:
        return RuleId(slug(text))
    except IdentifierRefused as error:
        raise InputRefused("input.ruleId: 1 to 40 of a-z, 0-9 and inner hyphens are expected") from error


def _if_any(
    name: str, value: float | None, accepted: tuple[float, float], at_least: float | None = None
) -> float | None:
    return None if value is None else checked_number(name, value, accepted, at_least)


def _moment(name: str, at: datetime | None, after: datetime | None = None) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise InputRefused(f"input.{name}: a time with an offset is expected")
    if after is not None and at <= after:
        raise InputRefused(f"input.{name}: a time after input.from is expected")
    return at
