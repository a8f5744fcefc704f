"""`python -m projections.document`: writes docs/analytics.md from the views as the database has them."""

import sys
from pathlib import Path
from typing import Final

from projections.database import connect
from projections.projection import Connection
from projections.settings import ProjectionsSettings
from projections.statements import statements

FILE: Final = Path(__file__).parents[1] / "docs" / "analytics.md"
SQL: Final = statements("views")

HEAD: Final = """# Views for analysts

Schema `analytics` of the database `kaska`, for the role `analyst` (`./kaska analyst` tells how to connect, `./kaska
export` writes a view to Parquet or CSV). The role reads these views, nothing else, and writes nothing; a statement may
take a minute. All times are UTC; `daily_statistics.day` is a day by the plant's clocks. The views are kept up with the
events as they come, and stay readable while a read model is rebuilt. No view holds a password, a session or an address
to reach a person at. Made from the views themselves: `python -m projections.document`.
"""


def text(connection: Connection) -> str:
    """The whole document: each view with the type and the meaning of its columns."""
    found = connection.execute(SQL["documented"]).fetchall()
    parts = [HEAD]
    for view, about, column, kind, meaning in found:
        if column is None:
            parts.append(f"\n## {view}\n\n{about}\n\n| Column | Type | Meaning |\n|---|---|---|\n")
        else:
            parts.append(f"| `{column}` | {kind} | {meaning} |\n")
    return "".join(parts)


def main() -> int:
    with connect(ProjectionsSettings().postgres_dsn.get_secret_value(), "document") as connection:
        FILE.write_text(text(connection), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
