"""Positions of a consumer in upstream sequences, for the library's trackers; Kaska's own projections use Postgres."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import IntegrityError, ProcessRecorder, StoredEvent, Tracking, TrackingRecorder

from infra.eventstore.appending import Appender, expecting
from infra.eventstore.envelope import EXPECTED_STREAM, MESSAGE_ID, subject_of
from infra.eventstore.errors import as_persistence_errors
from infra.eventstore.recorders import JetStreamApplicationRecorder
from infra.eventstore.stream_access import StreamAccess
from infra.nats.batch import Outgoing
from infra.nats.bridge import Bridge


class JetStreamTrackingRecorder(StreamAccess, TrackingRecorder):
    """One subject for each upstream application, its newest message the position, in a stream that keeps only that."""

    def __init__(self, bridge: Bridge, stream: str, prefix: str, live_prefix: str = "") -> None:
        super().__init__(bridge, stream, prefix, live_prefix)
        self._positions_prefix = prefix
        self._position_appender = Appender(bridge, stream, prefix)

    def insert_tracking(self, tracking: Tracking) -> None:
        with as_persistence_errors():
            self._position_appender.append([], also=self._position_message(tracking))

    def max_tracking_id(self, application_name: str) -> int | None:
        with as_persistence_errors():
            last = self.last_message(subject_of(self._positions_prefix, application_name))
        return None if last is None else int(last.data)

    def _position_message(self, tracking: Tracking) -> Outgoing:
        subject = subject_of(self._positions_prefix, tracking.application_name)
        last = self.last_message(subject)
        if last is not None and int(last.data) >= tracking.notification_id:
            raise IntegrityError(
                f"{subject} is at {int(last.data)} already, {tracking.notification_id} is not after it"
            )
        headers = {EXPECTED_STREAM: self.stream, MESSAGE_ID: uuid4().hex}
        message = Outgoing(subject, str(tracking.notification_id).encode(), headers)
        return expecting(message, 0 if last is None else last.sequence)


class JetStreamProcessRecorder(JetStreamTrackingRecorder, JetStreamApplicationRecorder, ProcessRecorder):
    """Events and the position that caused them in one atomic batch, so both live in the stream of the events.

    Positions stand under `<prefix>-positions.<application>`, outside the context's own subjects, and are kept for ever
    like events, because that stream never drops anything.
    """

    def __init__(self, bridge: Bridge, stream: str, prefix: str, live_prefix: str = "") -> None:
        super().__init__(bridge, stream, prefix, live_prefix)
        self._positions_prefix = f"{prefix}-positions"

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is None:
            return super().insert_events(stored_events)
        with as_persistence_errors():
            return self._appender.append(stored_events, also=self._position_message(tracking)) or None
