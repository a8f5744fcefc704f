"""What the watches tell reaches OBSERVATIONS once, whatever the server does, and their memory survives a restart."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.events import CameraConfigured, CameraRetired, Envelope, ZoneDrawn
from domain.contracts.identifiers import CommandId
from domain.contracts.observations import PictureQuality, decode_observation
from domain.contracts.subjects import OBSERVATIONS
from inference.quality.desk import AcceptedViews
from inference.quality.keeper import QualityKeeper
from inference.quality.memory import Memory
from infra.eventstore.envelope import MESSAGE_ID, TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.domain.contracts.test_observations import QUALITY
from tests.domain.samples import T0, YARD, second
from tests.inference.quality.places import Film, Told, play, watching

BEGUN = replace(QUALITY, until=None)


@pytest.fixture
def admin(fresh_nats: Callable[[], OwnNats]) -> Iterator[tuple[OwnNats, Bridge]]:
    server = fresh_nats()
    with closing(Bridge(server.url("admin"), name="test")) as bridge:
        bridge.run(ensure_streams(bridge.js))
        yield server, bridge


def stored(admin: Bridge) -> list[PictureQuality]:
    page = admin.run(get_page(admin.nc, OBSERVATIONS, 1, 100, "obs.*.quality"))
    found = [decode_observation(message.headers[TOPIC], message.data) for message in page.messages]
    assert len({message.headers[MESSAGE_ID] for message in page.messages}) == len(found)
    return [each for each in found if isinstance(each, PictureQuality)]


def test_a_fault_is_stored_once_and_measured(admin: tuple[OwnNats, Bridge], tmp_path: Path) -> None:
    server, bridge = admin
    registry = CollectorRegistry()
    labels = {"camera": "yard", "fault": "moved"}
    with closing(Bridge(server.url("inference"), name="inference")) as own:
        keeper = QualityKeeper(own, tmp_path, registry)
        keeper.tell(BEGUN)
        keeper.turn()
        assert registry.get_sample_value("kaska_camera_blind", labels) == 1
        keeper.tell(BEGUN)  # the next process tells again what goes on
        keeper.tell(QUALITY)
        keeper.turn()
        assert registry.get_sample_value("kaska_camera_blind", labels) == 0
    assert stored(bridge) == [BEGUN, QUALITY]


def test_what_the_server_did_not_take_waits_over_a_restart(admin: tuple[OwnNats, Bridge], tmp_path: Path) -> None:
    server, bridge = admin
    with closing(Bridge(server.url("gateway"), name="gateway")) as nobody:  # may not write observations
        keeper = QualityKeeper(nobody, tmp_path, CollectorRegistry())
        keeper.tell(BEGUN)
        keeper.stop()
    with closing(Bridge(server.url("inference"), name="inference")) as own:
        QualityKeeper(own, tmp_path, CollectorRegistry()).turn()
    assert stored(bridge) == [BEGUN]


def test_a_memory_is_there_for_the_next_process(admin: tuple[OwnNats, Bridge], tmp_path: Path) -> None:
    told = Told()
    play(watching(told), range(0, 70, 2), lambda luma, second: luma, Film())
    with closing(Bridge(admin[0].url("inference"), name="inference")) as own:
        keeper = QualityKeeper(own, tmp_path / "quality", CollectorRegistry())
        assert keeper.recall(YARD) == Memory()
        keeper.remember(YARD, replace(told.memory, faults=(BEGUN,)))
        keeper.turn()
        again = QualityKeeper(own, tmp_path / "quality", CollectorRegistry()).recall(YARD)
    assert (again.faults, again.since) == ((BEGUN,), told.memory.since)
    assert again.reference is not None
    assert again.reference.is_usable


def test_a_view_is_accepted_by_whoever_sets_the_camera_up() -> None:
    views = AcceptedViews()
    configured = CameraConfigured(YARD, "Двор", "rtsp://10.0.0.7/main", 10.0, 1280, ppe=False)

    def told(at: datetime, event: CameraConfigured | ZoneDrawn | CameraRetired) -> None:
        views.apply(Envelope(at, "anna", CommandId("1"), event))

    assert views.of(YARD) is None
    told(T0, configured)
    told(second(9), CameraRetired(YARD))
    assert views.of(YARD) == T0.astimezone(UTC)
