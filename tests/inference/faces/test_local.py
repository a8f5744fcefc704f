"""The real models on real faces: known again small, mirrored and dark, and nobody taken for somebody else."""

import time
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import UserId
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.faces import publish
from inference.faces.enrolling import LEAST_PX, PictureRefused, measured, mistaken_for
from inference.faces.gallery import Gallery
from inference.faces.local import FaceModels, LocalMatcher
from inference.faces.stage import FaceStage
from inference.faces.worker import FaceWorker
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.assets import fetch
from infra.detectors import DetectorKind
from infra.faces import EnrolledFaces, KnownFace
from infra.frames import Pixels, SharedFrame
from tests.inference.faces.conftest import ANNA, BORIS, FacePlant
from tests.inference.faces.test_enrolled import observed
from tests.inference.samples import START_US

pytestmark = pytest.mark.assets

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def models() -> FaceModels:
    return FaceModels()


def _picture(name: str) -> Pixels:
    picture = cv2.imread(str(fetch(name)))
    assert picture is not None
    return np.asarray(picture, np.uint8)


@pytest.fixture(scope="module")
def right() -> Pixels:
    """The man at the right of zidane.jpg, who looks into the camera."""
    return _picture("zidane.jpg")[0:720, 750:1250]


@pytest.fixture(scope="module")
def left() -> Pixels:
    """The man beside him."""
    return _picture("zidane.jpg")[150:720, 250:740]


def _changed(picture: Pixels, scale: float = 1.0, mirrored: bool = False, light: float = 1.0) -> Pixels:
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    turned = cv2.flip(small, 1) if mirrored else small
    return np.asarray(np.clip(turned.astype(np.float32) * light, 0, 255), np.uint8)


def _saved(folder: Path, *pictures: Pixels) -> list[Path]:
    paths = [folder / f"снимок {number}.png" for number in range(len(pictures))]
    for path, picture in zip(paths, pictures, strict=True):
        path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return paths


def matcher(plant: FacePlant, models: FaceModels, folder: Path, faces: dict[UserId, list[Pixels]]) -> LocalMatcher:
    """Enrolled as the command does it."""
    enrolled = EnrolledFaces(plant.home)
    for person, pictures in faces.items():
        found = measured(models, _saved(folder, *pictures))
        assert enrolled.put(plant.keys(), person, models.refs, found, NOW)
    return LocalMatcher(models, Gallery(plant.keys(), enrolled))


def test_persons_are_known_again_and_told_apart(
    face_plant: FacePlant, models: FaceModels, right: Pixels, left: Pixels, tmp_path: Path
) -> None:
    known = matcher(face_plant, models, tmp_path, {ANNA: [right, _changed(right, 0.8, light=0.7)], BORIS: [left]})
    for scale, mirrored, light in ((1.0, False, 1.0), (0.5, True, 1.0), (0.35, False, 0.6), (0.25, False, 1.0)):
        for person, picture in ((ANNA, right), (BORIS, left)):
            match = known.match(_changed(picture, scale, mirrored=mirrored, light=light))
            assert match is not None
            assert match.person == person, f"{scale} {mirrored} {light}: {match.score}"
            assert match.models == models.refs
    assert known.match(np.full((200, 200, 3), 120, np.uint8)) is None, "no face"
    assert known.match(_changed(right, 0.1)) is None, "too small to tell is nobody's face"


def test_who_is_not_enrolled_is_nobody(
    face_plant: FacePlant, models: FaceModels, right: Pixels, left: Pixels, tmp_path: Path
) -> None:
    known = matcher(face_plant, models, tmp_path, {BORIS: [left]})
    match = known.match(right)
    assert match is not None
    assert match.person is None
    assert match.score < 0.3
    for street in (_picture("bus.jpg")[380:600, 40:220], _picture("bus.jpg")[380:600, 200:350]):
        stranger = known.match(np.ascontiguousarray(street))
        assert stranger is None or stranger.person is None


