"""One recording through all stages, and what they scored."""

import json
import statistics
import tempfile
from collections.abc import Sequence as Many
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from infra.footage import size_of
from training.evaluation.boxes import DetectionScores, TrackScores, detection_scores, track_scores
from training.evaluation.dataset import Boxes, Sequence
from training.evaluation.incidents import Clock, Incident, IncidentScores, Matching, matching, scores_of
from training.evaluation.stages import Perceived, judge, perceive, write_truth

CONFIDENCE: Final = 0.35
USUAL_RULES: Final[tuple[dict[str, Any], ...]] = (
    {
        "id": "zone",
        "kind": "danger_zone",
        "polygon": [[0.3, 0.45], [0.7, 0.45], [0.7, 1.0], [0.3, 1.0]],
        "min": 0.3,
        "max": 0.6,
        "dwell_s": 1.0,
        "window_s": 5.0,
        "gap_s": 2.0,
    },
)
"""A danger zone in the middle below: whoever comes near the camera stands in it."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one recording; boxes, tracks and mistaken incidents are kept for the pictures."""

    sequence: Sequence
    frames: int
    detection: DetectionScores
    tracking: TrackScores
    incidents: IncidentScores
    tracks: Boxes
    boxes: Boxes
    missed: tuple[Incident, ...]
    false: tuple[Incident, ...]
    clock: Clock
    model: str
    processor_ms: float

    def as_plain(self) -> dict[str, Any]:
        """For JSON; numbers rounded to four places."""
        incidents = asdict(self.incidents) | {"recall": self.incidents.recall, "precision": self.incidents.precision}
        incidents["detect_s"] = mean_or_none(self.incidents.detect_s)
        return {
            "sequence": self.sequence.name,
            "use_case": self.sequence.use_case,
            "frames": self.frames,
            "model": self.model,
            "processor_ms_per_frame": round(self.processor_ms, 2),
            "detection": _rounded(asdict(self.detection)),
            "tracking": _rounded(asdict(self.tracking)),
            "incidents": _rounded(incidents),
        }


def score(sequence: Sequence, options: Many[str] = ()) -> Scores:
    """Runs all stages on a recording. Raises StageFailed."""
    with tempfile.TemporaryDirectory(prefix="kaska-eval-") as name:
        folder = Path(name)
        seen = perceive(sequence.video, folder, sequence.fps, options)
        truth = sequence.truth.within(1, seen.frames)
        matched, incidents = _incidents(sequence, seen, truth, folder)
    return Scores(
        sequence,
        seen.frames,
        detection_scores(seen.boxes, truth, CONFIDENCE),
        track_scores(seen.tracks, truth, seen.frames),
        incidents,
        seen.tracks,
        seen.boxes,
        matched.missed,
        matched.false,
        seen.clock,
        str(seen.about["model"]),
        1000.0 * float(seen.about["processor_s"]) / max(seen.frames, 1),
    )


def rehearsed(sequence: Sequence, tracks: Boxes, frames: int, folder: Path) -> IncidentScores:
    """What the rules make of somebody else's tracks, in pixels of the video. Raises StageFailed."""
    clock, size, theirs = Clock(0, sequence.fps), size_of(sequence.video), folder / "theirs.slice"
    write_truth(theirs, tracks, frames, size, clock)
    seen = Perceived(theirs, tracks, tracks, frames, size, clock, {})
    return _incidents(sequence, seen, sequence.truth.within(1, frames), folder)[1]


def _incidents(sequence: Sequence, seen: Perceived, truth: Boxes, folder: Path) -> tuple[Matching, IncidentScores]:
    rules, perfect = folder / "rules.json", folder / "truth.slice"
    rules.write_text(json.dumps(list(sequence.rules or USUAL_RULES)), encoding="utf-8")
    write_truth(perfect, truth, seen.frames, seen.size, seen.clock)
    found, expected = judge(seen.slice_path, rules), judge(perfect, rules)
    matched = matching(found, seen.tracks, expected, truth, seen.clock)
    return matched, scores_of(matched, len(found), expected)


def by_use_case(scores: Many[Scores]) -> dict[str, dict[str, float | None]]:
    """Means over the recordings of each use case, weighted by their frames, and over all of them (R171)."""
    groups: dict[str, list[Scores]] = {"all": list(scores)}
    for each in scores:
        groups.setdefault(each.sequence.use_case, []).append(each)
    return {name: _mean(group) for name, group in groups.items()}


def _mean(group: Many[Scores]) -> dict[str, float | None]:
    weights = [each.frames for each in group]

    def mean(values: list[float]) -> float:
        return round(statistics.fmean(values, weights), 4)

    expected, found = sum(s.incidents.expected for s in group), sum(s.incidents.found for s in group)
    delays = [delay for s in group for delay in s.incidents.detect_s]
    matched, false = sum(s.incidents.matched for s in group), sum(s.incidents.false for s in group)
    return {
        "ap50": mean([s.detection.ap50 for s in group]),
        "f1": mean([s.detection.f1 for s in group]),
        "hota": mean([s.tracking.hota for s in group]),
        "det_a": mean([s.tracking.det_a for s in group]),
        "idf1": mean([s.tracking.idf1 for s in group]),
        "incident_recall": round(matched / expected, 4) if expected else 1.0,
        "incident_precision": round(1.0 - false / found, 4) if found else 1.0,
        "duplicates": float(sum(s.incidents.duplicates for s in group)),
        "detect_s": round(statistics.fmean(delays), 2) if delays else None,
    }


def mean_or_none(values: Many[float]) -> float | None:
    return statistics.fmean(values) if values else None


def _rounded(plain: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in plain.items()}
