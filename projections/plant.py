"""Projection `plant`: cameras, zones and rules as they stand now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg.types.json import Jsonb

from domain.contracts import codec
from domain.contracts.events import (
    CameraConfigured,
    CameraRegistered,
    CameraRetired,
    RetentionSet,
    RulePublished,
    RuleRetired,
    ZoneDrawn,
)
from domain.contracts.subjects import CAMERA, RULE, ZONE
from projections.projection import Connection, Projected
from projections.statements import statements

SQL: Final = statements("plant")


Statement = tuple[LiteralString, Mapping[str, Any]]


class Plant:
    """Its events are few: each is a statement of its own."""

    name = "plant"
    contexts = (CAMERA, ZONE, RULE)
    tables = ("camera", "zone", "rule")

    def project(self, events: Sequence[Projected], connection: Connection) -> None:
        for event in events:
            for statement, values in _statements(event):
                connection.execute(statement, values)

    def forget(self, context: str, aggregate_id: str, connection: Connection) -> None:
        connection.execute(SQL[f"forget_{context}"], {"id": aggregate_id})


def _statements(event: Projected) -> Iterator[Statement]:
    fact = event.envelope.event
    plain = codec.to_plain(fact) | {"position": event.position}
    match fact:
        case CameraRegistered() | CameraConfigured():
            yield SQL["camera"], plain
        case CameraRetired():
            yield SQL["camera_retired"], plain
        case RetentionSet():
            yield SQL["retention"], plain
        case ZoneDrawn():
            yield SQL["zone"], plain | {"polygon": Jsonb(plain["polygon"])}
        case RulePublished():
            yield SQL["rule"], plain | _rule(plain)
        case RuleRetired():
            yield SQL["rule_retired"], plain


def _rule(plain: dict[str, Any]) -> dict[str, Any]:
    schedule = plain["schedule"]
    return {
        "threshold_min": plain["thresholds"]["min"],
        "threshold_max": plain["thresholds"]["max"],
        "schedule": Jsonb(schedule) if schedule is not None else None,
    }
