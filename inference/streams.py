"""Adds to the minute that is just over what the camera's process says of the video that it received."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from domain.contracts.detections import to_microseconds
from domain.contracts.observations import MINUTE, Coverage
from infra.stream_report import read_stream_report

NEAR_US: Final = 20_000_000
"""A report is written every ten seconds; one that is further from the end of the minute says nothing of it."""


def with_streams(minutes: Sequence[Coverage], frames_dir: Path) -> list[Coverage]:
    """The same minutes; those told late, after a pause, stay as they are."""
    return [_with_stream(minute, frames_dir) for minute in minutes]


def _with_stream(minute: Coverage, frames_dir: Path) -> Coverage:
    report = read_stream_report(frames_dir, minute.camera_id)
    if report is None or report.facts is None or not minute.captured:
        return minute
    is_of_it = abs(report.written_us - to_microseconds(minute.minute + MINUTE)) <= NEAR_US
    return replace(minute, stream=report.facts) if is_of_it else minute
