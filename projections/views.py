"""Schema `analytics`: documented views on the read models, and how they outlive the swap of a rebuilt table.

A view holds on to a table by its identity, so a table that views stand on cannot be dropped. In the swap's own
transaction each view is therefore hollowed out (same columns, no table behind them), then filled with its own text
again. It stays the same object: rights and comments remain, and readers wait for a moment instead of failing.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, LiteralString, cast

from psycopg import sql

from projections.projection import Connection
from projections.statements import SQL as FILES
from projections.statements import statements

ANALYTICS: Final = "analytics"
SOURCES: Final = tuple(FILES / f"{name}.sql" for name in ("analytics", "analytics_access", "analytics_observations"))
SQL: Final = statements("views")

_VIEW = re.compile(r"^-- view: (\w+)\n((?:-- .*\n)+)", re.MULTILINE)
_SAME_AS = re.compile(r"select \* from analytics\.(\w+)")
_COLUMN = re.compile(r"(\w+),? {2}-- (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class View:
    """query    its text, without a semicolon
    columns  name to meaning; none where it has those of another view
    """

    name: str
    about: str
    query: LiteralString
    columns: dict[str, str]


@dataclass(frozen=True, slots=True)
class Hollow:
    """A view that stands on tables about to be swapped: how to make it empty of them, and its own text."""

    schema: str
    name: str
    stub: LiteralString
    query: LiteralString


def views(sources: tuple[Path, ...] = SOURCES) -> list[View]:
    """The views of this build, in the order in which they are made."""
    return [view for source in sources for view in _views(source.read_text(encoding="utf-8"))]


def _views(text: str) -> list[View]:
    parts = _VIEW.split(text)[1:]
    return [
        View(name, _prose(about), cast("LiteralString", query.strip()), dict(_COLUMN.findall(query)))
        for name, about, query in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def _prose(comment: str) -> str:
    return " ".join(line.removeprefix("-- ") for line in comment.splitlines())


def make_views(connection: Connection) -> None:
    """Makes the views of this build and takes away those of older ones; does nothing where they are there already.

    Raises  psycopg.errors.DependentObjectsStillExist when somebody's own views stand on an older one
    """
    wanted = views()
    mark = hashlib.sha256(repr(wanted).encode()).hexdigest()
    with connection.transaction():
        connection.execute(SQL["alone"])
        if connection.execute(SQL["mark"]).fetchone() == (mark, len(wanted)):
            return
        if older := [sql.Identifier(ANALYTICS, name) for (name,) in connection.execute(SQL["there"]).fetchall()]:
            connection.execute(sql.SQL("drop view {}").format(sql.SQL(", ").join(older)))
        for view in wanted:
            _make(view, connection)
        connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(ANALYTICS), sql.Literal(mark)))


def _make(view: View, connection: Connection) -> None:
    name = sql.Identifier(ANALYTICS, view.name)
    connection.execute(sql.SQL("create view {} as {}").format(name, sql.SQL(view.query)))
    connection.execute(sql.SQL("comment on view {} is {}").format(name, sql.Literal(view.about)))
    for column, meaning in _meanings(view).items():
        where = sql.Identifier(ANALYTICS, view.name, column)
        connection.execute(sql.SQL("comment on column {} is {}").format(where, sql.Literal(meaning)))


def _meanings(view: View) -> dict[str, str]:
    """`select * from analytics.other` has the columns of the other."""
    base = _SAME_AS.match(view.query)
    if base is None:
        return view.columns
    return _meanings(next(other for other in views() if other.name == base.group(1)))


def hollowed(schema: str, tables: Sequence[str], connection: Connection) -> list[Hollow]:
    """Takes every view off the tables, whoever made it; `filled` puts them back, in the same transaction.

    The views on top first, which is the order in which a reader takes its locks.
    Raises  psycopg.errors.InsufficientPrivilege for a view that is not ours to change
    """
    wanted = {"tables": [f"{schema}.{table}" for table in tables]}
    connection.execute(SQL["spell_out"])
    found = [Hollow(*row) for row in connection.execute(SQL["standing_on"], wanted).fetchall()]
    for view in found:
        _replace(view, view.stub, connection)
    return found


def filled(views_: list[Hollow], connection: Connection) -> None:
    """The views at the bottom first."""
    for view in reversed(views_):
        _replace(view, view.query, connection)


def _replace(view: Hollow, query: LiteralString, connection: Connection) -> None:
    name = sql.Identifier(view.schema, view.name)
    connection.execute(sql.SQL("create or replace view {} as {}").format(name, sql.SQL(query)))
