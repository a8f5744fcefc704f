"""What may be asked of datasets and models, and what training reports of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.contracts.identifiers import CameraId, DatasetId, IncidentId, ModelId
from domain.contracts.learning import Metric, ModelForm, ShadowFigures, Split
from domain.contracts.subjects import DATASET, MODEL


@dataclass(frozen=True, slots=True)
class AddSample:
    """See SampleAdded for the fields."""

    dataset_id: DatasetId
    key: str
    sha256: str
    annotation_key: str
    annotation_sha256: str
    labels: tuple[str, ...]
    camera_id: CameraId | None = None
    captured_at: datetime | None = None
    incident_id: IncidentId | None = None


@dataclass(frozen=True, slots=True)
class AssignSplit:
    dataset_id: DatasetId
    camera_id: CameraId
    split: Split


@dataclass(frozen=True, slots=True)
class FreezeVersion:
    dataset_id: DatasetId
    samples: int
    manifest_key: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class RecordTraining:
    """Weights that training made; see ModelTrained for the fields."""

    model_id: ModelId
    digest: str
    key: str
    size_bytes: int
    dataset_id: DatasetId
    dataset_version: int
    code_revision: str
    seed: int


@dataclass(frozen=True, slots=True)
class RecordEvaluation:
    model_id: ModelId
    model_version: int
    dataset_id: DatasetId
    dataset_version: int
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class StartShadow:
    """Against the model in service."""

    model_id: ModelId
    model_version: int
    cameras: tuple[CameraId, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class ScoreShadow:
    model_id: ModelId
    model_version: int
    figures: ShadowFigures


@dataclass(frozen=True, slots=True)
class PromoteModel:
    """knowingly: also when it fails criteria; the reason then says why (R182)."""

    model_id: ModelId
    model_version: int
    reason: str
    knowingly: bool = False


@dataclass(frozen=True, slots=True)
class RollBackModel:
    model_id: ModelId
    reason: str


@dataclass(frozen=True, slots=True)
class ImportModel:
    """A file of weights that lies in the object store already; see ModelImported for the fields."""

    model_id: ModelId
    digest: str
    key: str
    size_bytes: int
    form: ModelForm
    licence: str


@dataclass(frozen=True, slots=True)
class PutModelInForce:
    """cameras: none for all"""

    model_id: ModelId
    model_version: int
    reason: str
    cameras: tuple[CameraId, ...] = ()


@dataclass(frozen=True, slots=True)
class WithdrawModel:
    """cameras: none for all on which it is in force"""

    model_id: ModelId
    reason: str
    cameras: tuple[CameraId, ...] = ()


DatasetCommand = AddSample | AssignSplit | FreezeVersion
ModelForceCommand = ImportModel | PutModelInForce | WithdrawModel
ModelCommand = (
    RecordTraining | RecordEvaluation | StartShadow | ScoreShadow | PromoteModel | RollBackModel | ModelForceCommand
)
LearningCommand = DatasetCommand | ModelCommand

LEARNING_COMMANDS: Final[dict[str, type[Any]]] = {
    "add_sample": AddSample,
    "assign_split": AssignSplit,
    "freeze_version": FreezeVersion,
    "record_training": RecordTraining,
    "record_evaluation": RecordEvaluation,
    "start_shadow": StartShadow,
    "score_shadow": ScoreShadow,
    "promote_model": PromoteModel,
    "roll_back_model": RollBackModel,
    "import_model": ImportModel,
    "put_model_in_force": PutModelInForce,
    "withdraw_model": WithdrawModel,
}
LEARNING_CONTEXT: Final[dict[type[Any], str]] = {
    **dict.fromkeys((AddSample, AssignSplit, FreezeVersion), DATASET),
    **dict.fromkeys((RecordTraining, RecordEvaluation, StartShadow, ScoreShadow), MODEL),
    **dict.fromkeys((PromoteModel, RollBackModel, ImportModel, PutModelInForce, WithdrawModel), MODEL),
}
