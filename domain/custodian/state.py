"""What the custodian remembers over a restart, in `<home>/custodian/state.json`.

Losing it is harmless: the rounds are done again, and the history is read again from its beginning.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from domain.contracts import codec
from infra.settings import write_secret

log = logging.getLogger(__name__)

FOLDER: Final = "custodian"


@dataclass(frozen=True, slots=True)
class State:
    """
    followed         position in EVENTS up to which every file that was given up is deleted
    evidence_done    when the nightly rounds were last complete; None = never
    archive_done
    relieved_at      when files were last given up because the disk was short, how many bytes, how many were free then
    """

    followed: int = 0
    evidence_done: datetime | None = None
    archive_done: datetime | None = None
    relieved_at: datetime | None = None
    relieved_bytes: int = 0
    free_then: int = 0


class Memory:
    """The state, on disk at once whenever it changes."""

    def __init__(self, home: Path) -> None:
        self._path = home / FOLDER / "state.json"
        self.state = self._read()

    def change(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)
        write_secret(self._path, codec.to_json(self.state).decode())

    def _read(self) -> State:
        try:
            return codec.from_json(State, self._path.read_bytes())
        except FileNotFoundError:
            return State()
        except codec.CodecError as error:
            log.warning("what the custodian remembered is not readable, it begins again", extra={"why": str(error)})
            return State()
