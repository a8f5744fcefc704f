"""What persons did is told with their names until their key is destroyed; the rest of the passport stays."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from eventsourcing.persistence import StoredEvent

from domain.contracts.events import Envelope, ViolationConfirmed, encode_event, event_name
from domain.contracts.identifiers import CommandId, local_user_id
from domain.contracts.inquiries import AskPassport
from domain.contracts.passport import Passport
from domain.contracts.personal import ERASED, WITHHELD
from domain.contracts.plant import Verdict
from domain.contracts.subjects import INCIDENT, event_subject
from domain.inquiry.answering import Sources, passport
from infra.eventstore.appending import Appender
from infra.nats.bridge import Bridge
from infra.persons.keeper import KeyKeeper
from infra.persons.keys import Keys
from infra.persons.sealing import Place, sealer
from tests.domain.inquiry.case import Case
from tests.domain.inquiry.conftest import now
from tests.domain.notary.plant import NotaryPlant
from tests.domain.samples import second

OLGA = local_user_id("olga")
CONFIRMED = ViolationConfirmed("olga")


@pytest.fixture
def keeper(plant: NotaryPlant) -> Iterator[KeyKeeper]:
    with closing(Bridge(plant.server.url("domain"), name="domain")) as bridge:
        keeper = KeyKeeper(bridge, plant.home / "secrets" / "persons.key")
        keeper.prepare()
        yield keeper


def confirm(case: Case, keeper: KeyKeeper, version: int) -> None:
    """As the domain records what olga did: sealed."""
    place = Place(event_subject(INCIDENT, case.incident), version, event_name(CONFIRMED))
    envelope = Envelope(second(9000), "olga", CommandId("c"), CONFIRMED, {"by": OLGA, "reviewer": OLGA})
    payload = encode_event(envelope, sealer(keeper, place))
    assert b"olga" not in payload
    stored = StoredEvent(case.incident, version, place.name, payload)
    Appender(case.bridge, "EVENTS", f"es.{INCIDENT}").append([stored])


def who_decided(sources: Sources, case: Case) -> tuple[str | None, str, Verdict]:
    found = passport(sources, AskPassport(case.incident), now())
    assert isinstance(found, Passport)
    return found.known.decided_by, found.known.events[-1].by, found.known.verdict


def test_a_name_is_told_until_the_person_is_erased(case: Case, sources: Sources, keeper: KeyKeeper) -> None:
    confirm(case, keeper, version=9)
    master = sources.home / "secrets" / "persons.key"
    assert who_decided(sources, case) == (WITHHELD, WITHHELD, Verdict.VIOLATION)
    reading = replace(sources, keys=Keys(sources.bridge, master))
    assert who_decided(reading, case) == ("olga", "olga", Verdict.VIOLATION)
    keeper.erase(OLGA, now())
    afterwards = replace(sources, keys=Keys(sources.bridge, master))
    assert who_decided(afterwards, case) == (ERASED, ERASED, Verdict.VIOLATION)
