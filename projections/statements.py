"""SQL lives in files, each statement under a line `-- name: word`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, LiteralString, cast

SQL = Path(__file__).with_name("sql")

Statement = tuple[LiteralString, Mapping[str, Any]]
"""A statement with its parameters."""

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def statements(file: str) -> dict[str, LiteralString]:
    """Name -> text of the statements in sql/<file>.sql."""
    return named(SQL / f"{file}.sql")


def named(file: Path) -> dict[str, LiteralString]:
    """Name -> text of the statements in a file of the checkout, never made from input."""
    parts = _NAME.split(file.read_text(encoding="utf-8"))
    return {name: cast("LiteralString", text.strip()) for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def schema(name: LiteralString = "read_model") -> LiteralString:
    """The statements that make the tables in the schema `name`, if they are not there: every sql/read_model*.sql."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SQL.glob("read_model*.sql")))
    return text.replace("read_model.", f"{name}.")
