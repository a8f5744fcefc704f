"""What is in force between any two frames: events on a real server, detectors that are told what they are."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from domain.contracts.detections import ModelRef
from domain.contracts.events import Envelope, encode_event, event_name
from domain.contracts.events.learning import ModelPutInForce, ModelWithdrawn
from domain.contracts.identifiers import CameraId, CommandId, ModelId
from domain.contracts.learning import ModelForm, ModelFormat, ModelKind
from domain.contracts.subjects import MODEL, event_subject
from inference.detections import nothing
from inference.errors import ModelUnusable
from inference.registry.desk import ForcedTracker, ModelDesk
from inference.registry.shelf import ModelOutOfReach
from inference.trackers.appearance import Appearance
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.inference.samples import START_US, ScriptedDetector
from tests.inference.trackers.test_boxmot import RED, coats, reid

GATE, YARD = CameraId("gate"), CameraId("yard")
DETECTOR = ModelKind.DETECTOR
GREY = np.zeros((90, 160, 3), np.uint8)
ENOUGH_S = 10.0


def named(digest: str) -> ScriptedDetector:
    detector = ScriptedDetector([nothing() for _ in range(10_000)])
    detector.model = ModelRef(f"model-{digest[:2]}", digest)
    return detector


OWN = named("00" * 32)
FORM = ModelForm(DETECTOR, ModelFormat.ONNX, ("person",))


def put(digit: str, *cameras: CameraId) -> ModelPutInForce:
    return ModelPutInForce(ModelId("m" + digit), 1, digit * 64, "models/x", 10, FORM, cameras, "")


class Opener:
    """Opens what is asked; `trouble` by digest is raised instead; `gate` closed holds every opening up."""

    def __init__(self) -> None:
        self.trouble: dict[str, Exception] = {}
        self.opened: list[str] = []
        self.instead: dict[ModelKind, Appearance] = {}
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, asked: ModelPutInForce) -> ScriptedDetector | Appearance:
        assert self.gate.wait(ENOUGH_S)
        if asked.digest in self.trouble:
            raise self.trouble[asked.digest]
        self.opened.append(asked.digest)
        return self.instead.get(asked.form.kind) or named(asked.digest)


class Plant:
    """A desk that follows real events."""

    def __init__(self, server: OwnNats, opener: Opener) -> None:
        self.admin = Bridge(server.url(), name="test-admin")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("inference"), name="test-inference")
        self.opener, self.registry, self.said = opener, CollectorRegistry(), 0

    def open(self, wait_s: float = ENOUGH_S) -> None:
        self.desk = ModelDesk(self.bridge, self.opener, self.registry)
        self.desk.start(wait_s)
        self.users = {camera: self.desk.on(DETECTOR, camera, OWN) for camera in (GATE, YARD)}

    def say(self, event: ModelPutInForce | ModelWithdrawn) -> None:
        self.said += 1
        payload = encode_event(Envelope(datetime.now(UTC), "anna", CommandId(str(self.said)), event))
        message = Outgoing(event_subject(MODEL, event.model_id), payload, {"ES-Topic": event_name(event)})
        self.admin.run(publish_batch(self.admin.nc, [message]))

    def used(self, camera: CameraId = GATE) -> str:
        """The digest's digit of the model that takes a frame now."""
        self.users[camera].submit(GREY).result()
        return self.users[camera].model.digest[0]

    def measured(self) -> str:
        return generate_latest(self.registry).decode()

    def close(self) -> None:
        self.desk.close()
        self.bridge.close()
        self.admin.close()


@pytest.fixture
def opener() -> Opener:
    return Opener()


@pytest.fixture
def plant(fresh_nats: Callable[[], OwnNats], opener: Opener) -> Iterator[Plant]:
    plant = Plant(fresh_nats(), opener)
    yield plant
    plant.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + ENOUGH_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_model_is_changed_between_two_frames_and_back(plant: Plant, opener: Opener) -> None:
    plant.open()
    assert plant.used() == "0"
    opener.gate.clear()
    plant.say(put("a", GATE))
    assert plant.used() == "0"  # while it is being opened, frames are looked at with the one before
    opener.gate.set()
    until(lambda: plant.used() == "a")
    assert plant.used(YARD) == "0"
    assert (plant.desk.form_in_force(DETECTOR, GATE), plant.desk.form_in_force(DETECTOR, YARD)) == (FORM, None)
    plant.say(put("b"))
    until(lambda: plant.used() == plant.used(YARD) == "b")
    plant.say(put("a"))
    until(lambda: plant.used() == plant.used(YARD) == "a")
    plant.say(ModelWithdrawn(ModelId("ma"), DETECTOR, (), ""))
    until(lambda: plant.used() == plant.used(YARD) == "0")
    assert [digest[0] for digest in opener.opened] == ["a", "b", "a"]


def test_facts_name_the_model_of_their_frame_not_the_newest(plant: Plant) -> None:
    plant.open()
    pending = plant.users[GATE].submit(GREY)
    plant.say(put("a"))
    until(lambda: plant.desk.in_force(DETECTOR, GATE) is not None)
    assert pending.result() is not None
    assert plant.users[GATE].model == OWN.model
    assert plant.used() == "a"


