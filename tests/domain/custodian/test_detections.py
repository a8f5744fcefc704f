"""Detections are archived each night before the stream drops them; archived days go when their time is over."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.contracts.archives import ArchivedDay, manifest_key
from domain.contracts.codec import to_json
from domain.custodian import board
from domain.custodian.custodian import Custodian
from domain.custodian.detections import DetectionsArchive
from domain.custodian.errors import Stopped
from tests.domain.custodian.plant import DAY, CustodianPlant
from tests.domain.replay.test_archive import CAMERAS, LATER, MIDNIGHT, forget, publish


@pytest.fixture
def recorded(plant: CustodianPlant) -> CustodianPlant:
    """Three days of detections, the last of which goes on."""
    for day in range(3):
        publish(plant.admin, MIDNIGHT + timedelta(days=day - 1, hours=23), 20)
    plant.clock.now = LATER
    return plant


def alarms(custodian: Custodian) -> set[str]:
    return {alarm.name for alarm in custodian.board.status.alarms}


def days_of(plant: CustodianPlant) -> list[str]:
    return sorted(key.rpartition("/")[2] for key in plant.stored("detections/") if key.endswith(".json"))


def test_the_night_archives_complete_days_once(recorded: CustodianPlant) -> None:
    custodian = recorded.custodian(archives=True)
    custodian.rounds()
    assert custodian.board.status.alarms == ()
    assert days_of(recorded) == ["2026-03-02.json", "2026-03-03.json"]
    files = {f"detections/{camera}/2026-03-0{day}.parquet" for camera in CAMERAS for day in (2, 3)}
    assert files <= set(recorded.stored("detections/"))
    assert custodian.board.status.archived_until == 80
    assert custodian.memory.state.archive_done == LATER
    before = {key: recorded.store.stat_object(recorded.bucket, key).etag for key in files}
    recorded.clock.now += DAY
    recorded.custodian(archives=True).rounds()
    assert {key: recorded.store.stat_object(recorded.bucket, key).etag for key in files} == before


def test_an_archive_that_fails_is_an_alarm_and_is_tried_again(recorded: CustodianPlant) -> None:
    broken = recorded.custodian(archives=True, s3_secret_key="wrong")
    broken.rounds()
    assert alarms(broken) == {board.ARCHIVE_ROUND}
    assert broken.memory.state.archive_done is None
    assert broken.memory.state.evidence_done == LATER, "the other round is done all the same"
    custodian = recorded.custodian(archives=True)
    custodian.rounds()
    assert alarms(custodian) == set()
    assert len(days_of(recorded)) == 2


def test_the_process_ends_while_it_archives(recorded: CustodianPlant) -> None:
    recorded.stopping.set()
    archive = DetectionsArchive(recorded.store, recorded.settings(), recorded.stopping)
    with pytest.raises(Stopped):
        archive.archive()


def test_detections_that_go_soon_unarchived_are_an_alarm(recorded: CustodianPlant) -> None:
    now = datetime.now(UTC)  # the stream counts from when it took them
    custodian = recorded.custodian(archives=True)
    recorded.clock.now = now + 12.9 * DAY
    custodian.watch()
    assert alarms(custodian) == set()
    recorded.clock.now = now + 13.1 * DAY
    custodian.watch()
    assert alarms(custodian) == {board.UNARCHIVED}
    custodian.rounds()
    custodian.watch()
    assert alarms(custodian) == set()


def test_detections_that_fill_their_stream_unarchived_are_an_alarm(recorded: CustodianPlant) -> None:
    state = recorded.admin.run(recorded.admin.js.stream_info("DETECTIONS"))
    state.config.max_bytes = int(state.state.bytes * 1.05)
    recorded.admin.run(recorded.admin.js.update_stream(state.config))
    custodian = recorded.custodian()
    custodian.watch()
    assert alarms(custodian) == {board.UNARCHIVED}


def test_detections_that_were_dropped_unarchived_are_told(recorded: CustodianPlant) -> None:
    custodian = recorded.custodian(archives=True)
    custodian.rounds()
    forget(recorded.admin, 90)
    custodian.watch()
    [alarm] = custodian.board.status.alarms
    assert alarm.name == board.LOST
    assert alarm.why.startswith("10 messages")


def seal(plant: CustodianPlant, day: date, until: int) -> None:
    """A day of the archive with one file."""
    name = day.isoformat()
    data = to_json(ArchivedDay(name, until - 1, until, 0, 0, ()))
    (plant.home / "manifest").write_bytes(data)
    plant.store.fput_object(plant.bucket, manifest_key(name), str(plant.home / "manifest"))
    plant.store.fput_object(plant.bucket, f"detections/yard/{name}.parquet", __file__)


def test_an_archived_day_goes_when_its_time_is_over_the_manifest_first(
    plant: CustodianPlant, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = date(2026, 3, 2)
    for n, age in enumerate((32, 31, 30, 1)):
        seal(plant, today - age * DAY, n + 1)
    archive = DetectionsArchive(plant.store, plant.settings(archive_days=30), plant.stopping)
    removed: list[str] = []
    remove = plant.store.remove_object

    def remember(bucket: str, key: str) -> None:
        removed.append(key)
        remove(bucket, key)

    monkeypatch.setattr(plant.store, "remove_object", remember)
    assert archive.drop_old(today) == ["2026-01-29", "2026-01-30"]
    assert [key.endswith(".json") for key in removed] == [True, True, False, False]
    assert days_of(plant) == ["2026-01-31.json", "2026-03-01.json"]
    assert archive.drop_old(today) == []


def test_the_newest_archived_day_stays_whatever_its_age(plant: CustodianPlant) -> None:
    """It says from where to archive on."""
    seal(plant, date(2020, 1, 1), 7)
    seal(plant, date(2020, 1, 2), 9)
    archive = DetectionsArchive(plant.store, plant.settings(), plant.stopping)
    assert archive.drop_old(date(2026, 3, 2)) == ["2020-01-01"]
    assert archive.until() == 9


def test_status_json_is_what_a_person_is_told(recorded: CustodianPlant) -> None:
    custodian = recorded.custodian(archives=True, media_max_bytes=10**9)
    custodian.watch()
    custodian.rounds()
    told = json.loads((recorded.home / board.STATUS).read_bytes())
    assert told["media_limit"] == 10**9
    assert told["archived_until"] == 80
    assert told["next_round"] == "2026-03-06T00:15:00.000000+00:00"
