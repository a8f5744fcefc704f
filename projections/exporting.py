"""`python -m projections.exporting VIEW [--from] [--to] --out FILE [--csv]`: what `./kaska export` runs.

Reads one view of schema `analytics` with the rights of an analyst and writes it to Parquet, or to CSV. Rows pass
through in pieces, so that memory does not grow with their number; the file appears when it is whole.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import psycopg
from psycopg import sql

from infra import logs
from projections.settings import ProjectionsSettings

DONE, TROUBLE = 0, 2
PIECE: Final = 20_000
"""Rows in memory at a time."""

TIMES: Final = ("day", "opened_at", "at", "minute", "entered_at", "requested_at", "captured_at", "registered_at")
"""The first of these columns that a view has is the one that --from and --to speak of."""

KINDS: Final[Mapping[str, Any]] = {
    "bool": pl.Boolean(),
    "int2": pl.Int16(),
    "int4": pl.Int32(),
    "int8": pl.Int64(),
    "float4": pl.Float32(),
    "float8": pl.Float64(),
    "date": pl.Date(),
    "timestamptz": pl.Datetime("us", "UTC"),
    "_text": pl.List(pl.String()),
    "_float4": pl.List(pl.Float32()),
}
"""Postgres type to column type; anything else becomes text: identifiers, and JSON as it is written."""

FORMULA: Final = r"^[=+\-@\t\r]"
"""What a spreadsheet would take for a formula (FAULTS F10)."""


class ExportError(Exception):
    """The export cannot be made."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    kind: str

    @property
    def polars(self) -> Any:
        return KINDS.get(self.kind, pl.String())


def export(connection: "psycopg.Connection[Any]", query: sql.Composed, columns: Sequence[Column], out: Path) -> int:
    """Writes the query's rows to `out`: CSV where its name ends so, Parquet else. Returns their number.

    Raises  psycopg.Error, OSError
    """
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
        pieces, rows = [], 0
        for number, frame in enumerate(_frames(connection, query, columns)):
            pieces.append(Path(folder) / f"{number:06}.parquet")
            frame.write_parquet(pieces[-1])
            rows += frame.height
        whole = Path(folder) / "whole"
        _join(pieces, whole, as_csv=out.suffix == ".csv")
        whole.replace(out)
    return rows


def _frames(
    connection: "psycopg.Connection[Any]", query: sql.Composed, columns: Sequence[Column]
) -> Iterator[pl.DataFrame]:
    """At least one, so that an empty view gives a file with its columns."""
    schema = {column.name: column.polars for column in columns}
    with connection.transaction(), connection.cursor("export") as cursor:
        cursor.execute(query)
        first = True
        while (piece := cursor.fetchmany(PIECE)) or first:
            first = False
            values = zip(*piece, strict=True) if piece else ([] for _ in columns)
            yield pl.DataFrame(
                {c.name: _plain(c, found) for c, found in zip(columns, values, strict=True)}, schema=schema
            )


def _plain(column: Column, values: Sequence[Any]) -> list[Any]:
    if column.polars != pl.String() or column.kind == "text":
        return list(values)
    if column.kind in ("json", "jsonb"):
        return [None if v is None else json.dumps(v, ensure_ascii=False, sort_keys=True) for v in values]
    return [None if v is None else str(v) for v in values]


def _join(pieces: Sequence[Path], whole: Path, *, as_csv: bool) -> None:
    """Piece by piece. CSV: lists as JSON, and no cell that begins like a formula."""
    rows = pl.scan_parquet(list(pieces))
    if not as_csv:
        rows.sink_parquet(whole)
        return
    rows.select(_for_a_spreadsheet(name, kind) for name, kind in rows.collect_schema().items()).sink_csv(whole)


