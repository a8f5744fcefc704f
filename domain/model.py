"""The model of one task: its versions, what they proved, and which is in service. Pure; called by domain.service only.

A version comes into service when it was evaluated and, where another serves already, passed a shadow run; a person may
decide otherwise, knowingly, and the fact says which criteria it failed (R182).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from math import isfinite
from typing import assert_never

from domain import model_force, shadow
from domain.contracts.commands import (
    ModelCommand,
    PromoteModel,
    RecordEvaluation,
    RecordTraining,
    RollBackModel,
    ScoreShadow,
    StartShadow,
)
from domain.contracts.commands.learning import ImportModel, PutModelInForce, WithdrawModel
from domain.contracts.events import (
    ModelEvaluated,
    ModelEvent,
    ModelPromoted,
    ModelRolledBack,
    ModelTrained,
    ShadowScored,
    ShadowStarted,
)
from domain.contracts.events.learning import ModelImported, ModelPutInForce, ModelWithdrawn
from domain.contracts.learning import Criterion, ShadowFigures, ShadowVerdict
from domain.fields import (
    LONGEST_KEY,
    require,
    require_aware,
    require_different,
    require_sha256,
    require_slug,
    require_text,
)
from domain.model_force import LONGEST_REASON
from domain.model_state import State, Version, VersionUnknown, version_of
from domain.refusals import Refusal

__all__ = ["State", "VersionUnknown", "decide", "evolve"]

MOST_METRICS = 1000


class NothingInService(Refusal):
    """No version of the model is in service."""

    code = "nothing_in_service"


class AlreadyInService(Refusal):
    """This version is the one in service."""

    code = "already_in_service"


class NoShadowRun(Refusal):
    """The version has no shadow run that goes on."""

    code = "no_shadow_run"


class NotEvaluated(Refusal):
    """The version was never evaluated."""

    code = "not_evaluated"


class NotProven(Refusal):
    """The version fails criteria of a shadow run."""

    code = "not_proven"


class NothingToRollBackTo(Refusal):
    """No version was in service before this one."""

    code = "nothing_to_roll_back_to"


def decide(command: ModelCommand, state: State, at: datetime) -> list[ModelEvent]:
    """The events that a command causes at the time `at`; none when nothing changes. Raises a Refusal."""
    match command:
        case RecordTraining():
            return _train(command, state)
        case RecordEvaluation():
            return _evaluate(command, state)
        case StartShadow():
            return _start_shadow(command, state, at)
        case ScoreShadow():
            return _score_shadow(command, state)
        case PromoteModel():
            return _promote(command, state)
        case RollBackModel():
            return _roll_back(command, state)
        case ImportModel():
            return model_force.imported(command, state)
        case PutModelInForce():
            return model_force.put_in_force(command, state)
        case WithdrawModel():
            return model_force.withdrawn(command, state)
    assert_never(command)


def _train(c: RecordTraining, state: State) -> list[ModelEvent]:
    require_slug("model_id", c.model_id)
    require_sha256("digest", c.digest)
    require_text("key", c.key, LONGEST_KEY)
    require(c.size_bytes >= 1, "size_bytes", "1 or more")
    require_slug("dataset_id", c.dataset_id)
    require(c.dataset_version >= 1, "dataset_version", "1 or more")
    require_text("code_revision", c.code_revision)
    if any(v.weights.digest == c.digest for v in state.versions.values()):
        return []  # the same weights are the same version
    return [
        ModelTrained(
            model_id=c.model_id,
            model_version=len(state.versions) + 1,
            digest=c.digest,
            key=c.key,
            size_bytes=c.size_bytes,
            dataset_id=c.dataset_id,
            dataset_version=c.dataset_version,
            code_revision=c.code_revision,
            seed=c.seed,
        )
    ]


def _evaluate(c: RecordEvaluation, state: State) -> list[ModelEvent]:
    version = version_of(c.model_version, state)
    require_slug("dataset_id", c.dataset_id)
    require(c.dataset_version >= 1, "dataset_version", "1 or more")
    require(1 <= len(c.metrics) <= MOST_METRICS, "metrics", f"1 to {MOST_METRICS}")
    require_different("metrics", tuple((m.name, m.use_case) for m in c.metrics))
    require(all(isfinite(m.value) for m in c.metrics), "metrics", "numbers")
    evaluated = ModelEvaluated(c.model_version, c.dataset_id, c.dataset_version, c.metrics)
    return [] if evaluated in version.evaluations else [evaluated]


def _start_shadow(c: StartShadow, state: State, at: datetime) -> list[ModelEvent]:
    version = version_of(c.model_version, state)
    if not state.serving:
        raise NothingInService("there is no version in service to compare it with")
    if state.serving[-1] == c.model_version:
        raise AlreadyInService("a version is not compared with itself")
    if version.shadowing:
        return []
    require_different("cameras", c.cameras)
    for camera in c.cameras:
        require_slug("cameras", camera)
    require_aware("until", c.until)
    require(c.until > at, "until", "a time to come")
    return [ShadowStarted(c.model_version, state.serving[-1], c.cameras, c.until)]


def _score_shadow(c: ScoreShadow, state: State) -> list[ModelEvent]:
    version = version_of(c.model_version, state)
    if not version.shadowing:
        raise NoShadowRun(f"version {c.model_version} has no shadow run that goes on")
    _check_figures(c.figures)
    if version.scored is not None and version.scored.figures == c.figures:
        return []
    return [ShadowScored(c.model_version, c.figures, *shadow.verdict(c.figures))]


def _check_figures(f: ShadowFigures) -> None:
    require(isfinite(f.hours) and f.hours > 0.0, "hours", "more than 0")
    counts = (f.tp_old, f.tp_new, f.fp_old, f.fp_new, f.missed, f.gained, f.dup_old, f.dup_new)
    require(min(counts) >= 0, "figures", "counts of 0 or more")
    require(f.missed <= f.tp_old and f.gained <= f.tp_new, "figures", "missed up to tp_old, gained up to tp_new")
    times = (f.ttd_p95_old_s, f.ttd_p95_new_s, f.ttd_mean_new_s)
    require(all(isfinite(t) and t >= 0.0 for t in times), "figures", "times of 0 s or more")
    for recall in (f.recall_old, f.recall_new):
        require(recall is None or 0.0 <= recall <= 1.0, "figures", "a recall of 0 to 1")
    require(f.size_bytes >= 1, "size_bytes", "1 or more")


def _promote(c: PromoteModel, state: State) -> list[ModelEvent]:
    version = version_of(c.model_version, state)
    if state.serving[-1:] == (c.model_version,):
        return []
    require_text("reason", c.reason, LONGEST_REASON)
    if not version.evaluations:
        raise NotEvaluated(f"version {c.model_version} was never evaluated")
    failed = _failed(version, state)
    if failed and not c.knowingly:
        raise NotProven(f"version {c.model_version} fails {', '.join(failed)}")
    return [ModelPromoted(c.model_version, version.weights.digest, c.reason, failed)]


def _failed(version: Version, state: State) -> tuple[Criterion, ...]:
    """The first version has nothing to be compared with."""
    if not state.serving:
        return ()
    return (Criterion.NO_SHADOW_RUN,) if version.scored is None else version.scored.failed


def _roll_back(c: RollBackModel, state: State) -> list[ModelEvent]:
    require_text("reason", c.reason, LONGEST_REASON)
    if not state.serving:
        raise NothingInService("there is no version in service")
    if len(state.serving) < 2:
        raise NothingToRollBackTo("no version was in service before this one")
    before, now = state.serving[-2:]
    return [ModelRolledBack(now, before, state.versions[before].weights.digest, c.reason)]


def evolve(state: State, event: ModelEvent) -> State:
    """The state after a fact; never refuses. A version that was rolled back has to prove itself anew."""
    match event:
        case ModelTrained(model_version=number):
            return replace(state, versions={**state.versions, number: Version(event)})
        case ModelPromoted(model_version=number):
            promoted = _changed(state, number, lambda v: replace(v, shadowing=False))
            return replace(promoted, serving=(*state.serving, number))
        case ModelRolledBack(from_version=number):
            doubted = _changed(state, number, lambda v: replace(v, scored=None))
            return replace(doubted, serving=state.serving[:-1])
        case ModelEvaluated(model_version=number):
            return _changed(state, number, lambda v: replace(v, evaluations=(*v.evaluations, event)))
        case ShadowStarted(model_version=number):
            return _changed(state, number, lambda v: replace(v, shadowing=True, scored=None))
        case ShadowScored(model_version=number, verdict=verdict):
            goes_on = verdict is not ShadowVerdict.ROLL_BACK
            return _changed(state, number, lambda v: replace(v, shadowing=goes_on, scored=event))
        case ModelImported(model_version=number, form=form):
            known = state.versions.get(number, Version(event))
            return replace(state, versions={**state.versions, number: replace(known, form=form)})
        case ModelPutInForce():
            return replace(state, forced=event)
        case ModelWithdrawn():
            return replace(state, forced=None) if not event.cameras else state
    assert_never(event)


def _changed(state: State, number: int, change: Callable[[Version], Version]) -> State:
    versions = {n: change(v) if n == number else v for n, v in state.versions.items()}
    return replace(state, versions=versions)
