"""An endless iterator over the events of a context, for the library's projections."""

from collections.abc import Sequence

from eventsourcing.persistence import ApplicationRecorder, Notification, Subscription

from infra.eventstore.envelope import TOPIC, to_notification
from infra.eventstore.errors import as_persistence_errors
from infra.nats.direct import StoredMessage
from infra.nats.reader import StreamReader

WAIT_S = 60.0  # `stop` ends a wait at once; this only bounds one round


class StreamSubscription(Subscription[ApplicationRecorder]):
    """Blocks after the last event until the next one; `stop` from any thread ends it."""

    def __init__(
        self, recorder: ApplicationRecorder, reader: StreamReader, gt: int | None, topics: Sequence[str]
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._reader = reader
        self._page: list[StoredMessage] = []
        self._taken = 0

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            if self._taken == len(self._page):
                with as_persistence_errors():
                    self._page, self._taken = self._reader.read(WAIT_S), 0
                continue
            message = self._page[self._taken]
            self._taken += 1
            if not self._topics or message.headers[TOPIC] in self._topics:
                return to_notification(message)
        raise StopIteration

    def stop(self) -> None:
        super().stop()
        self._reader.close()
