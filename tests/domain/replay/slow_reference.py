"""The fold as it was first written: a value per step, every sum taken anew. Slow and plain; the fast must equal it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from domain.contracts.detections import FrameAnalysed, ModelRef, TrackObservation, from_microseconds, to_microseconds
from domain.contracts.events import IncidentOpened, RulePublished
from domain.contracts.identifiers import IncidentId, RuleId, TrackId, incident_id
from domain.contracts.plant import MACHINE_KINDS, MISSING_ITEMS, RuleKind
from domain.rules.engine import Closing, Finding, Opening, Raise
from domain.rules.evidence import MIN_HITS, MIN_SHARE, SCORE_STEP, SECOND_US
from domain.rules.hits import ActiveRule, hit
from domain.rules.schedule import in_force
from domain.rules.zone_episodes import LONGEST_S

Sample = tuple[int, float]
"""Second, score."""


@dataclass(frozen=True)
class Episode:
    first_us: int
    last_us: int
    detections_from: int
    detections_to: int
    samples: tuple[Sample, ...]
    incident: UUID | None = None
    reported: float = 0.0

    @property
    def hits(self) -> int:
        return sum(1 for _, score in self.samples if score > 0.0)

    @property
    def score(self) -> float:
        """The mean over seconds of sums over samples, in the order in which they came."""
        total, second, part = 0.0, self.samples[0][0], 0.0
        for at, score in self.samples:
            if at != second:
                total, second, part = total + part, at, 0.0
            part += score
        return round((total + part) / len(self.samples), 4)


Key = tuple[RuleId, TrackId]


@dataclass(frozen=True)
class SlowState:
    """allowed  until when it counts that a track was seen where a rule about a direction lets it stand
    began    capture time and incident that began the newest zone episode of each rule"""

    episodes: dict[Key, Episode]
    gaps_s: dict[RuleId, float]
    allowed: dict[Key, int] = field(default_factory=dict)
    began: dict[RuleId, tuple[int, IncidentId]] = field(default_factory=dict)


def slow_observe(
    state: SlowState, frame: FrameAnalysed, sequence: int, rules: Sequence[ActiveRule]
) -> tuple[SlowState, list[Finding]]:
    after = SlowState(dict(state.episodes), state.gaps_s, dict(state.allowed), dict(state.began))
    episodes = after.episodes
    gaps_s = {**state.gaps_s, **{active.rule.rule_id: active.rule.gap_s for active in rules}}
    now_us = max(frame.captured_at_us, frame.last_captured_at_us)
    findings: list[Finding] = []
    for key, episode in list(episodes.items()):
        if now_us - episode.last_us > gaps_s[key[0]] * SECOND_US:
            del episodes[key]
            if episode.incident is not None:
                findings.append(_closing(episode, IncidentId(episode.incident), now_us, sequence))
    for active in rules:
        for track in _judged(frame, active):
            findings += _sample(after, active, track, frame, sequence)
    return replace(after, gaps_s=gaps_s), findings


def _judged(frame: FrameAnalysed, active: ActiveRule) -> Iterable[TrackObservation]:
    if not frame.tracks or not in_force(active.rule.schedule, frame.captured_at):
        return ()
    return (track for track in frame.tracks if track.object_class in active.rule.object_classes)


def _sample(
    state: SlowState, active: ActiveRule, track: TrackObservation, frame: FrameAnalysed, sequence: int
) -> list[Finding]:
    score, rule, at_us = hit(active, track, frame.tracks), active.rule, frame.captured_at_us
    key, second, episodes = (rule.rule_id, track.track_id), at_us // SECOND_US, state.episodes
    if rule.kind is RuleKind.DIRECTION and score == 0.0:
        state.allowed[key] = at_us + int(rule.window_s * SECOND_US)
    if score is None or (key not in episodes and score <= 0.0):
        return []
    if key not in episodes:
        if rule.kind is RuleKind.DIRECTION and at_us > state.allowed.get(key, 0):
            return []
        episodes[key] = Episode(at_us, at_us, sequence, sequence, ((second, score),))
        return []
    before = episodes[key]
    if rule.kind is RuleKind.LEFT_OBJECT and score == 0.0:
        del episodes[key]
        return [] if before.incident is None else [_closing(before, IncidentId(before.incident), at_us, sequence)]
    kept = before.samples
    if kept[0][0] <= second - rule.window_s:
        kept = tuple(sample for sample in kept if sample[0] > second - rule.window_s)
    episode = replace(before, samples=(*kept, (second, score)))
    if score > 0.0:
        episode = replace(episode, last_us=at_us, detections_to=sequence)
    found: list[Finding] = []
    if episode.incident is not None and episode.score >= episode.reported + SCORE_STEP:
        last_seen = from_microseconds(episode.last_us)
        found = [Raise(IncidentId(episode.incident), episode.score, last_seen, episode.detections_to)]
        episode = replace(episode, reported=episode.score)
    elif episode.incident is None and score > 0.0 and _is_enough(episode, rule):
        opened = _opened(episode, active, track, frame, sequence)
        opened = replace(opened, episode=_zone_episode(state, active, opened))
        state.allowed.pop(key, None)
        found = [Opening(opened)]
        episode = replace(episode, incident=opened.incident_id, reported=episode.score)
    episodes[key] = episode
    return found


def _is_enough(episode: Episode, rule: RulePublished) -> bool:
    if rule.at_gate and sum(1 for _, score in episode.samples if score == 0.0) >= MIN_HITS:
        return False
    share = 0.9 if rule.kind is RuleKind.UNATTENDED else MIN_SHARE
    lasted = episode.last_us - episode.first_us >= rule.dwell_s * SECOND_US
    return lasted and episode.hits >= MIN_HITS and episode.hits >= share * len(episode.samples)


def _zone_episode(state: SlowState, active: ActiveRule, opened: IncidentOpened) -> IncidentId | None:
    rule_id, at_us = active.rule.rule_id, to_microseconds(opened.opened_at)
    if active.rule.zone_id is None or active.rule.kind in MISSING_ITEMS:
        return None
    others = [each for key, each in state.episodes.items() if key[0] == rule_id and each.incident is not None]
    if not others or rule_id not in state.began or at_us - state.began[rule_id][0] > LONGEST_S * SECOND_US:
        state.began[rule_id] = (at_us, opened.incident_id)
    return state.began[rule_id][1]


def _opened(
    episode: Episode, active: ActiveRule, track: TrackObservation, frame: FrameAnalysed, sequence: int
) -> IncidentOpened:
    rule = active.rule
    first_seen = from_microseconds(episode.first_us)
    model = _model(rule, frame)
    return IncidentOpened(
        incident_id=incident_id(frame.camera_id, rule.rule_id, track.track_id, first_seen),
        camera_id=frame.camera_id,
        zone_id=rule.zone_id,
        zone_version=active.zone_version,
        rule_id=rule.rule_id,
        rule_version=rule.rule_version,
        kind=rule.kind,
        track_id=track.track_id,
        object_class=track.object_class,
        first_seen=first_seen,
        last_seen=from_microseconds(episode.last_us),
        opened_at=frame.captured_at,
        score=episode.score,
        thresholds=rule.thresholds,
        box=track.box,
        model_id=model.id,
        model_digest=model.digest,
        detections_from=episode.detections_from,
        detections_to=sequence,
    )


def _model(rule: RulePublished, frame: FrameAnalysed) -> ModelRef:
    if rule.kind in MISSING_ITEMS:
        return frame.models[-1]
    own = [model for model in frame.models if model.id == f"machine-{rule.zone_id}"]
    return own[0] if own and rule.kind in MACHINE_KINDS else frame.models[0]


def _closing(episode: Episode, incident: IncidentId, now_us: int, sequence: int) -> Closing:
    return Closing(incident, from_microseconds(episode.last_us), from_microseconds(now_us), sequence)
