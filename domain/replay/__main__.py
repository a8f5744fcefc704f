"""`python -m domain.replay replay|what-if|archive`: wires the questions to the servers. Exit code 2 = no answer."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from domain.contracts.codec import CodecError
from domain.contracts.events import EventUnknown
from domain.contracts.identifiers import RuleId
from domain.replay import opening, options
from domain.replay.answers import as_plain, show
from domain.replay.archiving import archive_days
from domain.replay.errors import ReplayError
from domain.replay.variation import Variation
from domain.replay.work import Outcome, Reached, repeat
from domain.replay.work import what_if as ask_what_if
from domain.rules.hits import RuleUnknown
from infra import logs
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.settings import ProcessSettings

DIFFERENT: Final = 1
TROUBLE: Final = 2
SETTLED: Final = timedelta(seconds=30)
"""The live service may not have folded younger frames yet."""

HOME: Final = "./kaska … --home: папка запущенной Каски. / Folder of the Kaska that runs (KASKA_HOME)."

app = typer.Typer(name="kaska", no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command(epilog=HOME)
def replay(
    *,
    since: options.FromOption = None,
    until: options.ToOption = None,
    tz: options.TimeZoneOption = "Europe/Moscow",
    as_json: options.JsonOption = False,
) -> None:
    """Вывести инциденты заново и сравнить с историей. / Derive the incidents anew; exit code 1 when they differ."""
    with _answering(), _bridge() as (settings, bridge):
        zone = options.zone_info(tz)
        period = options.period(since, until, zone)
        recording = opening.recording(settings, bridge, datetime.now(UTC) - SETTLED)
        with _progress() as advance:
            outcome = repeat(bridge, recording, period=period, tz=zone, progress=advance)
        _tell(outcome, ("записано / recorded", "заново / replayed"), as_json=as_json)
    raise typer.Exit(0 if outcome.difference.is_none else DIFFERENT)


@app.command("what-if", epilog=HOME)
def what_if(
    *,
    rule: options.RuleOption,
    low: options.MinOption = None,
    high: options.MaxOption = None,
    dwell: options.DwellOption = None,
    window: options.WindowOption = None,
    gap: options.GapOption = None,
    zone: options.ZoneOption = None,
    since: options.FromOption = None,
    until: options.ToOption = None,
    tz: options.TimeZoneOption = "Europe/Moscow",
    as_json: options.JsonOption = False,
) -> None:
    """Что было бы с другим правилом. / What another rule would have found in the same detections."""
    with _answering(), _bridge() as (settings, bridge):
        place = options.zone_info(tz)
        period = options.period(since, until, place)
        variation = Variation(low, high, dwell, window, gap, options.polygon(zone))
        recording = opening.recording(settings, bridge, datetime.now(UTC))
        with _progress() as advance:
            outcome = ask_what_if(bridge, recording, RuleId(rule), variation, period=period, tz=place, progress=advance)
        _tell(outcome, ("было / as it was", "стало бы / would be"), as_json=as_json)


@app.command(epilog=HOME)
def archive(*, as_json: options.JsonOption = False) -> None:
    """Скопировать прошедшие дни в хранилище объектов. / Copy past days of detections into the object store."""
    with _answering(), _bridge() as (settings, bridge):
        store = opening.archive(settings)
        if store is None:
            raise ReplayError("no object store is set (KASKA_S3_ENDPOINT)")
        told = Console(stderr=True)
        days = archive_days(bridge, store, datetime.now(UTC), lambda day, camera: told.print(f"{day} {camera}"))
        plain = [{"day": d.day, "messages": sum(c.messages for c in d.cameras)} for d in days]
        if as_json:
            sys.stdout.write(json.dumps(plain) + "\n")
        else:
            Console().print(f"Дней / Days: {len(days)}")


def _tell(outcome: Outcome, sides: tuple[str, str], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(as_plain(outcome), ensure_ascii=False) + "\n")
    else:
        show(outcome, Console(), sides)


@contextmanager
def _bridge() -> Iterator[tuple[ProcessSettings, Bridge]]:
    logs.configure("replay")
    settings = ProcessSettings()
    with opening.reading(settings) as bridge:
        yield settings, bridge


@contextmanager
def _answering() -> Iterator[None]:
    """Turns what can go wrong into one sentence and an exit code."""
    try:
        yield
    except (ReplayError, NatsAdapterError, EventUnknown, RuleUnknown, CodecError) as error:
        sys.stderr.write(f"kaska: {error}\n")
        raise typer.Exit(TROUBLE) from error


@contextmanager
def _progress() -> Iterator[Callable[[Reached], None]]:
    columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.percentage:.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda reached: bar.update(task, completed=reached.share)


if __name__ == "__main__":
    app(prog_name="kaska")
