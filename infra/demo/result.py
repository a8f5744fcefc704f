"""What a demo run saw: the object that `--json` prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any


@dataclass(frozen=True)
class SeenFile:
    """A photo or clip in the object store."""

    key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class SeenIncident:
    """latency_s   from the capture of the deciding frame until its row could be read"""

    id: str
    camera: str
    kind: str
    verdict: str
    score: float
    photo: SeenFile
    clip: SeenFile
    latency_s: float


@dataclass(frozen=True)
class DemoResult:
    incidents: tuple[SeenIncident, ...]
    frames_analysed: int
    console_url: str

    def as_plain(self) -> dict[str, Any]:
        latencies = [incident.latency_s * 1000 for incident in self.incidents]
        return {
            "incidents": [_plain(incident) for incident in self.incidents],
            "frames_analysed": self.frames_analysed,
            "latency_ms": {"p50": _percentile(latencies, 50), "p95": _percentile(latencies, 95)},
            "console_url": self.console_url,
        }


def _plain(incident: SeenIncident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "camera": incident.camera,
        "kind": incident.kind,
        "verdict": incident.verdict,
        "score": round(incident.score, 4),
        "photo": {"size": incident.photo.size_bytes, "sha256": incident.photo.sha256},
        "clip": {"size": incident.clip.size_bytes, "sha256": incident.clip.sha256},
    }


def _percentile(values: Sequence[float], percent: int) -> float | None:
    """The nearest rank; None of nothing."""
    if not values:
        return None
    ranked = sorted(values)
    return round(ranked[max(0, ceil(len(ranked) * percent / 100) - 1)], 1)
