"""`python -m domain.inquiry`: the process, until SIGTERM; `python -m domain.inquiry passport ID`: one passport."""

import argparse
import json
import logging
import sys
from contextlib import closing
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from domain.contracts.inquiries import AskPassport
from domain.contracts.known import NotKnownYet
from domain.inquiry.answering import Sources, passport
from domain.inquiry.desk import InquiryDesk
from domain.inquiry.errors import IncidentMissing, InquiryError
from domain.inquiry.knowing import EVERYTHING
from domain.inquiry.moments import moment
from domain.inquiry.recordings import MOST_MESSAGES
from domain.inquiry.settings import InquirySettings
from domain.inquiry.telling import Teller, as_plain
from infra import logs, objects
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.persons.errors import PersonsError
from infra.persons.keys import Keys
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)

DONE, MISSING, TROUBLE = 0, 1, 2


def main(arguments: list[str]) -> int:
    """0: told; 1: there is no such incident, or it was not known then; 2: it could not be told."""
    if not arguments:
        return _serve()
    asked = _parser().parse_args(arguments)
    settings = InquirySettings()
    try:
        with closing(Bridge(_address(settings), name="passport")) as bridge:
            return _tell(_sources(settings, bridge), settings, asked)
    except IncidentMissing as error:
        return _fail(str(error), MISSING)
    except (InquiryError, PersonsError, NatsAdapterError) as error:
        return _fail(str(error), TROUBLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("kaska", description="Паспорт решения. / The passport of a decision.")
    commands = parser.add_subparsers(required=True, metavar="passport")
    found = commands.add_parser("passport", help="Всё, что привело к решению. / Everything that led to a verdict.")
    found.add_argument("incident", metavar="ID")
    found.add_argument(
        "--as-known", metavar="T", help="Как было известно в это время. / As known then; plant time without an offset."
    )
    found.add_argument("--json", action="store_true", help="Ответ для программ. / Answer for programs.")
    return parser


def _tell(sources: Sources, settings: InquirySettings, asked: argparse.Namespace) -> int:
    now, tz = _now(), ZoneInfo(settings.plant_tz)
    as_known_at = None if asked.as_known is None else moment(asked.as_known, tz, now)
    question = AskPassport(asked.incident, as_known_at, frames=MOST_MESSAGES)
    answer = passport(sources, question, now, EVERYTHING)
    if asked.json:
        sys.stdout.write(json.dumps(as_plain(answer) | {"plant_tz": tz.key}, ensure_ascii=False) + "\n")
    elif isinstance(answer, NotKnownYet):
        Teller(Console(), tz).not_known_yet(answer)
    else:
        Teller(Console(), tz).passport(answer)
    return MISSING if isinstance(answer, NotKnownYet) else DONE


def _serve() -> int:
    """The process. Returns 0 after SIGTERM, 2 when the message server cannot be reached."""
    logs.configure("inquiry")
    settings = InquirySettings()
    stopping = stopping_on_signals()
    try:
        with closing(Bridge(_address(settings), name="inquiry")) as bridge:
            vitals = Vitals("inquiry")
            desk = InquiryDesk(_sources(settings, bridge), vitals.registry, _now, settings.inquiry_threads)
            vitals.start(bridge)
            log.info("inquiries are answered", extra={"settings": settings.describe()})
            stopping.wait()
            desk.close()
    except (InquiryError, NatsAdapterError) as error:
        log.error("inquiries cannot be answered", extra={"why": str(error)})  # noqa: TRY400 - the sentence says it all
        return TROUBLE
    return DONE


def _sources(settings: InquirySettings, bridge: Bridge) -> Sources:
    store = None
    if settings.s3_endpoint:
        store = objects.connect(
            settings.s3_endpoint,
            settings.s3_access_key.get_secret_value(),
            settings.s3_secret_key.get_secret_value(),
            attempts=1,
            read_timeout_s=settings.store_patience_s,
        )
    keys = Keys(bridge, settings.master_key_file)
    return Sources(bridge, store, settings.s3_bucket, settings.home, keys)


def _address(settings: InquirySettings) -> str:
    url = settings.nats_url.get_secret_value()
    if not url:
        raise InquiryError(f"Kaska is not running in {settings.home}")
    return url


def _fail(sentence: str, code: int) -> int:
    sys.stderr.write(f"kaska: {sentence}\n")
    return code


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
