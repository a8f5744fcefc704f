"""What a camera sends, on its page: from the newest minute that was told, and since when (R22, R42; FAULTS C5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from domain.contracts.observations import MINUTE
from tests.gateway.conftest import Gateway

QUERY = """{ cameras { id stream { at format { codec width height } fps kbitS changedAfter
    before { codec width height } } } }"""
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
SMALL = {"codec": "h264", "width": 640, "height": 480, "fps": 25.0, "kbit_s": 400}
LARGE = SMALL | {"width": 1280, "height": 720, "kbit_s": 940}
COUNTED: dict[str, Any] = {"target_fps": 10.0, "expected": 600, "captured": 1500, "analysed": 590, "detected": 60}
LISTS = {"dropped": Jsonb([]), "models": Jsonb([]), "gaps": Jsonb([]), "position": 1}


@pytest.fixture
def tell(gateway: Gateway) -> Any:
    """Minutes of the gate by how many minutes ago they began, with their streams."""
    with psycopg.connect(gateway.plant.dsn) as connection:
        connection.execute("truncate read_model.coverage_minute")

    def put(minutes: dict[int, dict[str, Any] | None]) -> None:
        for ago, stream in minutes.items():
            at = NOW - ago * MINUTE
            told = None if stream is None else Jsonb(stream)
            row = {"camera_id": "gate", "minute": at, "since": at, "stream": told}
            gateway.plant.put_row("coverage_minute", **row, **COUNTED, **LISTS)

    return put


async def stream_of_gate(gateway: Gateway) -> Any:
    answer = await (await gateway.guard()).ask(QUERY)
    return {each["id"]: each["stream"] for each in answer.data["cameras"]}["gate"]


def shape(width: int, height: int) -> dict[str, Any]:
    return {"codec": "h264", "width": width, "height": height}


async def test_the_newest_told_minute_counts(gateway: Gateway, tell: Any) -> None:
    tell({1: None, 2: LARGE | {"fps": 24.5}, 3: LARGE})
    assert await stream_of_gate(gateway) == {
        "at": (NOW - MINUTE).isoformat(),
        "format": shape(1280, 720),
        "fps": 24.5,
        "kbitS": 940,
        "changedAfter": None,
        "before": None,
    }


async def test_C5_another_size_is_told_with_its_time(gateway: Gateway, tell: Any) -> None:
    tell({1: LARGE, 2: LARGE | {"kbit_s": 700}, 3: None, 4: SMALL, 5: LARGE})
    found = await stream_of_gate(gateway)
    assert found["format"] == shape(1280, 720)
    assert (found["changedAfter"], found["before"]) == ((NOW - 3 * MINUTE).isoformat(), shape(640, 480))


@pytest.mark.parametrize("ago", [None, timedelta(days=1, hours=1) // MINUTE])
async def test_what_was_told_long_ago_or_never_is_not_told(gateway: Gateway, tell: Any, ago: int | None) -> None:
    tell({} if ago is None else {ago: LARGE})
    assert await stream_of_gate(gateway) is None
