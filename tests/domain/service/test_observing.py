"""Visits and passages on a real nats-server: a crash of the service neither loses nor doubles one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from domain import plant as deciders
from domain.contracts.commands import DrawZone
from domain.contracts.detections import FrameAnalysed, ObjectClass, decode, encode
from domain.contracts.observations import VehiclePassage, decode_observation, identity_of
from domain.contracts.subjects import ALL_OBSERVATIONS, OBSERVATIONS
from domain.rules.timeline import Timeline
from domain.rules.visits import Found, VisitFold
from domain.service.observing import ObservationOutbox
from infra.checkout import CHECKOUT
from infra.eventstore.envelope import TOPIC
from infra.nats.batch import publish_batch
from infra.nats.direct import StoredMessage, get_page
from infra.nats.streams import ensure_streams, observations_config
from tests.conftest import OwnNats
from tests.domain.samples import T0
from tests.domain.scenes import CAMERAS, messages, recording, rules
from tests.domain.service.test_service import Plant, fold

KILLS = 5
SECONDS = 60


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats]) -> Iterator[Plant]:
    with closing(Plant(fresh_nats())) as plant:
        yield plant


def publish(plant: Plant, frames: list[FrameAnalysed]) -> None:
    recorded = messages(frames)
    for i in range(0, len(recorded), 500):
        plant.admin.run(publish_batch(plant.admin.nc, recorded[i : i + 500]))


def stored(plant: Plant) -> list[StoredMessage]:
    page = plant.admin.run(get_page(plant.admin.nc, OBSERVATIONS, 1, 1000, ALL_OBSERVATIONS))
    assert not page.pending
    return page.messages


def found(plant: Plant) -> list[Found]:
    return [decode_observation(m.headers[TOPIC], m.data) for m in stored(plant)]  # type: ignore[misc]


def expected(frames: list[FrameAnalysed]) -> list[Found]:
    """What the pure fold finds."""
    timeline, folds = Timeline(), {camera: VisitFold() for camera in CAMERAS}
    for command in rules():
        for event in deciders.decide(command, deciders.Absent(), T0):  # type: ignore[arg-type]
            timeline.add(event)
    return [
        each
        for i, frame in enumerate(frames, 1)
        for each in folds[frame.camera_id].observe(frame, i, timeline.zones(frame.camera_id, frame.captured_at_us))
    ]


RECORDED = [decode(frame.camera_id, encode(frame)) for frame in recording(SECONDS)]
"""Scores are rounded on the wire."""


def test_visits_are_observations_of_the_recorded_detections(plant: Plant) -> None:
    plant.set_up_rules()
    publish(plant, RECORDED)
    with closing(plant.rules_loop()) as loop:
        fold(loop)
    assert found(plant) == expected(RECORDED)
    assert len(found(plant)) > 20
    assert {m.subject for m in stored(plant)} == {f"obs.{camera}.zone_visit" for camera in CAMERAS}


def test_a_vehicle_through_a_gate_is_a_passage(plant: Plant) -> None:
    plant.set_up_rules()
    lane = next(command for command in rules() if isinstance(command, DrawZone))
    plant.send(replace(lane, gate=True), "gate")
    trucks = [replace(f, tracks=tuple(replace(t, object_class=ObjectClass.TRUCK) for t in f.tracks)) for f in RECORDED]
    publish(plant, trucks)
    with closing(plant.rules_loop()) as loop:
        fold(loop)
    passages = [each for each in found(plant) if isinstance(each, VehiclePassage)]
    assert {p.camera_id for p in passages} == {CAMERAS[0]}
    assert {p.object_class for p in passages} == {ObjectClass.TRUCK}


def test_the_fold_from_an_old_checkpoint_doubles_no_visit_though_the_stream_forgot_their_ids(plant: Plant) -> None:
    """As after kill -9 and a long pause."""
    brief = observations_config()
    brief.duplicate_window = 0.1
    plant.admin.run(plant.admin.js.update_stream(brief))
    plant.set_up_rules()
    half = len(RECORDED) // 2
    publish(plant, RECORDED[:half])
    with closing(plant.rules_loop()) as loop:
        fold(loop)
        loop.save_checkpoint()
    publish(plant, RECORDED[half:])
    for _ in range(2):
        time.sleep(0.3)
        with closing(plant.rules_loop()) as loop:
            fold(loop)  # no checkpoint is stored
    assert found(plant) == expected(RECORDED)


def test_while_the_stream_takes_nothing_the_rules_go_on_and_no_visit_is_lost(plant: Plant) -> None:
    plant.set_up_rules()
    publish(plant, RECORDED)
    with closing(plant.rules_loop()) as loop:
        plant.admin.run(plant.admin.js.delete_stream(OBSERVATIONS))
        while loop.step():
            loop.save_checkpoint()
        assert plant.opened_incidents()
        plant.admin.run(ensure_streams(plant.admin.js))
        with closing(plant.rules_loop()) as restarted:  # the checkpoint has not gone past what is not stored
            fold(restarted)
        assert found(plant) == expected(RECORDED)


def test_the_outbox_counts_what_it_stored(plant: Plant) -> None:
    outbox = ObservationOutbox(plant.bridge, 0)
    several = expected(RECORDED)[:3]
    assert [outbox.put(each) for each in several] == [True, True, True]
    assert not outbox.is_empty
    outbox.flush()
    assert (outbox.is_empty, outbox.position) == (True, 3)
    again = ObservationOutbox(plant.bridge, 1)
    assert again.position == 3
    assert [again.put(each) for each in several] == [True, False, False]


def test_killed_again_and_again_the_service_records_every_visit_once(plant: Plant, tmp_path: Path) -> None:
    plant.set_up_rules()
    part = len(RECORDED) // KILLS
    plant.bridge.close()
    for i in range(KILLS + 1):
        publish(plant, RECORDED[i * part : (i + 1) * part])
        before = len(stored(plant))
        with running_service(plant.server, tmp_path) as process:
            if i < KILLS:
                wait_until(lambda: len(stored(plant)) > before)  # noqa: B023 - called at once
                time.sleep(0.02 * i)
                process.send_signal(signal.SIGKILL)
            else:
                wait_until(lambda: len(stored(plant)) >= len(expected(RECORDED)))
    identities = [identity_of(each) for each in found(plant)]
    assert sorted(identities) == sorted(identity_of(each) for each in expected(RECORDED))


@contextmanager
def running_service(server: OwnNats, home: Path) -> "Iterator[subprocess.Popen[bytes]]":
    env = os.environ | {
        "KASKA_HOME": str(home),
        "KASKA_NATS_URL": server.url("domain"),
        "KASKA_CHECKPOINT_INTERVAL_S": "0.2",
        "KASKA_READ_LIMIT": "50",
    }
    process = subprocess.Popen([sys.executable, "-m", "domain.service"], env=env, cwd=CHECKOUT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def wait_until(holds: Callable[[], bool], limit_s: float = 60.0) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.01)
