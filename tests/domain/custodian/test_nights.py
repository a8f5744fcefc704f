"""Once each day of the plant, whatever daylight saving does; what was missed is caught up, once."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.custodian.nights import NightlyTrigger, Nights
from tests.domain.custodian.plant import DAY, CustodianPlant
from tests.domain.samples import T0

BERLIN, SAO_PAULO = "Europe/Berlin", "America/Sao_Paulo"


@pytest.mark.parametrize(
    ("zone", "at", "first_day"),
    [
        (BERLIN, time(2, 30), datetime(2026, 3, 27, tzinfo=UTC)),  # 02:30 does not exist on the 29th
        (BERLIN, time(2, 30), datetime(2026, 10, 23, tzinfo=UTC)),  # 02:30 comes twice on the 25th
        (BERLIN, time(0, 30), datetime(2026, 3, 27, tzinfo=UTC)),  # CronTrigger leaves out the 30th
        (BERLIN, time(3, 15), datetime(2026, 10, 23, tzinfo=UTC)),
        (SAO_PAULO, time(0, 0), datetime(2018, 11, 2, tzinfo=UTC)),  # midnight does not exist on the 4th
        ("Australia/Lord_Howe", time(2, 10), datetime(2026, 10, 2, tzinfo=UTC)),  # half an hour is left out
        ("Asia/Yekaterinburg", time(3, 15), datetime(2026, 3, 27, tzinfo=UTC)),
    ],
)
def test_every_day_of_the_plant_has_one_night(zone: str, at: time, first_day: datetime) -> None:
    nights, tz = Nights(at, ZoneInfo(zone)), ZoneInfo(zone)
    trigger, moment, previous = NightlyTrigger(nights), first_day, None
    days = []
    for _ in range(6):
        previous = trigger.get_next_fire_time(previous, moment)
        moment = previous + timedelta(milliseconds=3)
        days.append(previous.astimezone(tz).date())
        assert nights.last(moment) == previous
        assert nights.last(previous - timedelta(microseconds=1)) < previous
    assert days == [days[0] + n * DAY for n in range(6)]


def test_the_night_is_at_the_plants_wall_time() -> None:
    nights = Nights(time(3, 15), ZoneInfo(BERLIN))
    assert nights.after(datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 1, 15, tzinfo=UTC)
    assert nights.after(datetime(2026, 3, 27, 12, tzinfo=UTC)) == datetime(2026, 3, 28, 2, 15, tzinfo=UTC)


def test_a_round_is_done_once_a_night_and_missed_nights_are_one(plant: CustodianPlant) -> None:
    plant.clock.now = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # 02:00 in Moscow

    def done_at() -> datetime | None:
        custodian = plant.custodian()
        custodian.rounds()
        return custodian.memory.state.evidence_done

    first = plant.clock.now
    assert done_at() == first, "never done: at once"
    plant.clock.now += timedelta(hours=1)  # 03:00
    assert done_at() == first
    plant.clock.now += timedelta(minutes=15)  # 03:15: a night has begun
    assert done_at() == plant.clock.now
    second = plant.clock.now
    plant.clock.now += timedelta(hours=23)
    assert done_at() == second
    plant.clock.now += timedelta(days=9)  # the machine was off
    assert done_at() == plant.clock.now


def test_what_became_old_while_nobody_ran_goes_at_the_next_start(plant: CustodianPlant) -> None:
    incident = plant.incident(1)
    plant.custodian().rounds()
    plant.clock.now = T0 + 500 * DAY
    assert plant.kept(incident) == {"photo", "clip", "detections"}
    plant.custodian().rounds()
    assert plant.kept(incident) == {"detections"}
