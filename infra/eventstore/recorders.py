"""The library's recorders for aggregates, snapshots, and the sequence of all events of a context."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    Notification,
    StoredEvent,
    Subscription,
)

from infra.eventstore.appending import Appender
from infra.eventstore.envelope import TOPIC, subject_of, to_message, to_notification, to_stored_event, version_of
from infra.eventstore.errors import as_persistence_errors
from infra.eventstore.stream_access import PAGE, StreamAccess
from infra.eventstore.subscription import StreamSubscription
from infra.nats.batch import publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.reader import StreamReader


class JetStreamAggregateRecorder(StreamAccess, AggregateRecorder):
    """Events of aggregates, each aggregate's under a subject of its own."""

    def __init__(self, bridge: Bridge, stream: str, prefix: str, live_prefix: str = "") -> None:
        super().__init__(bridge, stream, prefix, live_prefix)
        self._appender = Appender(bridge, stream, prefix)

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """All or none. Raises IntegrityError, ProgrammingError (too large), OperationalError (outcome unknown)."""
        with as_persistence_errors():
            self._appender.append(stored_events)
        return None  # only an application's recorder numbers its events

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """By version, after `gt` up to `lte`. Any replica answers: an event just saved by another node may lack."""
        subject = subject_of(self.prefix, originator_id)
        with as_persistence_errors():
            if desc and limit == 1 and lte is None:
                last = self.last_message(subject)
                found = [last] if last is not None and (gt is None or version_of(last) > gt) else []
            else:
                found = self._between(subject, gt, lte, None if desc else limit)
        if desc:
            found = found[::-1][:limit]
        return [to_stored_event(message) for message in found]

    def _between(self, subject: str, gt: int | None, lte: int | None, limit: int | None) -> list[StoredMessage]:
        found: list[StoredMessage] = []
        for message in self.messages(subject):
            version = version_of(message)
            if lte is not None and version > lte:
                break
            if gt is None or version > gt:
                found.append(message)
            if len(found) == limit:
                break
        return found


class JetStreamSnapshotRecorder(JetStreamAggregateRecorder):
    """Snapshots: the same shape, but nobody competes for their versions and the stream keeps the last few only."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        save = uuid4().hex
        messages = [
            to_message(self.stream, subject_of(self.prefix, event.originator_id), event, f"{save}.{number}", None)
            for number, event in enumerate(stored_events)
        ]
        with as_persistence_errors():
            self.bridge.run(publish_batch(self.bridge.nc, messages))
        return None


class JetStreamApplicationRecorder(JetStreamAggregateRecorder, ApplicationRecorder):
    """Also reads all events of its context in the order of the stream; a notification's id is its stream sequence."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Like an aggregate recorder's; returns the stream sequences of the events, None when there are none."""
        with as_persistence_errors():
            return self._appender.append(stored_events) or None

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = 1 if start is None else start + (not inclusive_of_start)
        found: list[Notification] = []
        with as_persistence_errors():
            for message in self.messages(f"{self.prefix}.>", first, min(max(limit, 1), PAGE)):
                if stop is not None and message.sequence > stop:
                    break
                if not topics or message.headers[TOPIC] in topics:
                    found.append(to_notification(message))
                if len(found) == limit:
                    break
        return found

    def max_notification_id(self) -> int | None:
        with as_persistence_errors():
            last = self.last_message(f"{self.prefix}.>")
        return None if last is None else last.sequence

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Goes on by itself after a restart of the server."""
        with as_persistence_errors():
            reader = StreamReader(self.bridge, self.stream, f"{self.prefix}.>", f"{self.live_prefix}.>", gt or 0)
        return StreamSubscription(self, reader, gt, topics)
