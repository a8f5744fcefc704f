"""The desk: takes requests from NATS, refuses what cannot be asked, answers from the queue and the shelf."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Final

import nats.errors
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from prometheus_client import CollectorRegistry, Counter, Gauge

from domain.contracts.codec import CodecError, from_json, to_json
from domain.contracts.commands.replies import Refused
from domain.contracts.events import EventUnknown
from domain.contracts.identifiers import CameraId
from domain.contracts.whatif import (
    APART,
    CANCEL,
    DAYS,
    JOB,
    JOBS,
    LARGEST_PAGE,
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
    encode_answer,
    live_subject,
)
from domain.replay.desk.child import WorkerProcess
from domain.replay.desk.errors import JobNotDone, JobUnknown, QueueFull
from domain.replay.desk.jobs import JobQueue
from domain.replay.desk.settings import DeskSettings
from domain.replay.desk.shelf import Shelf
from domain.replay.desk.worker import variation_of
from domain.replay.errors import VariationRefused
from domain.replay.history import plant_events
from domain.replay.variation import cameras_of, of_cameras, of_rule, varied
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError

log = logging.getLogger(__name__)

QUEUE: Final = "replay"
LONGEST_LOGIN: Final = 256


class ReplayDesk:
    """`open` it on the bridge's loop, `close` it there too: jobs that run are then failed as interrupted."""

    def __init__(self, bridge: Bridge, settings: DeskSettings, registry: CollectorRegistry) -> None:
        self._bridge = bridge
        self._shelf = Shelf(settings.home / "replay")
        self._queue = JobQueue(
            self._shelf,
            WorkerProcess(self._shelf),
            self._tell,
            _now,
            most_waiting=settings.replay_most_waiting,
            kept=settings.replay_jobs_kept,
        )
        self._subscriptions: list[Subscription] = []
        self._running: asyncio.Task[None] | None = None
        self._answered = Counter(
            "kaska_replay_requests", "requests to the replay desk", ["subject", "outcome"], registry=registry
        )
        waiting = Gauge("kaska_replay_jobs_waiting", "jobs that wait for a worker", registry=registry)
        waiting.set_function(lambda: self._queue.waiting)

    async def open(self) -> None:
        """Takes requests from now on."""
        answers: Mapping[str, Callable[[bytes], Awaitable[object]]] = {
            START: self._start,
            CANCEL: self._cancel,
            JOB: self._job,
            JOBS: self._jobs,
            DAYS: self._days,
            APART: self._apart,
        }
        self._running = asyncio.create_task(self._queue.run())
        for subject, answer in answers.items():
            self._subscriptions.append(
                await self._bridge.nc.subscribe(subject, queue=QUEUE, cb=self._taking(subject, answer))
            )
        await self._bridge.nc.flush()

    async def close(self) -> None:
        """Takes no more requests and ends the worker."""
        for subscription in self._subscriptions:
            try:
                await subscription.unsubscribe()
            except nats.errors.Error as error:
                log.info("desk closed after its connection", extra={"why": str(error)})
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    def _taking(self, subject: str, answer: Callable[[bytes], Awaitable[object]]) -> Callable[[Msg], Awaitable[None]]:
        async def take(message: Msg) -> None:
            replied = await self._replied(subject, answer, message.data)
            self._answered.labels(subject, replied.code if isinstance(replied, Refused) else "answered").inc()
            if message.reply:
                await message.respond(encode_answer(replied))

        return take

    async def _replied(self, subject: str, answer: Callable[[bytes], Awaitable[object]], data: bytes) -> object:
        """Never raises for what a client sent."""
        try:
            return await answer(data)
        except CodecError as error:
            return Refused("malformed", str(error))
        except VariationRefused as error:
            return Refused("variation_refused", str(error))
        except (JobUnknown, JobNotDone, QueueFull) as error:
            return Refused(error.code, str(error))
        except (NatsAdapterError, EventUnknown) as error:
            log.warning("the history cannot be read", extra={"subject": subject, "why": str(error)})
            return Refused("records_unreadable", str(error))
        except Exception:
            log.exception("a request failed", extra={"subject": subject})
            return Refused("failed", "the replay desk failed on this request; its log says why")

    async def _start(self, data: bytes) -> Job:
        start = from_json(Start, data)
        if not 1 <= len(start.by) <= LONGEST_LOGIN:
            raise CodecError(f"Start.by: 1 to {LONGEST_LOGIN} characters are expected")
        cameras = await asyncio.to_thread(self._checked, start.asked, start.within)
        return await self._queue.start(start.asked, start.by, cameras)

    def _checked(self, asked: WhatIf, within: Collection[CameraId] | None) -> frozenset[CameraId]:
        """The rule's cameras; a rule that is not within these is answered like one that there is not.

        Raises VariationRefused, NatsAdapterError, EventUnknown
        """
        variation = variation_of(asked)
        if variation.is_none:
            raise VariationRefused("nothing would be different: give a threshold, a duration or a zone")
        if asked.since is not None and asked.until is not None and asked.since >= asked.until:
            raise VariationRefused("since: it is not before until")
        as_it_was = of_rule(of_cameras(plant_events(self._bridge), within), asked.rule_id)
        varied(as_it_was, variation)
        return cameras_of(as_it_was)

    async def _cancel(self, data: bytes) -> Job:
        return await self._queue.cancel(from_json(JobRef, data).job_id)

    async def _job(self, data: bytes) -> Job:
        return self._queue.find(from_json(JobRef, data).job_id)

    async def _jobs(self, _data: bytes) -> Jobs:
        return Jobs(tuple(self._queue.jobs()))

    async def _days(self, data: bytes) -> Days:
        job = self._done(from_json(JobRef, data))
        return await asyncio.to_thread(self._shelf.days, job.job_id)

    async def _apart(self, data: bytes) -> ApartPage:
        asked = from_json(ApartAsked, data)
        if asked.offset < 0 or not 1 <= asked.limit <= LARGEST_PAGE:
            raise CodecError(f"ApartAsked: offset >= 0 and 1 <= limit <= {LARGEST_PAGE} are expected")
        answer = self._done(JobRef(asked.job_id)).answer
        totals = (
            {}
            if answer is None
            else {
                DifferenceKind.NEW: answer.new,
                DifferenceKind.GONE: answer.gone,
                DifferenceKind.CHANGED: answer.changed,
            }
        )
        total = totals.get(asked.kind, 0)
        rows = await asyncio.to_thread(self._shelf.page, asked.job_id, asked.kind, asked.offset, asked.limit)
        return ApartPage(total, min(total, answer.listed if answer else 0), rows)

    def _done(self, ref: JobRef) -> Job:
        job = self._queue.find(ref.job_id)
        if job.state is not JobState.DONE:
            raise JobNotDone(f"the job is {job.state}")
        return job

    async def _tell(self, job: Job) -> None:
        """Whoever follows the job; a message that is lost is made good by the next, or by asking."""
        try:
            await self._bridge.nc.publish(live_subject(job.job_id), to_json(job))
        except nats.errors.Error as error:
            log.info("progress not told", extra={"job": str(job.job_id), "why": str(error)})


def _now() -> datetime:
    return datetime.now(UTC)
