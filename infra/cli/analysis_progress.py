"""The bar of `kaska analyse`: time in the recordings, frames a second, times real time, time left."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from infra.archive.plan import Progress as Told
from infra.archive.recordings import Recording


@contextmanager
def progress_bar(
    recordings: Sequence[Recording], known_us: int, console: Console | None = None
) -> Iterator[Callable[[Told], None]]:
    """Draws on a terminal; silent where there is none.

    known_us   up to here an earlier run has come
    """
    console = console or Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    total_s = sum(each.duration_us for each in recordings) / 1e6
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("Анализ / Analysis", total=total_s, speed="")
        bar.update(task, completed=gone_s(recordings, known_us))

        def report(told: Told) -> None:
            at_us = max(told.captured_us, known_us)
            bar.update(task, completed=gone_s(recordings, at_us), speed=speed(told))

        yield report


def gone_s(recordings: Sequence[Recording], at_us: int) -> float:
    """Seconds of video before a capture time."""
    return sum(max(0, min(each.end_us, at_us) - each.start_us) for each in recordings) / 1e6


def speed(told: Told) -> str:
    if told.wall_s <= 0 or not told.analysed:
        return ""
    return f"{told.analysed / told.wall_s:.0f} к/с fps · ×{told.video_s / told.wall_s:.1f}"
