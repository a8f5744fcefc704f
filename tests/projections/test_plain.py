"""The fast JSON form of a fact is the contract's own, for every event that was ever written."""

import pytest

from domain.contracts import codec
from domain.contracts.events import Envelope, Event, decode_event, encode_event, event_name
from domain.contracts.identifiers import CommandId
from projections.plain import plain
from tests.bench.projection.lives import lives
from tests.domain.samples import T0, danger_rule, helmet_rule, opened, zone


@pytest.mark.parametrize("fact", [opened(), zone(), danger_rule(), helmet_rule()], ids=lambda fact: type(fact).__name__)
def test_a_decoded_fact_has_one_plain_form(fact: Event) -> None:
    payload = encode_event(Envelope(T0, "rules", CommandId("c"), fact))
    decoded = decode_event(event_name(fact), payload).event
    assert plain(decoded) == codec.to_plain(decoded)


def test_every_event_of_an_incidents_life_has_it_too() -> None:
    for message in lives(160):
        decoded = decode_event(message.headers["ES-Topic"], message.data).event
        assert plain(decoded) == codec.to_plain(decoded)
