"""Questions about registers, audit and statistics, and a plant that has something to answer."""

from datetime import date
from typing import Any
from uuid import UUID

from gateway.reads.rows import EvidenceRow
from tests.gateway.plant import AT, Plant, incident

FIELDS = """id openedAt cameraName zoneName enterprise classification score verdict falsePositive decidedBy assignee
comments hasPhoto hasClip evidence { kind url sha256 } incident { version }"""
UNPROCESSED = """query ($filter: RegisterFilterInput, $sort: RegisterSortInput, $first: Int! = 50, $after: String) {
  unprocessedEvents(filter: $filter, sort: $sort, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } }
  }
}"""
VIOLATIONS = f"""query ($false: Boolean! = false) {{
  violations(includeFalsePositives: $false) {{ totalCount edges {{ node {{ {FIELDS} }} }} }}
}}"""
AUDIT = """query ($actor: String, $entity: String, $entityId: ID, $kind: String, $from: DateTime, $to: DateTime,
  $services: Boolean! = true, $first: Int! = 50, $after: String) {
  audit(actor: $actor, entity: $entity, entityId: $entityId, kind: $kind, from: $from, to: $to, services: $services,
    first: $first, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { position at actor service entity entityId kind detail } }
  }
}"""
DAYS = """query ($from: Date!, $to: Date!, $camera: ID, $kind: RuleKind) {
  dailyStatistics(from: $from, to: $to, camera: $camera, kind: $kind) {
    day cameraId zoneId kind opened violations dismissed inReview confirmed falsePositives reviewed reviewMedianS
    camera { name } zone { name }
  }
}"""
DAY: dict[str, Any] = {
    "day": date(2026, 3, 2),
    "camera_id": "gate",
    "zone_id": "press",
    "kind": "danger_zone",
    "opened": 5,
    "violations": 2,
    "dismissed": 1,
    "in_review": 1,
    "confirmed": 1,
    "false_positives": 1,
    "reviewed": 2,
    "review_median_s": 62.5,
}


def numbers(answer: Any, register: str = "unprocessedEvents") -> list[int]:
    return [int(edge["node"]["id"].replace("-", ""), 16) for edge in answer.data[register]["edges"]]


def make_busy(plant: Plant) -> None:
    """Eleven incidents of two cameras; some were given to somebody, commented, photographed."""
    plant.put_row("plant_setting", name="enterprise", value="АО «Завод»")
    plant.put(*(incident(n, score=n % 4 / 10, camera_id="gate" if n % 2 else "yard") for n in range(1, 9)))
    plant.put(
        incident(9, verdict="violation", zone_id=None, decided_by="anna"),
        incident(10, verdict="false_positive", kind="no_helmet"),
        incident(11, verdict="dismissed"),
    )
    for n, (assignee, comments) in {2: ("boris", 3), 3: (None, 1), 9: ("anna", 2)}.items():
        plant.put_row(
            "incident_handling", incident_id=UUID(int=n), assignee=assignee, comments=comments, version=3, position=n
        )
    plant.put_evidence(EvidenceRow(UUID(int=9), "photo", "incidents/9/photo", "ab" * 32, 9, "image/jpeg", AT, AT, None))
