"""Which cameras read plates is said by each camera, and may change while it is watched."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from domain.contracts.events import CameraConfigured, CameraRegistered, CameraRetired, Envelope, encode_event
from domain.contracts.identifiers import CameraId, CommandId
from domain.contracts.subjects import CAMERA, event_subject
from inference.cameras import CameraFacts
from infra.eventstore.envelope import TOPIC
from infra.nats.batch import Outgoing, publish_each
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats

GATE = CameraId("gate")
SETTINGS = (GATE, "Ворота", "rtsp://10.0.0.5/main", 10.0, 1280, False)
NAMES = {
    CameraRegistered: "camera.registered.v1",
    CameraConfigured: "camera.configured.v1",
    CameraRetired: "camera.retired.v1",
}


@pytest.fixture
def bridges(fresh_nats: Callable[[], OwnNats]) -> Iterator[tuple[Bridge, Bridge]]:
    server = fresh_nats()
    with closing(Bridge(server.url("admin"), name="test")) as admin:
        admin.run(ensure_streams(admin.js))
        with closing(Bridge(server.url("inference"), name="inference")) as inference:
            yield admin, inference


def test_a_camera_begins_and_ceases_to_read_plates(bridges: tuple[Bridge, Bridge]) -> None:
    admin, inference = bridges

    def happens(event: CameraRegistered | CameraConfigured | CameraRetired) -> None:
        payload = encode_event(Envelope(datetime.now(UTC), "anna", CommandId("c"), event))
        message = Outgoing(event_subject(CAMERA, GATE), payload, {TOPIC: NAMES[type(event)]})
        admin.run(publish_each(admin.nc, [message]))

    with closing(CameraFacts(inference)) as facts:

        def turns(wanted: bool) -> bool:
            end = time.monotonic() + 10
            while facts.wants_plates(GATE) is not wanted and time.monotonic() < end:
                time.sleep(0.01)
            return facts.wants_plates(GATE) is wanted

        happens(CameraRegistered(*SETTINGS))
        assert turns(wanted=False)
        happens(CameraConfigured(*SETTINGS, plates=True))
        assert turns(wanted=True)
        happens(CameraConfigured(*SETTINGS))
        assert turns(wanted=False)
        happens(CameraConfigured(*SETTINGS, plates=True))
        assert turns(wanted=True)
        happens(CameraRetired(GATE))
        assert turns(wanted=False)
