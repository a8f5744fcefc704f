"""Cameras, zones and rules: what is accepted, what is refused and which field is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import plant
from domain.contracts.commands import (
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
    SetReferenceFrame,
    SetRetention,
)
from domain.contracts.detections import ObjectClass
from domain.contracts.events import (
    CameraConfigured,
    CameraMovedToGroup,
    CameraRegistered,
    CameraRetired,
    ObjectPermitted,
    PlantEvent,
    ReferenceFrameSet,
    ReferenceRenewed,
    RetentionSet,
    RuleRetired,
    ZoneRetired,
)
from domain.contracts.identifiers import CameraId, GroupId, RuleId, ShopId, ZoneId
from domain.contracts.observations import Direction
from domain.contracts.plant import MISSING_ITEMS, DirectionLine, Lamp, RuleKind, Schedule, Thresholds, Window
from domain.plant import SETTLING, FieldRefused
from tests.domain.samples import INSIDE, LEFT_HALF, PIT, T0, YARD, danger_rule, second, zone

REGISTER = RegisterCamera(CameraId("yard"), "Двор", "rtsp://10.0.0.5/main")
REGISTERED = CameraRegistered(CameraId("yard"), "Двор", "rtsp://10.0.0.5/main", 10.0, 1280, False)
DRAW = DrawZone(ZoneId("pit"), CameraId("yard"), "Яма", LEFT_HALF)
PUBLISH = PublishRule(
    RuleId("yard-danger"),
    "Опасная зона",
    RuleKind.DANGER_ZONE,
    CameraId("yard"),
    ZoneId("pit"),
    Thresholds(0.4, 0.6),
    dwell_s=1.0,
    window_s=10.0,
    gap_s=2.0,
)
HOLD = replace(PUBLISH, kind=RuleKind.NO_VEST, at_gate=True)
ONE_WAY = replace(PUBLISH, kind=RuleKind.DIRECTION, forbidden=Direction.OUT)
GUARD = replace(PUBLISH, kind=RuleKind.GUARD_OPEN, object_classes=(ObjectClass.MACHINE,))
SIGNAL = replace(GUARD, kind=RuleKind.LAMP, forbidden_lamps=(Lamp.RED, Lamp.OFF))
ALONE = replace(GUARD, kind=RuleKind.UNATTENDED, near=2.0)
LINGER = replace(PUBLISH, kind=RuleKind.LOITERING, near=3.0)
DISARM = replace(PUBLISH, kind=RuleKind.WEAPON, object_classes=(ObjectClass.WEAPON,))
LEFT = replace(PUBLISH, kind=RuleKind.LEFT_OBJECT, object_classes=(ObjectClass.OBJECT,))
MOVE = MoveCameraToGroup(YARD, GroupId("gates"), ShopId("shop-2"))
MOVED = CameraMovedToGroup(YARD, GroupId("gates"), ShopId("shop-2"))
SET_REFERENCE = SetReferenceFrame(YARD, "cameras/yard/reference.jpg", "ab" * 32, T0)
REFERENCE_SET = ReferenceFrameSet(YARD, "cameras/yard/reference.jpg", "ab" * 32, T0)
RETIRED = CameraRetired(YARD)
DAY = timedelta(days=1)
PERMIT = PermitObject(PIT, INSIDE, T0 + DAY, note="поддон до завтра")
PERMITTED = ObjectPermitted(PIT, INSIDE, T0 + SETTLING, T0 + DAY, "поддон до завтра")
ZONE_RETIRED = ZoneRetired(PIT, T0 + SETTLING)


def after(*events: PlantEvent) -> plant.State:
    state: plant.State = plant.Absent()
    for event in events:
        state = plant.evolve(state, event)
    return state


def decided(command: PlantCommand, *events: PlantEvent) -> list[PlantEvent]:
    return plant.decide(command, after(*events), T0)


def test_a_camera_is_registered_once() -> None:
    assert decided(REGISTER) == [REGISTERED]
    assert decided(REGISTER, REGISTERED) == []


def test_a_changed_camera_is_configured() -> None:
    faster = replace(REGISTER, target_fps=12.0)
    assert decided(faster, REGISTERED) == [CameraConfigured(*vars_of(REGISTERED, target_fps=12.0))]


def vars_of(event: CameraRegistered, **changes: Any) -> list[Any]:
    changed = replace(event, **changes)
    return [changed.camera_id, changed.name, changed.source, changed.target_fps, changed.analysis_width, changed.ppe]


def test_a_retired_camera_comes_back_by_registration() -> None:
    retired = CameraRetired(CameraId("yard"))
    assert decided(RetireCamera(CameraId("yard")), REGISTERED) == [retired]
    assert decided(RetireCamera(CameraId("yard")), REGISTERED, retired) == []
    assert decided(REGISTER, REGISTERED, retired) == [CameraConfigured(*vars_of(REGISTERED))]


def test_a_camera_moves_between_groups_and_shops() -> None:
    assert decided(MOVE, REGISTERED) == [MOVED]
    assert decided(MOVE, REGISTERED, MOVED) == []
    out = MoveCameraToGroup(YARD, None, None)
    assert decided(out, REGISTERED) == []
    assert decided(out, REGISTERED, MOVED) == [CameraMovedToGroup(YARD, None, None)]


def test_a_camera_has_one_reference_frame() -> None:
    assert decided(SET_REFERENCE, REGISTERED) == [REFERENCE_SET]
    assert decided(SET_REFERENCE, REGISTERED, REFERENCE_SET) == []
    newer = replace(SET_REFERENCE, sha256="cd" * 32)
    assert decided(newer, REGISTERED, REFERENCE_SET) == [replace(REFERENCE_SET, sha256="cd" * 32)]


def test_a_camera_can_keep_its_evidence_longer_than_others() -> None:
    assert decided(SetRetention(YARD, 90), REGISTERED) == [RetentionSet(YARD, 90)]
    assert decided(SetRetention(YARD, 90), REGISTERED, RetentionSet(YARD, 90)) == []
    assert decided(SetRetention(YARD, None), REGISTERED, RetentionSet(YARD, 90)) == [RetentionSet(YARD, None)]
    assert decided(SetRetention(YARD, None), REGISTERED) == []


def test_what_is_set_on_a_camera_does_not_hide_a_change_of_its_settings() -> None:
    assert decided(REGISTER, REGISTERED, MOVED, REFERENCE_SET) == []
    faster = replace(REGISTER, target_fps=12.0)
    assert decided(faster, REGISTERED, MOVED) == [CameraConfigured(*vars_of(REGISTERED, target_fps=12.0))]


def test_a_camera_that_comes_back_is_where_it_was() -> None:
    assert decided(MOVE, REGISTERED, MOVED, RETIRED, CameraConfigured(*vars_of(REGISTERED))) == []


@pytest.mark.parametrize("command", [MOVE, SET_REFERENCE, SetRetention(YARD, 90)])
def test_nothing_is_set_on_a_camera_that_is_not_watched(command: PlantCommand) -> None:
    with pytest.raises(plant.PlantPartUnknown):
        decided(command)
    with pytest.raises(plant.PlantPartRetired):
        decided(command, REGISTERED, RETIRED)


def test_a_zone_is_retired_a_moment_later_and_comes_back_as_a_new_version() -> None:
    assert decided(RetireZone(PIT), zone()) == [ZONE_RETIRED]
    assert decided(RetireZone(PIT), zone(), ZONE_RETIRED) == []
    assert decided(DRAW, zone(), ZONE_RETIRED) == [zone(version=2, since=T0 + SETTLING)]


def test_an_object_is_permitted_for_a_while() -> None:
    assert decided(PERMIT, zone()) == [PERMITTED]
    assert decided(PERMIT, zone(), PERMITTED) == []
    assert decided(replace(PERMIT, since=T0 + DAY / 2), zone()) == [replace(PERMITTED, since=T0 + DAY / 2)]


def test_a_permission_is_prolonged_by_another_of_the_same_region() -> None:
    longer = replace(PERMIT, until=T0 + 2 * DAY)
    assert decided(longer, zone(), PERMITTED) == [replace(PERMITTED, until=T0 + 2 * DAY)]


def test_a_permission_does_not_change_the_zones_version() -> None:
    assert decided(DRAW, zone(), PERMITTED) == []
    assert decided(replace(DRAW, name="Котлован"), zone(), PERMITTED) == [
        replace(zone(version=2, since=T0 + SETTLING), name="Котлован")
    ]


def test_nothing_is_permitted_in_a_zone_that_is_not_there() -> None:
    with pytest.raises(plant.PlantPartUnknown):
        decided(PERMIT)
    with pytest.raises(plant.PlantPartRetired):
        decided(PERMIT, zone(), ZONE_RETIRED)


def test_after_a_rearrangement_the_reference_of_a_zone_is_learnt_anew() -> None:
    renewed = ReferenceRenewed(PIT, T0)
    assert decided(RenewReference(PIT), zone()) == [renewed]
    assert decided(RenewReference(PIT), zone(), renewed) == [renewed], "every rearrangement counts"
    assert decided(DRAW, zone(), renewed) == []


def test_there_is_no_reference_of_a_zone_that_is_not_there() -> None:
    with pytest.raises(plant.PlantPartUnknown):
        decided(RenewReference(PIT))
    with pytest.raises(plant.PlantPartRetired):
        decided(RenewReference(PIT), zone(), ZONE_RETIRED)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (replace(LEFT, object_classes=(ObjectClass.PERSON,)), "object_classes"),
        (replace(LEFT, object_classes=(ObjectClass.OBJECT, ObjectClass.CAR)), "object_classes"),
        (replace(LEFT, zone_id=None), "zone_id"),
        (replace(LEFT, window_s=4.0), "window_s"),
        (replace(PUBLISH, object_classes=(ObjectClass.PERSON, ObjectClass.OBJECT)), "object_classes"),
    ],
)
def test_a_rule_about_left_objects_is_about_nothing_else(rule: PublishRule, field: str) -> None:
    assert len(decided(LEFT)) == 1
    with pytest.raises(FieldRefused, match=field):
        decided(rule)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(MOVE, group_id=GroupId("Ворота")), "group_id"),
        (replace(MOVE, shop_id=ShopId("a.b")), "shop_id"),
        (replace(SET_REFERENCE, key=""), "key"),
        (replace(SET_REFERENCE, sha256="ab"), "sha256"),
        (replace(SET_REFERENCE, captured_at=T0.replace(tzinfo=None)), "captured_at"),
        (SetRetention(YARD, 0), "days"),
        (SetRetention(YARD, 36_600), "days"),
    ],
)
def test_a_wrong_field_of_what_is_set_on_a_camera_is_refused_by_name(command: PlantCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decided(command, REGISTERED)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(PERMIT, region=(0.2, 0.2, 0.1, 0.6)), "region"),
        (replace(PERMIT, region=(0.1, 0.2, 1.2, 0.6)), "region"),
        (replace(PERMIT, region=(float("nan"), 0.2, 0.2, 0.6)), "region"),
        (replace(PERMIT, until=T0), "until"),
        (replace(PERMIT, until=T0 + 400 * DAY), "until"),
        (replace(PERMIT, since=datetime.max.replace(tzinfo=UTC), until=T0), "until"),
        (replace(PERMIT, since=T0 + DAY), "until"),
        (replace(PERMIT, note="x" * 501), "note"),
    ],
)
def test_a_wrong_field_of_a_permission_is_refused_by_name(command: PlantCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decided(command, zone())


def test_a_rule_comes_back_after_it_was_retired_as_a_new_version() -> None:
    retired = RuleRetired(RuleId("yard-danger"), T0 + SETTLING)
    again = replace(danger_rule(version=3), effective_from=T0 + SETTLING)
    assert decided(PUBLISH, danger_rule(), retired) == [again]
    assert decided(RetireRule(RuleId("yard-danger")), danger_rule(), retired) == []


def test_a_zone_becomes_a_gate_with_a_direction() -> None:
    line = DirectionLine((0.0, 0.5), (0.5, 0.5))
    gate = replace(DRAW, gate=True, line=line)
    drawn = replace(zone(version=2, since=T0 + SETTLING), gate=True, line=line)
    assert decided(gate, zone()) == [drawn]
    assert decided(gate, zone(), drawn) == []
    assert decided(replace(gate, line=None), zone(), drawn) == [replace(drawn, zone_version=3, line=None)]


def test_a_zone_gets_a_new_version_with_each_change() -> None:
    first = zone(since=T0 + SETTLING)
    assert decided(DRAW) == [first]
    assert decided(DRAW, first) == []
    smaller = replace(DRAW, polygon=LEFT_HALF[:3])
    assert decided(smaller, first) == [zone(LEFT_HALF[:3], version=2, since=T0 + SETTLING)]


def test_a_rule_is_in_force_a_moment_later() -> None:
    published = replace(danger_rule(), effective_from=T0 + SETTLING)
    assert decided(PUBLISH) == [published]
    assert decided(PUBLISH, published) == []
    assert decided(RetireRule(RuleId("yard-danger")), published) == [RuleRetired(RuleId("yard-danger"), T0 + SETTLING)]


def test_what_only_some_rules_say_is_published_with_them() -> None:
    published = replace(danger_rule(), effective_from=T0 + SETTLING)
    small = replace(PUBLISH, min_person_height=0.08)
    assert decided(small) == [replace(published, min_person_height=0.08)]
    assert decided(small, published) == [replace(published, rule_version=2, min_person_height=0.08)]
    assert decided(HOLD) == [replace(published, kind=RuleKind.NO_VEST, at_gate=True)]
    assert decided(ONE_WAY) == [replace(published, kind=RuleKind.DIRECTION, forbidden=Direction.OUT)]
    assert decided(LINGER) == [replace(published, kind=RuleKind.LOITERING, near=3.0)]
    assert decided(LINGER, *decided(LINGER)) == []
    lathe = replace(published, kind=RuleKind.GUARD_OPEN, object_classes=(ObjectClass.MACHINE,))
    assert decided(GUARD) == [lathe]
    assert decided(SIGNAL) == [replace(lathe, kind=RuleKind.LAMP, forbidden_lamps=(Lamp.RED, Lamp.OFF))]
    assert decided(ALONE) == [replace(lathe, kind=RuleKind.UNATTENDED, near=2.0)]
    [armed] = decided(DISARM)
    assert armed == replace(published, kind=RuleKind.WEAPON, object_classes=(ObjectClass.WEAPON,))
    assert decided(replace(DISARM, zone_id=None)) == [replace(armed, zone_id=None)]


@pytest.mark.parametrize("kind", sorted(MISSING_ITEMS))
def test_protective_equipment_may_be_asked_for_anywhere(kind: RuleKind) -> None:
    [published] = decided(replace(PUBLISH, kind=kind, zone_id=None))
    assert published == replace(danger_rule(), kind=kind, zone_id=None, effective_from=T0 + SETTLING)


def test_a_rule_for_an_archive_can_be_in_force_earlier() -> None:
    earlier = T0 - timedelta(days=30)
    assert decided(replace(PUBLISH, effective_from=earlier)) == [replace(danger_rule(), effective_from=earlier)]


def test_what_is_in_force_already_can_be_put_in_force_for_an_earlier_time_but_not_twice() -> None:
    earlier = T0 - timedelta(days=30)
    published, drawn = replace(danger_rule(), effective_from=T0), zone(since=T0)
    reaching_back = replace(danger_rule(version=2), effective_from=earlier)
    assert decided(replace(PUBLISH, effective_from=earlier), published) == [reaching_back]
    assert decided(replace(PUBLISH, effective_from=earlier), published, reaching_back) == []
    assert decided(replace(PUBLISH, effective_from=T0 + timedelta(days=1)), published) == []
    assert decided(replace(DRAW, effective_from=earlier), drawn) == [zone(version=2, since=earlier)]
    assert decided(replace(DRAW, effective_from=earlier), drawn, zone(version=2, since=earlier)) == []


def test_a_camera_may_have_a_second_stream_for_analysis() -> None:
    doubled = replace(REGISTER, analysis_source="rtsp://10.0.0.5/sub")
    registered = replace(REGISTERED, analysis_source="rtsp://10.0.0.5/sub")
    assert decided(doubled) == [registered]
    assert decided(doubled, registered) == []
    assert decided(REGISTER, registered) == [CameraConfigured(*vars_of(REGISTERED))]


def test_a_camera_reads_plates_when_it_is_asked_to() -> None:
    asked, registered = replace(REGISTER, plates=True), replace(REGISTERED, plates=True)
    assert decided(asked) == [registered]
    assert decided(asked, REGISTERED) == [replace(CameraConfigured(*vars_of(REGISTERED)), plates=True)]
    assert decided(REGISTER, registered) == [CameraConfigured(*vars_of(REGISTERED))]
    assert decided(asked, registered) == []


def test_an_archive_is_a_camera_without_a_second_stream() -> None:
    archive = replace(REGISTER, source="archive:///records/yard")
    assert decided(archive) == [replace(REGISTERED, source="archive:///records/yard")]
    with pytest.raises(FieldRefused, match="analysis_source"):
        decided(replace(archive, analysis_source="rtsp://10.0.0.5/sub"))


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(REGISTER, camera_id=CameraId("../etc")), "camera_id"),
        (replace(REGISTER, camera_id=CameraId("a.b")), "camera_id"),  # a dot would be another NATS subject
        (replace(REGISTER, name=""), "name"),
        (replace(REGISTER, source="http://169.254.169.254/"), "source"),  # C15
        (replace(REGISTER, source="rtsp://user:secret@10.0.0.5/"), "source"),  # C17
        (replace(REGISTER, analysis_source="http://10.0.0.5/sub"), "analysis_source"),
        (replace(REGISTER, analysis_source="archive:///a"), "analysis_source"),
        (replace(REGISTER, analysis_source="rtsp://user:secret@10.0.0.5/sub"), "analysis_source"),
        (replace(REGISTER, target_fps=0.0), "target_fps"),
        (replace(REGISTER, analysis_width=100_000), "analysis_width"),
        (replace(DRAW, polygon=LEFT_HALF[:2]), "polygon"),
        (replace(DRAW, polygon=((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0))), "polygon"),  # E1: a bow tie
        (replace(DRAW, polygon=((0.0, 0.0), (2.0, 0.0), (0.0, 1.0))), "polygon"),
        (replace(DRAW, line=DirectionLine((0.1, 0.1), (1.1, 0.1))), "line.end"),
        (replace(DRAW, line=DirectionLine((float("nan"), 0.1), (0.5, 0.1))), "line.start"),
        (replace(DRAW, line=DirectionLine((0.5, 0.1), (0.5, 0.1))), "line"),
        (replace(DRAW, polygon=((0.1, 0.1), (0.2, 0.2), (0.3, 0.3))), "polygon"),
        (replace(DRAW, polygon=((float("nan"), 0.0), (1.0, 0.0), (0.0, 1.0))), "polygon"),  # E2
        (replace(DRAW, polygon=tuple((i / 999, 0.5) for i in range(999))), "polygon"),  # E3
        (replace(PUBLISH, thresholds=Thresholds(0.7, 0.6)), "thresholds"),
        (replace(PUBLISH, thresholds=Thresholds(-0.1, 0.6)), "thresholds"),
        (replace(PUBLISH, zone_id=None), "zone_id"),
        (replace(PUBLISH, window_s=0.0), "window_s"),
        (replace(PUBLISH, gap_s=0.0), "gap_s"),
        (replace(PUBLISH, dwell_s=-1.0), "dwell_s"),
        (replace(PUBLISH, object_classes=()), "object_classes"),
        (replace(PUBLISH, schedule=Schedule("Mars/Olympus", ())), "schedule"),
        (
            replace(PUBLISH, schedule=Schedule("UTC", (Window((7,), second(0).time(), second(60).time()),))),
            "schedule",
        ),
        (replace(PUBLISH, min_person_height=-0.1), "min_person_height"),
        (replace(PUBLISH, min_person_height=1.0), "min_person_height"),
        (replace(PUBLISH, min_person_height=float("nan")), "min_person_height"),
        (replace(PUBLISH, at_gate=True), "at_gate"),  # only protective equipment is shown
        (replace(HOLD, zone_id=None), "at_gate"),
        (replace(HOLD, dwell_s=0.0), "dwell_s"),
        (replace(HOLD, dwell_s=10.1), "dwell_s"),  # longer than the window, that is never enough
        (replace(HOLD, object_classes=(ObjectClass.CAR,)), "object_classes"),
        (replace(ONE_WAY, forbidden=None), "forbidden"),
        (replace(ONE_WAY, zone_id=None), "zone_id"),
        (replace(PUBLISH, forbidden=Direction.OUT), "forbidden"),
        (replace(DISARM, object_classes=(ObjectClass.WEAPON, ObjectClass.PERSON)), "object_classes"),
        (replace(DISARM, at_gate=True), "at_gate"),
        (replace(LINGER, near=0.0), "near"),
        (replace(LINGER, near=20.1), "near"),
        (replace(LINGER, near=float("nan")), "near"),
        (replace(LINGER, zone_id=None), "zone_id"),
        (replace(PUBLISH, near=1.0), "near"),
        (replace(GUARD, object_classes=(ObjectClass.PERSON,)), "object_classes"),
        (replace(PUBLISH, object_classes=(ObjectClass.PERSON, ObjectClass.MACHINE)), "object_classes"),
        (replace(GUARD, zone_id=None), "zone_id"),
        (replace(GUARD, window_s=4.0), "window_s"),
        (replace(GUARD, gap_s=1.0), "gap_s"),
        (replace(GUARD, near=1.0), "near"),
        (replace(GUARD, forbidden_lamps=(Lamp.RED,)), "forbidden_lamps"),
        (replace(SIGNAL, forbidden_lamps=()), "forbidden_lamps"),
        (replace(SIGNAL, forbidden_lamps=(Lamp.RED, Lamp.RED)), "forbidden_lamps"),
        (replace(ALONE, near=20.1), "near"),
        (replace(ALONE, near=-0.1), "near"),
        (replace(ALONE, dwell_s=10.1), "dwell_s"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: PlantCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decided(command)


@pytest.mark.parametrize(
    "command", [RetireRule(RuleId("none")), RetireZone(ZoneId("none")), RetireCamera(CameraId("none"))]
)
def test_what_is_not_there_cannot_be_retired(command: PlantCommand) -> None:
    with pytest.raises(plant.PlantPartUnknown, match="none"):
        decided(command)


@pytest.mark.parametrize("event", [MOVED, RETIRED, PERMITTED, ZONE_RETIRED, RuleRetired(RuleId("x"), T0)])
def test_a_fact_about_something_unknown_changes_nothing(event: PlantEvent) -> None:
    assert after(event) == plant.Absent()
