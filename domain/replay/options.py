"""Options of replay's command line, and what they say: times, zones, thresholds."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from domain.contracts.plant import Polygon
from domain.replay.errors import ReplayError, VariationRefused
from domain.replay.work import Period

FromOption = Annotated[
    str | None,
    typer.Option("--from", help="С какого времени, ISO 8601. / Since when; local time of the plant without an offset."),
]
ToOption = Annotated[str | None, typer.Option("--to", help="До какого времени. / Until when, excluded.")]
TimeZoneOption = Annotated[
    str, typer.Option("--tz", help="Часовой пояс предприятия. / Time zone of the plant.", envvar="KASKA_PLANT_TZ")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Ответ для программ. / Answer for programs.")]
RuleOption = Annotated[str, typer.Option("--rule", help="Правило. / Rule.")]
MinOption = Annotated[float | None, typer.Option("--min", help="Нижний порог 0..1. / Lower threshold.")]
MaxOption = Annotated[float | None, typer.Option("--max", help="Верхний порог 0..1. / Upper threshold.")]
DwellOption = Annotated[
    float | None, typer.Option("--dwell", help="Сколько секунд длится нарушение. / Seconds before an incident opens.")
]
WindowOption = Annotated[
    float | None, typer.Option("--window", help="За сколько секунд оценка. / Seconds that count towards the score.")
]
GapOption = Annotated[
    float | None,
    typer.Option("--gap", help="Пауза, после которой эпизод окончен. / Seconds without a hit that end it."),
]
ZoneOption = Annotated[
    Path | None,
    typer.Option("--zone", help="Файл JSON: [[x, y], …] в долях кадра. / JSON file with vertices, 0..1 of the frame."),
]


class TimeRefused(ReplayError):
    """A time is ISO 8601, such as 2026-03-02T09:00 or 2026-03-02T09:00+03:00, and a time zone is an IANA name."""


def zone_info(name: str) -> ZoneInfo:
    """Raises TimeRefused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise TimeRefused(f"time zone {name!r} is unknown") from error


def period(since: str | None, until: str | None, tz: ZoneInfo) -> Period:
    """Raises TimeRefused."""
    found = Period(_moment("--from", since, tz), _moment("--to", until, tz))
    if found.since is not None and found.until is not None and found.since >= found.until:
        raise TimeRefused("--from is not before --to")
    return found


def polygon(path: Path | None) -> Polygon | None:
    """Vertices from a JSON file: a list of pairs, or an object that has it as `polygon`. Raises VariationRefused."""
    if path is None:
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        points = plain["polygon"] if isinstance(plain, dict) else plain
        return tuple((float(x), float(y)) for x, y in points)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise VariationRefused(f"zone: {path} is no JSON list of [x, y]: {error}") from error


def _moment(name: str, text: str | None, tz: ZoneInfo) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeRefused(f"{name}: {text!r} is no ISO 8601 time") from error
    return at if at.tzinfo else at.replace(tzinfo=tz)
