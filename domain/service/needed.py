"""Which right each command needs of the person who gives it. One line for each; a test knows that none is missing."""

from typing import Any, Final

from domain.contracts.access import Right
from domain.contracts.commands import (
    ActivateLicence,
    AddSample,
    AssignIncident,
    AssignSplit,
    AttachEvidence,
    ChangeNotificationRule,
    ChangeReportSchedule,
    CheckLicence,
    Comment,
    ConfirmViolation,
    DefineNotificationRule,
    DefineReportSchedule,
    DefineRole,
    DisableUser,
    DrawZone,
    EnableUser,
    ErasePerson,
    ExpireEvidence,
    ExpireRecording,
    FreezeVersion,
    GiveUpDelivery,
    GrantRole,
    IssueLicence,
    LockEvidence,
    LockRecording,
    MarkFalsePositive,
    MoveCameraToGroup,
    PermitObject,
    PromoteModel,
    PublishRule,
    RecordEvaluation,
    RecordEvidenceView,
    RecordFailedSignIn,
    RecordReportExport,
    RecordSignIn,
    RecordTraining,
    RegisterCamera,
    RegisterUser,
    RemoveNotificationRule,
    RemoveReportSchedule,
    RenewLicence,
    RenewReference,
    ReopenReview,
    ReportEvidenceMissed,
    ReportFailed,
    ReportRecordingMissed,
    ReportSent,
    RequestDelivery,
    RetireCamera,
    RetireRole,
    RetireRule,
    RetireZone,
    RevokeRole,
    RollBackModel,
    ScoreShadow,
    SetReferenceFrame,
    SetRetention,
    StartRecording,
    StartShadow,
    StopRecording,
    StoreRecording,
    UnlockEvidence,
    UnlockRecording,
)
from domain.contracts.commands.learning import ImportModel, PutModelInForce, WithdrawModel
from domain.contracts.commands.machines import ReportMachineNotTaught, ReportMachineTaught, TeachMachine

EVERYWHERE: Final[dict[type[Any], Right]] = {
    **dict.fromkeys((RegisterCamera, RetireCamera, MoveCameraToGroup), Right.CONFIGURE_CAMERAS),
    **dict.fromkeys((DefineRole, GrantRole, RevokeRole, RetireRole), Right.MANAGE_ACCESS),
    **dict.fromkeys((RegisterUser, DisableUser, EnableUser), Right.MANAGE_ACCESS),
    ErasePerson: Right.ERASE_PERSONS,
    **dict.fromkeys((IssueLicence, ActivateLicence, CheckLicence, RenewLicence), Right.MANAGE_LICENCES),
    **dict.fromkeys(
        (DefineNotificationRule, ChangeNotificationRule, RemoveNotificationRule), Right.MANAGE_NOTIFICATIONS
    ),
    **dict.fromkeys((DefineReportSchedule, ChangeReportSchedule, RemoveReportSchedule), Right.MANAGE_REPORTS),
    **dict.fromkeys((AddSample, AssignSplit, FreezeVersion), Right.LOAD_DATA),
    **dict.fromkeys((RecordTraining, RecordEvaluation, StartShadow, ScoreShadow), Right.TRAIN_MODELS),
    **dict.fromkeys((ImportModel, PromoteModel, RollBackModel, PutModelInForce, WithdrawModel), Right.PROMOTE_MODELS),
}
"""On the whole plant. A camera that moves into a group moves into the scope of others, so it is one of these."""

ON_ITS_CAMERA: Final[dict[type[Any], Right]] = {
    **dict.fromkeys((SetReferenceFrame, DrawZone, RetireZone, TeachMachine), Right.CONFIGURE_CAMERAS),
    SetRetention: Right.SET_RETENTION,
    **dict.fromkeys((PublishRule, RetireRule, RenewReference), Right.PUBLISH_RULES),
    PermitObject: Right.PERMIT_OBJECTS,
    **dict.fromkeys((ConfirmViolation, MarkFalsePositive, ReopenReview, Comment), Right.CONFIRM_REVIEW),
    AssignIncident: Right.ASSIGN_INCIDENTS,
    **dict.fromkeys((LockEvidence, UnlockEvidence, LockRecording, UnlockRecording), Right.LOCK_EVIDENCE),
    **dict.fromkeys((StartRecording, StopRecording), Right.RECORD_VIDEO),
}
"""On the camera that the command names and on that which the zone, rule, incident or recording lies on so far."""

OF_PROCESSES: Final[frozenset[type[Any]]] = frozenset(
    (
        *(AttachEvidence, ReportEvidenceMissed, ExpireEvidence),
        *(StoreRecording, ReportRecordingMissed, ExpireRecording),
        *(RequestDelivery, ReportSent, ReportFailed, GiveUpDelivery),
        *(ReportMachineTaught, ReportMachineNotTaught),
    )
)
"""No person gives them, whatever their rights: what a process did is said by that process."""

GATEWAY: Final = "gateway"
OF_THE_GATEWAY: Final[frozenset[type[Any]]] = frozenset((RegisterUser, DefineRole, GrantRole))
"""What the gateway says in its own name, about the logins that are new to it; all else it says for a person."""

WITHOUT_RIGHT: Final[frozenset[type[Any]]] = frozenset(
    (RecordSignIn, RecordFailedSignIn, RecordEvidenceView, RecordReportExport)
)
"""What the gateway writes down about whoever does something there."""
