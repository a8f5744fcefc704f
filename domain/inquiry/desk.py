"""Answers questions: NATS requests on `ask.passport` and `ask.incident`, exactly one reply each."""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from nats.aio.msg import Msg
from prometheus_client import CollectorRegistry, Counter, Histogram

from domain.contracts import codec
from domain.contracts.commands import Refused
from domain.contracts.inquiries import (
    INCIDENT_QUESTION,
    MOST_FRAMES,
    PASSPORT_QUESTION,
    Answer,
    AskIncident,
    AskPassport,
    encode_answer,
)
from domain.inquiry.answering import Sources, known_incident, passport
from domain.inquiry.errors import InquiryError, QuestionRefused
from infra.nats.batch import HEADER_ALLOWANCE
from infra.nats.errors import NatsAdapterError
from infra.persons.errors import PersonsError

log = logging.getLogger(__name__)

QUEUE: Final = "inquiry"

Clock = Callable[[], datetime]
Answering = Callable[[Sources, bytes, datetime], Answer]


def _passport(sources: Sources, data: bytes, now: datetime) -> Answer:
    question = codec.from_json(AskPassport, data)
    _check("frames", question.frames, MOST_FRAMES)
    _check("frames_from", question.frames_from)
    _check("events_from", question.events_from)
    return passport(sources, question, now)


def _incident(sources: Sources, data: bytes, now: datetime) -> Answer:
    question = codec.from_json(AskIncident, data)
    _check("events_from", question.events_from)
    return known_incident(sources, question, now)


def _check(name: str, value: int, most: int = codec.MAX_INTEGER) -> None:
    if not 0 <= value <= most:
        raise QuestionRefused(f"{name}: 0 to {most}")


QUESTIONS: Final[Mapping[str, Answering]] = {PASSPORT_QUESTION: _passport, INCIDENT_QUESTION: _incident}


class InquiryDesk:
    """Takes questions on a few threads."""

    def __init__(self, sources: Sources, registry: CollectorRegistry, clock: Clock, threads: int = 4) -> None:
        self._sources, self._clock = sources, clock
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="inquiry")
        self._answered = Counter("kaska_inquiries", "questions answered", ["question", "outcome"], registry=registry)
        self._spent = Histogram("kaska_inquiry_seconds", "seconds to an answer", ["question"], registry=registry)
        self._subscriptions = [sources.bridge.run(self._listen(subject)) for subject in QUESTIONS]

    async def _listen(self, subject: str) -> object:
        async def take(message: Msg) -> None:
            self._pool.submit(self._answer, subject, message)

        nc = self._sources.bridge.nc
        subscription = await nc.subscribe(subject, queue=QUEUE, cb=take)
        await nc.flush()
        return subscription

    def close(self) -> None:
        """Finishes what it took and takes no more."""
        self._pool.shutdown(wait=True)

    def _answer(self, subject: str, message: Msg) -> None:
        question, bridge = subject.rpartition(".")[2], self._sources.bridge
        with self._spent.labels(question).time():
            answer = self.answer(subject, message.data)
            data = encode_answer(answer)
        if len(data) > bridge.nc.max_payload - HEADER_ALLOWANCE:
            log.error("an answer is too large", extra={"question": question, "size": len(data)})
            answer = Refused("too_large", f"the answer has {len(data)} bytes; ask for fewer frames")
            data = encode_answer(answer)
        self._answered.labels(question, answer.code if isinstance(answer, Refused) else "answered").inc()
        if message.reply:
            try:
                bridge.run(bridge.nc.publish(message.reply, data))
            except NatsAdapterError as error:
                log.warning("an answer was not delivered", extra={"question": question, "reason": str(error)})

    def answer(self, subject: str, data: bytes) -> Answer:
        """The answer to a request's payload; never raises for what a client sent."""
        try:
            return QUESTIONS[subject](self._sources, data, self._clock())
        except codec.CodecError as error:
            return Refused("malformed", str(error))
        except InquiryError as error:
            return Refused(error.code, str(error))
        except PersonsError as error:
            log.error("personal values cannot be read", extra={"reason": str(error)})  # noqa: TRY400
            return Refused("history_unreadable", str(error))
        except NatsAdapterError as error:
            log.warning("a question without an answer", extra={"question": subject, "reason": str(error)})
            return Refused("unavailable", "the message server does not answer; ask again")
        except Exception:
            log.exception("a question failed", extra={"question": subject})
            return Refused("failed", "the inquiry failed on this question; its log says why")
