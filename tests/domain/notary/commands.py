"""A running notary and the auditor's commands, as the supervisor and the command line start them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.embedded.s3 import S3Server
from tests.domain.notary.plant import NotaryPlant

ROOT = Path(__file__).parents[3]


@dataclass
class Answer:
    """What a command has said; `plain` is its --json."""

    code: int
    out: str
    err: str

    @property
    def plain(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.out)
        return answer


class Commands:
    """Starts `python -m domain.notary` with the environment of a plant."""

    def __init__(self, plant: NotaryPlant, s3: S3Server) -> None:
        self.environment = {
            "KASKA_HOME": str(plant.home),
            "KASKA_NATS_URL": plant.server.url("notary"),
            "KASKA_S3_ENDPOINT": s3.endpoint,
            "KASKA_S3_ACCESS_KEY": s3.access_key,
            "KASKA_S3_SECRET_KEY": s3.secret_key,
            "KASKA_AUDIT_BUCKET": plant.bucket,
            "KASKA_AUDIT_RETENTION_DAYS": "1",
            "KASKA_CHECKPOINT_INTERVAL_S": "0.2",
        }

    def start(self) -> "subprocess.Popen[str]":
        """The process itself."""
        return subprocess.Popen(
            [sys.executable, "-m", "domain.notary"],
            cwd=ROOT,
            env=os.environ | self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> Answer:
        env: Mapping[str, str] = os.environ | self.environment | environment
        command = [sys.executable, "-m", "domain.notary", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)


def until(true: Any, limit_s: float = 30.0) -> None:
    """Waits until the function says so."""
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