def _for_a_spreadsheet(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.List):
        return pl.format("[{}]", column.cast(pl.List(pl.String())).list.join(", ")).alias(name)
    if kind == pl.String():
        formula = column.str.contains(FORMULA)
        return pl.when(formula).then(pl.concat_str([pl.lit("'"), column])).otherwise(column).alias(name)
    return column


def columns_of(connection: "psycopg.Connection[Any]", view: str) -> list[Column]:
    """Raises ExportError that names the views there are."""
    found = connection.execute(
        "select column_name, udt_name from information_schema.columns "
        "where table_schema = 'analytics' and table_name = %s order by ordinal_position",
        [view],
    ).fetchall()
    if found:
        return [Column(*row) for row in found]
    known = connection.execute(
        "select table_name from information_schema.views where table_schema = 'analytics' order by 1"
    ).fetchall()
    raise ExportError(f"There is no view {view!r}; there are: {', '.join(name for (name,) in known)}.")


def query_of(view: str, columns: Sequence[Column], span: tuple[str | None, str | None], zone: ZoneInfo) -> sql.Composed:
    """Rows of the view from the first time to before the second. A date alone is a day by the plant's clocks.

    Raises  ExportError for what is no time, and for a view that has none
    """
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in columns)
    query = sql.SQL("select {} from {}").format(names, sql.Identifier("analytics", view))
    if span == (None, None):
        return query
    by = next((column for name in TIMES for column in columns if column.name == name), None)
    if by is None:
        raise ExportError(f"The view {view!r} has no time that --from and --to could speak of.")
    conditions = [
        sql.SQL("{} {} {}").format(sql.Identifier(by.name), compares, sql.Literal(_moment(given, by, zone)))
        for given, compares in zip(span, (sql.SQL(">="), sql.SQL("<")), strict=True)
        if given is not None
    ]
    ordered = sql.SQL(" order by {}").format(sql.Identifier(by.name))
    return query + sql.SQL(" where ") + sql.SQL(" and ").join(conditions) + ordered


def _moment(given: str, column: Column, zone: ZoneInfo) -> date | datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise ExportError(f"{given!r} is no time: 2026-03-02 or 2026-03-02T09:00:00+03:00 is expected.") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    return at.astimezone(zone).date() if column.kind == "date" else at


def main() -> int:
    asked = _arguments()
    logs.configure("projections.exporting")
    out = asked.out.absolute()
    if asked.csv:
        out = out.with_suffix(".csv")
    try:
        with ExitStack() as stack:
            dsn = ProjectionsSettings().postgres_dsn.get_secret_value()
            connection = stack.enter_context(psycopg.connect(dsn, application_name="export", autocommit=True))
            row = connection.execute("select coalesce(tz, 'UTC') from analytics.plant").fetchone()
            zone = ZoneInfo(row[0] if row else "UTC")
            columns = columns_of(connection, asked.view)
            rows = export(connection, query_of(asked.view, columns, (asked.since, asked.until), zone), columns, out)
    except (ExportError, psycopg.Error, OSError) as error:
        sys.stderr.write(f"kaska: {str(error).strip()}\n")
        return TROUBLE
    told = {"view": asked.view, "rows": rows, "file": str(out)}
    sys.stdout.write(f"{json.dumps(told, ensure_ascii=False)}\n" if asked.json else f"{out}: {rows}\n")
    return DONE


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kaska export", description="A view for analysts as Parquet or CSV.")
    parser.add_argument("view", help="Представление схемы analytics. / A view of schema analytics.")
    parser.add_argument("--from", dest="since", help="С этого дня или времени. / From this day or time.")
    parser.add_argument("--to", dest="until", help="До этого дня или времени, не включая. / Before this day or time.")
    parser.add_argument("--out", type=Path, required=True, help="Файл. / The file.")
    parser.add_argument("--csv", action="store_true", help="CSV вместо Parquet. / CSV instead of Parquet.")
    parser.add_argument("--json", action="store_true", help="Ответ для программ. / Answer for programs.")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
