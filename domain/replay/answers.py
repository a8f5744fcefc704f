"""How an answer of replay is told: as JSON for programs, as tables for a person."""

from dataclasses import asdict
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from domain.contracts import codec
from domain.replay.difference import Change, Day
from domain.replay.incidents import Incident
from domain.replay.work import Outcome

MOST_LINES: Final = 50
"""Incidents that a table shows; JSON has all of them."""


def as_plain(outcome: Outcome) -> dict[str, Any]:
    """The JSON-able form."""
    apart = outcome.difference
    return {
        "identical": apart.is_none,
        "before": apart.before,
        "after": apart.after,
        "new": [_plain(each) for each in apart.new],
        "gone": [_plain(each) for each in apart.gone],
        "changed": [_plain_change(each) for each in apart.changed],
        "days": [_plain_day(each) for each in apart.days],
        "uncovered": outcome.uncovered,
        "holes": [list(hole) for hole in outcome.holes],
        "unreadable": list(outcome.unreadable),
        "messages": outcome.messages,
        "frames": outcome.frames,
        "seconds": {name: round(s, 3) for name, s in (("read", outcome.reading_s), *asdict(outcome.spent).items())},
    }


def _plain(incident: Incident) -> dict[str, Any]:
    """What opened the incident, with its outcome in place of the score at that moment."""
    opened: dict[str, Any] = codec.to_plain(incident.opened)
    return opened | {
        "score": incident.score,
        "verdict": incident.verdict.value,
        "closed": codec.to_plain(incident.closed),
        "reviewed": codec.to_plain(incident.reviewed),
    }


def _plain_change(change: Change) -> dict[str, Any]:
    return {"fields": list(change.fields), "before": _plain(change.before), "after": _plain(change.after)}


def _plain_day(day: Day) -> dict[str, Any]:
    return asdict(day) | {"day": day.day.isoformat()}


def show(outcome: Outcome, console: Console, sides: tuple[str, str]) -> None:
    """sides  what the two columns are called"""
    apart = outcome.difference
    if apart.days:
        console.print(_days_table(outcome, sides))
    if not apart.is_none:
        console.print(_incidents_table(outcome))
    console.print(
        f"{apart.before} → {apart.after}: новых / new {len(apart.new)}, исчезло / gone {len(apart.gone)}, "
        f"изменилось / changed {len(apart.changed)}"
    )
    console.print(f"Кадров / Frames: {outcome.frames}")
    if outcome.uncovered:
        console.print(f"Без записи / No longer recorded: {outcome.uncovered}")
    if outcome.unreadable:
        console.print(f"Нечитаемых / Unreadable: {len(outcome.unreadable)}")


def _days_table(outcome: Outcome, sides: tuple[str, str]) -> Table:
    names = ("День / Day", *sides, "новых / new", "исчезло / gone", "изменилось / changed", "нарушений / violations")
    table = Table(*names)
    for day in outcome.difference.days:
        counts = (day.before, day.after, day.new, day.gone, day.changed)
        table.add_row(str(day.day), *map(str, counts), f"{day.violations_before} → {day.violations_after}")
    return table


def _incidents_table(outcome: Outcome) -> Table:
    apart = outcome.difference
    table = Table("", "Инцидент / Incident", "Правило / Rule", "Открыт / Opened", "Оценка / Score", "Вердикт / Verdict")
    rows = [
        *(("+", each, None) for each in apart.new),
        *(("−", each, None) for each in apart.gone),
        *(("~", each.before, each.after) for each in apart.changed),
    ]
    for mark, incident, after in rows[:MOST_LINES]:
        table.add_row(
            mark,
            str(incident.incident_id),
            incident.opened.rule_id,
            incident.opened_at.isoformat(" ", "seconds"),
            f"{incident.score:.4f}" + ("" if after is None else f" → {after.score:.4f}"),
            _verdict(incident) + ("" if after is None else f" → {after.verdict}"),
        )
    if len(rows) > MOST_LINES:
        table.caption = f"… {len(rows) - MOST_LINES} (--json)"
    return table


def _verdict(incident: Incident) -> str:
    return f"{incident.verdict}" + ("" if incident.reviewed is None else f" ({incident.reviewed})")
