"""Models: trained, evaluated, tried in the shadow of the one in service, promoted on proof, rolled back."""

from dataclasses import replace

import pytest

from domain import model
from domain.contracts.commands import (
    ModelCommand,
    PromoteModel,
    RecordEvaluation,
    RecordTraining,
    RollBackModel,
    ScoreShadow,
    StartShadow,
)
from domain.contracts.events import (
    ModelEvaluated,
    ModelEvent,
    ModelPromoted,
    ModelRolledBack,
    ShadowScored,
    ShadowStarted,
)
from domain.contracts.identifiers import CameraId, DatasetId, ModelId
from domain.contracts.learning import Criterion, Metric, ShadowVerdict
from domain.fields import FieldRefused
from tests.domain.facts import DAY, EVALUATED, GOOD_FIGURES, HELMETS, OTHER_SHA, PPE_MODEL, SHA, TRAINED
from tests.domain.samples import T0, YARD
from tests.domain.scenario import Decider

MODEL: Decider[ModelCommand, model.State, ModelEvent] = Decider(model.State(), model.evolve, model.decide)
given = MODEL.given

TRAIN = RecordTraining(PPE_MODEL, SHA, "models/ppe/1.onnx", 12_000_000, HELMETS, 1, "d846406", 7)
EVALUATE = RecordEvaluation(PPE_MODEL, 1, HELMETS, 1, EVALUATED.metrics)
PROMOTE_1 = PromoteModel(PPE_MODEL, 1, "первая")
PROMOTED_1 = ModelPromoted(1, SHA, "первая", ())
IN_SERVICE = (TRAINED, EVALUATED, PROMOTED_1)

TRAINED_2 = replace(TRAINED, model_version=2, digest=OTHER_SHA, key="models/ppe/2.onnx")
EVALUATED_2 = replace(EVALUATED, model_version=2)
CANDIDATE = (*IN_SERVICE, TRAINED_2, EVALUATED_2)
START = StartShadow(PPE_MODEL, 2, (YARD,), T0 + 14 * DAY)
STARTED = ShadowStarted(2, 1, (YARD,), T0 + 14 * DAY)
SCORE = ScoreShadow(PPE_MODEL, 2, GOOD_FIGURES)
PASSED = ShadowScored(2, GOOD_FIGURES, ShadowVerdict.PASSED, ())
TOO_EARLY = replace(GOOD_FIGURES, recall_old=None, recall_new=None)
UNDECIDED = ShadowScored(2, TOO_EARLY, ShadowVerdict.UNDECIDED, (Criterion.RECALL,))
BLIND = replace(GOOD_FIGURES, missed=30)
ENDED = ShadowScored(2, BLIND, ShadowVerdict.ROLL_BACK, (Criterion.FAR_TOO_MANY_MISSES,))
PROMOTE = PromoteModel(PPE_MODEL, 2, "две недели без пропусков")
PROMOTED = ModelPromoted(2, OTHER_SHA, "две недели без пропусков", ())
ROLL_BACK = RollBackModel(PPE_MODEL, "снегопад")
ROLLED_BACK = ModelRolledBack(2, 1, SHA, "снегопад")


def test_versions_are_counted() -> None:
    given().when(TRAIN).then(TRAINED)
    second = replace(TRAIN, digest=OTHER_SHA, key="models/ppe/2.onnx")
    given(TRAINED).when(second).then(TRAINED_2)


def test_the_same_weights_are_the_same_version() -> None:
    given(TRAINED, TRAINED_2).when(TRAIN).then()


def test_a_version_is_evaluated_on_as_many_datasets_as_one_likes() -> None:
    given(TRAINED).when(EVALUATE).then(EVALUATED)
    given(TRAINED, EVALUATED).when(EVALUATE).then()
    elsewhere = replace(EVALUATE, dataset_id=DatasetId("winter"))
    given(TRAINED, EVALUATED).when(elsewhere).then(ModelEvaluated(1, DatasetId("winter"), 1, EVALUATED.metrics))


def test_the_first_version_comes_into_service_when_it_was_evaluated() -> None:
    given(TRAINED, EVALUATED).when(PROMOTE_1).then(PROMOTED_1)
    given(*IN_SERVICE).when(PROMOTE_1).then()


def test_nothing_comes_into_service_unmeasured_whatever_one_knows() -> None:
    given(TRAINED).refused(PROMOTE_1, model.NotEvaluated)
    given(TRAINED).refused(replace(PROMOTE_1, knowingly=True), model.NotEvaluated)


def test_a_candidate_runs_in_the_shadow_of_the_version_in_service() -> None:
    given(*CANDIDATE).when(START).then(STARTED)
    given(*CANDIDATE, STARTED).when(START).then()


def test_a_shadow_needs_something_that_casts_it() -> None:
    given(TRAINED, EVALUATED, TRAINED_2).refused(START, model.NothingInService)
    given(*CANDIDATE).refused(replace(START, model_version=1), model.AlreadyInService)


def test_a_shadow_run_is_scored_as_it_goes() -> None:
    given(*CANDIDATE, STARTED).when(ScoreShadow(PPE_MODEL, 2, TOO_EARLY)).then(UNDECIDED)
    given(*CANDIDATE, STARTED, UNDECIDED).when(SCORE).then(PASSED)
    given(*CANDIDATE, STARTED, PASSED).when(SCORE).then()


def test_R176_a_run_that_must_be_rolled_back_ends_early() -> None:
    given(*CANDIDATE, STARTED).when(ScoreShadow(PPE_MODEL, 2, BLIND)).then(ENDED)
    given(*CANDIDATE, STARTED, ENDED).refused(SCORE, model.NoShadowRun)
    given(*CANDIDATE, STARTED, ENDED).when(START).then(STARTED)


