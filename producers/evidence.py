"""Follows EVENTS and sees to it that every incident of the camera gets its photo, clip and detections, or a reason.

Only the camera's own incidents wake it: would each wake every camera, the work would grow with their number's square.

Threads: one follows and schedules, some cut, some deliver; decoding waits for none of them.
"""

import heapq
import itertools
import logging
import threading
import time
from typing import Final

from domain.contracts.codec import CodecError
from domain.contracts.detections import to_microseconds
from domain.contracts.events import IncidentOpened, decode_event
from domain.contracts.identifiers import CameraId
from domain.contracts.plant import EvidenceKind
from domain.contracts.subjects import EVENTS, INCIDENT, event_subject, opened_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import NatsAdapterError
from infra.nats.reader import StreamReader
from producers.cutter import Cutter
from producers.delivery import Delivery
from producers.errors import EvidenceError
from producers.progress import Progress
from producers.workers import Work, Workers

log = logging.getLogger(__name__)

TOPIC_HEADER: Final = "ES-Topic"
"""Same as infra.eventstore.envelope.TOPIC, without the library behind it in every camera's memory; a test compares."""

OPENED: Final = "incident.opened.v1"
POLL_S: Final = 1.0
RETRY_S: Final = 5.0
LATE_US: Final = 1_000_000  # pictures may reach the ring so much after they were captured
CUTTING_THREADS: Final = 2
DELIVERING_THREADS: Final = 4


class Evidence:
    """Started once per process; `stop` ends it, and what is not delivered then stays in the spool."""

    def __init__(
        self,
        camera_id: CameraId,
        bridge: Bridge,
        *,
        cutter: Cutter,
        delivery: Delivery,
        progress: Progress,
        stop: threading.Event,
    ) -> None:
        self._camera_id, self._bridge = camera_id, bridge
        self._name = camera_id.encode()  # in an event's bytes: those of other cameras need no decoding
        self._cutter, self._delivery, self._progress, self._stop = cutter, delivery, progress, stop
        self._later: list[tuple[int, int, Work]] = []
        self._order = itertools.count()
        self._cutting = Workers("cut", CUTTING_THREADS)
        self._delivering = Workers("deliver", DELIVERING_THREADS)
        self._thread = threading.Thread(target=self._run, name="evidence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self, timeout_s: float) -> None:
        """After `stop` was set."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (NatsAdapterError, TimeoutError, OSError) as error:
                reason = f"{type(error).__name__}: {error}"
                log.error("incidents cannot be followed", extra={"reason": reason})  # noqa: TRY400
                self._stop.wait(RETRY_S)

    def _follow(self) -> None:
        subject, told = event_subject(INCIDENT, ">"), opened_subject(self._camera_id)
        reader = StreamReader(self._bridge, EVENTS, subject, told, self._progress.read_position)
        try:
            while not self._stop.is_set():
                for message in reader.read(self._patience_s()):
                    self._take(message)
                self._start_due()
                self._progress.save()
        finally:
            reader.close()
            self._progress.save()

    def _take(self, message: StoredMessage) -> None:
        if message.headers.get(TOPIC_HEADER) == OPENED and self._name in message.data:
            try:
                event = decode_event(OPENED, message.data).event
            except CodecError:
                log.exception("an incident cannot be read: it stays without evidence", extra={"at": message.sequence})
            else:
                if isinstance(event, IncidentOpened) and event.camera_id == self._camera_id:
                    self._begin(message.sequence, event)
        self._progress.read_to(message.sequence)

    def _begin(self, position: int, incident: IncidentOpened) -> None:
        """The photo at once, the clip when its end has been captured, the detections when the network allows."""
        self._progress.begin(position)
        self._cutting.submit(lambda: self._make(position, incident, EvidenceKind.PHOTO))
        self._delivering.submit(lambda: self._make(position, incident, EvidenceKind.DETECTIONS))
        due_us = to_microseconds(incident.opened_at) + self._cutter.after_us + LATE_US

        def cut_clip() -> None:
            self._cutting.submit(lambda: self._make(position, incident, EvidenceKind.CLIP))

        heapq.heappush(self._later, (due_us, next(self._order), cut_clip))

    def _start_due(self) -> None:
        while self._later and self._later[0][0] <= _now_us():
            heapq.heappop(self._later)[2]()

    def _patience_s(self) -> float:
        if not self._later:
            return POLL_S
        return min(POLL_S, max(0.0, (self._later[0][0] - _now_us()) / 1e6))

    def _make(self, position: int, incident: IncidentOpened, kind: EvidenceKind) -> None:
        """In a worker: makes the piece and hands it, or the reason why there is none, to the delivery."""
        try:
            piece = self._cutter.make(incident, kind)
        except EvidenceError as error:
            self._report(position, incident, kind, f"{type(error).__name__}: {error}")
        except (NatsAdapterError, TimeoutError) as error:
            log.warning("detections cannot be read yet", extra={"reason": str(error)})
            if not self._stop.wait(RETRY_S):
                self._delivering.submit(lambda: self._make(position, incident, kind))
        except Exception as error:
            log.exception("evidence cannot be made", extra={"incident": str(incident.incident_id), "kind": kind.value})
            self._report(position, incident, kind, f"internal error: {type(error).__name__}")
        else:
            self._delivering.submit(lambda: self._finish(position, kind, done=self._delivery.attach(incident, piece)))

    def _report(self, position: int, incident: IncidentOpened, kind: EvidenceKind, reason: str) -> None:
        self._delivering.submit(
            lambda: self._finish(position, kind, done=self._delivery.report_missed(incident, kind, reason))
        )

    def _finish(self, position: int, kind: EvidenceKind, *, done: bool) -> None:
        if done:
            self._progress.done(position, kind)


def _now_us() -> int:
    return time.time_ns() // 1000
