"""Facts about datasets and models."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from domain.contracts.identifiers import CameraId, DatasetId, IncidentId, ModelId
from domain.contracts.learning import (
    Criterion,
    Metric,
    ModelForm,
    ModelKind,
    ShadowFigures,
    ShadowVerdict,
    Split,
)
from domain.contracts.personal import ACTOR, Personal


@dataclass(frozen=True, slots=True)
class SampleAdded:
    """A picture with its annotation joined a dataset; a later one of the same picture takes its place.

    key, sha256              the picture in the object store
    annotation_key, _sha256  its annotation
    labels                   classes that the annotation has
    incident_id              the false positive that it comes from (R104), if it does
    """

    dataset_id: DatasetId
    key: str
    sha256: str
    annotation_key: str
    annotation_sha256: str
    labels: tuple[str, ...]
    camera_id: CameraId | None
    captured_at: datetime | None
    incident_id: IncidentId | None


@dataclass(frozen=True, slots=True)
class SplitAssigned:
    """All samples of a camera are used for this (R162)."""

    dataset_id: DatasetId
    camera_id: CameraId
    split: Split


@dataclass(frozen=True, slots=True)
class VersionFrozen:
    """The dataset's version is exactly what its manifest lists: a file of sha256 sums and splits (R165)."""

    dataset_id: DatasetId
    dataset_version: int
    samples: int
    manifest_key: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class ModelTrained:
    """Weights exist, and how to make them again (R158, R167).

    digest          sha256 of the weights, as in ModelRef
    code_revision   commit of the training code
    """

    model_id: ModelId
    model_version: int
    digest: str
    key: str
    size_bytes: int
    dataset_id: DatasetId
    dataset_version: int
    code_revision: str
    seed: int


@dataclass(frozen=True, slots=True)
class ModelEvaluated:
    """Measured on a frozen version of a dataset (R171, R172)."""

    model_version: int
    dataset_id: DatasetId
    dataset_version: int
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class ShadowStarted:
    """A candidate runs beside the model in service, its results unseen by users (R174)."""

    model_version: int
    against: int
    cameras: tuple[CameraId, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class ShadowScored:
    """How the candidate stands, and the criteria that it fails (R180, R181). `roll_back` ended the run."""

    model_version: int
    figures: ShadowFigures
    verdict: ShadowVerdict
    failed: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class ModelPromoted:
    """In service from now on. failed: the criteria that the person who decided knew to be failed (R182)."""

    model_version: int
    digest: str
    reason: Annotated[str, Personal(ACTOR)]
    failed: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class ModelRolledBack:
    """The model that was in service before is so again."""

    from_version: int
    to_version: int
    digest: str
    reason: Annotated[str, Personal(ACTOR)]


@dataclass(frozen=True, slots=True)
class ModelImported:
    """A file of weights from elsewhere is a version, or how the file of a version that was trained here is read.

    licence   under which it may be used, in the words of who brought it
    """

    model_id: ModelId
    model_version: int
    digest: str
    key: str
    size_bytes: int
    form: ModelForm
    licence: str


@dataclass(frozen=True, slots=True)
class ModelPutInForce:
    """The cameras are looked at with this version from now on: for each camera the newest word about its kind counts.

    cameras   none: all of them, also those that had a model of their own
    """

    model_id: ModelId
    model_version: int
    digest: str
    key: str
    size_bytes: int
    form: ModelForm
    cameras: tuple[CameraId, ...]
    reason: Annotated[str, Personal(ACTOR)]


@dataclass(frozen=True, slots=True)
class ModelWithdrawn:
    """Where this model is in force, the cameras go back to the one that the build brings along.

    cameras   none: all on which it is in force
    """

    model_id: ModelId
    kind: ModelKind
    cameras: tuple[CameraId, ...]
    reason: Annotated[str, Personal(ACTOR)]


DatasetEvent = SampleAdded | SplitAssigned | VersionFrozen
ModelForceEvent = ModelImported | ModelPutInForce | ModelWithdrawn
ModelEvent = (
    ModelTrained | ModelEvaluated | ShadowStarted | ShadowScored | ModelPromoted | ModelRolledBack | ModelForceEvent
)
LearningEvent = DatasetEvent | ModelEvent

LEARNING_EVENTS: Final[dict[str, type[Any]]] = {
    "dataset.sample_added.v1": SampleAdded,
    "dataset.split_assigned.v1": SplitAssigned,
    "dataset.version_frozen.v1": VersionFrozen,
    "model.trained.v1": ModelTrained,
    "model.evaluated.v1": ModelEvaluated,
    "model.shadow_started.v1": ShadowStarted,
    "model.shadow_scored.v1": ShadowScored,
    "model.promoted.v1": ModelPromoted,
    "model.rolled_back.v1": ModelRolledBack,
    "model.imported.v1": ModelImported,
    "model.put_in_force.v1": ModelPutInForce,
    "model.withdrawn.v1": ModelWithdrawn,
}
