"""Cameras: what is accepted, what is refused and which field is named."""

from dataclasses import replace
from typing import Any

import pytest

from domain import plant
from domain.contracts.commands import (
    MoveCameraToGroup,
    PlantCommand,
    RetireCamera,
    RetireRule,
    RetireZone,
    SetRetention,
)
from domain.contracts.events import (
    CameraConfigured,
    CameraMovedToGroup,
    CameraRegistered,
    CameraRetired,
    PlantEvent,
    RetentionSet,
    RuleRetired,
)
from domain.contracts.identifiers import CameraId, GroupId, RuleId, ShopId, ZoneId
from domain.plant import FieldRefused
from tests.domain.planning import (
    MOVE,
    MOVED,
    PERMITTED,
    REFERENCE_SET,
    REGISTER,
    REGISTERED,
    RETIRED,
    SET_REFERENCE,
    ZONE_RETIRED,
    after,
    decided,
)
from tests.domain.samples import T0, YARD


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


def test_a_camera_may_say_where_it_wants_its_login() -> None:
    source = "rtsp://10.0.0.5/x?user={user}&password={password}"
    assert decided(replace(REGISTER, source=source)) == [replace(REGISTERED, source=source)]


def test_an_archive_is_a_camera_without_a_second_stream() -> None:
    archive = replace(REGISTER, source="archive:///records/yard")
    assert decided(archive) == [replace(REGISTERED, source="archive:///records/yard")]
    with pytest.raises(FieldRefused, match="analysis_source"):
        decided(replace(archive, analysis_source="rtsp://10.0.0.5/sub"))


@pytest.mark.parametrize(
    "command", [RetireRule(RuleId("none")), RetireZone(ZoneId("none")), RetireCamera(CameraId("none"))]
)
def test_what_is_not_there_cannot_be_retired(command: PlantCommand) -> None:
    with pytest.raises(plant.PlantPartUnknown, match="none"):
        decided(command)


@pytest.mark.parametrize("event", [MOVED, RETIRED, PERMITTED, ZONE_RETIRED, RuleRetired(RuleId("x"), T0)])
def test_a_fact_about_something_unknown_changes_nothing(event: PlantEvent) -> None:
    assert after(event) == plant.Absent()


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
        (replace(REGISTER, source="rtsp://10.0.0.5/x?user=admin&password=secret"), "source"),
        (replace(REGISTER, source="rtsp://10.0.0.5/x?token=***"), "source"),  # as it is shown to people
        (replace(REGISTER, analysis_source="rtsp://10.0.0.5/user=a&password=secret&channel=1"), "analysis_source"),
        (replace(REGISTER, target_fps=0.0), "target_fps"),
        (replace(REGISTER, analysis_width=100_000), "analysis_width"),
    ],
)
def test_a_wrong_field_of_a_camera_is_refused_by_name(command: PlantCommand, field: str) -> None:
    with pytest.raises(FieldRefused, match=field):
        decided(command)
