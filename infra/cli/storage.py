"""What `kaska status` tells of the store, from the file that the custodian writes: bytes, budget, age, alarms."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from infra.keeping import GIB

WRITTEN_BY_CUSTODIAN: Final = "custodian/status.json"


def read_storage(home: Path) -> dict[str, Any] | None:
    """As it was last told; None while the custodian has told nothing."""
    try:
        told = json.loads((home / WRITTEN_BY_CUSTODIAN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def storage_lines(told: dict[str, Any] | None) -> list[str]:
    """For a person: figures in GiB, times by this machine's clock."""
    if told is None:
        return []
    limit, free = told.get("media_limit"), told.get("free_bytes")
    budget = f"{_gib(limit)}" if limit is not None else "по диску / as the disk allows"
    disk = f"; свободно / free: {_gib(free)}" if free is not None else ""
    return [
        f"Фото и видео / Media: {_gib(told.get('media_bytes', 0))}, предел / limit: {budget}{disk}",
        f"  старейшие / oldest: {told.get('oldest') or '—'}; "
        f"следующий обход / next round: {_local(told.get('next_round'))}",
        *(f"ТРЕВОГА / ALARM {alarm['name']}: {alarm['why']}" for alarm in told.get("alarms", [])),
    ]


def _gib(size_bytes: int) -> str:
    return f"{size_bytes / GIB:.2f} GiB"


def _local(moment: str | None) -> str:
    return "—" if moment is None else datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M %Z")
