"""One fixed fact of every kind: tests of the deciders build on them, golden files keep them as they are stored.

A fact here may change only together with a new version of its event: its golden file does not.
"""

from datetime import time, timedelta
from typing import Final
from uuid import UUID

from domain.contracts.access import WHOLE_PLANT, Provider, Right, Scope, SignInFailure
from domain.contracts.events import (
    Assigned,
    CameraConfigured,
    CameraMovedToGroup,
    CameraRegistered,
    CameraRetired,
    Commented,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryRequested,
    DeliverySent,
    Dismissed,
    Event,
    EvidenceAttached,
    EvidenceExpired,
    EvidenceLocked,
    EvidenceMissed,
    EvidenceUnlocked,
    EvidenceViewed,
    IncidentClosed,
    LicenceActivated,
    LicenceExpired,
    LicenceExpiryWarned,
    LicenceIssued,
    LicenceRenewed,
    MarkedFalsePositive,
    ModelEvaluated,
    ModelPromoted,
    ModelRolledBack,
    ModelTrained,
    NotificationRuleChanged,
    NotificationRuleDefined,
    NotificationRuleRemoved,
    ObjectPermitted,
    ReferenceFrameSet,
    ReferenceRenewed,
    ReportExported,
    ReportScheduleChanged,
    ReportScheduleDefined,
    ReportScheduleRemoved,
    RetentionSet,
    ReviewReopened,
    ReviewRequested,
    RoleDefined,
    RoleGranted,
    RoleRetired,
    RoleRevoked,
    RuleRetired,
    SampleAdded,
    ScoreRaised,
    ShadowScored,
    ShadowStarted,
    SignedIn,
    SignInFailed,
    SplitAssigned,
    UserChanged,
    UserDisabled,
    UserEnabled,
    UserErased,
    UserRegistered,
    VersionFrozen,
    ViolationConfirmed,
    ViolationRecognised,
    ZoneRetired,
)
from domain.contracts.events.learning import ModelImported, ModelPutInForce, ModelWithdrawn
from domain.contracts.events.machines import MachineNotTaught, MachineTaught, MachineTeachingAsked
from domain.contracts.identifiers import (
    DatasetId,
    GroupId,
    LicenceId,
    ModelId,
    NotificationRuleId,
    ReportScheduleId,
    RoleId,
    ShopId,
    TeachingId,
    delivery_id,
    user_id,
)
from domain.contracts.learning import (
    Criterion,
    Metric,
    ModelForm,
    ModelFormat,
    ModelKind,
    ShadowFigures,
    ShadowVerdict,
    Split,
)
from domain.contracts.licensing import LicenceTerms, Module
from domain.contracts.machines import Aspect, TaughtAspect, TaughtState, TeachingFailure
from domain.contracts.notifying import (
    Channel,
    NotificationTerms,
    Occasion,
    Recurrence,
    ReportFormat,
    ReportKind,
    ReportTerms,
    Severity,
)
from domain.contracts.plant import EvidenceKind, ExpiryCause, RuleKind, Schedule, Window
from tests.domain.recordings import RECORDING_FACTS
from tests.domain.samples import DANGER, INSIDE, PIT, T0, YARD, danger_rule, opened, second, zone

DAY: Final = timedelta(days=1)
SHA: Final = "ab" * 32
OTHER_SHA: Final = "cd" * 32
ANNA: Final = user_id(Provider.LOCAL, "anna")
BORIS: Final = user_id(Provider.LDAP, "boris")
OPERATOR: Final = RoleId("operator")
SHOP: Final = ShopId("shop-2")
GATES: Final = GroupId("gates")
NIGHT: Final = Schedule("Europe/Moscow", (Window((0, 1, 2, 3, 4), time(22), time(6)),))
HELMETS: Final = DatasetId("helmets")
PPE_MODEL: Final = ModelId("ppe")

PHOTO_ATTACHED = EvidenceAttached(EvidenceKind.PHOTO, "incidents/1/photo.jpg", SHA, 10, "image/jpeg", T0, T0)
REGISTERED = CameraRegistered(YARD, "Двор", "rtsp://10.0.0.5/main", 10.0, 1280, False)
TEACHING_ASKED = MachineTeachingAsked(PIT, TeachingId(UUID("2f0ab6a4-7d7c-5a53-9a39-0c3b8d1f5e77")), T0)
MACHINE_TAUGHT = MachineTaught(
    PIT,
    TEACHING_ASKED.teaching_id,
    SHA,
    12,
    (TaughtState(Aspect.GUARD, "open", 5), TaughtState(Aspect.GUARD, "closed", 6)),
    (TaughtAspect(Aspect.GUARD, 1.0, 0.0625),),
)
PERMITTED = ObjectPermitted(PIT, INSIDE, T0, T0 + DAY, "поддон до завтра")

ROLE_DEFINED = RoleDefined(OPERATOR, "Оператор", (Right.WATCH_LIVE, Right.CONFIRM_REVIEW), Scope(shops=(SHOP,)))
ROLE_GRANTED = RoleGranted(OPERATOR, ANNA, None)
USER_REGISTERED = UserRegistered(ANNA, Provider.LOCAL, "anna", "Анна Ковалёва", "anna@example.org", "+79161234567")
EXPORTED = ReportExported(ANNA, ReportKind.VIOLATIONS, ReportFormat.PDF, T0 - DAY, T0, 12, SHA)

