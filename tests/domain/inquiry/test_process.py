"""The inquiry on real servers: the process answers, and says what is not there any more."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from domain.contracts.commands import Refused
from domain.contracts.detections import encode
from domain.contracts.events import EvidenceExpired, EvidenceLocked
from domain.contracts.identifiers import CameraId, IncidentId
from domain.contracts.inquiries import Answer, AskIncident, AskPassport
from domain.contracts.known import KnownIncident, NotKnownYet, Stored
from domain.contracts.passport import FramesFrom, NoteKind, Passport, Threshold
from domain.contracts.plant import EvidenceKind, ExpiryCause, Verdict
from domain.contracts.subjects import INCIDENT
from domain.inquiry.answering import Sources, passport
from infra import objects
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.requests import ask as ask_nats
from tests.conftest import BUCKET
from tests.domain.inquiry.case import RULE_1, Case
from tests.domain.inquiry.conftest import now
from tests.domain.notary.plant import NotaryPlant
from tests.domain.samples import DETECTOR, PPE, T0, frame, person, second, zone

Ask = Callable[[AskPassport | AskIncident], Answer]


def given_out(sources: Sources, case: Case, **asked: object) -> Passport:
    found = passport(sources, replace(AskPassport(case.incident), **asked), now())  # type: ignore[arg-type]
    assert isinstance(found, Passport)
    return found


def noted(found: Passport) -> set[NoteKind]:
    return {note.kind for note in found.notes}


def test_the_process_gives_the_passport_of_an_incident(case: Case, plant: NotaryPlant, ask: Ask) -> None:
    signed = plant.sign()
    found = ask(AskPassport(case.incident))
    assert isinstance(found, Passport)
    known, opened = found.known, case.opened
    assert known.opened == opened
    assert (known.verdict, known.decided_by, known.reason) == (Verdict.FALSE_POSITIVE, "anna", "тень")
    assert known.decided.rule is not None and known.decided.zone is not None and known.decided.camera is not None
    assert (known.decided.rule.published, known.decided.zone.drawn) == (RULE_1, zone())
    assert known.decided.camera.name == "Двор"
    assert found.models == (DETECTOR, PPE)

    assert (found.frames.source, found.frames.total) == (FramesFrom.STREAM, case.frames + 1)
    first, last = found.frames.frames[0], found.frames.frames[-1]
    assert (first.sequence, first.captured_at, first.others) == (opened.detections_from, T0, 1)
    assert first.seen is not None
    assert first.seen.attributes[0].absent == 0.7
    assert (last.seen, last.sequence) == (None, known.detections_to)
    assert (found.path.score, found.path.repeats) == (opened.score, True)
    assert [c.threshold for c in found.path.crossings if c.upwards] == [Threshold.MIN, Threshold.MAX]

    photo, clip, detections = known.files
    assert (photo.stored, photo.sha256) == (Stored.THERE, hashlib.sha256(b"\xff\xd8 a photo").hexdigest())
    assert (clip.stored, clip.missed) == (None, "the camera was away")
    assert detections.stored is Stored.THERE

    assert found.checkpoint is not None
    assert (found.checkpoint.size, found.checkpoint.root) == (signed.size, signed.root.hex())
    assert (found.checkpoint.covered, found.checkpoint.trusted) == (known.events_total, True)
    assert found.notes == ()
    acts = [(e.by, e.recorded_at, json.loads(e.payload).get("reason")) for e in known.events if e.by_person]
    assert acts == [("anna", second(3600), None), ("anna", second(7200), "тень")]


def test_the_process_answers_as_known_at_a_moment(case: Case, ask: Ask) -> None:
    known = ask(AskIncident(case.incident, second(10)))
    assert isinstance(known, KnownIncident)
    assert (known.verdict, known.closed_at, known.later_events) == (Verdict.REVIEW, None, 3)
    early = ask(AskIncident(case.incident, second(2)))
    assert early == NotKnownYet(case.opened.incident_id, second(2), case.opened.opened_at, second(3))
    assert ask(AskPassport(case.incident, second(2))) == early
    at_ten = ask(AskPassport(case.incident, second(10)))
    assert isinstance(at_ten, Passport)
    assert replace(at_ten.known, files=()) == replace(known, files=())
    assert at_ten.frames.frames[-1].sequence == case.opened.detections_to  # its end was not known yet


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (AskPassport("nobody"), "incident_unknown"),
        (AskPassport("00000000-0000-0000-0000-000000000000"), "incident_unknown"),
        (AskPassport(">"), "incident_unknown"),
        (AskIncident("nobody"), "incident_unknown"),
        (AskIncident("nobody", second(10**9)), "invalid_input"),
        (AskPassport("nobody", frames=401), "invalid_input"),
        (AskPassport("nobody", frames=-1), "invalid_input"),
        (AskPassport("nobody", frames_from=-1), "invalid_input"),
        (AskIncident("nobody", events_from=-1), "invalid_input"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(case: Case, ask: Ask, question: AskPassport, code: str) -> None:
    answer = ask(question)
    assert isinstance(answer, Refused)
    assert answer.code == code


def test_a_question_that_is_none_is_refused_and_the_process_goes_on(case: Case, plant: NotaryPlant, ask: Ask) -> None:
    assert ask(AskIncident(case.incident))
    for data in (b"", b"[]", b"{", b'{"incident": 5}', b"\xff"):
        reply = plant.admin.run(plant.admin.nc.request("ask.passport", data, timeout=10))
        assert json.loads(reply.data)["answer"]["code"] == "malformed"
    assert isinstance(ask(AskPassport(case.incident)), Passport)


def test_frames_are_told_in_pages(case: Case, sources: Sources) -> None:
    whole = given_out(sources, case).frames
    pages = [given_out(sources, case, frames_from=n, frames=10).frames for n in (0, 10, 20, 30, 40)]
    assert [len(page.frames) for page in pages] == [10, 10, 10, 1, 0]
    assert tuple(each for page in pages for each in page.frames) == whole.frames
    assert {page.total for page in pages} == {whole.total}


class TestGone:
    """What is not there any more is said, and the rest is told."""

    def test_detections_from_the_slice_kept_with_the_evidence(self, case: Case, sources: Sources) -> None:
        before = given_out(sources, case)
        case.lose_detections()
        after = given_out(sources, case)
        assert after.frames.source is FramesFrom.SLICE
        cited = [each for each in before.frames.frames if each.sequence <= case.opened.detections_to]
        assert list(after.frames.frames) == cited
        assert (after.path.score, after.path.repeats) == (case.opened.score, True)
        assert NoteKind.DETECTIONS_PARTLY_GONE in noted(after)  # those after the decision are nowhere
        then = given_out(sources, case, as_known_at=second(10))
        assert noted(then) == {NoteKind.NO_CHECKPOINT}  # all that was cited then is there

    def test_detections_and_slice(self, case: Case, sources: Sources) -> None:
        case.lose_detections()
        case.store.remove_object(BUCKET, case.keys[EvidenceKind.DETECTIONS])
        found = given_out(sources, case)
        assert (found.frames.source, found.frames.total, found.path.total) == (FramesFrom.NOWHERE, 0, 0)
        assert NoteKind.DETECTIONS_GONE in noted(found)
        assert found.known.files[2].stored is Stored.GONE
        assert found.models == (DETECTOR,)
        assert found.known.decided.rule is not None

    def test_an_altered_slice_is_not_believed(self, case: Case, sources: Sources) -> None:
        case.lose_detections()
        case.put(EvidenceKind.DETECTIONS, b"x" * 10)
        found = given_out(sources, case)
        assert {NoteKind.SLICE_ALTERED, NoteKind.DETECTIONS_GONE} <= noted(found)
        assert found.known.files[2].stored is Stored.ALTERED

    def test_D3_a_photo_of_the_same_size_and_other_bytes_is_altered(self, case: Case, sources: Sources) -> None:
        case.put(EvidenceKind.PHOTO, b"\xff\xd8 a phota")
        known = given_out(sources, case).known
        assert known.files[0].stored is Stored.ALTERED

    def test_files_that_expired_or_are_locked(self, case: Case, sources: Sources) -> None:
        case.record(INCIDENT, case.incident, 8000, EvidenceExpired(EvidenceKind.PHOTO, ExpiryCause.RETENTION))
        case.record(INCIDENT, case.incident, 8001, EvidenceLocked("суд"), by="anna")
        case.store.remove_object(BUCKET, case.keys[EvidenceKind.PHOTO])
        known = given_out(sources, case).known
        assert (known.files[0].expired, known.files[0].stored) == (ExpiryCause.RETENTION, Stored.GONE)
        assert (known.locked, known.lock_reason) == (True, "суд")

    def test_an_object_store_that_does_not_answer(self, case: Case, sources: Sources) -> None:
        away = objects.connect("127.0.0.1:1", "a", "b", attempts=1)
        began = time.monotonic()
        found = given_out(replace(sources, store=away), case)
        assert time.monotonic() - began < 5
        assert found.known.files[0].stored is Stored.UNKNOWN
        assert [note.kind for note in found.notes].count(NoteKind.STORE_SILENT) == 1
        assert found.frames.total == case.frames + 1

    def test_no_object_store_at_all(self, case: Case, sources: Sources) -> None:
        assert NoteKind.STORE_SILENT in noted(given_out(replace(sources, store=None), case))

    def test_messages_that_nobody_can_read(self, case: Case, sources: Sources) -> None:
        case.publish("yard", b"\x07 of a newer build")
        longer = replace(case.opened, incident_id=IncidentId(UUID(int=8)), detections_to=case.last_sequence())
        case.record(INCIDENT, str(longer.incident_id), 9000, longer)
        found = passport(sources, AskPassport(str(longer.incident_id)), now())
        assert isinstance(found, Passport)
        assert (found.frames.unreadable, found.frames.total) == (1, case.frames + 1)
        assert NoteKind.FRAMES_UNREADABLE in noted(found)

    def test_a_history_that_lacks_the_rule(self, case: Case, sources: Sources) -> None:
        orphan = replace(case.opened, incident_id=IncidentId(UUID(int=9)), rule_version=7)
        case.record(INCIDENT, str(orphan.incident_id), 9000, orphan)
        found = passport(sources, AskPassport(str(orphan.incident_id)), now())
        assert isinstance(found, Passport)
        assert NoteKind.RULE_MISSING in noted(found)
        assert found.known.decided.rule is None
        assert found.frames.total > 0


def test_a_forged_checkpoint_is_not_trusted(case: Case, plant: NotaryPlant, sources: Sources) -> None:
    plant.sign()
    note = plant.notes()[-1]
    plant.admin.run(plant.admin.js.publish("audit.checkpoint.EVENTS", note[:-10] + b"AAAAAAAA=\n"))
    found = given_out(sources, case)
    assert found.checkpoint is None or found.checkpoint.trusted is False
    assert noted(found) & {NoteKind.NO_CHECKPOINT, NoteKind.CHECKPOINT_UNTRUSTED}


def test_without_the_notarys_key_nobody_knows_whether_it_is_trusted(
    case: Case, plant: NotaryPlant, sources: Sources
) -> None:
    plant.sign()
    (plant.home / "secrets" / "notary.pub").unlink()
    found = given_out(sources, case)
    assert found.checkpoint is not None
    assert found.checkpoint.trusted is None


def test_events_after_the_newest_checkpoint_are_not_covered(case: Case, plant: NotaryPlant, sources: Sources) -> None:
    plant.sign()
    case.record(INCIDENT, case.incident, 9000, EvidenceLocked("суд"), by="anna")
    found = given_out(sources, case)
    assert found.checkpoint is not None
    assert (found.checkpoint.covered, found.known.events_total) == (8, 9)


def test_only_the_range_is_read(case: Case, sources: Sources) -> None:
    """20,000 more messages of the same camera change nothing of the time that it takes."""
    given_out(sources, case)
    before = _spent(sources, case)
    stray = [encode(replace(frame(100 + n, person(n=9)), camera_id=CameraId("yard"))) for n in range(2000)]
    for _ in range(10):
        case.publish_many("yard", stray)
    assert _spent(sources, case) < max(1.0, 3 * before)


def _spent(sources: Sources, case: Case) -> float:
    """The fastest of three."""
    found = []
    for _ in range(3):
        began = time.perf_counter()
        given_out(sources, case)
        found.append(time.perf_counter() - began)
    return min(found)


@pytest.mark.parametrize(
    "subject", ["es.incident.x", "cmd.incident", "det.yard", "audit.x", "key.x", "$JS.API.STREAM.DELETE.EVENTS"]
)
def test_the_inquiry_may_write_nothing(plant: NotaryPlant, subject: str) -> None:
    bridge = Bridge(plant.server.url("inquiry"), name="test")
    try:
        with pytest.raises(NatsAdapterError):
            bridge.run(ask_nats(bridge.nc, subject, b"{}", 0.3))
    finally:
        bridge.close()
