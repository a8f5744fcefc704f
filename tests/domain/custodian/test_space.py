"""When the store is full the oldest unlocked evidence goes first, each with an event (R119); cameras go on."""

import json
import shutil
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from domain.custodian import board, custodian
from domain.custodian.custodian import Custodian
from domain.custodian.room import RETURNED_AFTER
from tests.domain.custodian.plant import DAY, PHOTO, CustodianPlant

SIZE = 400_000
BUDGET = 1_000_000


def alarms(custodian: Custodian) -> set[str]:
    return {alarm.name for alarm in custodian.board.status.alarms}


def test_the_oldest_goes_first_until_below_the_low_water_mark(plant: CustodianPlant) -> None:
    incidents = []
    for n in range(4):
        incidents.append(plant.incident(n, PHOTO, size=SIZE))
        plant.clock.now += timedelta(minutes=1) if n < 2 else DAY  # two of one day, then one a day
    custodian = plant.custodian(media_max_bytes=BUDGET)
    custodian.watch()
    assert [plant.kept(each) for each in incidents] == [set(), set(), {"photo"}, {"photo"}]
    [expired] = plant.expiries(incidents[0])
    assert json.loads(expired)["event"] == {"cause": "store_full", "kind": "photo"}
    status = custodian.board.status
    assert (status.media_bytes, status.media_objects) == (2 * SIZE, 2)
    assert status.oldest == incidents_day(plant, 2)
    assert alarms(custodian) == set()
    assert custodian.board.registry.get_sample_value("kaska_evidence_expired_total", {"cause": "store_full"}) == 2


def incidents_day(plant: CustodianPlant, days_ago: int) -> Any:
    return (plant.clock.now - days_ago * DAY).date()


def test_a_store_within_its_budget_keeps_everything(plant: CustodianPlant) -> None:
    incident = plant.incident(1, PHOTO, size=SIZE)
    custodian = plant.custodian(media_max_bytes=BUDGET)
    custodian.watch()
    assert plant.kept(incident) == {"photo"}
    assert custodian.board.status.media_bytes == SIZE


def test_locked_evidence_is_spared_and_the_next_oldest_goes(plant: CustodianPlant) -> None:
    incidents = []
    for n in range(4):
        incidents.append(plant.incident(n, PHOTO, size=SIZE))
        plant.clock.now += DAY
    plant.lock(incidents[0])
    plant.custodian(media_max_bytes=BUDGET).watch()
    assert [plant.kept(each) for each in incidents] == [{"photo"}, set(), set(), {"photo"}]


def test_when_only_locked_evidence_is_left_there_is_an_alarm_and_no_crash(plant: CustodianPlant) -> None:
    incidents = [plant.incident(n, PHOTO, size=SIZE) for n in range(3)]
    for incident in incidents:
        plant.lock(incident)
    keeper = plant.custodian(media_max_bytes=BUDGET)
    keeper.watch()
    assert alarms(keeper) == {board.ONLY_LOCKED}
    assert keeper.board.registry.get_sample_value("kaska_custodian_alarm", {"alarm": board.ONLY_LOCKED}) == 1
    assert all(plant.kept(each) == {"photo"} for each in incidents)
    plant.incident(9, PHOTO, size=10)  # a camera goes on
    plant.unlock(incidents[0])
    plant.clock.now += timedelta(minutes=1)
    keeper.watch()
    assert alarms(keeper) == set()
    assert plant.kept(incidents[0]) == set()


def test_what_was_measured_is_the_store_itself(plant: CustodianPlant) -> None:
    """Not what the events say: a file that somebody put there counts, one that was lost does not."""
    plant.incident(1, PHOTO, size=SIZE)
    lost = plant.incident(2, PHOTO, size=SIZE)
    plant.store.remove_object(plant.bucket, next(key for key in plant.stored() if str(lost) in key))
    plant.store.fput_object(plant.bucket, "incidents/left-behind", __file__)
    custodian = plant.custodian()
    custodian.watch()
    status = custodian.board.status
    left_behind = plant.store.stat_object(plant.bucket, "incidents/left-behind").size
    assert (status.media_bytes, status.media_objects) == (SIZE + (left_behind or 0), 2)


class Disk:
    """The store's disk as the custodian sees it."""

    def __init__(self, free: int) -> None:
        self.free = free

    def usage(self, _: object) -> SimpleNamespace:
        return SimpleNamespace(free=self.free)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk(10**9)
    monkeypatch.setattr(custodian, "shutil", SimpleNamespace(disk_usage=disk.usage))
    return disk


def test_a_short_disk_takes_what_it_lacks_and_waits_until_the_store_has_returned_it(
    plant: CustodianPlant, disk: Disk
) -> None:
    incidents = []
    for n in range(5):
        incidents.append(plant.incident(n, PHOTO, size=SIZE))
        plant.clock.now += DAY

    def watch() -> list[int]:
        """A fresh custodian each time: a restart must not forget what was given up already. Returns who is left."""
        plant.custodian(media_min_free_bytes=10**6, media_disk=plant.home).watch()
        return [n for n, each in enumerate(incidents) if plant.kept(each)]

    assert watch() == [0, 1, 2, 3, 4]
    disk.free = 900_000
    assert watch() == [1, 2, 3, 4], "350,000 bytes were wanted"
    plant.clock.now += timedelta(minutes=1)
    assert watch() == [1, 2, 3, 4], "the disk shows nothing yet"
    disk.free = 500_000
    plant.clock.now += timedelta(minutes=1)
    assert watch() == [2, 3, 4], "it goes on filling faster than the store returns"
    disk.free = 1_100_000
    plant.clock.now += timedelta(minutes=1)
    assert watch() == [2, 3, 4]
    disk.free = 900_000
    plant.clock.now += RETURNED_AFTER
    assert watch() == [3, 4]


def test_free_bytes_are_of_the_real_disk(plant: CustodianPlant) -> None:
    custodian = plant.custodian(media_disk=plant.home)
    custodian.watch()
    found = custodian.board.status.free_bytes
    assert found is not None
    assert abs(found - shutil.disk_usage(plant.home).free) < 2 * 10**9


def test_a_store_that_is_away_is_an_alarm_and_no_crash(plant: CustodianPlant) -> None:
    plant.incident(1, PHOTO)
    keeper = plant.custodian(s3_bucket="no-such-bucket")
    keeper.watch()
    assert alarms(keeper) == {board.WATCH}
