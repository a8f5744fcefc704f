"""The queue of jobs: bounded, one at a time, every job with exactly one end, nothing forgotten over a restart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.contracts.commands.replies import Refused
from domain.contracts.identifiers import RuleId
from domain.contracts.whatif import Answer, Job, JobId, JobState, WhatIf
from domain.replay.desk.errors import JobUnknown, QueueFull, WorkFailed
from domain.replay.desk.jobs import INTERRUPTED, JobQueue, Progress
from domain.replay.desk.shelf import Shelf
from domain.replay.work import Reached
from tests.domain.samples import T0

ASKED = WhatIf(RuleId("yard-danger-zone"), threshold_min=0.2)
ANSWER = Answer(3, 4, 1, 0, 2, 10_000, 600, 600, 1.5, 0)
DAMAGED = Refused("archive_damaged", "a file is not what was archived")


@dataclass
class Bench:
    """A queue whose work is done when the test says so."""

    shelf: Shelf
    most_waiting: int = 2
    kept: int = 4
    told: list[Job] = field(default_factory=list)
    at_work: list[JobId] = field(default_factory=list)
    seconds: int = 0

    def __post_init__(self) -> None:
        self.done: asyncio.Queue[Answer | Exception | Reached] = asyncio.Queue()
        self.queue = JobQueue(
            self.shelf, self.work, self.tell, self.clock, most_waiting=self.most_waiting, kept=self.kept
        )

    async def work(self, job: Job, progress: Progress) -> Answer:
        self.at_work.append(job.job_id)
        try:
            while True:
                match await self.done.get():
                    case Answer() as answer:
                        return answer
                    case Reached() as reached:
                        await progress(reached)
                    case Exception() as error:
                        raise error
        finally:
            self.at_work.remove(job.job_id)

    async def tell(self, job: Job) -> None:
        self.told.append(job)

    def clock(self) -> datetime:
        self.seconds += 1
        return T0 + timedelta(seconds=self.seconds)

    async def until(self, job_id: JobId, state: JobState) -> Job:
        async with asyncio.timeout(5):
            while self.queue.find(job_id).state is not state:  # noqa: ASYNC110 - product code needs no event for it
                await asyncio.sleep(0.001)
        return self.queue.find(job_id)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "replay")


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[Bench]:
    task = asyncio.create_task(bench.queue.run())
    try:
        yield bench
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_a_job_goes_from_queued_over_running_to_done(shelf: Shelf) -> None:
    async with running(Bench(shelf)) as bench:
        job = await bench.queue.start(ASKED, "anna")
        assert (job.state, job.by, job.asked) == (JobState.QUEUED, "anna", ASKED)
        await bench.until(job.job_id, JobState.RUNNING)
        await bench.done.put(Reached(300, 0.5))
        await bench.done.put(ANSWER)
        done = await bench.until(job.job_id, JobState.DONE)
    assert (done.answer, done.share, done.messages, done.failure) == (ANSWER, 1.0, 300, None)
    assert done.started_at is not None
    assert done.ended_at is not None
    assert done.queued_at < done.started_at < done.ended_at
    assert [(each.state.value, each.share) for each in bench.told] == [
        ("queued", 0.0),
        ("running", 0.0),
        ("running", 0.5),
        ("done", 1.0),
    ]


async def test_one_job_runs_at_a_time_in_the_order_of_asking(shelf: Shelf) -> None:
    async with running(Bench(shelf)) as bench:
        first, second = await bench.queue.start(ASKED, "anna"), await bench.queue.start(ASKED, "boris")
        await bench.until(first.job_id, JobState.RUNNING)
        await asyncio.sleep(0.02)
        assert bench.at_work == [first.job_id]
        assert bench.queue.find(second.job_id).state is JobState.QUEUED
        await bench.done.put(ANSWER)
        await bench.until(second.job_id, JobState.RUNNING)
        assert bench.at_work == [second.job_id]
    assert [job.by for job in bench.queue.jobs()] == ["boris", "anna"]


async def test_too_many_that_wait_are_refused_and_leave_no_trace(shelf: Shelf) -> None:
    async with running(Bench(shelf, most_waiting=2)) as bench:
        running_one = await bench.queue.start(ASKED, "anna")
        await bench.until(running_one.job_id, JobState.RUNNING)
        waiting = [await bench.queue.start(ASKED, "anna") for _ in range(2)]
        with pytest.raises(QueueFull, match="2 jobs wait already"):
            await bench.queue.start(ASKED, "anna")
        assert len(bench.queue.jobs()) == len(shelf.jobs()) == 3
        await bench.queue.cancel(waiting[0].job_id)
        await bench.queue.start(ASKED, "anna")


async def test_a_waiting_job_that_is_cancelled_never_runs(shelf: Shelf) -> None:
    async with running(Bench(shelf)) as bench:
        first, second = await bench.queue.start(ASKED, "anna"), await bench.queue.start(ASKED, "anna")
        await bench.until(first.job_id, JobState.RUNNING)
        assert (await bench.queue.cancel(second.job_id)).state is JobState.CANCELLED
        await bench.done.put(ANSWER)
        await bench.until(first.job_id, JobState.DONE)
        await asyncio.sleep(0.02)
        assert bench.at_work == []
    assert bench.queue.find(second.job_id).started_at is None


async def test_a_running_job_that_is_cancelled_gives_up_at_once_and_the_next_one_runs(shelf: Shelf) -> None:
    async with running(Bench(shelf)) as bench:
        first, second = await bench.queue.start(ASKED, "anna"), await bench.queue.start(ASKED, "anna")
        await bench.until(first.job_id, JobState.RUNNING)
        cancelled = await bench.queue.cancel(first.job_id)
        assert (cancelled.state, cancelled.answer) == (JobState.CANCELLED, None)
        await bench.until(second.job_id, JobState.RUNNING)
        assert [job.state for job in bench.told if job.job_id == first.job_id].count(JobState.CANCELLED) == 1


async def test_cancelling_what_is_over_changes_nothing(shelf: Shelf) -> None:
    async with running(Bench(shelf)) as bench:
        job = await bench.queue.start(ASKED, "anna")
        await bench.done.put(ANSWER)
        done = await bench.until(job.job_id, JobState.DONE)
        assert await bench.queue.cancel(job.job_id) == done


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WorkFailed(DAMAGED), "archive_damaged"),
        (ZeroDivisionError("a mistake of ours"), "failed"),
        (OSError("no more processes"), "failed"),
    ],
)
async def test_a_worker_that_fails_is_a_failed_job_and_the_queue_goes_on(
    shelf: Shelf, error: Exception, code: str
) -> None:
    async with running(Bench(shelf)) as bench:
        job, after = await bench.queue.start(ASKED, "anna"), await bench.queue.start(ASKED, "anna")
        await bench.done.put(error)
        failed = await bench.until(job.job_id, JobState.FAILED)
        assert failed.failure is not None
        assert failed.failure.code == code
        assert "a mistake of ours" not in failed.failure.message
        await bench.done.put(ANSWER)
        await bench.until(after.job_id, JobState.DONE)


async def test_only_the_newest_are_kept_and_none_that_is_not_over(shelf: Shelf) -> None:
    async with running(Bench(shelf, kept=2)) as bench:
        jobs = []
        for _ in range(4):
            jobs.append(await bench.queue.start(ASKED, "anna"))
            await bench.done.put(ANSWER)
            await bench.until(jobs[-1].job_id, JobState.DONE)
        assert [job.job_id for job in bench.queue.jobs()] == [jobs[3].job_id, jobs[2].job_id]
        assert not shelf.folder(jobs[0].job_id).exists()
        with pytest.raises(JobUnknown):
            bench.queue.find(jobs[0].job_id)


async def test_after_a_restart_results_are_there_and_what_was_unfinished_has_failed(shelf: Shelf) -> None:
    async with running(Bench(shelf)) as bench:
        done = await bench.queue.start(ASKED, "anna")
        await bench.done.put(ANSWER)
        await bench.until(done.job_id, JobState.DONE)
        at_work, waiting = await bench.queue.start(ASKED, "anna"), await bench.queue.start(ASKED, "anna")
        await bench.until(at_work.job_id, JobState.RUNNING)
    after = Bench(shelf).queue
    assert after.find(done.job_id).answer == ANSWER
    for job_id in (at_work.job_id, waiting.job_id):
        assert (after.find(job_id).state, after.find(job_id).failure) == (JobState.FAILED, INTERRUPTED)


async def test_a_job_that_nobody_knows_is_refused(shelf: Shelf) -> None:
    bench = Bench(shelf)
    with pytest.raises(JobUnknown):
        await bench.queue.cancel(JobId(uuid4()))


async def test_a_damaged_job_file_is_left_aside(shelf: Shelf) -> None:
    async with running(Bench(shelf)) as bench:
        job = await bench.queue.start(ASKED, "anna")
        await bench.done.put(ANSWER)
        await bench.until(job.job_id, JobState.DONE)
    (shelf.folder(job.job_id) / "job.json").write_bytes(b'{"half')
    assert Bench(shelf).queue.jobs() == []
