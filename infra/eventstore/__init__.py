"""Persistence module of the `eventsourcing` library on JetStream: PERSISTENCE_MODULE=infra.eventstore."""

from infra.eventstore.factory import JetStreamFactory

__all__ = ["JetStreamFactory"]
