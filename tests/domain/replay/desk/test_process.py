"""The replay desk on a real nats-server: jobs from start to end, cancelled, crashed, refused; nothing is written."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from nats.aio.msg import Msg

from domain.contracts import codec
from domain.contracts.commands.replies import Refused
from domain.contracts.plant import Verdict
from domain.contracts.subjects import DETECTIONS, EVENTS, SNAPSHOTS
from domain.contracts.whatif import (
    APART,
    CANCEL,
    DAYS,
    JOBS,
    START,
    ApartAsked,
    ApartPage,
    Days,
    DifferenceKind,
    Job,
    JobRef,
    Jobs,
    JobState,
    Start,
    WhatIf,
)
from infra.nats.streams import last_sequence
from tests.domain.replay.desk.conftest import SECONDS
from tests.domain.replay.desk.desk import LOWER, RULE, DeskProcess, desk_process, is_alive, until
from tests.domain.samples import T0, second
from tests.domain.service.test_service import Plant


@pytest.fixture
def desk(plant: Plant, tmp_path: Path) -> Iterator[DeskProcess]:
    with desk_process(plant.server, tmp_path / "home") as desk:
        yield desk


def test_a_job_gives_the_difference_incident_by_incident_and_day_by_day(desk: DeskProcess, plant: Plant) -> None:
    before = ends(plant)
    started = desk.start()
    assert (started.state, started.by, started.asked) == (JobState.QUEUED, "anna", LOWER)
    done = desk.until(started, JobState.DONE)
    answer = done.answer
    assert answer is not None
    assert (answer.new, answer.gone) == (0, 0)
    assert answer.changed > 0
    assert answer.frames == SECONDS * 10
    assert (done.share, answer.recorded_from) == (1.0, T0)
    page = desk.given(ApartPage, APART, ApartAsked(done.job_id, DifferenceKind.CHANGED, 0, 100))
    assert (page.total, len(page.rows)) == (answer.changed, answer.changed)
    opened = {each.incident_id: each for each in plant.opened_incidents()}
    for row in page.rows:
        assert row.opened_at == opened[row.incident_id].opened_at
        assert row.verdict_after is Verdict.VIOLATION is not row.verdict_before
        assert row.score_before == row.score_after
    [day] = desk.given(Days, DAYS, JobRef(done.job_id)).days
    assert (day.day, day.before, day.after, day.changed) == ("2026-03-02", answer.before, answer.after, answer.changed)
    assert ends(plant) == before


def test_pages_follow_each_other_without_gap(desk: DeskProcess) -> None:
    done = desk.until(desk.start(WhatIf(RULE, dwell_s=6.0)), JobState.DONE)
    whole = desk.given(ApartPage, APART, ApartAsked(done.job_id, DifferenceKind.GONE, 0, 100)).rows
    assert len(whole) > 2
    assert {(row.score_after, row.verdict_after) for row in whole} == {(None, None)}
    parts = [desk.given(ApartPage, APART, ApartAsked(done.job_id, DifferenceKind.GONE, at, 2)).rows for at in (0, 2)]
    assert (*parts[0], *parts[1]) == whole[:4]
    assert desk.given(ApartPage, APART, ApartAsked(done.job_id, DifferenceKind.GONE, len(whole), 10)).rows == ()


def test_a_zone_and_a_period_are_asked_too(desk: DeskProcess) -> None:
    right_half = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
    asked = WhatIf(RULE, polygon=right_half, since=second(5), until=second(30))
    done = desk.until(desk.start(asked), JobState.DONE)
    assert done.answer is not None
    assert done.answer.new > 0
    assert done.answer.gone > 0
    rows = desk.given(ApartPage, APART, ApartAsked(done.job_id, DifferenceKind.NEW, 0, 100)).rows
    assert all(second(5) <= row.opened_at < second(30) for row in rows)


def test_who_follows_a_job_hears_of_every_step(desk: DeskProcess) -> None:
    heard: asyncio.Queue[Job] = asyncio.Queue()

    async def take(message: Msg) -> None:
        heard.put_nowait(codec.from_json(Job, message.data))

    desk.client.run(desk.client.nc.subscribe("replay-live.*", cb=take))
    job = desk.start()
    desk.until(job, JobState.DONE)
    until(lambda: heard.qsize() > 0, 30)
    told = [desk.client.run(heard.get()) for _ in range(heard.qsize())]
    assert {each.job_id for each in told} == {job.job_id}
    assert [each.state for each in told][:2] == [JobState.QUEUED, JobState.RUNNING]
    assert told[-1].state is JobState.DONE
    assert [each.share for each in told] == sorted(each.share for each in told)


def test_jobs_wait_for_each_other_and_can_be_cancelled(desk: DeskProcess) -> None:
    first = desk.start()
    worker = desk.suspended_worker()
    second = desk.start(by="boris")
    assert [(job.by, job.state.value) for job in desk.given(Jobs, JOBS).jobs] == [
        ("boris", "queued"),
        ("anna", "running"),
    ]
    third = desk.start()
    assert desk.given(Job, CANCEL, JobRef(third.job_id)).state is JobState.CANCELLED
    assert desk.given(Job, CANCEL, JobRef(first.job_id)).state is JobState.CANCELLED
    until(lambda: not is_alive(worker), 30)
    desk.until(second, JobState.DONE)
    assert desk.ask(ApartPage, APART, ApartAsked(first.job_id, DifferenceKind.NEW)) == Refused(
        "job_not_done", "the job is cancelled"
    )


def test_a_worker_that_dies_is_a_failed_job_with_a_sentence_and_the_next_one_runs(desk: DeskProcess) -> None:
    job = desk.start()
    os.kill(desk.suspended_worker(), signal.SIGKILL)
    failed = desk.until(job, JobState.FAILED)
    assert failed.failure == Refused(
        "worker_ended", "the worker was ended by signal 9 (SIGKILL) before it had an answer"
    )
    desk.until(desk.start(), JobState.DONE)


def test_more_than_may_wait_are_refused(plant: Plant, tmp_path: Path) -> None:
    with desk_process(plant.server, tmp_path / "home", KASKA_REPLAY_MOST_WAITING="1") as desk:
        desk.start()
        desk.suspended_worker()
        desk.start()
        assert desk.ask(Job, START, Start(LOWER, "anna")) == Refused("queue_full", "1 jobs wait already")


def test_results_outlive_the_desk_and_a_killed_desk_leaves_no_worker_behind(plant: Plant, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with desk_process(plant.server, home) as desk:
        done = desk.until(desk.start(), JobState.DONE)
        lost = desk.start()
        worker = desk.suspended_worker()
        desk.process.kill()
        desk.process.wait()
        os.kill(worker, signal.SIGCONT)
        until(lambda: not is_alive(worker), 20)
    with desk_process(plant.server, home) as desk:
        assert desk.job(done) == done
        assert desk.given(ApartPage, APART, ApartAsked(done.job_id, DifferenceKind.CHANGED)).rows
        failed = desk.job(lost)
        assert failed.failure is not None
        assert (failed.state, failed.failure.code) == (JobState.FAILED, "interrupted")


def test_desk_and_worker_give_way_to_live_work(desk: DeskProcess) -> None:
    desk.start()
    worker = desk.suspended_worker()
    assert [os.getpriority(os.PRIO_PROCESS, pid) for pid in (desk.process.pid, worker)] == [10, 10]
    os.kill(worker, signal.SIGCONT)


def test_sigterm_ends_the_desk_and_its_worker_in_order(desk: DeskProcess) -> None:
    job = desk.start()
    worker = desk.suspended_worker()
    desk.process.terminate()
    assert desk.process.wait(60) == 0
    until(lambda: not is_alive(worker), 5)
    assert [line["state"] for line in desk.said() if line["message"] == "job ended"] == ["failed"]
    assert job.state is JobState.QUEUED


def ends(plant: Plant) -> list[int]:
    return [plant.admin.run(last_sequence(plant.admin.nc, stream)) for stream in (EVENTS, DETECTIONS, SNAPSHOTS)]
