"""Enrolled faces on disk: readable with the person's key only, and facts about them through the real server."""

import json
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.codec import CodecError
from domain.contracts.detections import ModelRef
from domain.contracts.identifiers import UserId
from domain.contracts.observations import FaceMatched, decode_observation
from inference.faces import open_faces
from inference.faces import publish as publish_facts
from inference.faces.gallery import FRESH_S, Gallery
from inference.faces.matcher import FaceMatch, FacesUnavailable
from inference.faces.stage import Look
from inference.faces.worker import MOST_WAITING, FaceWorker
from infra.embedded.nats import NatsServer
from infra.faces import EnrolledFaces, Enrolment, FacesKind
from infra.frames import Pixels
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.errors import NoAnswer
from infra.persons.errors import SealBroken
from tests.inference.faces.conftest import ANNA, BORIS, FacePlant

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MODELS = (ModelRef("yunet", "ab" * 32), ModelRef("sface", "cd" * 32))
OTHERS = (ModelRef("yunet", "ab" * 32), ModelRef("sface", "ef" * 32))
FACE = np.eye(3, 8, dtype=np.float32)


def enrolled(plant: FacePlant, person: UserId = ANNA) -> EnrolledFaces:
    faces = EnrolledFaces(plant.home)
    assert faces.put(plant.keys(), person, MODELS, FACE, NOW)
    return faces


def test_a_face_is_stored_sealed_and_read_back(face_plant: FacePlant) -> None:
    faces = enrolled(face_plant)
    [known] = faces.known(face_plant.keys(), MODELS)
    assert known.person == ANNA
    np.testing.assert_array_equal(known.embeddings, FACE)
    [path] = (face_plant.home / "faces").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert FACE.tobytes() not in path.read_bytes()
    assert faces.enrolments() == [Enrolment(ANNA, MODELS, 3, NOW, faces.enrolments()[0].sealed)]
    assert faces.known(face_plant.keys(), OTHERS) == [], "measured by other models it is not comparable"


def test_with_the_persons_key_goes_the_face(face_plant: FacePlant) -> None:
    faces = enrolled(face_plant)
    enrolled(face_plant, BORIS)
    [copy] = [path.read_bytes() for path in (face_plant.home / "faces").iterdir() if str(ANNA) in path.name]
    face_plant.keeper.erase(ANNA, NOW)
    assert [known.person for known in faces.known(face_plant.keys(), MODELS)] == [BORIS]
    (face_plant.home / "faces" / f"{ANNA}.face").write_bytes(copy)  # from a backup
    assert [known.person for known in faces.known(face_plant.keys(), MODELS)] == [BORIS]
    assert not faces.put(face_plant.keys(), ANNA, MODELS, FACE, NOW), "nothing is stored about an erased person"


def test_a_face_is_erased_without_the_rest(face_plant: FacePlant) -> None:
    faces = enrolled(face_plant)
    assert faces.erase(ANNA)
    assert not faces.erase(ANNA)
    assert faces.known(face_plant.keys(), MODELS) == []
    assert face_plant.keys().cipher(ANNA) is not None


@pytest.mark.parametrize("field", ["sealed", "person", "pictures", "digest"])
def test_a_changed_or_moved_file_does_not_open(face_plant: FacePlant, field: str) -> None:
    faces = enrolled(face_plant)
    [path] = (face_plant.home / "faces").iterdir()
    plain = json.loads(path.read_text())
    if field == "digest":
        plain["models"][1]["digest"] = OTHERS[1].digest
    else:
        plain[field] = {"sealed": "A" + plain["sealed"][1:], "person": str(BORIS), "pictures": 1}[field]
        if plain["sealed"][0] == "A" and field == "sealed":
            plain["sealed"] = "B" + plain["sealed"][1:]
    path.write_text(json.dumps(plain))
    with pytest.raises(SealBroken):
        faces.known(face_plant.keys(), OTHERS if field == "digest" else MODELS)
    path.write_text("{")
    with pytest.raises(CodecError):
        faces.known(face_plant.keys(), MODELS)


def test_an_erasure_is_noticed_within_seconds_and_trouble_means_nobody_is_known(face_plant: FacePlant) -> None:
    now = [100.0]
    gallery = Gallery(face_plant.keys(), enrolled(face_plant), lambda: now[0])
    assert [known.person for known in gallery.faces(MODELS)] == [ANNA]
    enrolled(face_plant, BORIS)
    assert len(gallery.faces(MODELS)) == 1
    now[0] += FRESH_S
    assert len(gallery.faces(MODELS)) == 2
    (face_plant.home / "faces" / f"{BORIS}.face").write_text("{")
    now[0] += FRESH_S
    for _ in range(2):
        with pytest.raises(FacesUnavailable):
            gallery.faces(MODELS)


def test_the_module_may_tell_faces_and_read_keys_and_no_more(face_plant: FacePlant) -> None:
    for user, subject in (("faces", f"key.{ANNA}"), ("faces", "es.incident.x"), ("inference", "obs.gate.face")):
        heard = face_plant.admin.run(face_plant.admin.nc.subscribe(subject))
        face_plant.admin.run(face_plant.admin.nc.flush())
        bridge = open_as(face_plant.server.server, user)
        bridge.run(bridge.nc.publish(subject, b"{}"))
        bridge.run(bridge.nc.flush())
        with pytest.raises(Exception, match="timeout"):
            face_plant.admin.run(heard.next_msg(timeout=0.1))
        bridge.close()