def test_a_model_that_does_not_load_leaves_the_one_before_and_says_so(
    plant: Plant, opener: Opener, caplog: pytest.LogCaptureFixture
) -> None:
    plant.open()
    plant.say(put("a"))
    until(lambda: plant.used() == "a")
    opener.trouble["b" * 64] = ModelUnusable("no such layer")
    plant.say(put("b"))
    until(lambda: 'kaska_models_refused_total{kind="detector"} 1.0' in plant.measured())
    assert plant.used() == "a"
    assert any("no such layer" in getattr(record, "reason", "") for record in caplog.records)
    assert 'kaska_models_in_use{digest="' + "a" * 64 in plant.measured()
    assert not_loaded(plant) == [(GATE, "detector", "mb")], "the yard has not looked at anything yet"
    plant.used(YARD)
    assert not_loaded(plant) == [(GATE, "detector", "mb"), (YARD, "detector", "mb")]
    opener.trouble.clear()
    plant.say(put("b"))  # said again, it is tried again
    until(lambda: plant.used() == "b")
    assert not_loaded(plant) == []


def test_a_camera_with_a_model_of_its_own_is_not_told_of_anothers_trouble(plant: Plant, opener: Opener) -> None:
    plant.open()
    opener.trouble["a" * 64] = ModelUnusable("no such layer")
    plant.say(put("a", GATE))
    until(lambda: 'kaska_models_refused_total{kind="detector"} 1.0' in plant.measured())
    plant.used(GATE)
    plant.used(YARD)
    assert not_loaded(plant) == [(GATE, "detector", "ma")]
    plant.say(ModelWithdrawn(ModelId("ma"), DETECTOR, (), ""))
    until(lambda: not not_loaded(plant))


def test_a_reid_model_that_does_not_load_is_told_of_the_camera_as_well(plant: Plant, opener: Opener) -> None:
    plant.open()
    tracker = ForcedTracker(plant.desk, GATE, lambda _: ByteTrack(START_US // 1_000_000, TrackOptions(frames=1)))
    opener.trouble["a" * 64] = ModelUnusable("the tracker does not go by looks")
    plant.say(replace(put("a"), form=ModelForm(ModelKind.TRACKER, ModelFormat.ONNX, ())))
    until(lambda: 'kaska_models_refused_total{kind="tracker"} 1.0' in plant.measured())
    assert not_loaded(plant) == []
    tracker.update(nothing(), START_US)
    assert not_loaded(plant) == [(GATE, "tracker", "ma")]


def not_loaded(plant: Plant) -> list[tuple[str, str, str]]:
    """Camera, kind and model of what should be used and is not, as others read it."""
    families = text_string_to_metric_families(plant.measured())
    found = [each.labels for family in families for each in family.samples if each.name == "kaska_model_not_loaded"]
    return [(labels["camera"], labels["kind"], labels["model"]) for labels in found]


def test_after_a_restart_the_newest_that_loads_is_in_force_from_the_first_frame(plant: Plant, opener: Opener) -> None:
    opener.trouble["b" * 64] = ModelUnusable("no such layer")
    for digit in ("c", "a", "b"):
        plant.say(put(digit))
    plant.open()
    assert plant.used() == "a"
    assert opener.opened == ["a" * 64]


def test_while_the_store_is_away_it_is_tried_again(
    plant: Plant, opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.registry.desk.RETRY_S", 0.1)
    opener.trouble["a" * 64] = ModelOutOfReach("away")
    plant.open()
    plant.say(put("a"))
    until(lambda: "kaska_models_refused_total" in plant.measured())
    assert plant.used() == "0"
    opener.trouble.clear()
    until(lambda: plant.used() == "a")


def test_a_model_that_takes_too_long_does_not_keep_the_cameras_waiting(plant: Plant, opener: Opener) -> None:
    opener.gate.clear()
    plant.say(put("a"))
    plant.open(wait_s=0.2)
    assert plant.used() == "0"
    opener.gate.set()
    until(lambda: plant.used() == "a")


def test_models_that_nobody_uses_any_more_are_let_go(plant: Plant) -> None:
    plant.open()
    for digit in "abcdef":
        plant.say(put(digit))
        until(lambda digit=digit: plant.used() == digit)  # type: ignore[misc]
    until(lambda: len(plant.desk._loaded) == 1)
    assert plant.measured().count("kaska_models_in_use{") == 1


def test_other_kinds_do_not_mix(plant: Plant) -> None:
    plant.open()
    worn = plant.desk.on(ModelKind.PPE, GATE, OWN)
    plant.say(replace(put("a"), form=replace(FORM, kind=ModelKind.PPE)))
    until(lambda: plant.desk.in_force(ModelKind.PPE, GATE) is not None)
    assert plant.used() == "0"
    worn.submit(GREY)
    assert worn.model.digest[0] == "a"


def test_another_reid_model_begins_the_tracks_anew(plant: Plant, opener: Opener, tmp_path: Path) -> None:
    looks = reid(tmp_path)
    opener.instead[ModelKind.TRACKER] = looks
    plant.open()
    made: list[Appearance | None] = []

    def make(appearance: Appearance | None) -> ByteTrack:
        made.append(appearance)
        return ByteTrack(START_US // 1_000_000 + len(made), TrackOptions(frames=1))

    tracker = ForcedTracker(plant.desk, GATE, make)
    found, frame = coats((10.0, RED))
    tracker.update(found, START_US, None, frame)
    before = tracker.update(found, START_US + 100_000, None, frame)
    plant.say(replace(put("a"), form=ModelForm(ModelKind.TRACKER, ModelFormat.ONNX, ())))
    until(lambda: plant.desk.in_force(ModelKind.TRACKER, GATE) is looks)
    tracker.update(found, START_US + 200_000, before, frame)
    after = tracker.update(found, START_US + 300_000, before, frame)
    assert made == [None, looks]
    assert len(before) == len(after) == 1
    assert before.ids[0] != after.ids[0]
