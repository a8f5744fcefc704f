"""What-if questions to the replay desk: NATS requests, their answers, and the progress of one job."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final, TypeVar

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from domain.contracts import codec
from domain.contracts.commands import Refused
from domain.contracts.identifiers import CameraId
from domain.contracts.whatif import (
    APART,
    CANCEL,
    DAYS,
    JOB,
    JOBS,
    START,
    ApartAsked,
    ApartPage,
    DayCounts,
    Days,
    DifferenceKind,
    Job,
    JobId,
    JobRef,
    Jobs,
    Start,
    WhatIf,
    decode_answer,
    live_subject,
)
from gateway.errors import OutcomeUnknown, ReplayUnavailable

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
"""A job that says nothing is looked at so often: its desk may have been started again meanwhile."""

T = TypeVar("T")


class ReplayQuestions:
    """What the gateway asks of the replay desk on behalf of a signed-in person."""

    def __init__(self, nc: Client, *, timeout_s: float) -> None:
        self._nc, self._timeout_s = nc, timeout_s

    async def start(self, asked: WhatIf, by: str, within: tuple[CameraId, ...] | None) -> Job | Refused:
        """within: cameras whose rules the person may ask about; None: all.

        Raises ReplayUnavailable, OutcomeUnknown, CodecError for text that cannot be stored
        """
        return await self._ask(Job, START, codec.to_json(Start(asked, by, within)))

    async def cancel(self, job_id: JobId) -> Job | Refused:
        """Raises ReplayUnavailable, OutcomeUnknown."""
        return await self._ask(Job, CANCEL, codec.to_json(JobRef(job_id)))

    async def jobs(self) -> list[Job]:
        """The newest first. Raises ReplayUnavailable."""
        return list(_given(await self._read(Jobs, JOBS, b"")).jobs)

    async def job(self, job_id: JobId) -> Job | None:
        """None when it is not known, or no more. Raises ReplayUnavailable."""
        found = await self._read(Job, JOB, codec.to_json(JobRef(job_id)))
        if isinstance(found, Refused) and found.code == "job_unknown":
            return None
        return _given(found)

    async def days(self, job_id: JobId) -> list[DayCounts]:
        """None of a job that has no answer. Raises ReplayUnavailable."""
        found = await self._read(Days, DAYS, codec.to_json(JobRef(job_id)))
        return [] if _has_none(found) else list(_given(found).days)

    async def apart(self, job_id: JobId, kind: DifferenceKind, offset: int, limit: int) -> ApartPage:
        """Empty for a job that has no answer. Raises ReplayUnavailable."""
        asked = ApartAsked(job_id, kind, offset, limit)
        found = await self._read(ApartPage, APART, codec.to_json(asked))
        return ApartPage(0, 0, ()) if _has_none(found) else _given(found)

    async def progress(self, job_id: JobId) -> AsyncIterator[Job]:
        """The job as it is and as it moves on, until it is over or unknown; steps that nobody took are left out."""
        newest: asyncio.Queue[Msg] = asyncio.Queue(1)

        async def take(message: Msg) -> None:
            if newest.full():
                newest.get_nowait()
            newest.put_nowait(message)

        subscription = await self._nc.subscribe(live_subject(job_id), cb=take)
        try:
            await self._nc.flush()
            job = await self.job(job_id)
            while job is not None:
                yield job
                if job.state.is_over:
                    return
                job = await self._next(newest, job)
        finally:
            await subscription.unsubscribe()

    async def _next(self, newest: "asyncio.Queue[Msg]", before: Job) -> Job | None:
        try:
            message = await asyncio.wait_for(newest.get(), LOOK_S)
            return codec.from_json(Job, message.data)
        except TimeoutError:
            pass
        except codec.CodecError as error:
            log.warning("progress cannot be read", extra={"job": str(before.job_id), "why": str(error)})
        try:
            return await self.job(before.job_id)
        except ReplayUnavailable:
            return before

    async def _read(self, cls: type[T], subject: str, payload: bytes) -> T | Refused:
        try:
            return await self._ask(cls, subject, payload)
        except OutcomeUnknown as error:
            raise ReplayUnavailable(str(error)) from error

    async def _ask(self, cls: type[T], subject: str, payload: bytes) -> T | Refused:
        try:
            message = await self._nc.request(subject, payload, timeout=self._timeout_s)
        except nats.errors.NoRespondersError as error:
            raise ReplayUnavailable("no replay desk takes questions") from error
        except (nats.errors.TimeoutError, nats.errors.Error) as error:
            raise OutcomeUnknown(f"the replay desk did not answer within {self._timeout_s} s") from error
        try:
            return decode_answer(cls, message.data)
        except codec.CodecError as error:
            raise OutcomeUnknown("the answer of the replay desk cannot be read") from error


def _has_none(answer: object) -> bool:
    return isinstance(answer, Refused) and answer.code in {"job_unknown", "job_not_done"}


def _given(answer: T | Refused) -> T:
    if isinstance(answer, Refused):
        raise ReplayUnavailable(answer.message)
    return answer
