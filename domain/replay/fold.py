"""The fold of replay: recorded messages and the rules over time in, incidents out. Pure; the same as the live fold.

Per camera, thousands of messages are read at once as columns, the hits of all their tracks are computed at once, and
only tracks that ever break a rule go through the episodes of `domain.rules.engine`, one sample after the other. Cameras
do not know of each other, so that each is folded by itself.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import FrameAnalysed, decode
from domain.contracts.identifiers import CameraId, RuleId, TrackId
from domain.contracts.plant import RuleKind
from domain.replay import hits
from domain.replay.columns import Columns, Decoder
from domain.replay.incidents import Decided, Incident
from domain.replay.recording import Chunk
from domain.rules.engine import CameraFold, Finding
from domain.rules.hits import ActiveRule

RulesAt = Callable[[CameraId, int], tuple[ActiveRule, ...]]
"""A camera's rules in force at a capture time; the same object for all times between two changes of the plant."""

AT_ONCE = 2048
"""Messages of a camera that are folded together: enough for numpy, little enough for the processor's cache."""


@dataclass(slots=True)
class Spent:
    """Seconds of work, to tell where the time goes."""

    decode: float = 0.0
    rules: float = 0.0
    decide: float = 0.0


@dataclass(slots=True)
class _Camera:
    decoder: Decoder
    fold: CameraFold = field(default_factory=CameraFold)
    sequences: list[int] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)


class ReplayFold:
    """Folds chunks in stream order. Not thread-safe.

    rules_at   which rules to judge by
    unreadable positions of messages that no build of this version reads; the live service leaves them aside too
    """

    def __init__(self, rules_at: RulesAt) -> None:
        self._rules_at = rules_at
        self._cameras: dict[CameraId, _Camera] = {}
        self._decided = Decided()
        self.messages = self.frames = 0
        self.unreadable: list[int] = []
        self.spent = Spent()

    def take(self, chunk: Chunk) -> None:
        """Raises RuleUnknown."""
        for sequence, camera_id, payload in zip(chunk.sequences, chunk.cameras, chunk.payloads, strict=True):
            camera = self._cameras.get(camera_id)
            if camera is None:
                camera = self._cameras[camera_id] = _Camera(Decoder(camera_id))
            camera.sequences.append(sequence)
            camera.payloads.append(payload)
            if len(camera.sequences) == AT_ONCE:
                self._fold(camera_id, camera)

    def incidents(self) -> list[Incident]:
        """What was found in all chunks so far, in stream order."""
        for camera_id, camera in self._cameras.items():
            if camera.sequences:
                self._fold(camera_id, camera)
        return self._decided.incidents()

    def _fold(self, camera_id: CameraId, camera: _Camera) -> None:
        started = time.perf_counter()
        columns, left_aside = camera.decoder.columns(camera.sequences, camera.payloads)
        decoded = time.perf_counter()
        camera.sequences, camera.payloads = [], []
        findings: list[Finding] = []
        for first, last, rules in self._periods(camera_id, columns.first_us, 0, len(columns.sequences)):
            findings += _found(camera.fold, columns, first, last, rules)
        ruled = time.perf_counter()
        self._decided.record(findings)
        self.unreadable += left_aside
        self.messages += len(columns.sequences)
        self.frames += int(columns.frames.sum())
        self.spent.decode += decoded - started
        self.spent.rules += ruled - decoded
        self.spent.decide += time.perf_counter() - ruled

    def _periods(
        self, camera_id: CameraId, captured_us: NDArray[np.int64], first: int, last: int
    ) -> list[tuple[int, int, tuple[ActiveRule, ...]]]:
        """first..last cut where the rules change."""
        if first == last:
            return []
        part = captured_us[first:last]
        rules = self._rules_at(camera_id, int(part.min()))
        if last - first == 1 or rules is self._rules_at(camera_id, int(part.max())):
            return [(first, last, rules)]
        middle = (first + last) // 2
        return [
            *self._periods(camera_id, captured_us, first, middle),
            *self._periods(camera_id, captured_us, middle, last),
        ]


def _found(fold: CameraFold, columns: Columns, first: int, last: int, rules: Sequence[ActiveRule]) -> list[Finding]:
    """What the messages first..last (excluded) give while these rules are in force."""
    fold.use(rules)
    samples = _samples(fold, columns, first, last, rules)
    sequences, captured = columns.sequences[first:last].tolist(), columns.first_us[first:last].tolist()
    ends = np.maximum(columns.first_us, columns.last_us)[first:last].tolist()
    findings: list[Finding] = []
    episodes, at = fold.episodes, 0
    message, rule, row, track_id, score = samples[0]
    for i, sequence in enumerate(sequences):
        if episodes:
            findings += fold.end_episodes(ends[i], sequence)
        while message == i:
            active = rules[rule]
            episode = fold.sample(active, track_id, captured[i], sequence, score)
            if episode is not None:
                frame, number = _frame(columns, first + i), row - int(columns.rows[first + i])
                findings.append(fold.reported(episode, active, frame.tracks[number], frame, sequence))
            at += 1
            message, rule, row, track_id, score = samples[at]
    return findings


Sample = tuple[int, int, int, TrackId, float]
"""Message (counted from the first), number of the rule, row in the columns, track id, score."""

_NO_MORE: Sample = (-1, 0, 0, TrackId(0), 0.0)


def _samples(fold: CameraFold, columns: Columns, first: int, last: int, rules: Sequence[ActiveRule]) -> list[Sample]:
    """Samples that can matter, in the order in which the live fold takes them; a stop mark at the end.

    A sample matters when its track breaks the rule at some time in the stretch or has an episode already: one that says
    "not broken" begins nothing, unless it tells from which side of a line a track comes.
    """
    begin, end = int(columns.rows[first]), int(columns.rows[last])
    tracks, which = np.unique(columns.track_ids[begin:end], return_inverse=True)
    found: list[tuple[NDArray[np.int64], int, NDArray[np.float64]]] = []
    for number, active in enumerate(rules):
        scores = hits.scores(columns, first, last, active)
        matters = _with_episode(fold, active.rule.rule_id, tracks)
        matters[which[scores > 0.0]] = True
        if active.rule.kind is RuleKind.DIRECTION:
            matters[:] = True
        rows = np.flatnonzero(matters[which] & ~np.isnan(scores))
        found.append((rows, number, scores[rows]))
    if not found:
        return [_NO_MORE]
    rows = np.concatenate([rows for rows, _, _ in found])
    numbers = np.concatenate([np.full(len(rows), number) for rows, number, _ in found])
    scores = np.concatenate([scores for _, _, scores in found])
    messages = np.searchsorted(columns.rows, rows + begin, side="right") - 1 - first
    order = np.argsort(messages * len(rules) + numbers, kind="stable")
    rows, numbers, messages, scores = rows[order], numbers[order], messages[order], scores[order]
    listed = (messages, numbers, rows + begin, tracks[which[rows]], scores)
    return [*zip(*(column.tolist() for column in listed), strict=True), _NO_MORE]


def _with_episode(fold: CameraFold, rule_id: RuleId, tracks: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of the tracks have an episode of the rule."""
    open_ids = [track_id for each, track_id in fold.episodes if each == rule_id]
    return np.isin(tracks, np.array(open_ids, np.uint64))


def _frame(columns: Columns, message: int) -> FrameAnalysed:
    return decode(columns.camera_id, columns.payloads[message])
