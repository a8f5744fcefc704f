"""Plates as rows: one for a track, the surest; gone when their time is over, in the rows, the views and a rebuild."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from domain.contracts.identifiers import TrackId
from domain.contracts.observations import Direction, PlateRead, VehiclePassage
from projections.observations import VehiclePassages
from projections.plates import Plates, forget
from projections.projection import Connection, Observed
from projections.rebuilding import rebuild
from projections.verifying import verify
from projections.views import make_views
from tests.domain.contracts.test_observations import PASSAGE, PLATE
from tests.domain.samples import second
from tests.projections.test_observations import Scene, scene, silent  # noqa: F401

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=30)


def plate(**changes: Any) -> PlateRead:
    return PlateRead(**{name: getattr(PLATE, name) for name in PLATE.__slots__} | {"keep_until": LATER} | changes)


def passage(track: int, at_s: float, direction: Direction | None) -> VehiclePassage:
    fields = {name: getattr(PASSAGE, name) for name in PASSAGE.__slots__}
    moved = {"track_id": TrackId(track), "entered": second(at_s), "left": second(at_s + 4), "direction": direction}
    return VehiclePassage(**fields | moved)


def rows(connection: "psycopg.Connection[Any]", query: str) -> list[Any]:
    return connection.execute(query).fetchall()


@pytest.mark.parametrize("together", [True, False])
def test_the_reading_with_most_looks_stays_in_whatever_order_they_come(connection: Connection, together: bool) -> None:
    told = [
        Observed(3, plate(readings=3, number="А128ВС77")),
        Observed(9, plate(readings=9)),
        Observed(5, plate(readings=5, number=None, format=None, region=None, text="A12BC77")),
    ]
    for page in [told] if together else [[each] for each in told]:
        Plates().project(page, connection)
        Plates().project(page, connection)
    assert rows(connection, "select number, readings, position, text from plate_read") == [
        ("А123ВС77", 9, 9, "A123BC77")
    ]


def test_a_row_goes_when_its_time_is_over(connection: Connection) -> None:
    ends = (NOW - timedelta(seconds=1), NOW + timedelta(hours=1))
    told = [Observed(n, plate(track_id=TrackId(n), keep_until=end)) for n, end in enumerate(ends, 1)]
    Plates().project(told, connection)
    VehiclePassages().project([Observed(n, passage(n, n, None)) for n in (1, 2)], connection)
    make_views(connection)
    shown = "select p.track_id from analytics.vehicle_plates v join analytics.vehicle_passages p on p.id = v.passage_id"
    assert rows(connection, shown) == [(2,)], "nobody sees it, even before it is deleted"
    assert (forget(connection), forget(connection)) == (1, 0)
    assert rows(connection, "select track_id from plate_read") == [(2,)]


def test_analysts_get_stays_and_shifts(connection: Connection) -> None:
    ways = ((1, 10, Direction.IN), (2, 100, Direction.OUT), (3, 200, Direction.IN), (4, 300, None))
    VehiclePassages().project([Observed(n, passage(n, at, way)) for n, at, way in ways], connection)
    Plates().project([Observed(n, plate(track_id=TrackId(n))) for n in (1, 2, 3, 4)], connection)
    make_views(connection)
    stays = rows(connection, "select number, stayed_s, inside from analytics.parking_stays order by entered_at")
    assert stays == [("А123ВС77", 94.0, False), ("А123ВС77", None, True)]
    assert rows(connection, "select * from analytics.attendance") == []


def test_a_rebuild_gives_the_same_rows(scene: Scene) -> None:  # noqa: F811
    scene.observe(plate(readings=3), plate(readings=4, score=0.5), plate(track_id=TrackId(8)))
    scene.follow(Plates())
    before = scene.rows("plate_read")
    assert len(before) == 2
    assert verify(Plates(), scene.dsn, scene.bridge, silent).same
    rebuild(Plates(), scene.dsn, scene.bridge, silent)
    assert scene.rows("plate_read") == before
