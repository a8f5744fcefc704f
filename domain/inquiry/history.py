"""What EVENTS and AUDIT have about an incident: its events, those of camera, rule and zones, the newest checkpoint."""

from collections.abc import Sequence
from pathlib import Path

from domain.contracts.codec import CodecError
from domain.contracts.events import EventUnknown, IncidentOpened, RulePublished
from domain.contracts.passport import LogCheckpoint
from domain.contracts.subjects import AUDIT, CAMERA, CHECKPOINTS, EVENTS, INCIDENT, RULE, ZONE, event_subject
from domain.inquiry.errors import HistoryUnreadable
from domain.inquiry.recorded import Recorded
from domain.inquiry.surroundings import Surroundings
from domain.proof.checkpoint import (
    Checkpoint,
    NoteMalformed,
    NoteUntrusted,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    trusted_checkpoint,
)
from domain.proof.ed25519 import verifies
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_last
from infra.nats.walking import walk
from infra.persons.keys import Keys
from infra.persons.sealing import decode_message
from infra.settings import NOTARY_PUBLIC_KEY


def incident_events(bridge: Bridge, incident_id: str, keys: Keys | None) -> list[Recorded]:
    """All events of the incident; none when there is no such one.

    keys    None: personal values that were sealed are withheld
    Raises  HistoryUnreadable, PersonsError, NatsAdapterError
    """
    return _events(bridge, INCIDENT, incident_id, keys)


def surroundings_of(bridge: Bridge, opened: IncidentOpened, keys: Keys | None) -> Surroundings:
    """Raises HistoryUnreadable, PersonsError, NatsAdapterError."""
    rule = _events(bridge, RULE, opened.rule_id, keys)
    zones = {each.event.zone_id for each in rule if isinstance(each.event, RulePublished)} | {opened.zone_id}
    return Surroundings(
        camera=_events(bridge, CAMERA, opened.camera_id, keys),
        rule=rule,
        zones=[each for zone in sorted(filter(None, zones)) for each in _events(bridge, ZONE, zone, keys)],
    )


def newest_checkpoint(bridge: Bridge, home: Path, positions: Sequence[int]) -> LogCheckpoint | None:
    """The newest signed checkpoint, and how many of the positions in EVENTS lie under it.

    None when none was signed yet, or when the newest is no checkpoint at all. Raises NatsAdapterError
    """
    last = bridge.run(get_last(bridge.nc, AUDIT, CHECKPOINTS))
    if last is None:
        return None
    try:
        checkpoint = parse_checkpoint(parse_note(last.data).text)
    except NoteMalformed:
        return None
    return LogCheckpoint(
        origin=checkpoint.origin,
        size=checkpoint.size,
        covered=sum(position <= checkpoint.size for position in positions),
        root=checkpoint.root.hex(),
        signed_at=last.time,
        trusted=_is_trusted(last.data, checkpoint, home / NOTARY_PUBLIC_KEY),
    )


def _is_trusted(note: bytes, checkpoint: Checkpoint, public: Path) -> bool | None:
    try:
        key = VerifierKey.parse(public.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError, NoteMalformed):
        return None
    try:
        return trusted_checkpoint(note, key, verifies) == checkpoint
    except (NoteMalformed, NoteUntrusted):
        return False


def _events(bridge: Bridge, context: str, aggregate: str, keys: Keys | None) -> list[Recorded]:
    return [_recorded(message, keys) for message in walk(bridge, EVENTS, event_subject(context, aggregate))]


def _recorded(message: StoredMessage, keys: Keys | None) -> Recorded:
    name = message.headers.get(TOPIC, "")
    try:
        return Recorded(message.sequence, name, decode_message(message, keys))
    except (EventUnknown, CodecError, LookupError) as error:
        raise HistoryUnreadable(f"event {message.sequence} of the history, {name}: {error}") from error
