"""The auditor's capsule: one incident with everything that proves it, in one file that needs nothing of Kaska.

A ZIP without compression: `manifest.txt` (signed by the notary, names every other member with its sha256),
`checkpoint.txt`, `notary.pub`, `events.json` (with the inclusion proof of each), `media/…`. It holds all events of the
incident that the checkpoint covers, and those of its camera, zone and rule from their first to the one in force.
`domain/proof/verify_capsule.py` checks it, and writes the archive's one form.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final

from minio import Minio

from domain.contracts.citing import is_cited
from domain.contracts.detections import decode
from domain.contracts.events import (
    Envelope,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceMissed,
    IncidentOpened,
    decode_event,
)
from domain.contracts.plant import EvidenceKind
from domain.contracts.slices import unpack
from domain.contracts.subjects import CAMERA, INCIDENT, RULE, ZONE, event_subject
from domain.notary.copying import Covering, covering
from domain.notary.errors import EvidenceAltered, HistoryInconsistent, IncidentMissing, NotCovered
from domain.notary.key import SigningKey
from domain.notary.streams import read_events
from domain.proof.audit import Audit
from domain.proof.ed25519 import verifies
from domain.proof.leaf import LoggedEvent
from domain.proof.verify_capsule import CHECKPOINT, EVENTS, FIRST_LINE, KEY, MANIFEST, archive
from infra.nats.bridge import Bridge
from infra.objects import fetch

NOT_STORED: Final = "not in the object store"


@dataclass(frozen=True, slots=True)
class Media:
    """Files by member name, and which pieces of evidence are not there, with the reason."""

    files: dict[str, bytes]
    absent: list[dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class InForce:
    """Events of the camera, the zone and the rule, and the one of each that the decision rests on."""

    events: list[LoggedEvent]
    cited: list[dict[str, Any]]


def make_capsule(
    bridge: Bridge, store: Minio, bucket: str, key: SigningKey, incident: str, *, made_at: datetime
) -> tuple[bytes, dict[str, Any]]:
    """The capsule and its manifest.

    Raises  IncidentMissing, NotCovered, EvidenceAltered, HistoryInconsistent; infra.objects.UNAVAILABLE
    """
    end = covering(bridge, key.verifier)
    own = list(read_events(bridge, event_subject(INCIDENT, incident)))
    opened = _opened(own, incident)
    if not end.fresh and own[-1].sequence > end.checkpoint.size:
        raise NotCovered(f"incident {incident} is newer than the last checkpoint, and the notary does not answer")
    own = [event for event in own if event.sequence <= end.checkpoint.size]
    context = _in_force(bridge, opened, own[0].sequence)
    media = _media(store, bucket, own)
    others = {
        CHECKPOINT: end.note,
        KEY: f"{key.verifier}\n".encode(),
        EVENTS: _proved(bridge, key, end, [*context.events, *own]),
        **media.files,
    }
    manifest = {
        "incident": incident,
        "made_at": made_at.isoformat(timespec="seconds"),
        "in_force": context.cited,
        "models": _models(opened, media),
        "absent": media.absent,
        "members": [{"name": name, "bytes": len(data), "sha256": _sha256(data)} for name, data in others.items()],
    }
    signed = key.sign(f"{FIRST_LINE}\n{json.dumps(manifest, indent=1)}\n")
    return archive([(MANIFEST, signed), *others.items()]), manifest


def _opened(own: Sequence[LoggedEvent], incident: str) -> IncidentOpened:
    event = _decoded(own[0]).event if own else None
    if not isinstance(event, IncidentOpened):
        raise IncidentMissing(f"there is no incident {incident} in the history")
    return event


def _in_force(bridge: Bridge, opened: IncidentOpened, before: int) -> InForce:
    found = InForce([], [])
    for context, aggregate in ((CAMERA, opened.camera_id), (RULE, opened.rule_id), (ZONE, opened.zone_id)):
        if aggregate is None:
            continue
        events = list(read_events(bridge, event_subject(context, aggregate), before))
        cited = next((event for event in reversed(events) if is_cited(_decoded(event).event, opened)), None)
        if cited is None:
            raise IncidentMissing(f"{context} {aggregate}, which the incident cites, is not in the history before it")
        found.events.extend(events)
        leaf = {"sequence": cited.sequence, "topic": cited.topic, "leaf": cited.leaf_hash().hex()}
        found.cited.append({"context": context, "id": aggregate, **leaf})
    return found


def _media(store: Minio, bucket: str, own: Sequence[LoggedEvent]) -> Media:
    events = [_decoded(event).event for event in own]
    expired = {event.kind: event.cause.value for event in events if isinstance(event, EvidenceExpired)}
    media = Media({}, [])
    for event in events:
        match event:
            case EvidenceMissed(kind=kind, reason=reason):
                media.absent.append({"kind": kind.value, "sha256": None, "why": reason})
            case EvidenceAttached(kind=kind, sha256=sha256):
                data = None if kind in expired else _file(store, bucket, event)
                if data is None:
                    media.absent.append({"kind": kind.value, "sha256": sha256, "why": expired.get(kind, NOT_STORED)})
                else:
                    media.files[_member(event, media)] = data
    return media


def _member(event: EvidenceAttached, media: Media) -> str:
    """`media/photo.jpg`; a second file of the same kind has a number before its name."""
    name = f"{event.kind.value}{PurePosixPath(event.key).suffix}"
    return f"media/{name}" if f"media/{name}" not in media.files else f"media/{len(media.files)}-{name}"


def _file(store: Minio, bucket: str, event: EvidenceAttached) -> bytes | None:
    data = fetch(store, bucket, event.key)
    if data is not None and _sha256(data) != event.sha256:
        raise EvidenceAltered(f"{event.key} is not the file that was recorded: its sha256 is {_sha256(data)}")
    return data


def _proved(bridge: Bridge, key: SigningKey, end: Covering, events: Sequence[LoggedEvent]) -> bytes:
    """events.json; the whole history is checked on the way, so that no capsule is made of a broken one."""
    audit = Audit(key.verifier, verifies)
    for event in read_events(bridge, last=end.checkpoint.size):
        audit.event(event)
    audit.checkpoint(end.note, "the newest checkpoint")
    plain = [_plain(event, audit.inclusion(event, end.checkpoint).path) for event in events if not audit.findings]
    if audit.findings:
        raise HistoryInconsistent(audit.findings[0])
    return json.dumps(plain, ensure_ascii=False, indent=1).encode()


def _plain(event: LoggedEvent, path: list[bytes]) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "subject": event.subject,
        "version": event.version,
        "topic": event.topic,
        "hash": event.hash,
        "payload": event.payload.decode(),
        "proof": [node.hex() for node in path],
    }


def _models(opened: IncidentOpened, media: Media) -> list[dict[str, str]]:
    """The model that the incident names, and the others that looked at its frames."""
    found = {opened.model_id: opened.model_digest}
    for name, data in media.files.items():
        if name.rpartition("/")[2].startswith(EvidenceKind.DETECTIONS.value):
            for _, payload in unpack(data):
                found |= {model.id: model.digest for model in decode(opened.camera_id, payload).models}
    return [{"id": model, "digest": digest} for model, digest in sorted(found.items())]


def _decoded(event: LoggedEvent) -> Envelope:
    return decode_event(event.topic, event.payload)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
