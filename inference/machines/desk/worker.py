"""`python -m inference.machines.desk.worker ZONE TEACHING NICE`: one training; what it says is a line of JSON each."""

import os
import resource
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import cv2

from domain.contracts import codec
from domain.contracts.commands.machines import ReportMachineNotTaught, ReportMachineTaught
from domain.contracts.identifiers import TeachingId, ZoneId, slug
from domain.contracts.machines import STATES, Aspect, TaughtAspect, TaughtState, TeachingFailure
from domain.contracts.teaching import TeachingProgress
from inference.errors import InferenceError
from inference.machines.pictures import ExamplesRefused, Picture, read_pictures
from inference.machines.store import FOLDER, install

MOST_MEMORY: Final = 4 << 30


@dataclass(frozen=True, slots=True)
class Said:
    """One of the three."""

    progress: TeachingProgress | None = None
    taught: ReportMachineTaught | None = None
    not_taught: ReportMachineNotTaught | None = None


def taught(home: Path, zone_id: ZoneId, teaching_id: TeachingId) -> Said:
    """Trains from the pictures of the zone and puts the classifier in force. Raises OSError."""
    from inference.machines.lesson import lesson  # noqa: PLC0415 - scikit-learn loads slowly

    try:
        folder = home / FOLDER / slug(zone_id) / "states"
        pictures = read_pictures(folder, lambda read, of: _say(Said(TeachingProgress(read, 2 * of))))
        half = len(pictures)  # to read them takes about as long as all that follows
        done = lesson(pictures, lambda part, of: _say(Said(TeachingProgress(half + half * part // of, 2 * half))))
        install(home, zone_id, done.data)
    except ExamplesRefused as error:
        return Said(not_taught=ReportMachineNotTaught(zone_id, teaching_id, error.failure, error.state, error.pictures))
    except InferenceError:
        return Said(not_taught=ReportMachineNotTaught(zone_id, teaching_id, TeachingFailure.UNREADABLE))
    figures = done.about["aspects"]
    aspects = [TaughtAspect(Aspect(name), told["accuracy"], told["cannot_tell"]) for name, told in figures.items()]
    return Said(
        taught=ReportMachineTaught(
            zone_id, teaching_id, done.digest, len(pictures), _states(pictures, done.tallies), tuple(aspects)
        )
    )


def _states(pictures: list[Picture], aspects: Iterable[Aspect]) -> tuple[TaughtState, ...]:
    shown = Counter((aspect, state) for each in pictures for aspect, state in each.states.items())
    known = [(aspect, state) for aspect in aspects for state in STATES[aspect]]
    return tuple(TaughtState(*each, shown[each]) for each in known if shown[each])


def _say(said: Said) -> None:
    sys.stdout.buffer.write(codec.to_json(said) + b"\n")
    sys.stdout.buffer.flush()


def main() -> int:
    os.nice(int(sys.argv[3]))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    cv2.setNumThreads(1)
    zone_id, teaching_id = ZoneId(slug(sys.argv[1])), TeachingId(UUID(sys.argv[2]))
    _say(taught(Path(os.environ["KASKA_HOME"]), zone_id, teaching_id))
    return 0


if __name__ == "__main__":
    sys.exit(main())
