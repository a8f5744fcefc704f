"""`python -m tests.bench.read [--json] [--events N]`: one incident out of a long stream, warm.

The stream is built without a sync per message, which reading does not notice. The incidents that are read have four
events each, spread over the whole stream; what is timed is the ledger's `history`, decoded.
"""

import argparse
import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from domain.contracts.events import Envelope, Event, ViolationRecognised
from domain.contracts.identifiers import CommandId
from domain.service.ledger import Ledger, Recorded
from infra.embedded.child import serving
from infra.embedded.nats import NatsServer
from infra.embedded.ports import any_free_port
from tests.domain.samples import T0, opened

LIMIT_MS: Final = 5.0
GOAL_EVENTS: Final = 1_000_000
BUILD_LIMIT_S: Final = 110.0
"""Then the stream stays as long as it is, and the answer says so."""

WATCHED: Final = 200
VERSIONS: Final = 4
SAVE: Final = 1000
READS: Final = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    parser.add_argument("--events", type=int, default=200_000, help=f"of the stream; the goal speaks of {GOAL_EVENTS}")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        server = NatsServer.of(Path(name), any_free_port(), durable=False)
        with serving(server, server.home):
            env = {"ES_CONTEXT": "incident", "NATS_URL": server.url("admin"), "CREATE_TABLE": "yes"}
            with closing(Ledger(env)) as ledger:
                watched = [str(uuid4()) for _ in range(WATCHED)]
                started = time.perf_counter()
                _build(ledger, watched, asked.events)
                built_s = time.perf_counter() - started
                print(json.dumps(_summary(ledger, watched, asked.events, built_s)))


def _build(ledger: Ledger, watched: Sequence[str], events: int) -> None:
    """Fills the stream; after each quarter the watched incidents get one more event."""
    deadline = time.perf_counter() + BUILD_LIMIT_S
    encoded = _encoded(ledger)
    saves = math.ceil(max(0, events - VERSIONS * len(watched)) / VERSIONS / SAVE)
    for template in encoded:
        ledger.recorder.insert_events([replace(template, originator_id=case) for case in watched])
        for _ in range(saves):
            if time.perf_counter() > deadline:
                return
            cases = [str(uuid4()) for _ in range(SAVE // VERSIONS)]
            ledger.recorder.insert_events([replace(each, originator_id=case) for each in encoded for case in cases])
        print(f"{ledger.recorder.max_notification_id()} events", file=sys.stderr)


def _encoded(ledger: Ledger) -> list[StoredEvent]:
    """One event for each version, encoded once."""
    events: list[Event] = [opened(), *[ViolationRecognised(0.7)] * (VERSIONS - 1)]
    envelopes = [Envelope(T0, "rules", CommandId("c"), event) for event in events]
    return [ledger.mapper.to_stored_event(Recorded("any", n, envelope)) for n, envelope in enumerate(envelopes, 1)]


def _summary(ledger: Ledger, watched: Sequence[str], asked: int, built_s: float) -> dict[str, Any]:
    there = ledger.recorder.max_notification_id() or 0
    found = [len(ledger.history(case)) for case in watched]  # also the warming up
    took = sorted(_read_ms(ledger, case) for case in random.Random(1).choices(watched, k=READS))
    p95 = took[int(READS * 0.95)]
    return {
        "bench": "read",
        "value": round(p95, 3),
        "unit": "ms, p95 of one incident, warm",
        "peer": "limit of the issue",
        "peer_value": LIMIT_MS,
        "ratio": round(LIMIT_MS / p95, 3),
        "events_in_stream": there,
        "events_asked": asked,
        "is_the_goals_length": there >= GOAL_EVENTS,
        "events_per_incident": [min(found), max(found)],
        "p50_ms": round(took[READS // 2], 3),
        "p99_ms": round(took[int(READS * 0.99)], 3),
        "max_ms": round(took[-1], 3),
        "built_in_s": round(built_s, 1),
    }


def _read_ms(ledger: Ledger, case: str) -> float:
    started = time.perf_counter()
    ledger.history(case)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
