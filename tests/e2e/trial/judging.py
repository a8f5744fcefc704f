"""After the kills: is everything that was acknowledged there, once, and does everything derived from it agree?"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg

from domain.contracts.commands import Accepted, Comment, IncidentCommand, Refused
from domain.contracts.events import (
    Commented,
    Dismissed,
    Envelope,
    IncidentClosed,
    IncidentOpened,
    ReviewRequested,
    ScoreRaised,
    ViolationRecognised,
    decode_event,
)
from domain.contracts.guard import HISTORY_BROKEN, VERDICT_FILE
from domain.contracts.subjects import DETECTIONS, EVENTS, INCIDENT, event_subject
from domain.notary.key import PUBLIC, read_public
from domain.notary.streams import request_checkpoint
from domain.notary.verifying import verify_copies, verify_live
from domain.replay.stream_source import StreamRecording
from domain.replay.work import Period, repeat
from domain.service.checkpoint import CheckpointStore
from infra import objects
from infra.embedded.postgres import PROJECTIONS
from infra.eventstore.envelope import HASH, MESSAGE_ID, TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from infra.nats.streams import check_streams, last_sequence
from infra.persons.keys import Keys
from infra.persons.settings import MASTER_KEY
from projections.catalogue import ALL
from projections.database import connect
from projections.follower import position_of
from projections.parking import Parking
from projections.persons import Persons
from projections.sources import source_of
from projections.verifying import verify
from tests.e2e.trial.plant import TrialPlant
from tests.e2e.trial.reference import undisturbed
from tests.e2e.trial.traffic import Detections, Told, Witness

SETTLED_WITHIN_S: Final = 90.0
MOST_FINDINGS: Final = 30
VERDICTS: Final = (ViolationRecognised, ReviewRequested, Dismissed)
OF_RULES: Final = (IncidentOpened, ScoreRaised, IncidentClosed)


@dataclass
class Judge:
    """findings: what is wrong, one sentence each; counts: what was looked at."""

    plant: TrialPlant
    bridge: Bridge
    findings: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _events: list[tuple[StoredMessage, Envelope]] = field(default_factory=list)

    def judge(self, detections: Detections, told: list[Told], witness: Witness) -> None:
        self._settle()
        self.findings += self.bridge.run(check_streams(self.bridge.js))
        self._events = [(m, decode_event(m.headers[TOPIC], m.data)) for m in _messages(self.bridge, EVENTS, "es.>")]
        self.counts["events"] = len(self._events)
        self._check_detections(detections)
        self._check_doubles()
        self._check_witnessed(witness)
        self._check_commands(told)
        self._check_whole_saves()
        self._check_incidents()
        self._check_rows()
        self._check_proof()
        self._check_guard(told)

    def _find(self, sentence: str) -> None:
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(sentence)

    def _settle(self) -> None:
        """Until the rules have folded everything, and the rows have followed."""
        checkpoints = CheckpointStore(self.bridge)
        self._wait("the rules", lambda: checkpoints.load().position >= self._last(DETECTIONS))
        with connect(self.plant.at.postgres.dsn(PROJECTIONS), "trial") as connection:
            for projection in ALL:

                def follows(name: str = projection.name, stream: str = source_of(projection).stream) -> bool:
                    with connection.transaction():
                        return position_of(connection, name) >= self._last(stream)

                self._wait(f"projection {projection.name}", follows)

    def _last(self, stream: str) -> int:
        return self.bridge.run(last_sequence(self.bridge.nc, stream))

    def _wait(self, what: str, until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while not _answers(until):
            if time.monotonic() > deadline:
                self._find(f"{what} did not catch up within {SETTLED_WITHIN_S:.0f} s")
                return
            time.sleep(0.2)

    def _check_detections(self, detections: Detections) -> None:
        """Each that was acknowledged is where it was said to be, with its bytes, and nowhere else."""
        there: dict[str, list[tuple[int, bytes]]] = {}
        for message in _messages(self.bridge, DETECTIONS, "det.>"):
            digest = hashlib.sha256(message.data).digest()
            there.setdefault(message.headers[MESSAGE_ID], []).append((message.sequence, digest))
        self.counts["detections"] = sum(map(len, there.values()))
        self.counts["detections acknowledged"] = len(detections.acknowledged)
        for id_, stored in detections.acknowledged.items():
            if there.get(id_) != [stored]:
                self._find(
                    f"detections {id_}: acknowledged as {stored[0]}, there: {[s for s, _ in there.get(id_, [])]}"
                )

    def _check_doubles(self) -> None:
        seen = Counter((m.subject, e.command_id, m.headers[TOPIC]) for m, e in self._events)
        for (subject, command, topic), times in seen.items():
            if times > 1:
                self._find(f"{subject}: {topic} of command {command} is there {times} times")

    def _check_witnessed(self, witness: Witness) -> None:
        """What a listener was told once is what stands there now; the hash covers the bytes and all before them."""
        there = {m.sequence: (m.subject, m.headers.get(HASH, "")) for m, _ in self._events}
        self.counts["events witnessed"] = len(witness.seen)
        for sequence, seen in witness.seen.items():
            if there.get(sequence) != seen:
                self._find(f"sequence {sequence} was {seen}, it is {there.get(sequence)}")

    def _check_commands(self, told: list[Told]) -> None:
        by_command: dict[str, list[tuple[StoredMessage, Envelope]]] = {}
        for message, envelope in self._events:
            by_command.setdefault(envelope.command_id, []).append((message, envelope))
        for each in told:
            positions = [answer.position for answer in each.answers if isinstance(answer, Accepted)]
            self.counts["commands accepted"] += bool(positions)
            self.counts["commands refused"] += not positions
            self._check_command(each, positions, by_command.get(each.command_id, []))

    def _check_command(self, told: Told, positions: list[int], found: list[tuple[StoredMessage, Envelope]]) -> None:
        command, who = told.command, told.command_id
        assert isinstance(command, IncidentCommand)
        if 0 < len(positions) < len(told.answers):
            self._find(f"command {who} was accepted and refused")
        if found and min(positions, default=0) < found[0][0].sequence:
            self._find(f"command {who} is at {found[0][0].sequence}, it was answered {positions}")
        if any(message.subject != event_subject(INCIDENT, str(command.incident_id)) for message, _ in found):
            self._find(f"command {who} is in another incident")
        if not isinstance(command, Comment):
            return
        texts = [envelope.event.text for _, envelope in found if isinstance(envelope.event, Commented)]
        if texts != ([command.text] if positions else []):
            self._find(f"command {who}: answered {told.answers}, stored {texts}")

    def _check_whole_saves(self) -> None:
        """An incident opens with its verdict, in one save: half of it never stays."""
        histories: dict[str, list[object]] = {}
        for message, envelope in self._events:
            if message.subject.startswith(event_subject(INCIDENT, "")):
                histories.setdefault(message.subject, []).append(envelope.event)
        self.counts["incidents"] = len(histories)
        for subject, events in histories.items():
            if not (len(events) > 1 and isinstance(events[0], IncidentOpened) and isinstance(events[1], VERDICTS)):
                self._find(f"{subject} begins with {[type(event).__name__ for event in events[:2]]}")

    def _check_incidents(self) -> None:
        """Those of a run that nobody disturbed, and of a replay."""
        facts: dict[str, list[Any]] = {}
        for message, envelope in self._events:
            if isinstance(envelope.event, OF_RULES):
                facts.setdefault(message.subject, []).append(envelope.event)
        expected = undisturbed(self.bridge, _messages(self.bridge, DETECTIONS, "det.>"))
        for subject in sorted(facts.keys() | expected.keys()):
            if facts.get(subject) != expected.get(subject):
                self._find(f"{subject}: {facts.get(subject)} instead of {expected.get(subject)}")
        outcome = repeat(
            self.bridge, StreamRecording(self.bridge), period=Period(), tz=ZoneInfo("UTC"), progress=lambda _: None
        )
        apart = outcome.difference
        self.counts["incidents replayed"] = apart.after
        if not apart.is_none:
            self._find(f"replay: {len(apart.new)} new, {len(apart.gone)} gone, {len(apart.changed)} changed")

    def _check_rows(self) -> None:
        keys, parked = Keys(self.bridge, self.plant.at.home / MASTER_KEY), Parking(self.bridge).sequences
        for projection in ALL:
            persons = Persons(self.bridge, keys, parked)
            verdict = verify(projection, self.plant.at.postgres.dsn(PROJECTIONS), self.bridge, lambda _: None, persons)
            self.counts[f"rows of {projection.name}"] = sum(table.rows for table in verdict.tables)
            if not verdict.same:
                self._find(f"projection {projection.name} is not what a rebuild gives: {verdict.plain()}")
        self.findings += [f"parked: {event.plain()}" for event in Parking(self.bridge).waiting()]

    def _check_proof(self) -> None:
        at = self.plant.at
        if request_checkpoint(self.bridge, 60) is None:
            self._find("the notary does not sign")
        key = read_public(str(at.home / PUBLIC))
        outcome = verify_live(self.bridge, key, at.home, self._kept_notes())
        store = objects.connect(at.s3.endpoint, at.s3.access_key, at.s3.secret_key)
        outcome = verify_copies(outcome, self.bridge, store, "kaska-audit")
        self.findings += outcome.audit.findings
        newest = outcome.audit.newest
        self.counts["checkpoints"] = len(outcome.audit.checkpoints)
        self.counts["copies of checkpoints"] = outcome.copies or 0
        if newest is None or newest.size < len(self._events):
            self._find(f"signed are {newest.size if newest else 0} of {len(self._events)} events")

    def _check_guard(self, told: list[Told]) -> None:
        """It has not cried wolf: nothing was lost, so nothing may have been refused for that."""
        for each in told:
            if any(isinstance(answer, Refused) and answer.code == HISTORY_BROKEN for answer in each.answers):
                self._find(f"command {each.command_id} was refused: {each.answers}")
        verdict = self.plant.at.home / VERDICT_FILE
        if verdict.exists():
            self._find(f"the guard had findings, now: {verdict.read_text(encoding='utf-8')}")

    def _kept_notes(self) -> list[Path]:
        return sorted((self.plant.at.home / "kept").glob("*.note"))


def _answers(ask: Callable[[], bool]) -> bool:
    """False also while a server is on its way back."""
    try:
        return ask()
    except psycopg.errors.UndefinedTable:
        return False


def _messages(bridge: Bridge, stream: str, subject: str) -> Iterator[StoredMessage]:
    first = 1
    while True:
        page = bridge.run(get_page(bridge.nc, stream, first, 1000, subject, timeout_s=30))
        yield from page.messages
        if not page.messages or not page.pending:
            return
        first = page.messages[-1].sequence + 1
