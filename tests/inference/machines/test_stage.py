"""Machines as tracks: what a stage adds to a camera's frames, and with which classifier."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import Attribute, ObjectClass, TrackObservation
from domain.contracts.events import Envelope
from domain.contracts.identifiers import CommandId, IdentifierRefused, ZoneId, machine_track
from inference.detections import Tracks
from inference.machines.classifier import Classifier, ClassifierUnusable, dumped
from inference.machines.crop import crop_of, cut
from inference.machines.stage import LOOK_US, Machines, MachineStage
from inference.machines.store import NOTICED_S, Shelf, install, load
from inference.scene import NOTHING_SEEN, SceneStage
from inference.zones import ZoneBook
from infra.frames import SharedFrame
from tests.domain.rules.test_machines import GUARD
from tests.domain.samples import T0, zone
from tests.inference.machines.lathe import ZONE, Light, any_light, scene

LATHE = ZoneId("pit")
NOBODY = Tracks(np.empty(0, np.int64), np.empty((0, 4), np.float32), np.empty(0, np.float32), np.empty(0, np.uint8))


def a_frame(at_us: int, guard: str = "open", light: Light | None = None) -> SharedFrame:
    random = np.random.default_rng(at_us)
    picture = scene(guard, "running", "green", random, light or any_light(random))
    return SharedFrame("yard", at_us // 1000, at_us, picture)


@pytest.fixture
def home(tmp_path: Path, classifier: Classifier) -> Path:
    install(tmp_path, LATHE, dumped(classifier))
    return tmp_path


def book() -> ZoneBook:
    found = ZoneBook()
    for event in (zone(ZONE), GUARD):
        found.apply(Envelope(T0, "anna", CommandId("c1"), event))
    return found


def seen(stages: Sequence[SceneStage], frame: SharedFrame) -> TrackObservation | None:
    [stage] = stages
    tracks = stage.observe(frame, NOBODY).tracks
    return tracks[0] if tracks else None


def test_a_machine_is_a_track_with_its_states(home: Path) -> None:
    stages = Machines(home, book(), CollectorRegistry()).stages("yard")
    for guard, said in (("open", 0.8), ("closed", 0.0)):
        track = seen(stages, a_frame(LOOK_US * (1 if guard == "open" else 2), guard))
        assert track is not None
        assert (track.track_id, track.object_class) == (machine_track(LATHE), ObjectClass.MACHINE)
        assert track.box == crop_of(ZONE) == pytest.approx((0.275, 0.115, 0.825, 0.885))
        scores = {score.attribute: score for score in track.attributes}
        assert set(scores) == set(Attribute) - set(list(Attribute)[:5])
        assert scores[Attribute.GUARD_OPEN].present >= said
        assert scores[Attribute.LAMP_GREEN].present >= 0.8
        assert (scores[Attribute.GUARD_OPEN].present > 0.5) is (guard == "open")


def test_the_fact_names_the_classifier(home: Path) -> None:
    [stage] = Machines(home, book(), CollectorRegistry()).stages("yard")
    [model] = stage.observe(a_frame(LOOK_US), NOBODY).models
    assert (model.id, model.digest) == ("machine-pit", load(home, LATHE).model.digest)


def test_in_the_dark_a_machine_is_there_and_says_nothing(home: Path) -> None:
    registry = CollectorRegistry()
    track = seen(Machines(home, book(), registry).stages("yard"), a_frame(LOOK_US, light=Light(gain=0.02)))
    assert track is not None
    counted = {"zone": "pit", "aspect": "guard", "state": "unknown"}
    assert registry.get_sample_value("kaska_machine_looks_total", counted) == 1
    assert {(score.present, score.absent) for score in track.attributes} == {(0.0, 0.0)}


@pytest.mark.parametrize(
    ("about", "counted"),
    [
        ({"aspects": {"guard": {"states": ["closed", "open"], "photographed": [[5, 0, 1], [0, 8, 0]]}}}, (6, 8)),
        ({}, (0, 0)),
        ({"aspects": [1]}, (0, 0)),
        ({"aspects": {"guard": {"states": ["open"], "photographed": "many"}}}, (0, 0)),
    ],
)
def test_it_is_told_how_many_pictures_taught_each_state(
    tmp_path: Path, classifier: Classifier, about: dict[str, object], counted: tuple[int, int]
) -> None:
    install(tmp_path, LATHE, dumped(replace(classifier, about=about)))
    registry = CollectorRegistry()
    seen(Machines(tmp_path, book(), registry).stages("yard"), a_frame(LOOK_US))

    def told(state: str) -> float | None:
        labels = {"zone": "pit", "aspect": "guard", "state": state}
        return registry.get_sample_value("kaska_machine_examples", labels)

    assert (told("closed"), told("open")) == counted


def test_machines_are_looked_at_twice_a_second_whatever_the_clock_does(home: Path) -> None:
    [stage] = Machines(home, book(), CollectorRegistry()).stages("yard")
    times = [*range(0, 2_000_000, 100_000), 500_000, 900_000, 1_000_000]
    looks = [at for at in times if stage.observe(a_frame(at), NOBODY) is not NOTHING_SEEN]
    assert looks == [0, 500_000, 1_000_000, 1_500_000, 500_000, 1_000_000]


def test_without_rule_or_zone_or_classifier_there_is_no_machine(home: Path, tmp_path: Path) -> None:
    assert seen(Machines(home, book(), CollectorRegistry()).stages("gate"), a_frame(0)) is None
    assert seen(Machines(home, ZoneBook(), CollectorRegistry()).stages("yard"), a_frame(0)) is None
    assert seen(Machines(tmp_path / "fresh", book(), CollectorRegistry()).stages("yard"), a_frame(0)) is None


def test_a_zone_that_reaches_over_the_border_and_a_tiny_one_are_looked_at() -> None:
    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    assert crop_of(corners) == (0.0, 0.0, 1.0, 1.0)
    tiny = ((0.999, 0.999), (1.0, 0.999), (1.0, 1.0))
    asked = []

    def none_yet(zone_id: ZoneId) -> None:
        asked.append(zone_id)

    assert cut(a_frame(0).pixels, crop_of(tiny)).size > 0
    assert MachineStage(none_yet, list).observe(a_frame(0), NOBODY) is NOTHING_SEEN
    assert asked == []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_new_classifier_is_in_force_without_a_restart(tmp_path: Path, classifier: Classifier) -> None:
    clock = Clock()
    shelf = Shelf(tmp_path, clock)
    assert shelf.of(LATHE) is None
    first = install(tmp_path, LATHE, dumped(classifier))
    assert shelf.of(LATHE) is None, "looks at the disk now and then only"
    clock.now += NOTICED_S
    assert shelf.of(LATHE).model.digest == first  # type: ignore[union-attr]
    second = install(tmp_path, LATHE, dumped(replace(classifier, about={})))
    clock.now += NOTICED_S
    assert shelf.of(LATHE).model.digest == second != first  # type: ignore[union-attr]
    assert (tmp_path / f"models/machines/pit/{first}.npz").is_file(), "facts name it for ever"


def test_a_damaged_classifier_is_left_aside_and_the_old_one_stays(home: Path, classifier: Classifier) -> None:
    clock = Clock()
    shelf = Shelf(home, clock)
    before = shelf.of(LATHE)
    assert before is not None
    folder = home / "models/machines/pit"
    other = install(home, LATHE, dumped(replace(classifier, about={})))
    (folder / f"{other}.npz").write_bytes(b"damaged")
    clock.now += NOTICED_S
    assert shelf.of(LATHE) is before
    with pytest.raises(ClassifierUnusable, match="its sha256 is another"):
        load(home, LATHE)
    (folder / "current").write_text("../../secrets")
    with pytest.raises(ClassifierUnusable, match="names no file"):
        load(home, LATHE)


def test_a_zones_name_is_no_path(tmp_path: Path, classifier: Classifier) -> None:
    with pytest.raises(IdentifierRefused):
        install(tmp_path, ZoneId("../../etc"), dumped(classifier))
    with pytest.raises(ClassifierUnusable):
        install(tmp_path, LATHE, b"nothing")
    assert not any(tmp_path.iterdir())
    assert Shelf(tmp_path).of(ZoneId("press")) is None
