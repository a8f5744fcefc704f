"""Which zones and rules an archive gets: those of the time, or today's, and never another camera's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.contracts.commands import DrawZone, PublishRule, RegisterCamera
from domain.contracts.detections import ObjectClass
from domain.contracts.events import CameraRegistered, Event, RulePublished, RuleRetired, ZoneDrawn
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import RuleKind, Thresholds
from infra.archive import ArchiveError
from infra.archive.plant import ArchivePlant, KnownPlant, Wanted, WhichRules, archive_plant

YARD, ARCHIVE = CameraId("yard"), CameraId("arc-yard")
START = datetime(2026, 3, 12, 8, tzinfo=UTC)
END = START + timedelta(hours=1)
LONG_AGO, LATER = START - timedelta(days=30), START + timedelta(days=3)
HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0))
LEFT, WHOLE = HALF, (*HALF, (0.0, 1.0))

CAMERA = CameraRegistered(YARD, "Двор", "rtsp://10.0.0.5/main", 5.0, 960, True)
ZONE = ZoneDrawn(ZoneId("pit"), 1, YARD, "Яма", LEFT, LONG_AGO)
RULE = RulePublished(
    rule_id=RuleId("danger"),
    rule_version=1,
    name="Опасная зона",
    kind=RuleKind.DANGER_ZONE,
    camera_id=YARD,
    zone_id=ZoneId("pit"),
    object_classes=(ObjectClass.PERSON,),
    thresholds=Thresholds(0.4, 0.7),
    dwell_s=1.0,
    window_s=5.0,
    gap_s=7.0,
    schedule=None,
    effective_from=LONG_AGO,
    min_person_height=0.1,
)
WANTED = Wanted(ARCHIVE, YARD, WhichRules.THEN, START, END, "Архив", "archive:///records")


def known(*events: Event) -> KnownPlant:
    plant = KnownPlant()
    for position, event in enumerate(events, 1):
        plant.add(event, position)
    return plant


def drawn(told: ArchivePlant) -> list[DrawZone]:
    return [command for command in told.commands if isinstance(command, DrawZone)]


def published(told: ArchivePlant) -> list[PublishRule]:
    return [command for command in told.commands if isinstance(command, PublishRule)]


def test_an_archive_is_analysed_like_its_camera_with_the_rules_of_the_time() -> None:
    told = archive_plant(known(CAMERA, ZONE, RULE), WANTED)
    assert told.commands[0] == RegisterCamera(ARCHIVE, "Архив", "archive:///records", 5.0, 960, True)
    [zone], [rule] = drawn(told), published(told)
    assert (zone.camera_id, zone.polygon, zone.effective_from) == (ARCHIVE, LEFT, LONG_AGO)
    assert (rule.camera_id, rule.zone_id, rule.effective_from) == (ARCHIVE, zone.zone_id, LONG_AGO)
    assert (rule.min_person_height, rule.thresholds) == (0.1, Thresholds(0.4, 0.7))
    assert zone.zone_id != ZONE.zone_id
    assert told.copied == ((zone.zone_id, ZONE.zone_id),)
    assert rule.rule_id != RULE.rule_id
    assert (told.target_fps, told.analysis_width, told.ppe, told.rules) == (5.0, 960, True, 1)
    assert told.closing_s > RULE.gap_s


def test_plates_are_read_where_the_camera_reads_them_or_the_person_asks() -> None:
    reading = known(replace(CAMERA, plates=True), ZONE, RULE)
    asked = archive_plant(known(CAMERA, ZONE, RULE), replace(WANTED, plates=True))
    for told in (archive_plant(reading, WANTED), asked):
        assert told.plates
        assert isinstance(told.commands[0], RegisterCamera)
        assert told.commands[0].plates, "the console says so of the archive too"
    assert not archive_plant(known(CAMERA, ZONE, RULE), WANTED).plates


def test_what_was_drawn_later_does_not_count_for_an_earlier_time_and_that_is_said() -> None:
    plant = known(CAMERA, replace(ZONE, effective_from=LATER), replace(RULE, effective_from=LATER))
    with pytest.raises(ArchiveError, match="--rules now"):
        archive_plant(plant, WANTED)


def test_todays_rules_can_be_applied_as_if_they_had_been() -> None:
    wider = replace(ZONE, zone_version=2, polygon=WHOLE, effective_from=LATER)
    told = archive_plant(known(CAMERA, ZONE, RULE, wider), replace(WANTED, which=WhichRules.NOW))
    assert [(zone.polygon, zone.effective_from) for zone in drawn(told)] == [(WHOLE, START)]
    assert [rule.effective_from for rule in published(told)] == [START]


def test_a_change_within_the_recording_is_followed_and_older_versions_are_not() -> None:
    before = replace(ZONE, effective_from=LONG_AGO - timedelta(days=1), name="Раньше")
    within = replace(ZONE, zone_version=3, polygon=WHOLE, effective_from=START + timedelta(minutes=5))
    after = replace(ZONE, zone_version=4, effective_from=LATER, name="Потом")
    told = archive_plant(known(CAMERA, before, ZONE, within, after, RULE), WANTED)
    assert [(zone.name, zone.polygon, zone.effective_from) for zone in drawn(told)] == [
        ("Яма", LEFT, LONG_AGO),
        ("Яма", WHOLE, START + timedelta(minutes=5)),
    ]


def test_a_rule_that_was_retired_before_does_not_count() -> None:
    with pytest.raises(ArchiveError, match="No rule"):
        archive_plant(known(CAMERA, ZONE, RULE, RuleRetired(RULE.rule_id, START - timedelta(days=1))), WANTED)


def test_a_second_run_says_nothing_again() -> None:
    plant = known(CAMERA, ZONE, RULE)
    told = archive_plant(plant, WANTED)
    [zone], [rule] = drawn(told), published(told)
    copies = (
        replace(CAMERA, camera_id=ARCHIVE, source="archive:///records"),
        replace(ZONE, zone_id=zone.zone_id, camera_id=ARCHIVE),
        replace(RULE, rule_id=rule.rule_id, camera_id=ARCHIVE, zone_id=zone.zone_id),
    )
    again = archive_plant(known(CAMERA, ZONE, RULE, *copies), WANTED)
    assert [type(command) for command in again.commands] == [RegisterCamera]


def test_rules_drawn_on_the_archive_itself_hold_for_it_from_then_on_or_from_the_start() -> None:
    own = replace(CAMERA, camera_id=ARCHIVE, source="archive:///records")
    zone, rule = replace(ZONE, camera_id=ARCHIVE, effective_from=LATER), replace(RULE, camera_id=ARCHIVE)
    plant = known(own, zone, replace(rule, effective_from=LATER))
    alone = replace(WANTED, like=None)
    with pytest.raises(ArchiveError, match="--rules now"):
        archive_plant(plant, alone)
    told = archive_plant(plant, replace(alone, which=WhichRules.NOW))
    assert [(z.zone_id, z.effective_from) for z in drawn(told)] == [(ZONE.zone_id, START)]
    assert [(r.rule_id, r.effective_from) for r in published(told)] == [(RULE.rule_id, START)]


def test_a_camera_of_which_nothing_is_known_looks_for_people_anywhere() -> None:
    told = archive_plant(known(), replace(WANTED, like=None))
    assert [rule.kind for rule in published(told)] == [RuleKind.DANGER_ZONE]
    assert [zone.effective_from for zone in drawn(told)] == [START]


def test_a_live_camera_is_no_archive() -> None:
    """Its pictures are told in the order of their capture, and old ones between them would break it."""
    with pytest.raises(ArchiveError, match="live camera"):
        archive_plant(known(CAMERA, ZONE, RULE), replace(WANTED, camera_id=YARD))


def test_nobody_can_be_like_a_camera_that_is_not_there() -> None:
    with pytest.raises(ArchiveError, match="no camera"):
        archive_plant(known(), WANTED)
