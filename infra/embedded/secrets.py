"""Random passwords of the embedded servers, made once per home and kept 0600 in `<home>/secrets/`."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from infra.settings import write_secret


def passwords(home: Path, server: str, users: Iterable[str]) -> dict[str, str]:
    """User to password for one server; users that have none yet are given one.

    server  file name without `.json`
    """
    path = home / "secrets" / f"{server}.json"
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = [user for user in users if user not in known]
    if missing:
        known |= {user: secrets.token_urlsafe(24) for user in missing}
        write_secret(path, json.dumps(known, indent=1))
    return known
