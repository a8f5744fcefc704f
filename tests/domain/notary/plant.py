"""What the tests of the notary share."""

from contextlib import closing
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from minio import Minio
from prometheus_client import CollectorRegistry

from domain.notary.notary import Notary
from domain.notary.streams import read_checkpoints
from domain.notary.vault import Vault
from domain.proof.checkpoint import Checkpoint, parse_checkpoint, parse_note
from infra.eventstore.appending import Appender
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats

INTERVAL_S = 60.0


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class NotaryPlant:
    """A nats-server with its streams, a home, and a way to write events as the domain does."""

    def __init__(self, server: OwnNats, store: Minio, bucket: str, home: Path) -> None:
        self.server, self.store, self.bucket, self.home = server, store, bucket, home
        self.clock = Clock()
        self.admin = Bridge(server.url("admin"), name="test")
        self.admin.run(ensure_streams(self.admin.js))
        self.bridge = Bridge(server.url("notary"), name="notary")
        self._appender = Appender(self.admin, "EVENTS", "es.incident")
        self._versions: dict[UUID, int] = {}
        home.mkdir(parents=True)

    def append(self, count: int, aggregates: int = 3) -> None:
        for i in range(count):
            aggregate = UUID(int=i % aggregates)
            version = self._versions[aggregate] = self._versions.get(aggregate, 0) + 1
            event = StoredEvent(aggregate, version, "incident.commented.v1", b'{"n":%d}' % i)
            self._appender.append([event])

    def forge(self, payload: bytes = b"{}", subject: str = "es.incident.forged") -> None:
        """A message that the event store has not written."""
        self.admin.run(self.admin.js.publish(subject, payload))

    def vault(self) -> Vault:
        registry = CollectorRegistry()
        folder = self.home / "notary" / "waiting"
        return Vault(self.store, self.bucket, folder, keep_days=1, retry_s=0.1, registry=registry)

    def notary(self) -> Notary:
        registry = CollectorRegistry()
        return Notary(self.bridge, self.home, self.vault(), interval_s=INTERVAL_S, registry=registry, clock=self.clock)

    def sign(self) -> Checkpoint:
        """A notary comes, reads, signs and goes."""
        with closing(self.notary()) as notary:
            for _ in range(3):
                self.clock.now += INTERVAL_S
                notary.step(0.05)
            return notary.signed

    def notes(self) -> list[bytes]:
        return list(read_checkpoints(self.admin))

    def checkpoints(self) -> list[Checkpoint]:
        return [parse_checkpoint(parse_note(note).text) for note in self.notes()]

    def empty_events(self) -> None:
        """As a lost disk or an administrator does."""
        self.admin.run(self.admin.js.delete_stream("EVENTS"))
        self.admin.run(ensure_streams(self.admin.js))
        self._appender, self._versions = Appender(self.admin, "EVENTS", "es.incident"), {}

    def close(self) -> None:
        self.bridge.close()
        self.admin.close()
