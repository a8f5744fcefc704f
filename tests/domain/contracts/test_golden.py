"""Every event that was ever written still loads (FAULTS B10)."""

import pytest

from domain.contracts.events import NAMES, decode_event, event_name
from domain.contracts.upcasters import newest
from tests.domain.contracts.golden_files import envelope, names, path


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_event_has_a_golden_file(name: str) -> None:
    assert path(name).is_file(), "python -m tests.domain.contracts.golden_files writes it"


@pytest.mark.parametrize("name", names())
def test_what_was_stored_under_a_name_still_loads(name: str) -> None:
    event = decode_event(name, path(name).read_bytes()).event
    assert event_name(event) == newest(name)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_what_was_stored_means_the_same_today(name: str) -> None:
    assert decode_event(name, path(name).read_bytes()) == envelope(name)
