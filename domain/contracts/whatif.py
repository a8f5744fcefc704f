"""What-if as a job: requests to the replay desk, its answers, and how far a job is. Gateway and domain.replay.desk.

Each request is a NATS request on one of the subjects below, JSON; the reply is the named message or
`{"refused": {"code", "message"}}`. A job that moves on is published on `replay-live.<job id>`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, TypeVar
from uuid import UUID

from domain.contracts import codec
from domain.contracts.commands.replies import Refused
from domain.contracts.identifiers import CameraId, IncidentId, RuleId
from domain.contracts.plant import Polygon, Verdict

JobId = NewType("JobId", UUID)
T = TypeVar("T")

START: Final = "replay.start"
CANCEL: Final = "replay.cancel"
JOB: Final = "replay.job"
JOBS: Final = "replay.jobs"
DAYS: Final = "replay.days"
APART: Final = "replay.apart"
EVERY_REQUEST: Final = (START, CANCEL, JOB, JOBS, DAYS, APART)

DWELL_S: Final = (0.0, 86_400.0)
WINDOW_S: Final = (1.0, 3600.0)
GAP_S: Final = (0.1, 3600.0)
VERTICES: Final = (3, 64)
LARGEST_PAGE: Final = 100


class JobState(StrEnum):
    """Where a job stands; the last three are for ever."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class DifferenceKind(StrEnum):
    """How an incident differs between the rule as it was and as it would be."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The question: one rule as it never was. None leaves a thing as it was in each version of the rule.

    polygon       another form of the rule's zone, vertices in 0..1 of the frame
    since, until  incidents that open within [since, until) are compared; None = no limit
    """

    rule_id: RuleId
    threshold_min: float | None = None
    threshold_max: float | None = None
    dwell_s: float | None = None
    window_s: float | None = None
    gap_s: float | None = None
    polygon: Polygon | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """START: answered with the Job, or refused: variation_refused, queue_full, records_unreadable.

    within  cameras whose rules this person may ask about, other rules are unknown to them; None = all
    """

    asked: WhatIf
    by: str
    within: tuple[CameraId, ...] | None = None


@dataclass(frozen=True, slots=True)
class JobRef:
    """CANCEL, JOB: answered with the Job; DAYS: with Days; refused: job_unknown, job_not_done."""

    job_id: JobId


@dataclass(frozen=True, slots=True)
class ApartAsked:
    """APART: a page of the incidents that differ, oldest first; answered with ApartPage. limit: 1 to LARGEST_PAGE."""

    job_id: JobId
    kind: DifferenceKind
    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Answer:
    """What a job found.

    before, after       incidents by the rule as it was, as it would be
    new, gone, changed  how many differ; `listed` tells how many of each are kept to be paged through
    messages, frames    what was folded
    seconds             from the worker's start to its answer
    recorded_from       capture times of the first and the last frame that was folded; None = there was none
    unreadable          messages that this build cannot read; live work left them aside too
    """

    before: int
    after: int
    new: int
    gone: int
    changed: int
    listed: int
    messages: int
    frames: int
    seconds: float
    unreadable: int
    recorded_from: datetime | None = None
    recorded_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A question and where it stands.

    by         login of who asked
    cameras    whom the rule has ever watched: what the answer tells about
    share      how much is done, 0..1
    messages   folded so far
    failure    why it failed: code for the console, the sentence for a person
    """

    job_id: JobId
    asked: WhatIf
    by: str
    state: JobState
    queued_at: datetime
    cameras: tuple[CameraId, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    share: float = 0.0
    messages: int = 0
    failure: Refused | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Jobs:
    """All jobs that are kept, the newest first."""

    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Counts of one day of the plant, by the moment at which incidents open. day: yyyy-mm-dd."""

    day: str
    before: int
    after: int
    new: int
    gone: int
    changed: int
    violations_before: int
    violations_after: int


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a finished job, oldest first."""

    days: tuple[DayCounts, ...]


@dataclass(frozen=True, slots=True)
class ApartIncident:
    """An incident that differs; a side on which there is none has neither score nor verdict.

    verdict_before, verdict_after  the rule's verdicts, whatever persons said
    reviewed                       what a person said about it in the live history
    """

    incident_id: IncidentId
    camera_id: CameraId
    opened_at: datetime
    last_seen: datetime
    score_before: float | None
    score_after: float | None
    verdict_before: Verdict | None
    verdict_after: Verdict | None
    reviewed: Verdict | None


@dataclass(frozen=True, slots=True)
class ApartPage:
    """total: incidents of the kind; listed: how many of them can be paged through."""

    total: int
    listed: int
    rows: tuple[ApartIncident, ...]


def live_subject(job_id: JobId) -> str:
    return f"replay-live.{job_id}"


def encode_answer(answer: object) -> bytes:
    """A reply: a message of this module, or Refused."""
    return codec.to_json(_Refusal(answer) if isinstance(answer, Refused) else answer)


def decode_answer(cls: type[T], data: bytes) -> T | Refused:
    """Raises CodecError."""
    plain = codec.load(data)
    if isinstance(plain, dict) and "refused" in plain:
        return codec.from_plain(_Refusal, plain).refused
    return codec.from_plain(cls, plain)


@dataclass(frozen=True, slots=True)
class _Refusal:
    refused: Refused
