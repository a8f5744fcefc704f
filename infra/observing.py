"""Observations as messages of OBSERVATIONS."""

from datetime import UTC, datetime
from typing import Final

from domain.contracts.observations import (
    FaceMatched,
    Observation,
    PlateRead,
    encode_observation,
    identity_of,
    observation_name,
    subject_of,
)
from infra.eventstore.envelope import MESSAGE_ID, TOPIC
from infra.nats.batch import Outgoing

TTL: Final = "Nats-TTL"


def observation_message(observation: Observation) -> Outgoing:
    """Stored once, however often it is told. What leads to a person the server removes in time (ADR 17, 18)."""
    headers = {TOPIC: observation_name(observation), MESSAGE_ID: identity_of(observation)}
    if isinstance(observation, FaceMatched | PlateRead):
        left_s = max(1, round((observation.keep_until - datetime.now(UTC)).total_seconds()))
        headers[TTL] = str(left_s)
    return Outgoing(subject_of(observation), encode_observation(observation), headers)