TERMS = NotificationTerms(
    name="Нарушения сменному мастеру",
    occasions=(Occasion.VIOLATION, Occasion.CAMERA_SILENT),
    roles=(OPERATOR,),
    channels=(Channel.EMAIL, Channel.IN_APP),
    scope=WHOLE_PLANT,
    at_least=Severity.WARNING,
    min_interval_s=300.0,
    quiet_hours=NIGHT,
)
NOTIFICATION_DEFINED = NotificationRuleDefined(NotificationRuleId("foremen"), TERMS)
WEEKLY = ReportTerms(
    name="Неделя цеха",
    report=ReportKind.VIOLATIONS,
    formats=(ReportFormat.PDF, ReportFormat.CSV),
    recurrence=Recurrence.WEEKLY,
    tz="Europe/Moscow",
    at=time(8, 30),
    weekday=0,
    day_of_month=None,
    scope=Scope(shops=(SHOP,)),
    kinds=(RuleKind.NO_HELMET,),
    false_positives=False,
    roles=(OPERATOR,),
    channels=(Channel.EMAIL,),
)
SCHEDULE_DEFINED = ReportScheduleDefined(ReportScheduleId("shop-weekly"), WEEKLY)
ABOUT = "00000000-0000-0000-0000-000000000001/violation"
REQUESTED = DeliveryRequested(
    delivery_id=delivery_id(ABOUT, Channel.EMAIL, ANNA),
    channel=Channel.EMAIL,
    recipient=ANNA,
    occasion=Occasion.VIOLATION,
    about=ABOUT,
    incident_id=opened().incident_id,
    rule_id=NotificationRuleId("foremen"),
    schedule_id=None,
    text="Двор: без каски, 09:00:01",
)

YEAR = LicenceTerms((Module.PPE, Module.PERIMETER), 80, T0, T0 + 365 * DAY)
ISSUED = LicenceIssued(LicenceId("plant-2026"), "АО «Завод»", YEAR)
ACTIVATED = LicenceActivated("installation-7", T0)

SAMPLE_ADDED = SampleAdded(
    dataset_id=HELMETS,
    key="datasets/helmets/1.jpg",
    sha256=SHA,
    annotation_key="datasets/helmets/1.json",
    annotation_sha256=OTHER_SHA,
    labels=("person", "helmet"),
    camera_id=YARD,
    captured_at=T0,
    incident_id=opened().incident_id,
)
FROZEN = VersionFrozen(HELMETS, 1, 1200, "datasets/helmets/v1.txt", SHA)
TRAINED = ModelTrained(PPE_MODEL, 1, SHA, "models/ppe/1.onnx", 12_000_000, HELMETS, 1, "d846406", 7)
EVALUATED = ModelEvaluated(1, HELMETS, 1, (Metric("AP@50", 0.81, None), Metric("F1@50", 0.7, "night")))
FORM = ModelForm(ModelKind.PPE, ModelFormat.ONNX, ("helmet", "no_helmet", "vest", "no_vest"), 512, 512)
IMPORTED = ModelImported(PPE_MODEL, 1, SHA, "models/" + SHA, 12_000_000, FORM, "AGPL-3.0")
PUT_IN_FORCE = ModelPutInForce(PPE_MODEL, 1, SHA, "models/" + SHA, 12_000_000, FORM, (YARD,), "пробуем на дворе")
GOOD_FIGURES = ShadowFigures(
    hours=1000.0,
    tp_old=200,
    tp_new=210,
    fp_old=50,
    fp_new=40,
    missed=2,
    gained=12,
    dup_old=5,
    dup_new=5,
    ttd_p95_old_s=4.0,
    ttd_p95_new_s=3.5,
    ttd_mean_new_s=2.0,
    recall_old=0.9,
    recall_new=0.95,
    size_bytes=12_000_000,
)

