"""The queue of jobs: bounded, one at a time, each with one end. Called by the desk, on one event loop."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from domain.contracts.commands.replies import Refused
from domain.contracts.identifiers import CameraId
from domain.contracts.whatif import Answer, Job, JobId, JobState, WhatIf
from domain.replay.desk.errors import JobUnknown, QueueFull, WorkFailed
from domain.replay.desk.shelf import Shelf
from domain.replay.work import Reached

log = logging.getLogger(__name__)

INTERRUPTED: Final = Refused("interrupted", "the desk was stopped while the job waited or ran: start it again")

Tell = Callable[[Job], Awaitable[None]]
"""Told of each change of a job."""

Progress = Callable[[Reached], Awaitable[None]]
Work = Callable[[Job, Progress], Coroutine[Any, Any, Answer]]
"""Does a job. Raises WorkFailed; gives up at once when it is cancelled."""


class JobQueue:
    """Call `run` for ever; it carries out what `start` has queued.

    most_waiting  jobs that may wait
    kept          jobs that are remembered; the oldest that are over go first
    """

    def __init__(
        self, shelf: Shelf, work: Work, tell: Tell, clock: Callable[[], datetime], *, most_waiting: int, kept: int
    ) -> None:
        self._shelf, self._work, self._tell, self._clock = shelf, work, tell, clock
        self._most_waiting, self._kept = most_waiting, kept
        self._jobs: dict[JobId, Job] = {}
        for job in shelf.jobs():
            self._take_over(job)
        self._waiting: deque[JobId] = deque()
        self._more = asyncio.Event()
        self._task: asyncio.Task[Answer] | None = None
        self._running: JobId | None = None

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def jobs(self) -> list[Job]:
        """The newest first."""
        return sorted(self._jobs.values(), key=lambda job: job.queued_at, reverse=True)

    def find(self, job_id: JobId) -> Job:
        """Raises JobUnknown."""
        if job_id not in self._jobs:
            raise JobUnknown(f"there is no job {job_id}")
        return self._jobs[job_id]

    async def start(self, asked: WhatIf, by: str, cameras: Collection[CameraId] = ()) -> Job:
        """Raises QueueFull."""
        if len(self._waiting) >= self._most_waiting:
            raise QueueFull(f"{self._most_waiting} jobs wait already")
        job = Job(JobId(uuid4()), asked, by, JobState.QUEUED, self._clock(), tuple(sorted(cameras)))
        await self._put(job)
        self._waiting.append(job.job_id)
        self._forget_oldest()
        self._more.set()
        return job

    async def cancel(self, job_id: JobId) -> Job:
        """What is over stays as it is. Raises JobUnknown."""
        job = self.find(job_id)
        if job.state is JobState.QUEUED:
            self._waiting.remove(job_id)
            await self._end(job, JobState.CANCELLED)
        elif self._task is not None and self._running == job_id:
            self._task.cancel()
            await asyncio.wait({self._task})
            await self._finish(job_id, self._task)
        return self.find(job_id)

    async def run(self) -> None:
        while True:
            await self._more.wait()
            self._more.clear()
            while self._waiting:
                await self._carry_out(self._jobs[self._waiting.popleft()])

    async def _carry_out(self, job: Job) -> None:
        async def moved(reached: Reached) -> None:
            before = self._jobs[job.job_id]
            self._jobs[job.job_id] = replace(before, share=reached.share, messages=reached.messages)
            await self._tell(self._jobs[job.job_id])

        job = replace(job, state=JobState.RUNNING, started_at=self._clock())
        self._task, self._running = asyncio.create_task(self._work(job, moved)), job.job_id
        await self._put(job)
        try:
            await asyncio.wait({self._task})
            await self._finish(job.job_id, self._task)
        except asyncio.CancelledError:
            self._task.cancel()
            await asyncio.wait({self._task})
            await self._end(self._jobs[job.job_id], JobState.FAILED, failure=INTERRUPTED)
            raise
        finally:
            self._task = self._running = None

    async def _finish(self, job_id: JobId, task: "asyncio.Task[Answer]") -> None:
        """Who cancels and who waits both come here: the first one ends the job."""
        job = self._jobs[job_id]
        if job.state.is_over:
            return
        if task.cancelled():
            await self._end(job, JobState.CANCELLED)
            return
        match task.exception():
            case None:
                await self._end(replace(job, share=1.0), JobState.DONE, answer=task.result())
            case WorkFailed(why=why):
                await self._end(job, JobState.FAILED, failure=why)
            case error:
                log.error("a job failed", exc_info=error, extra={"job": str(job_id)})
                failed = Refused("failed", "the desk failed on this job; the log of replay says why")
                await self._end(job, JobState.FAILED, failure=failed)

    async def _end(
        self, job: Job, state: JobState, *, failure: Refused | None = None, answer: Answer | None = None
    ) -> None:
        ended = replace(job, state=state, ended_at=self._clock(), failure=failure, answer=answer)
        await self._put(ended)
        log.info("job ended", extra={"job": str(job.job_id), "state": state.value, "why": failure and failure.message})

    def _take_over(self, job: Job) -> None:
        """A job of an earlier process: what that left unfinished has failed."""
        if not job.state.is_over:
            job = replace(job, state=JobState.FAILED, ended_at=self._clock(), failure=INTERRUPTED)
            self._shelf.keep(job)
        self._jobs[job.job_id] = job

    async def _put(self, job: Job) -> None:
        self._jobs[job.job_id] = job
        try:
            self._shelf.keep(job)
        except OSError as error:
            log.warning("a job is kept in memory only", extra={"job": str(job.job_id), "why": str(error)})
        await self._tell(job)

    def _forget_oldest(self) -> None:
        over = [job for job in reversed(self.jobs()) if job.state.is_over]
        for job in over[: max(0, len(self._jobs) - self._kept)]:
            del self._jobs[job.job_id]
            self._shelf.drop(job.job_id)
