"""Puts the answers together: the incident as it was known, and its passport."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from minio import Minio

from domain.contracts.inquiries import AskIncident, AskPassport
from domain.contracts.known import KnownIncident, NotKnownYet
from domain.contracts.passport import Frames, LogCheckpoint, Note, NoteKind, Passport, ScorePath
from domain.inquiry.errors import IncidentMissing, QuestionRefused
from domain.inquiry.files import Files
from domain.inquiry.history import incident_events, newest_checkpoint, surroundings_of
from domain.inquiry.knowing import EventPage, incident_known, opening
from domain.inquiry.lessons import lessons_of
from domain.inquiry.recorded import Recorded, known_at
from domain.inquiry.recordings import recording
from domain.inquiry.scoring import judged, models_of, score_path, seen
from domain.inquiry.surroundings import Surroundings
from infra.nats.bridge import Bridge
from infra.persons.keys import Keys


@dataclass(frozen=True, slots=True)
class Sources:
    """What answers are made from.

    store   None: no object store is set
    home    where the notary's public key is
    keys    None: personal values that were sealed stay withheld
    """

    bridge: Bridge
    store: Minio | None
    bucket: str
    home: Path
    keys: Keys | None = None


def known_incident(sources: Sources, question: AskIncident, now: datetime) -> KnownIncident | NotKnownYet:
    """Raises InquiryError, PersonsError, NatsAdapterError."""
    events, around = _history(sources, question.incident, question.as_known_at, now)
    return incident_known(events, around, question.as_known_at, now, EventPage(question.events_from))


def passport(
    sources: Sources, question: AskPassport, now: datetime, events_told: EventPage | None = None
) -> Passport | NotKnownYet:
    """events_told: in place of the page that the question asks for. Raises as above."""
    events, around = _history(sources, question.incident, question.as_known_at, now)
    page = events_told or EventPage(question.events_from)
    known = incident_known(events, around, question.as_known_at, now, page)
    if isinstance(known, NotKnownYet):
        return known
    files = Files(sources.store, sources.bucket)
    known = replace(known, files=files.looked_at(known.files))
    found = recording(sources.bridge, known.opened, known.detections_to, lambda: files.detections(known.files))
    frames = judged(found.frames, known.opened, around, known.position)
    path = score_path(frames, known.opened)
    models = models_of(frames, known.opened)
    told = frames[question.frames_from : question.frames_from + question.frames]
    positions = [each.position for each in known_at(events, question.as_known_at)]
    checkpoint = newest_checkpoint(sources.bridge, sources.home, positions)
    notes = (*_of_plant(known), *found.notes, *files.notes, *_of_score(known, path), *_of_proof(checkpoint))
    return Passport(
        made_at=now,
        known=known,
        models=models,
        frames=Frames(found.source, len(frames), found.unreadable, question.frames_from, tuple(map(seen, told))),
        path=path,
        checkpoint=checkpoint,
        notes=notes,
        lessons=lessons_of(around.zones, models),
    )


def _history(
    sources: Sources, incident_id: str, as_known_at: datetime | None, now: datetime
) -> tuple[list[Recorded], Surroundings]:
    if as_known_at is not None and as_known_at > now:
        raise QuestionRefused(f"as_known_at: not later than now, which is {now.isoformat(timespec='seconds')}")
    try:
        known_id = str(UUID(incident_id))
    except ValueError:
        raise IncidentMissing("there is no such incident in the history") from None
    events = incident_events(sources.bridge, known_id, sources.keys)
    _, opened = opening(events)
    return events, surroundings_of(sources.bridge, opened, sources.keys)


def _of_plant(known: KnownIncident) -> list[Note]:
    decided, opened = known.decided, known.opened
    notes = []
    if decided.camera is None:
        notes.append(Note(NoteKind.CAMERA_MISSING, opened.camera_id))
    if decided.rule is None:
        notes.append(Note(NoteKind.RULE_MISSING, f"{opened.rule_id}, {opened.rule_version}"))
    elif decided.rule.retired_from is not None:
        notes.append(Note(NoteKind.RULE_RETIRED, decided.rule.retired_from.isoformat()))
    if decided.zone is None and opened.zone_id is not None:
        notes.append(Note(NoteKind.ZONE_MISSING, f"{opened.zone_id}, {opened.zone_version}"))
    elif decided.zone is not None and decided.zone.retired_from is not None:
        notes.append(Note(NoteKind.ZONE_RETIRED, decided.zone.retired_from.isoformat()))
    if known.then.camera is not None and known.then.camera.retired:
        notes.append(Note(NoteKind.CAMERA_RETIRED, opened.camera_id))
    return notes


def _of_score(known: KnownIncident, path: ScorePath) -> list[Note]:
    if path.repeats is False:
        return [Note(NoteKind.SCORE_DIFFERS, f"{known.opened.score} / {path.score}")]
    return []


def _of_proof(checkpoint: LogCheckpoint | None) -> list[Note]:
    if checkpoint is None or checkpoint.covered == 0:
        return [Note(NoteKind.NO_CHECKPOINT)]
    return [Note(NoteKind.CHECKPOINT_UNTRUSTED, checkpoint.origin)] if checkpoint.trusted is False else []
