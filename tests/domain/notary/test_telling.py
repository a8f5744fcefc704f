"""The domain service hears from the notary's process whether the history is the one that was signed."""

from collections.abc import Iterator

import pytest
from nats.aio.msg import Msg

from domain.contracts import codec
from domain.contracts.guard import GUARD, GuardReport, GuardVerdict, decode_report
from tests.domain.notary.commands import Commands, until
from tests.domain.notary.plant import NotaryPlant


@pytest.fixture
def told(plant: NotaryPlant) -> Iterator[list[GuardReport]]:
    """What a domain service was told."""
    reports: list[GuardReport] = []

    async def take(message: Msg) -> None:
        reports.append(decode_report(message.data))
        await message.respond(codec.to_json(GuardVerdict(())))

    subscription = plant.admin.run(plant.admin.nc.subscribe(GUARD, cb=take))
    plant.admin.run(plant.admin.nc.flush())
    yield reports
    plant.admin.run(subscription.unsubscribe())


def test_a_whole_history_is_told_whole(plant: NotaryPlant, commands: Commands, told: list[GuardReport]) -> None:
    plant.append(5)
    plant.sign()
    process = commands.start()
    until(lambda: told)
    process.terminate()
    process.communicate(timeout=30)
    assert told == [GuardReport("notary", ())]


@pytest.mark.parametrize(("events", "sentence"), [(3, "EVENTS ends at 3"), (6, "are not those for which")])
def test_a_history_that_was_not_signed_is_told_once_at_each_start(
    plant: NotaryPlant, commands: Commands, told: list[GuardReport], events: int, sentence: str
) -> None:
    plant.append(5)
    plant.sign()
    plant.empty_events()
    plant.append(events, aggregates=2)
    for starts in (1, 2):
        process = commands.start()
        assert process.wait(60) == 2
        process.communicate()
        assert len(told) == starts
        assert told[-1].process == "notary"
        assert sentence in told[-1].findings[0]