EVERY: Final[dict[str, Event]] = {
    "incident.opened.v1": opened(),
    "incident.score_raised.v1": ScoreRaised(0.75, second(3), 30),
    "incident.evidence_attached.v1": PHOTO_ATTACHED,
    "incident.evidence_missed.v1": EvidenceMissed(EvidenceKind.CLIP, "поток прервался"),
    "incident.closed.v1": IncidentClosed(second(5), second(8), 80),
    "incident.violation_recognised.v1": ViolationRecognised(0.7),
    "incident.review_requested.v1": ReviewRequested(0.5),
    "incident.dismissed.v1": Dismissed(0.1),
    "incident.violation_confirmed.v1": ViolationConfirmed("anna"),
    "incident.marked_false_positive.v1": MarkedFalsePositive("anna", "тень на стене"),
    "incident.review_reopened.v1": ReviewReopened("anna"),
    "incident.commented.v1": Commented("anna", "проверить угол"),
    "incident.assigned.v1": Assigned("boris"),
    "incident.evidence_locked.v1": EvidenceLocked("расследование 14"),
    "incident.evidence_unlocked.v1": EvidenceUnlocked("расследование закрыто"),
    "incident.evidence_expired.v1": EvidenceExpired(EvidenceKind.CLIP, ExpiryCause.RETENTION),
    "camera.registered.v1": REGISTERED,
    "camera.configured.v1": CameraConfigured(YARD, "Двор", "rtsp://10.0.0.5/main", 12.0, 1280, True),
    "camera.retired.v1": CameraRetired(YARD),
    "camera.moved_to_group.v1": CameraMovedToGroup(YARD, GATES, SHOP),
    "camera.reference_frame_set.v1": ReferenceFrameSet(YARD, "cameras/yard/reference.jpg", SHA, T0),
    "camera.retention_set.v1": RetentionSet(YARD, 90),
    "zone.drawn.v1": zone(),
    "zone.retired.v1": ZoneRetired(PIT, second(2)),
    "zone.object_permitted.v1": PERMITTED,
    "zone.reference_renewed.v1": ReferenceRenewed(PIT, T0),
    "zone.teaching_asked.v1": TEACHING_ASKED,
    "zone.machine_taught.v1": MACHINE_TAUGHT,
    "zone.machine_not_taught.v1": MachineNotTaught(PIT, TEACHING_ASKED.teaching_id, TeachingFailure.TOO_FEW, "open", 2),
    "rule.published.v1": danger_rule(),
    "rule.retired.v1": RuleRetired(DANGER, second(2)),
    "role.defined.v1": ROLE_DEFINED,
    "role.granted.v1": RoleGranted(OPERATOR, ANNA, Scope(groups=(GATES,), cameras=(YARD,))),
    "role.revoked.v1": RoleRevoked(OPERATOR, ANNA),
    "role.retired.v1": RoleRetired(OPERATOR),
    "user.registered.v1": USER_REGISTERED,
    "user.changed.v1": UserChanged(BORIS, Provider.LDAP, "boris", "Борис", None, None),
    "user.disabled.v1": UserDisabled(ANNA, "уволилась"),
    "user.enabled.v1": UserEnabled(ANNA),
    "user.erased.v1": UserErased(ANNA, "152-ФЗ, ст. 21, заявление 17"),
    "user.signed_in.v1": SignedIn(ANNA, "10.0.0.17"),
    "user.sign_in_failed.v1": SignInFailed(ANNA, SignInFailure.WRONG_PASSWORD, "10.0.0.17"),
    "user.evidence_viewed.v1": EvidenceViewed(ANNA, opened().incident_id, EvidenceKind.CLIP),
    "user.report_exported.v1": EXPORTED,
    "notification.defined.v1": NOTIFICATION_DEFINED,
    "notification.changed.v1": NotificationRuleChanged(NotificationRuleId("foremen"), TERMS),
    "notification.removed.v1": NotificationRuleRemoved(NotificationRuleId("foremen")),
    "report.defined.v1": SCHEDULE_DEFINED,
    "report.changed.v1": ReportScheduleChanged(ReportScheduleId("shop-weekly"), WEEKLY),
    "report.removed.v1": ReportScheduleRemoved(ReportScheduleId("shop-weekly")),
    "delivery.requested.v1": REQUESTED,
    "delivery.sent.v1": DeliverySent(2, "250 OK"),
    "delivery.failed.v1": DeliveryFailed(1, "550 no such mailbox", second(30)),
    "delivery.given_up.v1": DeliveryGivenUp(6, "550 no such mailbox"),
    "licence.issued.v1": ISSUED,
    "licence.activated.v1": ACTIVATED,
    "licence.expiry_warned.v1": LicenceExpiryWarned(YEAR.valid_until, 14, T0 + 351 * DAY),
    "licence.expired.v1": LicenceExpired(YEAR.valid_until, YEAR.valid_until + 7 * DAY, YEAR.valid_until),
    "licence.renewed.v1": LicenceRenewed(LicenceTerms((Module.PPE,), 100, T0, T0 + 730 * DAY)),
    "dataset.sample_added.v1": SAMPLE_ADDED,
    "dataset.split_assigned.v1": SplitAssigned(HELMETS, YARD, Split.TEST),
    "dataset.version_frozen.v1": FROZEN,
    "model.trained.v1": TRAINED,
    "model.evaluated.v1": EVALUATED,
    "model.shadow_started.v1": ShadowStarted(2, 1, (YARD,), T0 + 14 * DAY),
    "model.shadow_scored.v1": ShadowScored(2, GOOD_FIGURES, ShadowVerdict.PASSED, ()),
    "model.promoted.v1": ModelPromoted(2, OTHER_SHA, "две недели без пропусков", (Criterion.RECALL,)),
    "model.rolled_back.v1": ModelRolledBack(2, 1, SHA, "ложные тревоги в снегопад"),
    "model.imported.v1": IMPORTED,
    "model.put_in_force.v1": PUT_IN_FORCE,
    "model.withdrawn.v1": ModelWithdrawn(PPE_MODEL, ModelKind.PPE, (), "слепит солнце"),
    **RECORDING_FACTS,
}
