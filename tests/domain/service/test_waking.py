"""A camera's own processes hear at once of an incident that was opened, and of where it is stored."""

import math
from contextlib import closing

from domain.contracts.subjects import INCIDENT, event_subject, opened_subject
from infra.eventstore.envelope import TOPIC
from infra.nats.direct import SEQUENCE_HEADER
from tests.domain.service.test_service import Plant, fold, plant, publish

__all__ = ["plant"]


def test_the_camera_is_told_of_each_incident_once_it_is_stored(plant: Plant) -> None:
    told = plant.admin.run(plant.admin.nc.subscribe("opened.*"))
    plant.admin.run(plant.admin.nc.flush())
    plant.set_up_rules()
    publish(plant, 20)
    for _ in range(2):  # the second time nothing is new
        with closing(plant.rules_loop()) as loop:
            fold(loop)
    plant.bridge.run(plant.bridge.nc.flush())
    plant.admin.run(plant.admin.nc.flush())
    heard = [plant.admin.run(told.next_msg(timeout=10)) for _ in range(told.pending_msgs)]
    stored = [m for m in plant.events(event_subject(INCIDENT, ">")) if m.headers[TOPIC] == "incident.opened.v1"]
    assert len(stored) >= 2
    positions = [int((m.headers or {})[SEQUENCE_HEADER]) for m in heard]
    later = [*(m.sequence for m in stored[1:]), math.inf]
    assert all(m.sequence <= at < end for m, at, end in zip(stored, positions, later, strict=True)), positions
    assert [m.subject for m in heard] == [opened_subject(each.camera_id) for each in plant.opened_incidents()]
