"""Identifiers: who is who in messages, subjects and rows. Every folder uses them."""

import hashlib
import re
from datetime import datetime
from typing import Final, NewType
from uuid import UUID, uuid5

CameraId = NewType("CameraId", str)
ZoneId = NewType("ZoneId", str)
RuleId = NewType("RuleId", str)
IncidentId = NewType("IncidentId", UUID)
TrackId = NewType("TrackId", int)
CommandId = NewType("CommandId", str)
GroupId = NewType("GroupId", str)
ShopId = NewType("ShopId", str)
RoleId = NewType("RoleId", str)
UserId = NewType("UserId", UUID)
NotificationRuleId = NewType("NotificationRuleId", str)
ReportScheduleId = NewType("ReportScheduleId", str)
DeliveryId = NewType("DeliveryId", UUID)
LicenceId = NewType("LicenceId", str)
DatasetId = NewType("DatasetId", str)
ModelId = NewType("ModelId", str)
RecordingId = NewType("RecordingId", UUID)
TeachingId = NewType("TeachingId", UUID)

INCIDENT_NAMESPACE = UUID("6b617368-6b61-4000-8000-696e63696465")
USER_NAMESPACE = UUID("6b617368-6b61-4000-8000-757365727300")
DELIVERY_NAMESPACE = UUID("6b617368-6b61-4000-8000-64656c697665")
RECORDING_NAMESPACE = UUID("6b617368-6b61-4000-8000-7265636f7264")
TEACHING_NAMESPACE = UUID("6b617368-6b61-4000-8000-746561636869")

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class IdentifierRefused(ValueError):
    """An identifier is 1 to 40 small Latin letters, digits and inner hyphens."""


def slug(text: str) -> str:
    """The text itself when it can be an identifier that a person chose: of a camera, a zone, a role and so on.

    The form is safe in a NATS subject, a file name, an object key and a URL.
    Raises IdentifierRefused.
    """
    if not _SLUG.fullmatch(text):
        raise IdentifierRefused(f"{text!r}: 1 to 40 of a-z, 0-9 and inner hyphens")
    return text


def incident_id(camera_id: CameraId, rule_id: RuleId, track_id: TrackId, first_seen: datetime) -> IncidentId:
    """The same evidence always names the same incident, so that a replay after a crash is harmless."""
    name = f"{camera_id}/{rule_id}/{track_id}/{first_seen.isoformat()}"
    return IncidentId(uuid5(INCIDENT_NAMESPACE, name))


MACHINE_TRACKS: Final = 1 << 52
"""Trackers give smaller ids until the year 2106; a browser reads ids exactly up to twice as much."""


def machine_track(zone_id: ZoneId) -> TrackId:
    """The track of the machine in a zone: the same for ever, and of no other zone."""
    digest = hashlib.sha256(zone_id.encode()).digest()
    return TrackId(MACHINE_TRACKS | int.from_bytes(digest) % MACHINE_TRACKS)


def machine_model(zone_id: ZoneId) -> str:
    """The name in facts of the classifier that tells the states of the machine in a zone."""
    return f"machine-{zone_id}"


def user_id(provider: str, login: str) -> UserId:
    """One user for one login of one provider, whatever its case (FAULTS G4); says nothing about the person."""
    return UserId(uuid5(USER_NAMESPACE, f"{provider}/{login.casefold()}"))


def local_user_id(login: str) -> UserId:
    """The user of this installation's own login."""
    return user_id("local", login)


def user_named(text: str) -> UserId:
    """The user that a person means: by the identifier itself, or by a login of this installation."""
    try:
        return UserId(UUID(text))
    except ValueError:
        return local_user_id(text)


def delivery_id(about: str, channel: str, recipient: UserId) -> DeliveryId:
    """One delivery for one thing, channel and recipient, so that a replay sends nothing twice (FAULTS I6).

    about   what is told, once: `<incident id>/violation`, `<schedule id>/2026-03-02`
    """
    return DeliveryId(uuid5(DELIVERY_NAMESPACE, f"{about}/{channel}/{recipient}"))


def recording_id(camera_id: CameraId, command_id: str) -> RecordingId:
    """The same command always names the same recording, so that a repeat starts no second one."""
    return RecordingId(uuid5(RECORDING_NAMESPACE, f"{camera_id}/{command_id}"))


def teaching_id(zone_id: ZoneId, command_id: str) -> TeachingId:
    """The same command always names the same teaching, so that a repeat starts no second one."""
    return TeachingId(uuid5(TEACHING_NAMESPACE, f"{zone_id}/{command_id}"))
