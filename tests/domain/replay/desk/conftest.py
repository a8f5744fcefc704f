"""A recorded plant that all tests of a module look at: the desk writes nothing into it."""

from collections.abc import Iterator

import pytest

from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from tests.conftest import OwnNats
from tests.domain.replay.plant import recorded_plant
from tests.domain.service.test_service import Plant

SECONDS = 40


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    own = OwnNats(NatsServer.of(tmp_path_factory.mktemp("nats"), any_free_port()))
    own.start()
    try:
        with recorded_plant(own, SECONDS) as plant:
            yield plant
    finally:
        own.stop()
