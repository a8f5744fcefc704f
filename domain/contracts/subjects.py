"""Names of streams and subjects on NATS (DESIGN.md, section Streams)."""

from typing import Final

DETECTIONS: Final = "DETECTIONS"
EVENTS: Final = "EVENTS"
SNAPSHOTS: Final = "SNAPSHOTS"
OBSERVATIONS: Final = "OBSERVATIONS"
AUDIT: Final = "AUDIT"
KEYS: Final = "KEYS"

INCIDENT: Final = "incident"
CAMERA: Final = "camera"
ZONE: Final = "zone"
RULE: Final = "rule"
ROLE: Final = "role"
USER: Final = "user"
NOTIFICATION: Final = "notification"
REPORT: Final = "report"
DELIVERY: Final = "delivery"
LICENCE: Final = "licence"
DATASET: Final = "dataset"
MODEL: Final = "model"
RECORDING: Final = "recording"
CONTEXTS: Final = (
    *(INCIDENT, CAMERA, ZONE, RULE),
    *(ROLE, USER),
    *(NOTIFICATION, REPORT, DELIVERY),
    LICENCE,
    *(DATASET, MODEL),
    RECORDING,
)

ALL_DETECTIONS: Final = "det.>"
ALL_DETECTIONS_LIVE: Final = "det-live.>"
ALL_OBSERVATIONS: Final = "obs.>"
ALL_OBSERVATIONS_LIVE: Final = "obs-live.>"
ALL_EVENTS: Final = "es.>"
ALL_EVENTS_LIVE: Final = "es-live.>"
ALL_VITALS: Final = "vitals.>"
CHECKPOINTS: Final = f"audit.checkpoint.{EVENTS}"


def detections_subject(camera_id: str) -> str:
    return f"det.{camera_id}"


def detections_live_subject(camera_id: str) -> str:
    return f"det-live.{camera_id}"


def observation_subject(camera_id: str, kind: str) -> str:
    """`*` stands for all cameras, or all kinds."""
    return f"obs.{camera_id}.{kind}"


def event_subject(context: str, aggregate_id: str) -> str:
    """`>` as aggregate id stands for all aggregates of the context."""
    return f"es.{context}.{aggregate_id}"


def event_live_subject(context: str, aggregate_id: str) -> str:
    return f"es-live.{context}.{aggregate_id}"


def opened_subject(camera_id: str) -> str:
    """Not stored: tells a camera's own processes that an incident of theirs is in EVENTS, up to `Nats-Sequence`."""
    return f"opened.{camera_id}"


def snapshot_subject(context: str, aggregate_id: str) -> str:
    return f"es-snap.{context}.{aggregate_id}"


def key_subject(person: object) -> str:
    return f"key.{person}"


def command_subject(context: str) -> str:
    return f"cmd.{context}"


def vitals_subject(process: str) -> str:
    return f"vitals.{process}"
