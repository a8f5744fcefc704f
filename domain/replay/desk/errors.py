"""Why the desk says no, or a job fails; the docstring is the sentence that the operator reads."""

from domain.contracts.commands.replies import Refused
from domain.replay.errors import ReplayError


class JobUnknown(ReplayError):
    """There is no such job; only the newest are kept."""

    code = "job_unknown"


class JobNotDone(ReplayError):
    """The job has no result (yet)."""

    code = "job_not_done"


class QueueFull(ReplayError):
    """Too many jobs wait already: try again when some of them are done."""

    code = "queue_full"


class WorkFailed(ReplayError):
    """The worker gave no answer; `why` says what it said instead."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.message)
        self.why = why