def test_an_erased_person_is_nobody(face_plant: FacePlant, models: FaceModels, right: Pixels, tmp_path: Path) -> None:
    assert matcher(face_plant, models, tmp_path, {ANNA: [right]}).match(right).person == ANNA  # type: ignore[union-attr]
    face_plant.keeper.erase(ANNA, NOW)
    again = LocalMatcher(models, Gallery(face_plant.keys(), EnrolledFaces(face_plant.home))).match(right)
    assert again is not None
    assert (again.person, again.score) == (None, 0.0)


def test_two_who_look_alike_are_nobody(
    face_plant: FacePlant, models: FaceModels, right: Pixels, tmp_path: Path
) -> None:
    """Twins: a name that could as well be the other one is none."""
    twins = matcher(face_plant, models, tmp_path, {ANNA: [right], BORIS: [right]}).match(right)
    assert twins is not None
    assert twins.person is None


@pytest.mark.parametrize("why", ["not a picture", "no face", "2 faces", "another face", "no face of at least"])
def test_pictures_that_are_no_enrolment(
    models: FaceModels, right: Pixels, left: Pixels, tmp_path: Path, why: str
) -> None:
    pictures = {
        "not a picture": [right],
        "no face": [np.full((300, 300, 3), 80, np.uint8)],
        "2 faces": [_picture("zidane.jpg")],
        "another face": [right, left],
        "no face of at least": [_changed(right, 0.3)],
    }[why]
    paths = _saved(tmp_path, *pictures)
    if why == "not a picture":
        paths[0].write_text("GIF?")
    with pytest.raises(PictureRefused, match=rf"снимок {len(pictures) - 1}\.png: .*{why}"):
        measured(models, paths)


def test_a_face_that_somebody_else_has_is_noticed(
    models: FaceModels, right: Pixels, left: Pixels, tmp_path: Path
) -> None:
    other = KnownFace(BORIS, measured(models, _saved(tmp_path, left)))
    assert mistaken_for(measured(models, _saved(tmp_path, _changed(left, mirrored=True))), [other]) is other
    assert mistaken_for(measured(models, _saved(tmp_path, right)), [other]) is None
    assert LEAST_PX < 100


@pytest.mark.parametrize("both", [True, False])
def test_who_came_is_told_from_a_cameras_pictures(
    face_plant: FacePlant, models: FaceModels, right: Pixels, left: Pixels, both: bool
) -> None:
    """The whole way: frames, the real detector and tracker, heads cut out, compared in the thread, stored once each.

    Anna's face is within Boris's box: when he is not enrolled he must not be taken for her.
    """
    enrolled = {ANNA: [right], BORIS: [left]} if both else {ANNA: [right]}
    known = matcher(face_plant, models, face_plant.home, enrolled)
    registry = CollectorRegistry()
    worker = FaceWorker(lambda: known, lambda facts: publish(face_plant.bridge, facts), registry)
    pipeline = CameraPipeline(
        create(DetectorKind.OPENVINO, YoloOptions()),
        ByteTrack(START_US // 1_000_000, TrackOptions()),
        Metrics(CollectorRegistry()),
        scenes=(FaceStage(worker, min_person_px=120, interval_s=1.0),),
    )
    picture, now_us = _picture("zidane.jpg"), time.time_ns() // 1000
    for number in range(13):
        frame = SharedFrame("gate", number, now_us + number * 500_000, picture)
        analysed = pipeline.finish(pipeline.begin(frame))
        time.sleep(0.15)  # as long as the thread needs for its two looks
    worker.close()
    facts = {fact.person: fact.track_id for fact in observed(face_plant)}
    persons = {t.track_id: t.box for t in analysed.tracks if t.object_class is ObjectClass.PERSON}
    second = BORIS if both else None
    assert set(facts) == {ANNA, second}
    assert persons[facts[ANNA]][0] > 0.5 > persons[facts[second]][0], "each track has its own name"
    assert len(observed(face_plant)) == 2, "each is told once"
    assert registry.get_sample_value("kaska_face_looks_dropped_total") == 0
