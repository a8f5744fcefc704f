"""Empty tables of every projection, in a plant whose clocks are far from UTC."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from infra.embedded.postgres import PROJECTIONS, PostgresServer
from projections.database import connect
from projections.follower import make_tables
from projections.plant_settings import note_plant
from tests.projections.tables import drop_tables


@pytest.fixture
def connection(postgres: PostgresServer) -> Iterator[psycopg.Connection[Any]]:
    with connect(postgres.dsn(PROJECTIONS), "test") as connection:
        drop_tables(connection)
        make_tables(connection)
        note_plant(connection, "АО «Завод»", "Asia/Vladivostok")
        yield connection