def open_as(server: NatsServer, user: str) -> Bridge:
    return Bridge(server.url(user), name=f"test-{user}")


class Script:
    """A FaceMatcher that says what it is told; a picture's first value chooses."""

    def __init__(self, *answers: FaceMatch | None) -> None:
        self._answers = answers
        self.gate = threading.Event()
        self.gate.set()
        self.closed = False

    def match(self, crop: Pixels) -> FaceMatch | None:
        self.gate.wait(5)
        number = int(crop[0, 0, 0])
        if number == 255:
            raise FacesUnavailable("the service sleeps")
        if number == 254:
            raise ZeroDivisionError
        return self._answers[number]

    def close(self) -> None:
        self.closed = True


def look(number: int, track: int = 7) -> Look:
    return Look("gate", track, time.time_ns() // 1000 + number * 1000, np.full((40, 40, 3), number, np.uint8))


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


KNOWN = FaceMatch(ANNA, 0.7, MODELS)


def test_a_fact_is_stored_once_whatever_happens_on_the_way(face_plant: FacePlant) -> None:
    """Through the real server, as inference does it: failures of the matcher and of the server cost no fact."""
    registry, refusals, stored = CollectorRegistry(), [NoAnswer("gone")], Script(KNOWN, None)

    def publish(facts: list[FaceMatched]) -> None:
        if refusals:
            raise refusals.pop()
        publish_facts(face_plant.bridge, facts)

    worker = FaceWorker(lambda: stored, publish, registry)
    for number in (0, 255, 254, 1, 0, 0):
        worker.offer(look(number))
    until(lambda: registry.get_sample_value("kaska_face_looks_total", {"result": "known"}) == 3)
    until(lambda: len(observed(face_plant)) == 1)
    worker.close()
    assert stored.closed
    [fact] = observed(face_plant)
    [message] = face_plant.admin.run(get_page(face_plant.admin.nc, "OBSERVATIONS", 1, 9, "obs.gate.face")).messages
    assert 29.9 < int(message.headers["Nats-TTL"]) / 86_400 <= 30
    assert (fact.camera_id, fact.track_id, fact.person, fact.models) == ("gate", 7, ANNA, MODELS)
    assert registry.get_sample_value("kaska_face_looks_total", {"result": "failed"}) == 2
    assert registry.get_sample_value("kaska_face_looks_total", {"result": "no_face"}) == 1


def observed(plant: FacePlant) -> list[FaceMatched]:
    page = plant.admin.run(get_page(plant.admin.nc, "OBSERVATIONS", 1, 100, "obs.gate.face"))
    found = [decode_observation(message.headers["ES-Topic"], message.data) for message in page.messages]
    return [each for each in found if isinstance(each, FaceMatched)]


def test_detection_never_waits_for_faces() -> None:
    """The matcher hangs: looks are taken in at once all the same, and the oldest are dropped and counted."""
    registry, slow = CollectorRegistry(), Script(KNOWN)
    slow.gate.clear()
    worker = FaceWorker(lambda: slow, lambda _: None, registry)
    worker.offer(look(0))
    until(lambda: not worker._waiting)
    started = time.perf_counter()
    for track in range(100):
        worker.offer(look(0, track))
    assert time.perf_counter() - started < 0.1
    assert registry.get_sample_value("kaska_face_looks_dropped_total") == 100 - MOST_WAITING
    slow.gate.set()
    worker.close()


def test_a_matcher_that_cannot_be_opened_stops_nothing() -> None:
    def unusable() -> Script:
        raise FacesUnavailable("no network for the weights")

    worker = FaceWorker(unusable, lambda _: None, CollectorRegistry())
    worker.offer(look(0))
    assert worker.wants("gate", 7)
    started = time.monotonic()
    worker.close()
    assert time.monotonic() - started < 1.0


def test_off_unless_somebody_switches_it_on(face_plant: FacePlant, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KASKA_FACES")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KASKA_HOME", str(face_plant.home))
    assert open_faces(CollectorRegistry()).stages("gate") == ()
    monkeypatch.setenv("KASKA_FACES", "locally")
    assert open_faces(CollectorRegistry()).stages("gate") == (), "a wrong word does not end the analysis"
    monkeypatch.setenv("KASKA_FACES", FacesKind.SERVICE)
    monkeypatch.setenv("KASKA_FACES_NATS_URL", face_plant.server.url("faces"))
    monkeypatch.setenv("KASKA_FACES_URL", "http://127.0.0.1:9/")
    assert open_faces(CollectorRegistry()).stages("gate") == (), "on no camera"
    monkeypatch.setenv("KASKA_FACES_CAMERAS", "gate, yard")
    faces = open_faces(CollectorRegistry())
    assert [len(faces.stages(camera)) for camera in ("gate", "yard", "press")] == [1, 1, 0]
    faces.close()
