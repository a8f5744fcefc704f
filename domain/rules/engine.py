"""The fold: frames in stream order and rules in, findings out. Pure, and the same in live work and in replay.

The service calls it once per message of DETECTIONS, replay for months of them. The state, as a frozen value, is what
the service stores from time to time, so that a crash goes on from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.contracts.detections import FrameAnalysed, ModelRef, TrackObservation, from_microseconds
from domain.contracts.events import IncidentOpened, RulePublished
from domain.contracts.identifiers import IncidentId, RuleId, TrackId, incident_id, machine_model
from domain.contracts.plant import MACHINE_KINDS, MISSING_ITEMS, OBJECTS_MODEL, RuleKind
from domain.rules.crossing import Crossings, Key
from domain.rules.evidence import ALONE_SHARE, MIN_SHARE, SECOND_US, Episode, Evidence
from domain.rules.hits import ActiveRule, hit
from domain.rules.schedule import in_force
from domain.rules.zone_episodes import ZoneEpisode, ZoneEpisodes

DIRECTION: Final = RuleKind.DIRECTION
LEFT_OBJECT: Final = RuleKind.LEFT_OBJECT
UNATTENDED: Final = RuleKind.UNATTENDED
"""Globals: a member of an enumeration is slow to look up, and these are asked for each sample."""

NEVER_US: Final = 2**63
"""Later than any capture time."""


@dataclass(frozen=True, slots=True)
class Opening:
    """The rules found that evidence is enough for an incident."""

    opened: IncidentOpened


@dataclass(frozen=True, slots=True)
class Raise:
    """More evidence raised the score of an open incident."""

    incident_id: IncidentId
    score: float
    last_seen: datetime
    detections_to: int


@dataclass(frozen=True, slots=True)
class Closing:
    """The episode behind an open incident is over."""

    incident_id: IncidentId
    last_seen: datetime
    closed_at: datetime
    detections_to: int


Finding = Opening | Raise | Closing


@dataclass(frozen=True, slots=True)
class CameraState:
    """What of one camera's past still counts.

    episodes       those that are not over
    gaps_s         how long each takes to be
    came           see Crossings.until
    zone_episodes  the newest of each rule that has an open incident
    """

    episodes: Mapping[Key, Evidence] = field(default_factory=dict)
    gaps_s: Mapping[RuleId, float] = field(default_factory=dict)
    came: Mapping[Key, int] = field(default_factory=dict)
    zone_episodes: Mapping[RuleId, ZoneEpisode] = field(default_factory=dict)


def observe(
    state: CameraState, frame: FrameAnalysed, sequence: int, rules: Sequence[ActiveRule]
) -> tuple[CameraState, list[Finding]]:
    """The state after one message of DETECTIONS, and what was found; see CameraFold.observe."""
    fold = CameraFold(state)
    findings = fold.observe(frame, sequence, rules)
    return fold.state(), findings


class CameraFold:
    """The episodes of one camera while frames go by: what `observe` does, without a copy per frame.

    Live work calls `observe` with a frame at a time. Replay, which computes the hits of many frames at once, calls what
    `observe` is made of: `use`, `end_episodes`, `sample`, `reported`. Not thread-safe.
    """

    __slots__ = (
        *("_calm_until_us", "_crossings", "_gaps_s", "_gaps_us", "_rules", "_shortest_us", "_zone_episodes"),
        "episodes",
    )

    def __init__(self, state: CameraState | None = None) -> None:
        state = state or CameraState()
        self.episodes = {key: Episode.of(evidence) for key, evidence in state.episodes.items()}
        self._crossings = Crossings(state.came)
        self._zone_episodes = ZoneEpisodes(state.zone_episodes)
        self._gaps_s: dict[RuleId, float] = {}
        self._gaps_us: dict[RuleId, int] = {}
        self._shortest_us = 0
        self._calm_until_us = 0
        self._rules: Sequence[ActiveRule] | None = None
        self._set_gaps(state.gaps_s)

    def state(self) -> CameraState:
        """The fold as a value from which another one goes on."""
        live = {rule_id for rule_id, _ in self.episodes}
        occupied = {rule_id for (rule_id, _), episode in self.episodes.items() if episode.incident is not None}
        return CameraState(
            {key: episode.evidence() for key, episode in self.episodes.items()},
            {rule_id: gap_s for rule_id, gap_s in self._gaps_s.items() if rule_id in live},
            dict(self._crossings.until),
            {rule_id: newest for rule_id, newest in self._zone_episodes.newest.items() if rule_id in occupied},
        )

    def observe(self, frame: FrameAnalysed, sequence: int, rules: Sequence[ActiveRule]) -> list[Finding]:
        """What one message of DETECTIONS gives.

        sequence   the message's position in DETECTIONS
        rules      the versions in force on this camera at the frame's capture time
        Raises     RuleUnknown
        Source     R47, R54, R55, R70
        """
        if not self.episodes and not frame.tracks:
            return []
        self.use(rules)
        findings = self.end_episodes(max(frame.captured_at_us, frame.last_captured_at_us), sequence)
        for active in rules:
            if frame.tracks and in_force(active.rule.schedule, frame.captured_at):
                for track in frame.tracks:
                    if track.object_class in active.rule.object_classes:
                        score = hit(active, track, frame.tracks)
                        if score is not None:
                            findings += self._sample(active, track, frame, sequence, score)
        return findings

    def use(self, rules: Sequence[ActiveRule]) -> None:
        """Takes over the gaps of the rules in force; those of retired ones stay for their episodes."""
        if rules is not self._rules:
            self._rules = rules
            self._set_gaps({active.rule.rule_id: active.rule.gap_s for active in rules})

    def end_episodes(self, now_us: int, sequence: int) -> list[Finding]:
        """Ends the episodes without a hit for longer than their rule's gap."""
        if now_us <= self._calm_until_us:
            return []
        gaps_us = self._gaps_us
        over = [key for key, episode in self.episodes.items() if now_us - episode.last_us > gaps_us[key[0]]]
        found: list[Finding] = []
        for key in over:
            episode = self.episodes.pop(key)
            if episode.incident is not None:
                found.append(_closing(episode, episode.incident, now_us, sequence))
        ends = (episode.last_us + gaps_us[key[0]] for key, episode in self.episodes.items())
        self._calm_until_us = min(ends, default=NEVER_US)
        return found

    def sample(self, active: ActiveRule, track_id: TrackId, at_us: int, sequence: int, score: float) -> Episode | None:
        """Adds how strongly a track breaks a rule in a frame. Returns the episode when there is something to report:
        enough evidence for an incident, more of it by a step than was reported, or its end."""
        rule = active.rule
        episode = self.episodes.get((rule.rule_id, track_id))
        if rule.kind is DIRECTION:
            is_crossing = self._crossings.is_crossing(rule, track_id, at_us, score)
            if episode is None and not is_crossing:
                return None
        if score > 0.0 and at_us + self._shortest_us < self._calm_until_us:
            self._calm_until_us = at_us + self._shortest_us
        if episode is None:
            if score > 0.0:
                self.episodes[rule.rule_id, track_id] = Episode(at_us, sequence, score)
            return None
        if rule.kind is LEFT_OBJECT and score <= 0.0:
            del self.episodes[rule.rule_id, track_id]
            return episode if episode.incident is not None else None
        episode.add(at_us, sequence, score, rule.window_s)
        if episode.incident is None:
            share = ALONE_SHARE if rule.kind is UNATTENDED else MIN_SHARE
            enough = score > 0.0 and episode.is_enough(rule.dwell_s, share)
            return episode if enough and not (rule.at_gate and episode.is_refuted()) else None
        return episode if episode.has_grown() else None

    def reported(
        self, episode: Episode, active: ActiveRule, track: TrackObservation, frame: FrameAnalysed, sequence: int
    ) -> Finding:
        """What `sample` returned, as a finding; the episode remembers that it was reported."""
        if episode.incident is not None and (active.rule.rule_id, track.track_id) not in self.episodes:
            return _closing(episode, episode.incident, frame.captured_at_us, sequence)
        episode.reported_score = episode.score
        if episode.incident is not None:
            return _raise(episode, episode.incident)
        rule, opened = active.rule, _opened(episode, active, track, frame, sequence)
        occupied = any(each.incident for (rule_id, _), each in self.episodes.items() if rule_id == rule.rule_id)
        joined = self._zone_episodes.joined(rule, opened.incident_id, frame.captured_at_us, occupied=occupied)
        self._crossings.has_crossed(rule.rule_id, track.track_id)
        episode.incident = opened.incident_id
        return Opening(replace(opened, episode=joined))

    def _set_gaps(self, gaps_s: Mapping[RuleId, float]) -> None:
        """No episode ends before the shortest gap after a hit, nor while it is calm: both save looking at each."""
        self._gaps_s.update(gaps_s)
        self._gaps_us = {rule_id: int(gap_s * SECOND_US) for rule_id, gap_s in self._gaps_s.items()}
        self._shortest_us = min(self._gaps_us.values(), default=0)
        self._calm_until_us = 0

    def _sample(
        self, active: ActiveRule, track: TrackObservation, frame: FrameAnalysed, sequence: int, score: float
    ) -> list[Finding]:
        episode = self.sample(active, track.track_id, frame.captured_at_us, sequence, score)
        return [] if episode is None else [self.reported(episode, active, track, frame, sequence)]


