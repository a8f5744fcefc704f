"""`python -m domain.replay.offline DETECTIONS RULES`: the rules over a file of detections; incidents as JSON on stdout.

DETECTIONS is in the form of `domain.contracts.slices`, of one camera. RULES is a JSON list of objects: `id`, `kind`,
`polygon` ([[x, y], …] in 0..1, none for a rule about the whole picture), `classes` (names, person when absent), `min`,
`max`, `dwell_s`, `window_s`, `gap_s`; where wanted `zone` (its identifier, that of the rule when absent),
`min_person_height`, `at_gate`, `near`, `forbidden` (in, out), `forbidden_lamps` (red, yellow, green, off), and `line`
([[x, y], [x, y]]), as in RulePublished and ZoneDrawn. Used by the evaluation of models (R170) and by whoever has
a capsule.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from domain.contracts.detections import ObjectClass, to_microseconds
from domain.contracts.events import RulePublished, ZoneDrawn
from domain.contracts.identifiers import CameraId, RuleId, ZoneId, slug
from domain.contracts.observations import Direction
from domain.contracts.plant import DirectionLine, Lamp, RuleKind, Thresholds
from domain.contracts.slices import unpack
from domain.replay.errors import ReplayError
from domain.replay.fold import ReplayFold
from domain.replay.incidents import Incident
from domain.replay.recording import Chunk
from domain.rules.timeline import Timeline

CAMERA: Final = CameraId("recording")
EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
TROUBLE: Final = 2


class RulesRefused(ReplayError):
    """A file of rules is not in the form above."""


def timeline(plain: object) -> Timeline:
    """The rules of a file, in force at all times. Raises RulesRefused."""
    if not isinstance(plain, list) or not plain:
        raise RulesRefused("rules: a JSON list with at least one rule")
    found = Timeline()
    for number, each in enumerate(plain):
        try:
            for event in _events(each):
                found.add(event)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RulesRefused(f"rules[{number}]: {type(error).__name__}: {error}") from error
    return found


def _events(plain: Mapping[str, Any]) -> list[ZoneDrawn | RulePublished]:
    rule_id, polygon = RuleId(slug(plain["id"])), plain.get("polygon")
    zone_id = ZoneId(slug(plain.get("zone", rule_id))) if polygon else None
    classes = [ObjectClass[name.upper()] for name in plain.get("classes", ["person"])]
    rule = RulePublished(
        rule_id=rule_id,
        rule_version=1,
        name=rule_id,
        kind=RuleKind(plain["kind"]),
        camera_id=CAMERA,
        zone_id=zone_id,
        object_classes=tuple(classes),
        thresholds=Thresholds(float(plain["min"]), float(plain["max"])),
        dwell_s=float(plain["dwell_s"]),
        window_s=float(plain["window_s"]),
        gap_s=float(plain["gap_s"]),
        schedule=None,
        effective_from=EVER,
        min_person_height=float(plain.get("min_person_height", 0.0)),
        at_gate=bool(plain.get("at_gate", False)),
        forbidden=Direction(plain["forbidden"]) if "forbidden" in plain else None,
        near=float(plain.get("near", 0.0)),
        forbidden_lamps=tuple(Lamp(name) for name in plain.get("forbidden_lamps", ())),
    )
    if zone_id is None or polygon is None:
        return [rule]
    vertices = tuple((float(x), float(y)) for x, y in polygon)
    return [ZoneDrawn(zone_id, 1, CAMERA, rule_id, vertices, EVER, line=_line(plain)), rule]


def _line(plain: Mapping[str, Any]) -> DirectionLine | None:
    if "line" not in plain:
        return None
    (x1, y1), (x2, y2) = plain["line"]
    return DirectionLine((float(x1), float(y1)), (float(x2), float(y2)))


def incidents(detections: bytes, rules: Timeline) -> list[Incident]:
    """What the live service would have opened, in the order of the deciding frames."""
    records = list(unpack(detections))
    fold = ReplayFold(rules.rules)
    fold.take(Chunk([at for at, _ in records], [CAMERA] * len(records), [payload for _, payload in records]))
    return fold.incidents()


def as_plain(incident: Incident) -> dict[str, Any]:
    """Times are microseconds since 1970 UTC."""
    opened, closed = incident.opened, incident.closed
    last_seen = closed.last_seen if closed is not None else opened.last_seen
    return {
        "rule": opened.rule_id,
        "track": opened.track_id,
        "first_seen_us": to_microseconds(opened.first_seen),
        "opened_us": to_microseconds(opened.opened_at),
        "last_seen_us": to_microseconds(last_seen),
        "score": incident.score,
        "verdict": incident.verdict.value,
    }


def main(
    detections: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    rules: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
) -> None:
    """Incidents of recorded detections, as a JSON list."""
    try:
        found = incidents(detections.read_bytes(), timeline(json.loads(rules.read_text(encoding="utf-8"))))
    except (ReplayError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(TROUBLE) from error
    sys.stdout.write(json.dumps([as_plain(incident) for incident in found]) + "\n")


if __name__ == "__main__":
    typer.run(main)
