"""Datasets and models: words that events, commands and training share (R154-R168, R174-R182)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LARGEST_MODEL_BYTES: Final = 150_000_000
"""Of a model's file (R189)."""


class ModelKind(StrEnum):
    """What a model does for a camera: finds objects, looks what people wear, or tells objects apart for the tracker."""

    DETECTOR = "detector"
    PPE = "ppe"
    TRACKER = "tracker"


class ModelFormat(StrEnum):
    """How the file is written. OPENVINO: the two files of an IR, `model.xml` and `model.bin`, in one archive."""

    ONNX = "onnx"
    OPENVINO = "openvino"


@dataclass(frozen=True, slots=True)
class ModelForm:
    """How a model's file is to be read.

    classes         what each of its outputs means, in its own order; none for a tracker's model
    width, height   of its input in pixels; 0 where it takes any
    """

    kind: ModelKind
    format: ModelFormat
    classes: tuple[str, ...]
    width: int = 0
    height: int = 0


class Split(StrEnum):
    """What a camera's samples are used for; one camera is never in two (R162)."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of an evaluation (R172): AP@50, F1@50, DetA, IDF1; of one use case (R171) or, with None, of all."""

    name: str
    value: float
    use_case: str | None


@dataclass(frozen=True, slots=True)
class ShadowFigures:
    """A candidate against the model in service on the same streams, so far (R177).

    hours             camera hours compared
    tp, fp            right and false alarms without duplicates; dup: duplicates
    missed, gained    right alarms that only the old, only the new model gave
    ttd               time to detection, seconds: 95th percentile and mean
    recall            0..1 from sampled windows (R178); None until they are labelled
    size_bytes        of the candidate's weights
    """

    hours: float
    tp_old: int
    tp_new: int
    fp_old: int
    fp_new: int
    missed: int
    gained: int
    dup_old: int
    dup_new: int
    ttd_p95_old_s: float
    ttd_p95_new_s: float
    ttd_mean_new_s: float
    recall_old: float | None
    recall_new: float | None
    size_bytes: int


class ShadowVerdict(StrEnum):
    """What the criteria say of a candidate: all of R181 hold, some do not yet, or one of R180 ends the run."""

    PASSED = "passed"
    UNDECIDED = "undecided"
    ROLL_BACK = "roll_back"


class Criterion(StrEnum):
    """What a candidate fails: one of the eight criteria of success (R181), of the four that end a run (R180), or both
    because it was never run."""

    MISSES = "misses"
    GAINS = "gains"
    FALSE_ALARMS = "false_alarms"
    RECALL = "recall"
    DUPLICATES = "duplicates"
    TTD_P95 = "ttd_p95"
    TTD_MEAN = "ttd_mean"
    SIZE = "size"
    FAR_TOO_MANY_MISSES = "far_too_many_misses"
    FAR_MORE_FALSE_ALARMS = "far_more_false_alarms"
    FALSE_ALARMS_PER_HOUR = "false_alarms_per_hour"
    FAR_TOO_SLOW = "far_too_slow"
    NO_SHADOW_RUN = "no_shadow_run"
