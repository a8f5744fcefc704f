"""Jobs and their results on disk: `<home>/replay/<job id>/`, so that a restart forgets nothing.

`job.json` is the job, `days.json` its counts, `new.jsonl`, `gone.jsonl` and `changed.jsonl` an incident a line.
"""

import logging
import shutil
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from domain.contracts import codec
from domain.contracts.whatif import ApartIncident, Days, DifferenceKind, Job, JobId

log = logging.getLogger(__name__)

JOB: Final = "job.json"
DAYS: Final = "days.json"


class Shelf:
    """folder  made when it is missing"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def folder(self, job_id: JobId) -> Path:
        return self._folder / str(job_id)

    def jobs(self) -> list[Job]:
        """All jobs that can be read, oldest first; what cannot is left alone and logged."""
        found = [job for path in self._folder.glob(f"*/{JOB}") if (job := _readable(path)) is not None]
        return sorted(found, key=lambda job: job.queued_at)

    def keep(self, job: Job) -> None:
        folder = self.folder(job.job_id)
        folder.mkdir(exist_ok=True, mode=0o700)
        _replace(folder / JOB, codec.to_json(job))

    def drop(self, job_id: JobId) -> None:
        shutil.rmtree(self.folder(job_id), ignore_errors=True)

    def days(self, job_id: JobId) -> Days:
        """Raises OSError, CodecError."""
        return codec.from_json(Days, (self.folder(job_id) / DAYS).read_bytes())

    def page(self, job_id: JobId, kind: DifferenceKind, offset: int, limit: int) -> tuple[ApartIncident, ...]:
        """Raises OSError, CodecError."""
        with (self.folder(job_id) / f"{kind}.jsonl").open("rb") as lines:
            return tuple(codec.from_json(ApartIncident, line) for line in islice(lines, offset, offset + limit))


def read_job(folder: Path) -> Job:
    """Raises OSError, CodecError."""
    return codec.from_json(Job, (folder / JOB).read_bytes())


def write_days(folder: Path, days: Days) -> None:
    _replace(folder / DAYS, codec.to_json(days))


def write_apart(folder: Path, kind: DifferenceKind, incidents: Iterable[ApartIncident]) -> None:
    lines: Sequence[bytes] = [codec.to_json(each) + b"\n" for each in incidents]
    _replace(folder / f"{kind}.jsonl", b"".join(lines))


def _readable(path: Path) -> Job | None:
    try:
        return read_job(path.parent)
    except (OSError, codec.CodecError) as error:
        log.warning("a job cannot be read", extra={"file": str(path), "why": str(error)})
        return None


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_suffix(".part")
    beside.write_bytes(data)
    beside.replace(path)
