"""The decision passport: everything that led to an incident's verdict. Made by domain.inquiry, shown by the gateway.

What is not there any more is said in `notes`, never left out in silence.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.contracts.detections import AttributeScore, Box, ModelRef
from domain.contracts.known import KnownIncident


class FramesFrom(StrEnum):
    """Where the frames of a passport were read: DETECTIONS, the slice kept with the evidence, or nowhere any more."""

    STREAM = "stream"
    SLICE = "slice"
    NOWHERE = "nowhere"


class Threshold(StrEnum):
    """From `min` on an incident is for review, from `max` on it is a violation."""

    MIN = "min"
    MAX = "max"


class NoteKind(StrEnum):
    """What a reader of the passport must know about it; the console has a sentence for each."""

    CAMERA_MISSING = "camera_missing"
    RULE_MISSING = "rule_missing"
    ZONE_MISSING = "zone_missing"
    CAMERA_RETIRED = "camera_retired"
    RULE_RETIRED = "rule_retired"
    ZONE_RETIRED = "zone_retired"
    DETECTIONS_GONE = "detections_gone"
    DETECTIONS_PARTLY_GONE = "detections_partly_gone"
    DETECTIONS_CUT = "detections_cut"
    FRAMES_UNREADABLE = "frames_unreadable"
    SLICE_ALTERED = "slice_altered"
    STORE_SILENT = "store_silent"
    SCORE_DIFFERS = "score_differs"
    NO_CHECKPOINT = "no_checkpoint"
    CHECKPOINT_UNTRUSTED = "checkpoint_untrusted"


@dataclass(frozen=True, slots=True)
class Note:
    """detail: numbers or names that belong to it, for a technician."""

    kind: NoteKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TrackSeen:
    """The incident's track in a frame.

    score  the detector's, 0..1
    hit    how strongly it breaks the rule, 0..1; None where nobody can tell or the rule was not in force
    """

    score: float
    box: Box
    attributes: tuple[AttributeScore, ...]
    hit: float | None


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """One message of DETECTIONS: a frame, or a run of `frames` frames in which nothing was seen.

    others  tracks beside the incident's
    seen    None: the track was not in it
    """

    sequence: int
    frame: int
    captured_at: datetime
    frames: int
    others: int
    seen: TrackSeen | None


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames from number `first` (0 is the first of the range) on; `total` are there.

    unreadable  messages that this build cannot read
    """

    source: FramesFrom
    total: int
    unreadable: int
    first: int
    frames: tuple[FrameSeen, ...]


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """The score after a frame, as the fold of the rules has it."""

    at: datetime
    sequence: int
    hit: float
    score: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """The score passed a threshold in this frame, up or down."""

    at: datetime
    sequence: int
    score: float
    threshold: Threshold
    upwards: bool


@dataclass(frozen=True, slots=True)
class ScorePath:
    """How the score grew, derived anew from the frames by the rule as it was.

    points     at most 1000, evenly thinned of `total`
    score      at the deciding frame; None when the frames or the rule are not there
    repeats    whether that is the score which was recorded
    """

    points: tuple[ScorePoint, ...]
    total: int
    crossings: tuple[Crossing, ...]
    score: float | None
    repeats: bool | None


@dataclass(frozen=True, slots=True)
class LogCheckpoint:
    """The newest signed checkpoint of the history.

    size     events under it; covered: how many of the incident's are
    root     of the Merkle tree, hex
    trusted  whether the signature is the notary's; None when its key is not at hand
    """

    origin: str
    size: int
    covered: int
    root: str
    signed_at: datetime
    trusted: bool | None


@dataclass(frozen=True, slots=True)
class MachineLesson:
    """Who taught the classifier of a machine, and from how many pictures.

    digest   of the classifier; by: login of who asked for it
    """

    digest: str
    by: str
    taught_at: datetime
    pictures: int


@dataclass(frozen=True, slots=True)
class Passport:
    """Everything that led to the verdict.

    models   all that looked at its frames, with the sha256 of their files
    lessons  how those of them were taught that the plant taught in the console
    """

    made_at: datetime
    known: KnownIncident
    models: tuple[ModelRef, ...]
    frames: Frames
    path: ScorePath
    checkpoint: LogCheckpoint | None
    notes: tuple[Note, ...]
    lessons: tuple[MachineLesson, ...] = ()
