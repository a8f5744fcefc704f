"""What the process is told about the plant and its rows depend on: noted in the database, so that all copies agree."""

import logging
from typing import Final

from projections.projection import Connection
from projections.statements import statements

log = logging.getLogger(__name__)

SQL: Final = statements("plant_settings")


def note_plant(connection: Connection, enterprise: str, tz: str) -> None:
    """Called at the start, before any projection follows. Other clocks make other days: then they are counted anew.

    enterprise   as both registers show it (R93)
    tz           IANA name
    """
    with connection.transaction():
        connection.execute(SQL["enterprise"], {"enterprise": enterprise})
        before = connection.execute(SQL["tz"], {"tz": tz}).fetchone()
        if before is not None and connection.execute(SQL["from_the_start"]).fetchone() is not None:
            connection.execute(SQL["forget_days"])
            log.warning("the plant's clocks changed: days are counted anew", extra={"before": before[0], "now": tz})
