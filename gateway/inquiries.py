"""Questions about one incident to the inquiry process: its passport, and how it was known at a moment."""

import logging

import nats.errors
from nats.aio.client import Client

from domain.contracts import codec
from domain.contracts.commands import Refused
from domain.contracts.inquiries import (
    INCIDENT_QUESTION,
    PASSPORT_QUESTION,
    Answer,
    AskIncident,
    AskPassport,
    decode_answer,
)
from domain.contracts.known import KnownIncident, NotKnownYet
from domain.contracts.passport import Passport
from gateway.errors import InquiryUnavailable

log = logging.getLogger(__name__)


class Inquiries:
    """What the gateway asks on behalf of a signed-in person."""

    def __init__(self, nc: Client, *, timeout_s: float) -> None:
        self._nc, self._timeout_s = nc, timeout_s

    async def passport(self, question: AskPassport) -> Passport | NotKnownYet | Refused:
        """Raises InquiryUnavailable, CodecError for what cannot be asked."""
        answer = await self._ask(PASSPORT_QUESTION, codec.to_json(question))
        if isinstance(answer, KnownIncident):
            raise InquiryUnavailable("the answer is to another question")
        return answer

    async def incident(self, question: AskIncident) -> KnownIncident | NotKnownYet | Refused:
        """Raises InquiryUnavailable, CodecError for what cannot be asked."""
        answer = await self._ask(INCIDENT_QUESTION, codec.to_json(question))
        if isinstance(answer, Passport):
            raise InquiryUnavailable("the answer is to another question")
        return answer

    async def _ask(self, subject: str, question: bytes) -> Answer:
        try:
            message = await self._nc.request(subject, question, timeout=self._timeout_s)
        except nats.errors.NoRespondersError as error:
            raise InquiryUnavailable("nobody answers inquiries") from error
        except (nats.errors.TimeoutError, nats.errors.Error) as error:
            log.warning("inquiry without an answer", extra={"subject": subject, "error": type(error).__name__})
            raise InquiryUnavailable(f"no answer within {self._timeout_s} s") from error
        try:
            return decode_answer(message.data)
        except codec.CodecError as error:
            log.warning("an answer cannot be read", extra={"subject": subject, "error": str(error)})
            raise InquiryUnavailable("the answer cannot be read") from error
