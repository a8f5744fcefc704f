"""How the score came about: the fold of the rules once more over an incident's own frames. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.contracts.detections import FrameAnalysed, ModelRef, TrackObservation
from domain.contracts.events import IncidentOpened
from domain.contracts.passport import Crossing, FrameSeen, ScorePath, ScorePoint, Threshold, TrackSeen
from domain.contracts.plant import Thresholds
from domain.inquiry.recorded import Recorded
from domain.inquiry.surroundings import Surroundings
from domain.rules.evidence import SECOND_US, Episode
from domain.rules.hits import ActiveRule, hit
from domain.rules.schedule import in_force
from domain.rules.timeline import Timeline

MOST_POINTS: Final = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """One message of DETECTIONS with what it says about the incident.

    active  the rule in force for this frame; None when there was none
    hit     None where nobody can tell
    """

    sequence: int
    frame: FrameAnalysed
    track: TrackObservation | None
    active: ActiveRule | None
    hit: float | None


def judged(
    frames: Sequence[tuple[int, FrameAnalysed]], opened: IncidentOpened, around: Surroundings, before: int
) -> list[Judged]:
    """Each frame under the rule as it was for it.

    before  position in EVENTS from which on changes of the plant were not known to the decision
    Raises  RuleUnknown
    """
    timeline = _timeline([*around.zones, *around.rule], before)
    found = []
    for sequence, frame in frames:
        rules = timeline.rules(frame.camera_id, frame.captured_at_us)
        active = next((each for each in rules if each.rule.rule_id == opened.rule_id), None)
        track = next((each for each in frame.tracks if each.track_id == opened.track_id), None)
        found.append(Judged(sequence, frame, track, active, _hit(active, frame, track)))
    return found


def seen(each: Judged) -> FrameSeen:
    """The frame as a passport shows it."""
    track = each.track
    return FrameSeen(
        sequence=each.sequence,
        frame=each.frame.frame,
        captured_at=each.frame.captured_at,
        frames=each.frame.frames,
        others=len(each.frame.tracks) - (track is not None),
        seen=None if track is None else TrackSeen(track.score, track.box, track.attributes, each.hit),
    )


def models_of(frames: Sequence[Judged], opened: IncidentOpened) -> tuple[ModelRef, ...]:
    """The model that decided first, then all others that looked at the frames."""
    deciding = ModelRef(opened.model_id, opened.model_digest)
    others = {model for each in frames for model in each.frame.models} - {deciding}
    return (deciding, *sorted(others, key=lambda model: model.id))


def score_path(frames: Sequence[Judged], opened: IncidentOpened) -> ScorePath:
    """From the first hit to the end of the episode."""
    points = list(_points(frames, opened))
    crossings = tuple(_crossings(points, opened.thresholds))
    decided = next((point.score for point in points if point.sequence == opened.detections_to), None)
    step = -(-len(points) // MOST_POINTS) or 1
    return ScorePath(
        points=tuple(points[::step]),
        total=len(points),
        crossings=crossings,
        score=decided,
        repeats=None if decided is None else decided == opened.score,
    )


def _timeline(events: Sequence[Recorded], before: int) -> Timeline:
    timeline = Timeline()
    for each in events:
        if each.position < before:
            timeline.add(each.event)
    return timeline


def _hit(active: ActiveRule | None, frame: FrameAnalysed, track: TrackObservation | None) -> float | None:
    if active is None or track is None or track.object_class not in active.rule.object_classes:
        return None
    return hit(active, track, frame.tracks) if in_force(active.rule.schedule, frame.captured_at) else None


def _points(frames: Sequence[Judged], opened: IncidentOpened) -> Iterator[ScorePoint]:
    """As `domain.rules.engine.CameraFold` folds them: it begins with a hit and ends after the rule's gap."""
    episode: Episode | None = None
    for each in frames:
        at_us, active = each.frame.captured_at_us, each.active
        if active is None or each.hit is None or each.sequence < opened.detections_from:
            continue
        if episode is None:
            if each.hit <= 0.0:
                continue
            episode = Episode(at_us, each.sequence, each.hit)
        elif at_us - episode.last_us > int(active.rule.gap_s * SECOND_US):
            return
        else:
            episode.add(at_us, each.sequence, each.hit, active.rule.window_s)
        yield ScorePoint(each.frame.captured_at, each.sequence, each.hit, episode.score)


def _crossings(points: Sequence[ScorePoint], thresholds: Thresholds) -> Iterator[Crossing]:
    """The first frame counts as coming from below."""
    score = 0.0
    for point in points:
        passed = [
            (threshold, bound)
            for threshold, bound in ((Threshold.MIN, thresholds.min), (Threshold.MAX, thresholds.max))
            if (score >= bound) is not (point.score >= bound)
        ]
        upwards = point.score > score
        for threshold, _ in passed if upwards else reversed(passed):
            yield Crossing(point.at, point.sequence, point.score, threshold, upwards)
        score = point.score
