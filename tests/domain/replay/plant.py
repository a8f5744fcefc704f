"""The plant of `tests.domain.scenes` for tests of replay: its events, and the service that records it."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from domain import plant
from domain.contracts.commands import DrawZone, PublishRule
from domain.contracts.events import Event
from tests.conftest import OwnNats
from tests.domain import scenes
from tests.domain.samples import T0
from tests.domain.service.test_service import Plant, fold, publish


def scene_events() -> list[Event]:
    """The zones and rules of all cameras as the deciders make them."""
    commands = [command for command in scenes.rules() if isinstance(command, DrawZone | PublishRule)]
    return [event for command in commands for event in plant.decide(command, plant.Absent(), T0)]


@contextmanager
def recorded_plant(server: OwnNats, seconds: int) -> Iterator[Plant]:
    """A plant whose rules were published and whose detections the live service has folded."""
    with closing(Plant(server)) as plant_:
        plant_.set_up_rules()
        publish(plant_, seconds)
        with closing(plant_.rules_loop()) as loop:
            fold(loop)
        yield plant_
