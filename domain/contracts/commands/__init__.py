"""Commands: what a process or a person asks the domain to do, and the domain's answers.

One module for each group of contexts. A command travels as a NATS request on `cmd.<context>`; the same `command_id`
sent twice gets the same answer and makes no second event (FAULTS I4).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts import codec
from domain.contracts.commands.access import (
    ACCESS_COMMANDS,
    ACCESS_CONTEXT,
    AccessCommand,
    DefineRole,
    DisableUser,
    EnableUser,
    ErasePerson,
    GrantRole,
    JournalCommand,
    RecordEvidenceView,
    RecordFailedSignIn,
    RecordReportExport,
    RecordSignIn,
    RegisterUser,
    RetireRole,
    RevokeRole,
    RoleCommand,
    UserCommand,
)
from domain.contracts.commands.incident import (
    INCIDENT_COMMANDS,
    INCIDENT_CONTEXT,
    AssignIncident,
    AttachEvidence,
    Comment,
    ConfirmViolation,
    ExpireEvidence,
    IncidentCommand,
    LockEvidence,
    MarkFalsePositive,
    ReopenReview,
    ReportEvidenceMissed,
    UnlockEvidence,
)
from domain.contracts.commands.learning import (
    LEARNING_COMMANDS,
    LEARNING_CONTEXT,
    AddSample,
    AssignSplit,
    DatasetCommand,
    FreezeVersion,
    LearningCommand,
    ModelCommand,
    PromoteModel,
    RecordEvaluation,
    RecordTraining,
    RollBackModel,
    ScoreShadow,
    StartShadow,
)
from domain.contracts.commands.licence import (
    LICENCE_COMMANDS,
    LICENCE_CONTEXT,
    ActivateLicence,
    CheckLicence,
    IssueLicence,
    LicenceCommand,
    RenewLicence,
)
from domain.contracts.commands.notifying import (
    NOTIFYING_COMMANDS,
    NOTIFYING_CONTEXT,
    ChangeNotificationRule,
    ChangeReportSchedule,
    DefineNotificationRule,
    DefineReportSchedule,
    DeliveryCommand,
    GiveUpDelivery,
    NotificationRuleCommand,
    NotifyingCommand,
    RemoveNotificationRule,
    RemoveReportSchedule,
    ReportFailed,
    ReportScheduleCommand,
    ReportSent,
    RequestDelivery,
)
from domain.contracts.commands.plant import (
    PLANT_COMMANDS,
    PLANT_CONTEXT,
    CameraCommand,
    DrawZone,
    MoveCameraToGroup,
    PermitObject,
    PlantCommand,
    PublishRule,
    RegisterCamera,
    RenewReference,
    RetireCamera,
    RetireRule,
    RetireZone,
    RuleCommand,
    SetReferenceFrame,
    SetRetention,
    ZoneCommand,
)
from domain.contracts.commands.recording import (
    RECORDING_COMMANDS,
    RECORDING_CONTEXT,
    ExpireRecording,
    LockRecording,
    RecordingCommand,
    ReportRecordingMissed,
    StartRecording,
    StopRecording,
    StoreRecording,
    UnlockRecording,
)
from domain.contracts.commands.replies import Accepted, Refused, Reply, decode_reply, encode_reply
from domain.contracts.identifiers import CommandId, UserId

__all__ = [
    "CONTEXT_OF",
    "NAMES",
    "Accepted",
    "AccessCommand",
    "ActivateLicence",
    "AddSample",
    "AssignIncident",
    "AssignSplit",
    "AttachEvidence",
    "CameraCommand",
    "ChangeNotificationRule",
    "ChangeReportSchedule",
    "CheckLicence",
    "Command",
    "Comment",
    "ConfirmViolation",
    "DatasetCommand",
    "DefineNotificationRule",
    "DefineReportSchedule",
    "DefineRole",
    "DeliveryCommand",
    "DisableUser",
    "DrawZone",
    "EnableUser",
    "ErasePerson",
    "ExpireEvidence",
    "ExpireRecording",
    "FreezeVersion",
    "GiveUpDelivery",
    "GrantRole",
    "IncidentCommand",
    "IssueLicence",
    "JournalCommand",
    "LearningCommand",
    "LicenceCommand",
    "LockEvidence",
    "LockRecording",
    "MarkFalsePositive",
    "ModelCommand",
    "MoveCameraToGroup",
    "NotificationRuleCommand",
    "NotifyingCommand",
    "Order",
    "PermitObject",
    "PlantCommand",
    "PromoteModel",
    "PublishRule",
    "RecordEvaluation",
    "RecordEvidenceView",
    "RecordFailedSignIn",
    "RecordReportExport",
    "RecordSignIn",
    "RecordTraining",
    "RecordingCommand",
    "Refused",
    "RegisterCamera",
    "RegisterUser",
    "RemoveNotificationRule",
    "RemoveReportSchedule",
    "RenewLicence",
    "RenewReference",
    "ReopenReview",
    "Reply",
    "ReportEvidenceMissed",
    "ReportFailed",
    "ReportRecordingMissed",
    "ReportScheduleCommand",
    "ReportSent",
    "RequestDelivery",
    "RetireCamera",
    "RetireRole",
    "RetireRule",
    "RetireZone",
    "RevokeRole",
    "RoleCommand",
    "RollBackModel",
    "RuleCommand",
    "ScoreShadow",
    "SetReferenceFrame",
    "SetRetention",
    "StartRecording",
    "StartShadow",
    "StopRecording",
    "StoreRecording",
    "UnlockEvidence",
    "UnlockRecording",
    "UserCommand",
    "ZoneCommand",
    "decode_command",
    "decode_reply",
    "encode_command",
    "encode_reply",
]

Command = (
    IncidentCommand
    | PlantCommand
    | AccessCommand
    | NotifyingCommand
    | LicenceCommand
    | LearningCommand
    | RecordingCommand
)

NAMES: Final[dict[str, type[Any]]] = {
    **INCIDENT_COMMANDS,
    **PLANT_COMMANDS,
    **ACCESS_COMMANDS,
    **NOTIFYING_COMMANDS,
    **LICENCE_COMMANDS,
    **LEARNING_COMMANDS,
    **RECORDING_COMMANDS,
}
_NAME_OF: Final = {cls: name for name, cls in NAMES.items()}

CONTEXT_OF: Final[dict[type[Any], str]] = {
    **INCIDENT_CONTEXT,
    **PLANT_CONTEXT,
    **ACCESS_CONTEXT,
    **NOTIFYING_CONTEXT,
    **LICENCE_CONTEXT,
    **LEARNING_CONTEXT,
    **RECORDING_CONTEXT,
}
"""The context of each command: it travels on `cmd.<context>`."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command with its circumstances: its identity, who asks, and when.

    person   whose login `by` is; None when a process asks, or whoever runs this machine
    """

    command_id: CommandId
    by: str
    at: datetime
    command: Command
    person: UserId | None = None


def encode_command(command: Command, *, command_id: str, by: str, at: datetime, person: UserId | None = None) -> bytes:
    """The payload of a request on `cmd.<context>`. Raises CodecError."""
    return codec.to_json(_Wire(_NAME_OF[type(command)], command_id, by, at, command, person))


def decode_command(data: bytes) -> Order:
    """Raises CodecError naming the wrong field."""
    plain = codec.load(data)
    wire = codec.from_plain(_Header, plain)
    cls = NAMES.get(wire.name)
    if cls is None:
        raise codec.CodecError(f"name: {wire.name!r} is not a command")
    command = codec.from_plain(cls, plain.get("command"))
    return Order(CommandId(wire.command_id), wire.by, wire.at, command, wire.person)


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    command_id: str
    by: str
    at: datetime
    person: UserId | None = None


@dataclass(frozen=True, slots=True)
class _Wire:
    name: str
    command_id: str
    by: str
    at: datetime
    command: Command
    person: UserId | None