def test_what_does_not_run_is_not_scored() -> None:
    given(*CANDIDATE).refused(SCORE, model.NoShadowRun)


def test_a_candidate_comes_into_service_on_proof() -> None:
    given(*CANDIDATE, STARTED, PASSED).when(PROMOTE).then(PROMOTED)
    given(*CANDIDATE, STARTED, PASSED, PROMOTED).when(PROMOTE).then()
    given(*CANDIDATE, STARTED, PASSED, PROMOTED).refused(SCORE, model.NoShadowRun)


@pytest.mark.parametrize(
    ("run", "failed"),
    [
        ((), Criterion.NO_SHADOW_RUN),
        ((STARTED,), Criterion.NO_SHADOW_RUN),
        ((STARTED, UNDECIDED), Criterion.RECALL),
        ((STARTED, ENDED), Criterion.FAR_TOO_MANY_MISSES),
        ((STARTED, PASSED, STARTED), Criterion.NO_SHADOW_RUN),  # a new run counts from its start
    ],
)
def test_R182_without_proof_a_person_decides_knowingly(run: tuple[ModelEvent, ...], failed: Criterion) -> None:
    given(*CANDIDATE, *run).refused(PROMOTE, model.NotProven, failed.value)
    knowingly = replace(PROMOTE, knowingly=True)
    given(*CANDIDATE, *run).when(knowingly).then(replace(PROMOTED, failed=(failed,)))


def test_a_rollback_brings_the_version_before_back() -> None:
    promoted = (*CANDIDATE, STARTED, PASSED, PROMOTED)
    given(*promoted).when(ROLL_BACK).then(ROLLED_BACK)
    given(*promoted, ROLLED_BACK).refused(ROLL_BACK, model.NothingToRollBackTo)
    given(*promoted, ROLLED_BACK).when(PROMOTE_1).then()


def test_a_version_that_was_rolled_back_proves_itself_anew() -> None:
    given(*CANDIDATE, STARTED, PASSED, PROMOTED, ROLLED_BACK).refused(PROMOTE, model.NotProven)
    given(*CANDIDATE, STARTED, PASSED, PROMOTED, ROLLED_BACK).when(START).then(STARTED)


def test_nothing_is_rolled_back_when_nothing_serves() -> None:
    given().refused(ROLL_BACK, model.NothingInService)
    given(*IN_SERVICE).refused(ROLL_BACK, model.NothingToRollBackTo)


@pytest.mark.parametrize("command", [replace(EVALUATE, model_version=3), replace(START, model_version=3)])
def test_nothing_happens_to_a_version_that_is_not_there(command: ModelCommand) -> None:
    given(*CANDIDATE).refused(command, model.VersionUnknown, "3")


@pytest.mark.parametrize("command", [SCORE, PROMOTE])
def test_a_version_must_exist_to_be_scored_or_promoted(command: ModelCommand) -> None:
    given(*IN_SERVICE).refused(command, model.VersionUnknown, "2")


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replace(TRAIN, model_id=ModelId("a.b")), "model_id"),
        (replace(TRAIN, digest="ab"), "digest"),
        (replace(TRAIN, key=""), "key"),
        (replace(TRAIN, size_bytes=0), "size_bytes"),
        (replace(TRAIN, dataset_id=DatasetId("a.b")), "dataset_id"),
        (replace(TRAIN, dataset_version=0), "dataset_version"),
        (replace(TRAIN, code_revision=""), "code_revision"),
        (replace(EVALUATE, metrics=()), "metrics"),
        (replace(EVALUATE, metrics=(Metric("DetA", 0.5, None), Metric("DetA", 0.6, None))), "metrics"),
        (replace(EVALUATE, metrics=(Metric("DetA", float("nan"), None),)), "metrics"),
        (replace(EVALUATE, dataset_id=DatasetId("")), "dataset_id"),
        (replace(EVALUATE, dataset_version=0), "dataset_version"),
        (replace(START, cameras=()), "cameras"),
        (replace(START, cameras=(YARD, YARD)), "cameras"),
        (replace(START, cameras=(CameraId("a.b"),)), "cameras"),
        (replace(START, until=T0), "until"),
        (replace(START, until=T0.replace(tzinfo=None)), "until"),
        (replace(PROMOTE, reason=""), "reason"),
        (replace(ROLL_BACK, reason=" "), "reason"),
    ],
)
def test_a_wrong_field_is_refused_by_name(command: ModelCommand, field: str) -> None:
    given(*CANDIDATE).refused(command, FieldRefused, field)


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        (replace(GOOD_FIGURES, hours=0.0), "hours"),
        (replace(GOOD_FIGURES, hours=float("inf")), "hours"),
        (replace(GOOD_FIGURES, fp_new=-1), "figures"),
        (replace(GOOD_FIGURES, missed=201), "figures"),
        (replace(GOOD_FIGURES, gained=211), "figures"),
        (replace(GOOD_FIGURES, ttd_p95_new_s=float("nan")), "figures"),
        (replace(GOOD_FIGURES, ttd_mean_new_s=-1.0), "figures"),
        (replace(GOOD_FIGURES, recall_new=1.1), "figures"),
        (replace(GOOD_FIGURES, size_bytes=0), "size_bytes"),
    ],
)
def test_impossible_figures_are_refused(figures: object, field: str) -> None:
    given(*CANDIDATE, STARTED).refused(ScoreShadow(PPE_MODEL, 2, figures), FieldRefused, field)  # type: ignore[arg-type]


def test_a_fact_about_an_unknown_version_changes_nothing() -> None:
    assert given(EVALUATED, STARTED).state == model.State()
