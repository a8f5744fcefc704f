"""A film through the decoder, the models, the tracker and the rules, composed as for a camera."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed, encode
from domain.contracts.plant import RuleKind
from domain.contracts.slices import pack
from domain.contracts.usual import USUAL
from domain.replay.incidents import Incident
from domain.replay.offline import incidents, timeline
from inference.metrics import Metrics
from inference.offline import START_US, frames
from inference.pipeline import CameraPipeline
from inference.ppe import PpeStage
from inference.protocols import Detector
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.weapons import WEAPONS, WithWeapons
from tests.inference.clips.stage import WIDTH

START_S = START_US // 1_000_000
WHOLE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]


def usual(kind: RuleKind, polygon: Sequence[Sequence[float]] | None = None, **changes: Any) -> dict[str, Any]:
    """A rule as a person attaches it, with its usual settings; `changes` for what they set besides."""
    like = USUAL[kind]
    rule: dict[str, Any] = {
        **{"id": kind.value.replace("_", "-"), "kind": kind.value, "polygon": polygon},
        **{"min": like.thresholds.min, "max": like.thresholds.max},
        **{"dwell_s": like.dwell_s, "window_s": like.window_s, "gap_s": like.gap_s, "near": like.near},
        "classes": [each.name.lower() for each in like.object_classes],
    }
    return rule | ({"forbidden": like.forbidden.value} if like.forbidden else {}) | changes


def analysed(film: Path, fps: float, detector: Detector, ppe: PpeStage | None = None) -> list[FrameAnalysed]:
    """Each frame, as it goes to DETECTIONS."""
    pipeline = CameraPipeline(
        detector,
        WithWeapons(ByteTrack(START_S, TrackOptions(nominal_fps=fps)), lambda: ByteTrack(START_S + 1, WEAPONS)),
        Metrics(CollectorRegistry()),
        ppe=ppe,
        wants_ppe=lambda: ppe is not None,
        wants_weapons=lambda: True,
    )
    return [pipeline.finish(pipeline.begin(frame)) for frame in frames(film, fps, WIDTH)]


def judged(seen: Sequence[FrameAnalysed], *rules: dict[str, Any]) -> list[Incident]:
    """What the rules make of it, in the order of the deciding frames."""
    return incidents(pack((number, encode(frame)) for number, frame in enumerate(seen, 1)), timeline(list(rules)))


def at_s(incident: Incident) -> float:
    """When it was opened, seconds of the film."""
    return incident.opened.opened_at.timestamp() - START_S
