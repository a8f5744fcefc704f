"""Projection `plant`: cameras, zones and rules as they stand now."""

from collections.abc import Iterator
from typing import Any, Final

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
    ZoneRetired,
)
from domain.contracts.subjects import CAMERA, RULE, ZONE
from projections.projection import Projected
from projections.singly import Singly
from projections.statements import Statement, statements

SQL: Final = statements("plant")


class Plant(Singly):
    """Its events are few: each is a statement of its own."""

    name = "plant"
    contexts = (CAMERA, ZONE, RULE)
    tables = ("camera", "zone", "rule")
    sql = SQL

    def statements(self, event: Projected) -> Iterator[Statement]:
        return _statements(event)


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
            yield SQL["zone"], plain | {"polygon": Jsonb(plain["polygon"]), "line": _json(plain["line"])}
        case ZoneRetired():
            yield SQL["zone_retired"], plain
        case RulePublished():
            yield SQL["rule"], plain | _rule(fact, plain)
        case RuleRetired():
            yield SQL["rule_retired"], plain


def _rule(fact: RulePublished, plain: dict[str, Any]) -> dict[str, Any]:
    return {
        "threshold_min": plain["thresholds"]["min"],
        "threshold_max": plain["thresholds"]["max"],
        "schedule": _json(plain["schedule"]),
        "object_classes": [each.name.lower() for each in fact.object_classes],
    }


def _json(plain: dict[str, Any] | None) -> Jsonb | None:
    return None if plain is None else Jsonb(plain)
