"""Builds the recorders of one context from environment variables, as the `eventsourcing` library asks for them."""

from typing import TypeVar

from eventsourcing.persistence import InfrastructureFactory, InfrastructureFactoryError, TrackingRecorder
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool
from nats.js.api import StreamConfig

from infra.eventstore.errors import as_persistence_errors
from infra.eventstore.recorders import (
    JetStreamAggregateRecorder,
    JetStreamApplicationRecorder,
    JetStreamSnapshotRecorder,
)
from infra.eventstore.stream_access import StreamAccess
from infra.eventstore.tracking import JetStreamProcessRecorder, JetStreamTrackingRecorder
from infra.nats.bridge import Bridge
from infra.nats.streams import ensure_stream, events_config, positions_config, snapshots_config

R = TypeVar("R", bound=StreamAccess)


class JetStreamFactory(InfrastructureFactory[TrackingRecorder]):
    """Environment variables, each also with the application's name and "_" before it:

    NATS_URL      nats://user:password@host:port
    ES_CONTEXT    context whose subjects `es.<context>.<id>` are read and written; default: the application's name
    ES_REPLICAS   copies of each stream that it creates, 1 (default) to 5; 3 on a cluster
    ES_NAMESPACE  set in tests: streams `<namespace>_EVENTS`..., subjects `<namespace>-es.<context>.<id>`...
    CREATE_TABLE  the library's switch for "make what is missing"; Kaska's services set it to "no": they lack the right

    With a `bridge` given it is used instead of a connection of its own, and stays open: several contexts of a process
    then share one.
    """

    def __init__(self, env: Environment | EnvType | None, bridge: Bridge | None = None) -> None:
        super().__init__(env)
        url = self.env.get("NATS_URL")
        if not url:
            raise InfrastructureFactoryError("NATS_URL is not set")
        self.context = self.env.get("ES_CONTEXT") or self.env.name.lower()
        if not self.context:
            raise InfrastructureFactoryError("ES_CONTEXT is not set")
        self.namespace = self.env.get("ES_NAMESPACE", "")
        self.replicas = _replicas(self.env.get("ES_REPLICAS", "1"))
        self._shared = bridge is not None
        with as_persistence_errors():
            self.bridge = bridge or Bridge(url, name=f"eventstore-{self.context}")

    def aggregate_recorder(self, purpose: str = "events") -> JetStreamAggregateRecorder:
        if purpose == "snapshots":
            config = snapshots_config(self._stream("SNAPSHOTS"), self._subject("es-snap"), self.replicas)
            return self._build(JetStreamSnapshotRecorder, config)
        return self._build(JetStreamAggregateRecorder, self._events())

    def application_recorder(self) -> JetStreamApplicationRecorder:
        return self._build(self._chosen(self.APPLICATION_RECORDER_TOPIC, JetStreamApplicationRecorder), self._events())

    def tracking_recorder(self, tracking_recorder_class: type[TrackingRecorder] | None = None) -> TrackingRecorder:
        chosen = tracking_recorder_class or self._chosen(self.TRACKING_RECORDER_TOPIC, JetStreamTrackingRecorder)
        if not issubclass(chosen, JetStreamTrackingRecorder):
            raise InfrastructureFactoryError(f"{chosen} is not a JetStreamTrackingRecorder")
        config = positions_config(self._stream("POSITIONS"), self._subject("es-track"), self.replicas)
        return self._build(chosen, config)

    def process_recorder(self) -> JetStreamProcessRecorder:
        return self._build(self._chosen(self.PROCESS_RECORDER_TOPIC, JetStreamProcessRecorder), self._events())

    def close(self) -> None:
        if not self._shared:
            self.bridge.close()

    def _chosen(self, variable: str, default: type[R]) -> type[R]:
        """The recorder class that an environment variable names, if it does."""
        topic = self.env.get(variable)
        if not topic:
            return default
        named = resolve_topic(topic)
        if not (isinstance(named, type) and issubclass(named, default)):
            raise InfrastructureFactoryError(f"{variable}: {topic} is not a {default.__name__}")
        return named

    def _events(self) -> StreamConfig:
        return events_config(self._stream("EVENTS"), self._subject("es"), self._subject("es-live"), self.replicas)

    def _stream(self, name: str) -> str:
        return f"{self.namespace}_{name}" if self.namespace else name

    def _subject(self, first: str) -> str:
        return f"{self.namespace}-{first}" if self.namespace else first

    def _build(self, recorder_class: type[R], config: StreamConfig) -> R:
        with as_persistence_errors():
            if strtobool(self.env.get("CREATE_TABLE", "yes")):
                self.bridge.run(ensure_stream(self.bridge.js, config))
        subject = str((config.subjects or [""])[0]).removesuffix(".>")
        live = "" if config.republish is None else str(config.republish.dest).removesuffix(".>")
        prefix, live_prefix = f"{subject}.{self.context}", f"{live}.{self.context}"
        return recorder_class(self.bridge, str(config.name), prefix, live_prefix)


def _replicas(text: str) -> int:
    if text not in {"1", "2", "3", "4", "5"}:
        raise InfrastructureFactoryError(f"ES_REPLICAS is {text!r}, it must be a number from 1 to 5")
    return int(text)
