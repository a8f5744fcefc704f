"""Blind cameras and rising false alarms over GraphQL, on rows that the projections themselves have written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.access import Right
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import MINUTE, Coverage, PictureQuality
from gateway.alarm_watch import AlarmWatch
from gateway.measures import Measures
from infra.embedded.postgres import PROJECTIONS, PostgresServer
from projections.database import connect
from projections.observations import CoverageMinutes, PictureFaults
from projections.projection import Observed
from tests.domain.contracts.test_observations import COVERAGE, QUALITY
from tests.domain.samples import T0, second
from tests.gateway.busy_plant import DAY
from tests.gateway.conftest import Gateway
from tests.gateway.plant import CAMERA
from tests.gateway.staff import hold

GATE = CameraId("gate")
CAMERAS = "{ cameras { id faults { fault since until } falseAlarms { judged share pastShare rising } } }"
COVERAGE_QUERY = """query ($from: DateTime, $to: DateTime) {
  coverage(cameraId: "gate", from: $from, to: $to) { watched buckets { state watched gaps { since until reason } } }
}"""
BLIND = replace(QUALITY, camera_id=GATE, until=None)
SEES = replace(QUALITY, camera_id=GATE)

Observe = Callable[..., None]


@pytest.fixture
def observe(postgres: PostgresServer, gateway: Gateway) -> Observe:
    dsn = postgres.dsn(PROJECTIONS)
    with connect(dsn, "test") as connection:
        connection.execute("truncate coverage_minute, picture_fault")

    def write(*observations: Coverage | PictureQuality) -> None:
        page = [Observed(i, each) for i, each in enumerate(observations, 1)]
        with connect(dsn, "test") as connection:
            for projection in (CoverageMinutes(), PictureFaults()):
                projection.project(page, connection)

    return write


def watched_minutes(count: int) -> list[Coverage]:
    return [
        replace(
            COVERAGE, camera_id=GATE, minute=T0 + MINUTE * i, since=T0 + MINUTE * i, expected=600, analysed=600, gaps=()
        )
        for i in range(count)
    ]


def judge(gateway: Gateway, camera: str = "gate") -> None:
    """Six weeks with a tenth of false alarms, then three days with nothing else."""
    today = datetime.now(ZoneInfo(gateway.services.settings.plant_tz)).date()
    usual = {"confirmed": 9, "false_positives": 1}
    for ago in range(45):
        counts = {"confirmed": 0, "false_positives": 10} if ago < 3 else usual
        gateway.plant.put_row(
            "daily_statistics", **DAY | {"day": today - timedelta(days=ago), "camera_id": camera, **counts}
        )


async def cameras(gateway: Gateway) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await (await gateway.guard()).ask(CAMERAS)).data["cameras"]
    return found


async def test_C6_a_blind_camera_says_so_until_it_sees_again(gateway: Gateway, observe: Observe) -> None:
    assert [camera["faults"] for camera in await cameras(gateway)] == [[]]
    observe(BLIND)
    assert [camera["faults"] for camera in await cameras(gateway)] == [
        [{"fault": "MOVED", "since": "2026-03-02T09:00:00+00:00", "until": None}]
    ]
    observe(SEES)
    assert [camera["faults"] for camera in await cameras(gateway)] == [[]]


@pytest.mark.parametrize(("fault", "watched"), [(BLIND, 0.0), (SEES, 0.7)])
async def test_C6_a_blind_time_is_not_counted_as_watched(
    gateway: Gateway, observe: Observe, fault: PictureQuality, watched: float
) -> None:
    """The first minutes were told before anybody knew."""
    observe(*watched_minutes(5), fault)
    between = {"from": T0.isoformat(), "to": (T0 + 5 * MINUTE).isoformat()}
    found = (await (await gateway.guard()).ask(COVERAGE_QUERY, **between)).data["coverage"]
    assert found["watched"] == watched
    first = found["buckets"][0]
    assert (first["state"], first["gaps"]) == (
        "NOT_WATCHED",
        [{"since": T0.isoformat(), "until": second(60).isoformat(), "reason": "BLIND"}],
    )
    assert (found["buckets"][4]["state"] == "WATCHED") is (fault is SEES)


async def test_C18_two_cameras_with_one_address_are_told_apart_from_two_cameras(gateway: Gateway) -> None:
    same = (
        ("yard", "RTSP://10.0.0.7:554/main/?transport=udp"),
        ("roof", "rtsp://10.0.0.7/sub"),
        ("old", CAMERA["source"]),
    )
    for name, source in same:
        gateway.plant.put_row("camera", **CAMERA | {"id": name, "source": source, "retired": name == "old"})
    answer = await (await gateway.guard()).ask("{ cameras { id sameAddress } }")
    assert {each["id"]: each["sameAddress"] for each in answer.data["cameras"]} == {
        "gate": ["yard"],
        "yard": ["gate"],
        "roof": [],
    }


async def test_a_rise_of_false_alarms_is_shown_at_the_camera(gateway: Gateway, observe: Observe) -> None:
    judge(gateway)
    (camera,) = await cameras(gateway)
    share = camera["falseAlarms"]
    assert share == {"judged": 70, "share": pytest.approx(34 / 70), "pastShare": 0.1, "rising": True}


async def test_who_may_not_see_reports_is_told_no_share_and_foreign_cameras_not_at_all(
    gateway: Gateway, observe: Observe
) -> None:
    gateway.plant.put_row("camera", **CAMERA | {"id": "yard", "name": "Двор"})
    for known in ("gate", "yard"):
        judge(gateway, known)
    observe(BLIND, replace(BLIND, camera_id=CameraId("yard")))
    hold(gateway, [Right.WATCH_LIVE], {"cameras": ["gate"]})
    (camera,) = await cameras(gateway)
    assert (camera["id"], camera["falseAlarms"], len(camera["faults"])) == ("gate", None, 1)


async def test_the_share_is_measured(gateway: Gateway, caplog: pytest.LogCaptureFixture) -> None:
    registry = CollectorRegistry()
    watch = AlarmWatch(gateway.services.database, Measures(registry), "Europe/Moscow")
    await watch.look()
    assert registry.get_sample_value("kaska_false_alarms_rising", {"camera": "gate"}) is None
    judge(gateway)
    await watch.look()
    await watch.look()
    assert registry.get_sample_value("kaska_false_alarms_rising", {"camera": "gate"}) == 1
    assert registry.get_sample_value("kaska_false_alarm_share", {"camera": "gate"}) == pytest.approx(34 / 70)
    assert [r.message for r in caplog.records].count("false alarms of a camera rise") == 1
