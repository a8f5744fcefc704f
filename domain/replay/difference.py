"""Two lists of incidents side by side, incident by incident and day by day. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from domain.contracts.plant import Verdict
from domain.replay.incidents import Incident

FACTS: Final = ("opened", "score", "verdict", "closed")
"""All that the rules say about an incident: what a replay of unchanged rules must repeat."""

OUTCOME: Final = ("score", "verdict")
"""What matters when other rules judge."""


@dataclass(frozen=True, slots=True)
class Change:
    """An incident on both sides; `fields` names what differs."""

    before: Incident
    after: Incident
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """Counts of one day of the plant, by the moment at which incidents open."""

    day: date
    before: int
    after: int
    new: int
    gone: int
    changed: int
    violations_before: int
    violations_after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """before, after   how many incidents there are on each side"""

    before: int
    after: int
    new: tuple[Incident, ...]
    gone: tuple[Incident, ...]
    changed: tuple[Change, ...]
    days: tuple[Day, ...]

    @property
    def is_none(self) -> bool:
        return not (self.new or self.gone or self.changed)


def difference(
    before: Sequence[Incident],
    after: Sequence[Incident],
    tz: ZoneInfo,
    fields: Sequence[str] = OUTCOME,
    *,
    open_end: bool = False,
    episodes: bool = True,
) -> Difference:
    """Incidents are the same when they have the same id: the same rule, track and first hit.

    fields    what counts as a change
    open_end  the detections go on after those that were replayed: of an incident that neither side has closed only the
              opening can be told
    episodes  the detections were replayed from the first on: otherwise nobody can tell who was in a zone before, and to
              which zone episode an incident belongs
    """
    old, fresh = ({each.incident_id: each for each in side} for side in (before, after))
    pairs = [(old[each], fresh[each]) for each in old.keys() & fresh.keys()]
    changes = [Change(a, b, _differing(a, b, fields, open_end=open_end, episodes=episodes)) for a, b in pairs]
    changed = sorted((each for each in changes if each.fields), key=lambda each: _place(each.before))
    new = sorted((each for key, each in fresh.items() if key not in old), key=_place)
    gone = sorted((each for key, each in old.items() if key not in fresh), key=_place)
    days = _days(before, after, (new, gone, [each.before for each in changed]), tz)
    return Difference(len(old), len(fresh), tuple(new), tuple(gone), tuple(changed), days)


def _differing(a: Incident, b: Incident, fields: Sequence[str], *, open_end: bool, episodes: bool) -> tuple[str, ...]:
    if open_end and a.closed is None and b.closed is None:
        fields = [each for each in fields if each == "opened"]
    if not episodes or a.opened.episode is None:  # None: recorded before zone episodes were told
        b = replace(b, opened=replace(b.opened, episode=a.opened.episode))
    return tuple(each for each in fields if getattr(a, each) != getattr(b, each))


def _place(incident: Incident) -> tuple[int, str]:
    return incident.opened.detections_to, str(incident.incident_id)


def _days(
    before: Sequence[Incident],
    after: Sequence[Incident],
    apart: tuple[Sequence[Incident], Sequence[Incident], Sequence[Incident]],
    tz: ZoneInfo,
) -> tuple[Day, ...]:
    def counted(incidents: Iterable[Incident]) -> Counter[date]:
        return Counter(each.opened_at.astimezone(tz).date() for each in incidents)

    columns = [
        *(counted(side) for side in (before, after, *apart)),
        *(counted(each for each in side if each.verdict is Verdict.VIOLATION) for side in (before, after)),
    ]
    return tuple(Day(day, *(column[day] for column in columns)) for day in sorted(columns[0] | columns[1]))
