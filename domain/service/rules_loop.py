"""Folds DETECTIONS through the rules and the visits, and records what they find. One thread, one loop, stream order.

A finding is recorded before the position moves on. After a crash the loop goes back to the last checkpoint and finds
the same things again; the decider answers those with nothing, because incidents are named by their evidence.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

from eventsourcing.persistence import IntegrityError, OperationalError
from prometheus_client import CollectorRegistry, Counter, Gauge

from domain import incident
from domain.contracts.detections import DetectionsUnreadable, FrameAnalysed, decode
from domain.contracts.events import EventUnknown, decode_event
from domain.contracts.identifiers import CameraId, CommandId, IncidentId
from domain.contracts.observations import observation_kind
from domain.contracts.subjects import (
    ALL_DETECTIONS,
    ALL_DETECTIONS_LIVE,
    DETECTIONS,
    EVENTS,
    RULE,
    ZONE,
    event_live_subject,
    event_subject,
    opened_subject,
)
from domain.rules.engine import CameraFold, Closing, Finding, Opening, Raise
from domain.rules.timeline import Timeline
from domain.rules.visits import VisitFold
from domain.service.checkpoint import CheckpointStore, restored, taken
from domain.service.folding import fold_incident
from domain.service.ledger import Ledger
from domain.service.observing import ObservationOutbox
from domain.service.settings import DomainSettings
from infra.eventstore.envelope import TOPIC
from infra.nats.bridge import Bridge
from infra.nats.direct import SEQUENCE_HEADER, StoredMessage
from infra.nats.errors import NatsAdapterError
from infra.nats.reader import StreamReader

log = logging.getLogger(__name__)

BY = "rules"
WAIT_S = 0.25
STORE_PAUSE_S = 0.5


class RulesLoop:
    """Live work from the last checkpoint on."""

    def __init__(
        self,
        bridge: Bridge,
        incidents: Ledger,
        settings: DomainSettings,
        registry: CollectorRegistry,
        clock: Callable[[], datetime],
    ) -> None:
        self._bridge, self._incidents, self._settings, self._clock = bridge, incidents, settings, clock
        self._checkpoints = CheckpointStore(bridge)
        checkpoint = self._checkpoints.load()
        self._folds = {camera_id: CameraFold(state) for camera_id, state in restored(checkpoint).items()}
        self._visits = {record.camera_id: VisitFold(record.visits) for record in checkpoint.visits}
        self._observations = ObservationOutbox(bridge, checkpoint.observed)
        self._timeline = Timeline()
        self._plant = [
            StreamReader(bridge, EVENTS, event_subject(c, ">"), event_live_subject(c, ">")) for c in (ZONE, RULE)
        ]
        self._reader = StreamReader(bridge, DETECTIONS, ALL_DETECTIONS, ALL_DETECTIONS_LIVE, after=checkpoint.position)
        self._saved_at = time.monotonic()
        self._saved_position = checkpoint.position
        self._folded = Counter("kaska_detections_folded", "messages of DETECTIONS folded", registry=registry)
        self._found = Counter("kaska_findings", "findings of the rules", ["finding"], registry=registry)
        self._observed = Counter("kaska_observations", "visits and passages found", ["kind"], registry=registry)
        self._unreadable = Counter("kaska_detections_unreadable", "messages left aside", registry=registry)
        self._behind = Gauge("kaska_rules_behind_seconds", "capture to folding of the newest frame", registry=registry)

    def step(self) -> int:
        """Folds the next messages, if any come within a moment; returns how many."""
        messages = self._reader.read(WAIT_S, self._settings.read_limit)
        self._refresh_plant()
        for message in messages:
            self._fold(message)
        self._observations.flush()
        if messages:
            self._folded.inc(len(messages))
        if time.monotonic() - self._saved_at >= self._settings.checkpoint_interval_s:
            self.save_checkpoint()
        return len(messages)

    def save_checkpoint(self) -> None:
        """Stores the state after the last folded message; nothing when nothing came."""
        self._saved_at = time.monotonic()
        if self._reader.position == self._saved_position or not self._observations.is_empty:
            return
        try:
            states = {camera_id: fold.state() for camera_id, fold in self._folds.items()}
            visits = {camera_id: fold.state() for camera_id, fold in self._visits.items()}
            self._checkpoints.save(taken(self._reader.position, states, visits, self._observations.position))
        except NatsAdapterError as error:
            log.warning("checkpoint not stored, the older one stays", extra={"reason": str(error)})
        else:
            self._saved_position = self._reader.position

    def close(self) -> None:
        for reader in (self._reader, *self._plant):
            reader.close()

    def _refresh_plant(self) -> None:
        for reader in self._plant:
            while messages := reader.read(0.0):
                for message in messages:
                    self._add_to_timeline(message)

    def _add_to_timeline(self, message: StoredMessage) -> None:
        try:
            self._timeline.add(decode_event(message.headers[TOPIC], message.data).event)
        except EventUnknown:
            log.exception("rules cannot follow a newer build", extra={"position": message.sequence})
            raise

    def _fold(self, message: StoredMessage) -> None:
        camera_id = CameraId(message.subject.partition(".")[2])
        try:
            frame = decode(camera_id, message.data)
        except DetectionsUnreadable as error:
            self._unreadable.inc()
            log.warning("detections left aside", extra={"position": message.sequence, "reason": str(error)})
            return
        rules = self._timeline.rules(camera_id, frame.captured_at_us)
        fold = self._folds.setdefault(camera_id, CameraFold())
        for finding in fold.observe(frame, message.sequence, rules):
            self._record(finding)
        self._observe(frame, message.sequence)
        self._note_age(frame)

    def _observe(self, frame: FrameAnalysed, sequence: int) -> None:
        zones = self._timeline.zones(frame.camera_id, frame.captured_at_us)
        visits = self._visits.setdefault(frame.camera_id, VisitFold())
        for observation in visits.observe(frame, sequence, zones):
            if self._observations.put(observation):
                self._observed.labels(observation_kind(observation)).inc()

    def _note_age(self, frame: FrameAnalysed) -> None:
        self._behind.set(self._clock().timestamp() - frame.last_captured_at_us / 1e6)

    def _record(self, finding: Finding) -> None:
        """Records a finding; while the store does not answer, tries again: nothing may be passed over."""
        incident_id, command_id, command = as_command(finding)
        while True:
            try:
                fold = fold_incident(command, incident.Acting(BY))
                position = self._incidents.execute(
                    str(incident_id), command_id, BY, self._clock(), fold, fold_knows_repeats=True
                )
            except (OperationalError, IntegrityError) as error:
                log.warning("the event store does not take a finding", extra={"reason": str(error)})
                time.sleep(STORE_PAUSE_S)
            else:
                self._found.labels(type(finding).__name__.lower()).inc()
                break
        if isinstance(finding, Opening) and position is not None:
            self._wake(finding.opened.camera_id, position)

    def _wake(self, camera_id: CameraId, position: int) -> None:
        """The camera's process reads the incident at once; one that does not hear of it looks some seconds later."""
        headers = {SEQUENCE_HEADER: str(position)}
        try:
            self._bridge.run(self._bridge.nc.publish(opened_subject(camera_id), headers=headers))
        except NatsAdapterError as error:
            log.info("a camera was not told of its incident", extra={"reason": str(error)})


def as_command(finding: Finding) -> tuple[IncidentId, CommandId, incident.Command]:
    """The incident that a finding is about, the command's id, the command."""
    match finding:
        case Opening(opened):
            return opened.incident_id, CommandId("open"), incident.OpenIncident(opened)
        case Raise(incident_id, score, last_seen, detections_to):
            command_id = CommandId(f"raise-{detections_to}")
            return incident_id, command_id, incident.RaiseScore(score, last_seen, detections_to)
        case Closing(incident_id, last_seen, closed_at, detections_to):
            return incident_id, CommandId("close"), incident.CloseIncident(last_seen, closed_at, detections_to)
