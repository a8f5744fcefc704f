"""`python -m gateway.copies SOURCE TARGET [PLAN]`: makes one copy, last among all work, within its limits."""

import argparse
import os
import resource
import sys
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import av

from domain.contracts.codec import CodecError
from domain.contracts.detections import DetectionsUnreadable
from gateway.copies import drawing
from gateway.copies.encoding import NoVideo, Paint, encode
from infra.frames import Pixels
from infra.overlay.painting import Outline, paint
from infra.overlay.seen import Seen

NICE: Final = 15
MOST_MEMORY: Final = 4 << 30
MOST_CPU_S: Final = 600
FAILED: Final = 1

FAULTS: Final = (NoVideo, CodecError, DetectionsUnreadable, av.error.FFmpegError, OSError, ValueError, MemoryError)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gateway.copies")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("plan", type=Path, nargs="?", help="folder with what is to be drawn")
    given = parser.parse_args()
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    try:
        encode(given.source, given.target, None if given.plan is None else painter(given.plan))
    except FAULTS as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return FAILED
    return 0


def painter(folder: Path) -> Paint:
    """Draws what the folder's plan says."""
    plan, frames = drawing.load(folder)
    seen = Seen(kept_us=sys.maxsize)
    for frame in frames:
        seen.add(frame)
    zones = [Outline(zone.name, zone.polygon) for zone in plan.zones]
    tz = ZoneInfo(plan.tz)

    def draw(picture: Pixels, at_us: int) -> None:
        captured_us = plan.captured_from_us + at_us
        paint(picture, captured_us, seen.at(captured_us), zones, tz=tz, guilty=plan.guilty)

    return draw


if __name__ == "__main__":
    sys.exit(main())
