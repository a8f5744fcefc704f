"""The running notary finds a history that was changed under it, part by part."""

import pytest

from domain.notary.errors import HistoryInconsistent
from domain.notary.rereading import Rereading
from domain.notary.streams import read_events
from infra.nats.direct import get_page
from tests.domain.notary.plant import NotaryPlant

PART = 10


def reread(plant: NotaryPlant) -> Rereading:
    """After a first reading of all there is."""
    rereading = Rereading(plant.bridge, part=PART, period_s=5.0, clock=plant.clock)
    for event in read_events(plant.bridge):
        rereading.note(event.leaf_hash())
    return rereading


def once_around(plant: NotaryPlant, rereading: Rereading, parts: int = 3) -> None:
    for _ in range(parts):
        plant.clock.now += 5.0
        rereading.step()


def test_an_untouched_history_is_read_again_for_ever(plant: NotaryPlant) -> None:
    plant.append(3 * PART + 4)
    rereading = reread(plant)
    once_around(plant, rereading, parts=7)


def test_a_changed_part_is_found_within_one_round(plant: NotaryPlant) -> None:
    plant.append(3 * PART)
    rereading = reread(plant)
    once_around(plant, rereading)
    kept = plant.bridge.run(get_page(plant.bridge.nc, "EVENTS", 1, 1000, "es.>")).messages
    plant.empty_events()
    for message in kept:
        payload = message.data if message.sequence != PART + 3 else message.data.replace(b'"n"', b'"m"')
        headers = {name: value for name, value in message.headers.items() if name.startswith("ES-")}
        plant.admin.run(plant.admin.js.publish(message.subject, payload, headers=headers))
    with pytest.raises(HistoryInconsistent, match="events 11 to 20 of EVENTS"):
        once_around(plant, rereading)


def test_a_shortened_history_is_found(plant: NotaryPlant) -> None:
    plant.append(2 * PART)
    rereading = reread(plant)
    plant.empty_events()
    plant.append(PART - 1)
    with pytest.raises(HistoryInconsistent, match="events 1 to 10"):
        once_around(plant, rereading, parts=1)


def test_nothing_is_read_before_it_is_due(plant: NotaryPlant) -> None:
    plant.append(PART)
    rereading = reread(plant)
    plant.empty_events()
    plant.clock.now += 4.9
    rereading.step()


def test_the_notary_itself_stops(plant: NotaryPlant) -> None:
    """Through `Notary.step`, with the parts of the running process."""
    plant.append(600)
    notary = plant.notary()
    for _ in range(3):
        notary.step(0.05)
    plant.empty_events()
    plant.append(600, aggregates=4)
    with pytest.raises(HistoryInconsistent, match="events 1 to 500"):
        for _ in range(3):
            plant.clock.now += 5.0
            notary.step(0.05)
    notary.close()
