"""Events: past-tense facts in EVENTS, and their stored names. One module for each group of contexts.

A stored name such as `incident.opened.v1` is a contract for ever; classes may move. `Envelope` is what the payload of a
message holds: who, when, by which command, and the event itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from domain.contracts import codec
from domain.contracts.events.access import (
    ACCESS_EVENTS,
    AccessEvent,
    EvidenceViewed,
    JournalEvent,
    ReportExported,
    RoleDefined,
    RoleEvent,
    RoleGranted,
    RoleRetired,
    RoleRevoked,
    SignedIn,
    SignInFailed,
    UserChanged,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserEvent,
    UserRegistered,
)
from domain.contracts.events.incident import (
    INCIDENT_EVENTS,
    Assigned,
    Commented,
    Dismissed,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceMissed,
    EvidenceUnlocked,
    IncidentClosed,
    IncidentEvent,
    IncidentOpened,
    MarkedFalsePositive,
    ReviewReopened,
    ReviewRequested,
    ScoreRaised,
    ViolationConfirmed,
    ViolationRecognised,
)
from domain.contracts.events.learning import (
    LEARNING_EVENTS,
    DatasetEvent,
    LearningEvent,
    ModelEvaluated,
    ModelEvent,
    ModelPromoted,
    ModelRolledBack,
    ModelTrained,
    SampleAdded,
    ShadowScored,
    ShadowStarted,
    SplitAssigned,
    VersionFrozen,
)
from domain.contracts.events.licence import (
    LICENCE_EVENTS,
    LicenceActivated,
    LicenceEvent,
    LicenceExpired,
    LicenceExpiryWarned,
    LicenceIssued,
    LicenceRenewed,
)
from domain.contracts.events.notifying import (
    NOTIFYING_EVENTS,
    DeliveryEvent,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryRequested,
    DeliverySent,
    NotificationRuleChanged,
    NotificationRuleDefined,
    NotificationRuleEvent,
    NotificationRuleRemoved,
    NotifyingEvent,
    ReportScheduleChanged,
    ReportScheduleDefined,
    ReportScheduleEvent,
    ReportScheduleRemoved,
)
from domain.contracts.events.plant import (
    PLANT_EVENTS,
    CameraConfigured,
    CameraEvent,
    CameraMovedToGroup,
    CameraRegistered,
    CameraRetired,
    ObjectPermitted,
    PlantEvent,
    ReferenceFrameSet,
    ReferenceRenewed,
    RetentionSet,
    RuleEvent,
    RulePublished,
    RuleRetired,
    ZoneDrawn,
    ZoneEvent,
    ZoneRetired,
)
from domain.contracts.events.recording import (
    RECORDING_EVENTS,
    RecordingEvent,
    RecordingExpired,
    RecordingLocked,
    RecordingMissed,
    RecordingStarted,
    RecordingStopped,
    RecordingStored,
    RecordingUnlocked,
)
from domain.contracts.identifiers import CommandId, UserId
from domain.contracts.personal import Seal, Unseal, has_sealed, opened, sealed
from domain.contracts.upcasters import newest, upcast

__all__ = [
    "NAMES",
    "AccessEvent",
    "Assigned",
    "CameraConfigured",
    "CameraEvent",
    "CameraMovedToGroup",
    "CameraRegistered",
    "CameraRetired",
    "Commented",
    "DatasetEvent",
    "DeliveryEvent",
    "DeliveryFailed",
    "DeliveryGivenUp",
    "DeliveryRequested",
    "DeliverySent",
    "Dismissed",
    "Envelope",
    "Event",
    "EventUnknown",
    "EvidenceAttached",
    "EvidenceExpired",
    "EvidenceLocked",
    "EvidenceMissed",
    "EvidenceUnlocked",
    "EvidenceViewed",
    "IncidentClosed",
    "IncidentEvent",
    "IncidentOpened",
    "JournalEvent",
    "LearningEvent",
    "LicenceActivated",
    "LicenceEvent",
    "LicenceExpired",
    "LicenceExpiryWarned",
    "LicenceIssued",
    "LicenceRenewed",
    "MarkedFalsePositive",
    "ModelEvaluated",
    "ModelEvent",
    "ModelPromoted",
    "ModelRolledBack",
    "ModelTrained",
    "NotificationRuleChanged",
    "NotificationRuleDefined",
    "NotificationRuleEvent",
    "NotificationRuleRemoved",
    "NotifyingEvent",
    "ObjectPermitted",
    "PlantEvent",
    "RecordingEvent",
    "RecordingExpired",
    "RecordingLocked",
    "RecordingMissed",
    "RecordingStarted",
    "RecordingStopped",
    "RecordingStored",
    "RecordingUnlocked",
    "ReferenceFrameSet",
    "ReferenceRenewed",
    "ReportExported",
    "ReportScheduleChanged",
    "ReportScheduleDefined",
    "ReportScheduleEvent",
    "ReportScheduleRemoved",
    "RetentionSet",
    "ReviewReopened",
    "ReviewRequested",
    "RoleDefined",
    "RoleEvent",
    "RoleGranted",
    "RoleRetired",
    "RoleRevoked",
    "RuleEvent",
    "RulePublished",
    "RuleRetired",
    "SampleAdded",
    "ScoreRaised",
    "ShadowScored",
    "ShadowStarted",
    "SignInFailed",
    "SignedIn",
    "SplitAssigned",
    "UserChanged",
    "UserDisabled",
    "UserEnabled",
    "UserErased",
    "UserEvent",
    "UserRegistered",
    "VersionFrozen",
    "ViolationConfirmed",
    "ViolationRecognised",
    "ZoneDrawn",
    "ZoneEvent",
    "ZoneRetired",
    "decode_event",
    "encode_event",
    "event_name",
]

Event = IncidentEvent | PlantEvent | AccessEvent | NotifyingEvent | LicenceEvent | LearningEvent | RecordingEvent

NAMES: Final[dict[str, type[Any]]] = {
    **INCIDENT_EVENTS,
    **PLANT_EVENTS,
    **ACCESS_EVENTS,
    **NOTIFYING_EVENTS,
    **LICENCE_EVENTS,
    **LEARNING_EVENTS,
    **RECORDING_EVENTS,
}
"""Stored name to class: the newest version of each. Older versions come in through upcasters."""

_NAME_OF: Final = {cls: name for name, cls in NAMES.items()}
_STORED: Final = frozenset({"at", "by", "command_id", "event"})


class EventUnknown(ValueError):
    """An event's stored name is none that this build knows: it was written by a newer one."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event with its circumstances: recorded at, by whom (login or process), answering which command.

    owners   whose each personal value is, by field, `by` among them: these are sealed where they are stored
    """

    at: datetime
    by: str
    command_id: CommandId
    event: Event
    owners: Mapping[str, UserId] = field(default_factory=dict)


def event_name(event: Event) -> str:
    return _NAME_OF[type(event)]


def encode_event(envelope: Envelope, seal: Seal | None = None) -> bytes:
    """The payload of a message in EVENTS; its name travels as the message's topic.

    seal     needed where somebody owns a value
    Raises   CodecError
    """
    plain = {part: codec.to_plain(getattr(envelope, part), part) for part in _STORED}
    if not envelope.owners:
        return codec.dump(plain)
    if seal is None:
        raise codec.CodecError("personal values are not stored unsealed")
    return codec.dump(sealed(plain, envelope.owners, seal))


def decode_event(name: str, payload: bytes, unseal: Unseal | None = None) -> Envelope:
    """The event, of an older version too: in the form of the newest.

    unseal   None: personal values that were sealed are WITHHELD
    Raises   EventUnknown for a name of a newer build, CodecError for a broken payload
    """
    cls = NAMES.get(newest(name))
    if cls is None:
        raise EventUnknown(f"{name} is not an event of this build")
    plain = codec.load(payload)
    if not isinstance(plain, dict) or not plain.keys() >= _STORED:
        raise codec.CodecError(f"{name}: an envelope has at, by, command_id and event")
    owners: Mapping[str, UserId] = {}
    if has_sealed(payload):
        plain, owners = opened(plain, unseal)
    return Envelope(
        at=codec.from_plain(_Circumstances, plain).at,
        by=str(plain["by"]),
        command_id=CommandId(str(plain["command_id"])),
        event=codec.from_plain(cls, _upcast(name, plain["event"])),
        owners=owners,
    )


def _upcast(name: str, fields: Any) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise codec.CodecError(f"{name}: its event is not an object")
    try:
        return upcast(name, fields)
    except (LookupError, TypeError, ValueError) as error:
        raise codec.CodecError(f"{name}: not as events of this version are: {error!r}") from error


@dataclass(frozen=True, slots=True)
class _Circumstances:
    at: datetime
