"""Photos and clips live as long as their camera's time says (R118); locked ones for ever; each goes with an event."""

import json

import pytest

from domain.contracts.commands import SetRetention
from domain.contracts.commands.replies import Accepted
from domain.custodian import board
from tests.domain.custodian.plant import CLIP, DAY, DETECTIONS, GATE, PHOTO, CustodianPlant
from tests.domain.samples import T0, YARD


def test_a_photo_and_a_clip_live_one_year_and_the_slice_stays(plant: CustodianPlant) -> None:
    old = plant.incident(1)
    plant.clock.now = T0 + DAY
    young = plant.incident(2)
    plant.clock.now = T0 + 365 * DAY
    plant.custodian().rounds()
    assert plant.kept(old) == {"detections"}
    assert plant.kept(young) == {"photo", "clip", "detections"}
    expired = [json.loads(each)["event"] for each in plant.expiries(old)]
    assert {each["kind"] for each in expired} == {"photo", "clip"}
    assert {each["cause"] for each in expired} == {"retention"}
    assert plant.expiries(young) == []


def test_a_moment_before_its_time_is_over_nothing_goes(plant: CustodianPlant) -> None:
    incident = plant.incident(1)
    plant.clock.now = T0 + 365 * DAY - DAY / 86400
    plant.custodian().rounds()
    assert plant.kept(incident) == {"photo", "clip", "detections"}


def test_a_cameras_own_time_counts_shorter_and_longer(plant: CustodianPlant) -> None:
    assert isinstance(plant.send(SetRetention(YARD, 30)), Accepted)
    assert isinstance(plant.send(SetRetention(GATE, 700)), Accepted)
    yard, gate = plant.incident(1, camera=YARD), plant.incident(2, camera=GATE)
    plant.clock.now = T0 + 30 * DAY
    plant.custodian().rounds()
    assert (plant.kept(yard), plant.kept(gate)) == ({"detections"}, {"photo", "clip", "detections"})
    plant.clock.now = T0 + 699 * DAY
    plant.custodian().rounds()
    assert plant.kept(gate) == {"photo", "clip", "detections"}
    plant.clock.now = T0 + 700 * DAY
    plant.custodian().rounds()
    assert plant.kept(gate) == {"detections"}


def test_a_camera_that_goes_back_to_the_usual_time_has_it(plant: CustodianPlant) -> None:
    plant.send(SetRetention(YARD, 30))
    plant.send(SetRetention(YARD, None))
    incident = plant.incident(1)
    plant.clock.now = T0 + 100 * DAY
    plant.custodian(media_days=101).rounds()
    assert plant.kept(incident) == {"photo", "clip", "detections"}


def test_locked_evidence_outlives_its_time_until_it_is_unlocked(plant: CustodianPlant) -> None:
    incident = plant.incident(1)
    plant.lock(incident)
    plant.clock.now = T0 + 3000 * DAY
    plant.custodian().rounds()
    assert plant.kept(incident) == {"photo", "clip", "detections"}
    assert plant.expiries(incident) == []
    plant.unlock(incident)
    plant.clock.now += DAY
    plant.custodian().rounds()
    assert plant.kept(incident) == {"detections"}


def test_the_life_of_a_file_begins_when_it_was_stored(plant: CustodianPlant) -> None:
    """Footage of last year that is analysed today is kept for a year from today."""
    incident = plant.incident(1, PHOTO)
    plant.clock.now = T0 + 200 * DAY
    plant.attach(incident, CLIP)
    plant.clock.now = T0 + 365 * DAY
    plant.custodian().rounds()
    assert plant.kept(incident) == {"clip"}


def test_a_file_that_no_event_names_stays_and_is_counted(plant: CustodianPlant) -> None:
    incident = plant.incident(1, DETECTIONS)
    day = f"{T0:%Y/%m/%d}"
    plant.store.fput_object(plant.bucket, f"incidents/{day}/{incident}/photo.jpg", __file__)
    plant.store.fput_object(plant.bucket, "incidents/readme.txt", __file__)
    plant.clock.now = T0 + 400 * DAY
    custodian = plant.custodian()
    custodian.rounds()
    assert plant.kept(incident) == {"photo", "detections"}
    assert "incidents/readme.txt" in plant.stored()
    assert custodian.board.registry.get_sample_value("kaska_media_unnamed") == 1


def test_without_the_domain_nothing_is_deleted_and_the_round_is_due_again(plant: CustodianPlant) -> None:
    incident = plant.incident(1)
    plant.clock.now = T0 + 365 * DAY
    plant.service.desk.close()
    plant.service.bridge.close()
    plant.bridge.timeout_s = 0.5
    custodian = plant.custodian()
    custodian.rounds()
    assert plant.kept(incident) == {"photo", "clip", "detections"}
    assert board.EVIDENCE_ROUND in {alarm.name for alarm in custodian.board.status.alarms}
    assert custodian.memory.state.evidence_done is None


@pytest.mark.parametrize("days", [0, 3661])
def test_a_time_out_of_range_is_refused_at_start(plant: CustodianPlant, days: int) -> None:
    with pytest.raises(ValueError, match="media_days"):
        plant.custodian(media_days=days)


def test_an_archive_shorter_than_the_stream_is_refused_at_start(plant: CustodianPlant) -> None:
    with pytest.raises(ValueError, match="archive_days"):
        plant.custodian(archive_days=13, detections_days=14)


def test_an_unknown_time_zone_is_refused_at_start(plant: CustodianPlant) -> None:
    with pytest.raises(ValueError, match="Mars"):
        plant.custodian(plant_tz="Mars/Olympus")