def _opened(
    episode: Episode, active: ActiveRule, track: TrackObservation, frame: FrameAnalysed, sequence: int
) -> IncidentOpened:
    rule = active.rule
    first_seen = from_microseconds(episode.first_us)
    model = _deciding_model(rule, frame.models)
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


def _deciding_model(rule: RulePublished, models: Sequence[ModelRef]) -> ModelRef:
    """Models are listed in the order they ran: the detector first, then what looks at the boxes."""
    if not models:
        return ModelRef("", "")
    if rule.kind in MACHINE_KINDS and rule.zone_id is not None:
        return next((model for model in models if model.id == machine_model(rule.zone_id)), models[0])
    if rule.kind is LEFT_OBJECT:
        return next((model for model in models if model.id == OBJECTS_MODEL), models[0])
    return models[-1] if rule.kind in MISSING_ITEMS else models[0]


def _raise(episode: Episode, incident: UUID) -> Raise:
    last_seen = from_microseconds(episode.last_us)
    return Raise(IncidentId(incident), episode.score, last_seen, episode.detections_to)


def _closing(episode: Episode, incident: UUID, now_us: int, sequence: int) -> Closing:
    last_seen, closed_at = from_microseconds(episode.last_us), from_microseconds(now_us)
    return Closing(IncidentId(incident), last_seen, closed_at, sequence)
