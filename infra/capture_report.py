"""What a camera's process tells inference about how its pictures come: a small file beside the frames, every second.

It lies in the tmpfs of the frame rings, so it outlives the process that wrote it and not the machine.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.contracts import codec
from domain.contracts.observations import Dropped, GapReason

SUFFIX: Final = ".capture.json"
MINUTE_US: Final = 60_000_000


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time without pictures. Microseconds since 1970 UTC."""

    since_us: int
    until_us: int
    reason: GapReason


@dataclass(frozen=True, slots=True)
class CapturedMinute:
    """Pictures of one minute: minute counts since 1970 UTC."""

    minute: int
    captured: int
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class CaptureReport:
    """The last few minutes of one camera.

    since_us     before it nothing is known
    written_us   up to when it tells; the process writes it every second
    """

    since_us: int
    written_us: int
    minutes: tuple[CapturedMinute, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def of_minute(self, minute: int) -> CapturedMinute:
        return next((each for each in self.minutes if each.minute == minute), CapturedMinute(minute, 0))


def report_path(directory: Path, camera_id: str) -> Path:
    return directory / f"{camera_id}{SUFFIX}"


def write_report(directory: Path, camera_id: str, report: CaptureReport) -> None:
    """Raises OSError."""
    replace_file(report_path(directory, camera_id), codec.to_json(report))


def read_report(directory: Path, camera_id: str) -> CaptureReport | None:
    """None where there is none, or none that this build can read."""
    try:
        return codec.from_json(CaptureReport, report_path(directory, camera_id).read_bytes())
    except (OSError, codec.CodecError):
        return None


def replace_file(path: Path, data: bytes) -> None:
    """A reader sees the old file or the new one. Not for what must survive a power cut. Raises OSError."""
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(data)
    os.replace(fresh, path)  # noqa: PTH105 - said as it is meant


def joined(troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
    """Troubles in order of time; those that go on for the same reason are one."""
    found: list[Trouble] = []
    for each in sorted(troubles, key=lambda t: t.since_us):
        if found and found[-1].reason is each.reason and each.since_us <= found[-1].until_us:
            found[-1] = Trouble(found[-1].since_us, max(found[-1].until_us, each.until_us), each.reason)
        else:
            found.append(each)
    return tuple(found)
