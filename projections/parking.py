"""Stream PARKED: messages that a projection gave up on, with the reason. The payload stays where it is."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from infra.eventstore.envelope import MESSAGE_ID, TOPIC
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage, get_page
from projections.sources import stream_of

PARKED: Final = "PARKED"
REASON: Final = "Kaska-Reason"
STREAM: Final = "Kaska-Stream"
SEQUENCE: Final = "Kaska-Sequence"
SUBJECT: Final = "Kaska-Subject"
SETTLED: Final = "Kaska-Settled"
LONGEST_REASON: Final = 400


@dataclass(frozen=True, slots=True)
class ParkedEvent:
    """An event or an observation. sequence, subject: where it is in its stream; at: when it was parked, ISO 8601."""

    projection: str
    sequence: int
    subject: str
    name: str
    reason: str
    at: str

    def plain(self) -> dict[str, str | int]:
        return asdict(self)


class Parking:
    """Nothing is ever taken out of the stream: a later message says that an event has been applied after all."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    def park(self, projection: str, message: StoredMessage, error: Exception) -> None:
        """Returns when the message server has stored it. Raises NatsAdapterError."""
        headers = {
            REASON: _one_line(error),
            SUBJECT: message.subject,
            TOPIC: message.headers.get(TOPIC, ""),
            MESSAGE_ID: f"park:{projection}:{message.sequence}",
        }
        self._publish(projection, message.subject, message.sequence, headers)

    def settle(self, event: ParkedEvent) -> None:
        """It has been applied: it is parked no more."""
        self._publish(event.projection, event.subject, event.sequence, {SETTLED: "applied"})

    def waiting(self) -> list[ParkedEvent]:
        """What is parked now, oldest first. Raises NatsAdapterError."""
        found: dict[tuple[str, int], ParkedEvent] = {}
        for message in self._messages():
            projection, sequence = message.subject.rpartition(".")[2], int(message.headers[SEQUENCE])
            if SETTLED in message.headers:
                found.pop((projection, sequence), None)
            else:
                found.setdefault((projection, sequence), _parked(projection, sequence, message))
        return list(found.values())

    def sequences(self, projection: str) -> set[int]:
        """Where the messages are that the projection has given up on."""
        return {event.sequence for event in self.waiting() if event.projection == projection}

    def _publish(self, projection: str, subject: str, sequence: int, headers: dict[str, str]) -> None:
        where = {STREAM: stream_of(subject), SEQUENCE: str(sequence)}
        message = Outgoing(f"parked.projection.{projection}", b"", where | headers)
        self._bridge.run(publish_batch(self._bridge.nc, [message]))

    def _messages(self) -> Iterator[StoredMessage]:
        sequence = 0
        while True:
            asking = get_page(self._bridge.nc, PARKED, sequence + 1, 1000, "parked.projection.*")
            page = self._bridge.run(asking)
            yield from page.messages
            if not page.pending or not page.messages:
                return
            sequence = page.messages[-1].sequence


def _parked(projection: str, sequence: int, message: StoredMessage) -> ParkedEvent:
    headers = message.headers
    at = message.time.isoformat()
    return ParkedEvent(projection, sequence, headers[SUBJECT], headers.get(TOPIC, ""), headers[REASON], at)


def _one_line(error: Exception) -> str:
    """Headers are one line of ASCII."""
    text = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST_REASON]
    return text.encode("ascii", "backslashreplace").decode("ascii")
