"""Export of views: what is read back is what the view holds; in pieces, by an analyst's rights."""

import json
import os
import struct
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import psycopg
import pytest
from psycopg import sql

from infra.checkout import CHECKOUT
from infra.embedded.postgres import ANALYST, PostgresServer
from projections import exporting
from projections.access import Access
from projections.audit import Audit
from projections.exporting import Column, ExportError, columns_of, export, query_of
from projections.handling import Handling
from projections.incidents import Incidents
from projections.statistics import Statistics
from projections.views import make_views
from tests.projections.applying import Connection, apply
from tests.projections.plant_history import history

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def analyst(connection: Connection, postgres: PostgresServer) -> Any:
    make_views(connection)
    for projection in (Incidents(), Handling(), Audit(), Statistics(), Access()):
        apply(projection, history(), connection, 500)
    connection.commit()
    with psycopg.connect(postgres.dsn(ANALYST), autocommit=True) as analyst:
        yield analyst


def everything(analyst: Connection, view: str, out: Path) -> int:
    columns = columns_of(analyst, view)
    return export(analyst, query_of(view, columns, (None, None), MOSCOW), columns, out)


def as_read_back(column: Column, value: Any) -> Any:
    """What a file can hold of a value: JSON and identifiers as text, times in UTC, single precision as it is."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID():
            return str(value)
        case float() if column.kind == "float4":
            return struct.unpack("f", struct.pack("f", value))[0]
    if value is not None and column.kind == "jsonb":
        return json.loads(value) if isinstance(value, str) else value
    return value


@pytest.mark.parametrize("view", ["incidents", "incident_history", "audit", "daily_statistics", "roles", "users"])
def test_a_file_holds_exactly_the_rows_of_the_view(
    analyst: Connection, view: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PIECE", 7)
    out = tmp_path / "view.parquet"
    columns = columns_of(analyst, view)
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    held = analyst.execute(sql.SQL("select {} from analytics.{}").format(names, sql.Identifier(view))).fetchall()
    assert everything(analyst, view, out) == len(held) > 0
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    read = pl.read_parquet(out).rows()
    assert sorted(_comparable(columns, read)) == sorted(_comparable(columns, held))


def _comparable(columns: list[Column], rows: list[Any]) -> list[str]:
    plain = ([as_read_back(c, value) for c, value in zip(columns, row, strict=True)] for row in rows)
    return [json.dumps(row, sort_keys=True, default=str) for row in plain]


def test_types_are_those_of_the_database(analyst: Connection, tmp_path: Path) -> None:
    everything(analyst, "incidents", tmp_path / "i.parquet")
    everything(analyst, "daily_statistics", tmp_path / "d.parquet")
    incidents, days = pl.read_parquet_schema(tmp_path / "i.parquet"), pl.read_parquet_schema(tmp_path / "d.parquet")
    assert incidents["opened_at"] == pl.Datetime("us", "UTC")
    kinds = [incidents[name] for name in ("score", "comments", "false_positive")]
    assert kinds == [pl.Float32(), pl.Int32(), pl.Boolean()]
    assert [days[name] for name in ("day", "review_median_s")] == [pl.Date(), pl.Float64()]


def test_an_empty_view_gives_a_file_with_its_columns(analyst: Connection, tmp_path: Path) -> None:
    for out in (tmp_path / "l.parquet", tmp_path / "l.csv"):
        assert everything(analyst, "licences", out) == 0
    assert pl.read_parquet(tmp_path / "l.parquet").columns == pl.read_csv(tmp_path / "l.csv").columns


def test_a_spreadsheet_finds_no_formula_in_the_csv(connection: Connection, analyst: Connection, tmp_path: Path) -> None:
    """F10: what a person wrote begins like a formula."""
    connection.execute("""update incident set reason = '=HYPERLINK("http://x")', decided_by = '@SUM(1)'""")
    connection.commit()
    everything(analyst, "incidents", tmp_path / "i.csv")
    everything(analyst, "roles", tmp_path / "r.csv")
    rows = pl.read_csv(tmp_path / "i.csv", infer_schema=False)
    assert {*rows["reason"]} == {'\'=HYPERLINK("http://x")'}
    assert {*rows["decided_by"]} == {"'@SUM(1)"}
    assert pl.read_csv(tmp_path / "r.csv")["rights"].to_list() == ["[watch_live, confirm_review]"]


@pytest.mark.parametrize(
    ("span", "wanted"),
    [
        (("2026-03-03", "2026-03-04"), (datetime(2026, 3, 2, 21, tzinfo=UTC), datetime(2026, 3, 3, 21, tzinfo=UTC))),
        (("2026-03-03T10:00:00+00:00", None), (datetime(2026, 3, 3, 10, tzinfo=UTC), datetime.max.replace(tzinfo=UTC))),
        ((None, "2026-03-03T10:00:00"), (datetime.min.replace(tzinfo=UTC), datetime(2026, 3, 3, 7, tzinfo=UTC))),
    ],
)
def test_a_span_is_of_the_plants_days(
    analyst: Connection, tmp_path: Path, span: tuple[str | None, str | None], wanted: tuple[datetime, datetime]
) -> None:
    columns = columns_of(analyst, "incidents")
    export(analyst, query_of("incidents", columns, span, MOSCOW), columns, tmp_path / "i.parquet")
    got = pl.read_parquet(tmp_path / "i.parquet")["opened_at"].to_list()
    held = [at for (at,) in analyst.execute("select opened_at from incidents order by 1").fetchall()]
    assert got == [at for at in held if wanted[0] <= at < wanted[1]]
    assert 0 < len(got) < len(held)


def test_days_are_days(analyst: Connection, tmp_path: Path) -> None:
    columns = columns_of(analyst, "daily_statistics")
    query = query_of("daily_statistics", columns, ("2026-03-03", "2026-03-04"), MOSCOW)
    export(analyst, query, columns, tmp_path / "d.parquet")
    assert {*pl.read_parquet(tmp_path / "d.parquet")["day"]} == {date(2026, 3, 3)}


@pytest.mark.parametrize(
    ("view", "since", "sentence"),
    [
        ("pg_authid", None, "There is no view 'pg_authid'; there are: attendance, audit, "),
        ('incidents" --', None, "There is no view"),
        ("incidents", "yesterday", "'yesterday' is no time"),
        ("roles", "2026-03-03", "has no time"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_one_sentence(
    analyst: Connection, view: str, since: str | None, sentence: str
) -> None:
    with pytest.raises(ExportError, match=sentence):
        query_of(view, columns_of(analyst, view), (since, None), MOSCOW)


def test_the_command_writes_and_its_memory_does_not_grow_with_the_rows(
    connection: Connection, analyst: Connection, postgres: PostgresServer, tmp_path: Path
) -> None:
    peaks = []
    for rows in (20_000, 400_000):
        connection.execute("truncate audit_entry")
        connection.execute(
            "insert into audit_entry select n, now(), 'anna', false, 'incident', n::text, 1, 'incident.opened.v1', "
            '\'{"score": 0.5, "camera_id": "yard"}\' from generate_series(1, %s) n',
            [rows],
        )
        connection.commit()
        out = tmp_path / f"{rows}.parquet"
        answer, peak = _command(postgres.dsn(ANALYST), tmp_path, "audit", "--out", str(out), "--json")
        assert json.loads(answer) == {"view": "audit", "rows": rows, "file": str(out)}
        assert pl.scan_parquet(out).select(pl.col("position").sum()).collect().item() == rows * (rows + 1) // 2
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 150, peaks


def _command(dsn: str, home: Path, *arguments: str) -> tuple[str, float]:
    """What it told, and the most memory that it had, in MB."""
    measured = "import resource, sys; from projections.exporting import main; code = main(); "
    measured += "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)); sys.exit(code)"
    env = os.environ | {"KASKA_HOME": str(home), "KASKA_POSTGRES_DSN": dsn, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c", measured, *arguments], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, int(done.stderr.split()[-1]) / 1024
