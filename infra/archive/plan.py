"""What the two processes of an archive are told, and how far they have come: two small files in the home."""

from dataclasses import dataclass
from pathlib import Path

from domain.contracts import codec
from domain.contracts.identifiers import CameraId
from infra.archive import ArchiveError
from infra.archive.recordings import Recording


@dataclass(frozen=True, slots=True)
class Piece:
    """One recording; see Recording for the fields."""

    path: str
    start_us: int
    duration_us: int
    fps: float


@dataclass(frozen=True, slots=True)
class Plan:
    """closing_s   how long after the last picture the rules are told that nothing more was seen
    copied      zones of the archive camera and those that they are copies of: machines are known under their names
    plates      whether number plates are read
    like        the live camera that it is a copy of, if it is one
    """

    camera_id: CameraId
    pieces: tuple[Piece, ...]
    target_fps: float
    analysis_width: int
    ppe: bool
    every_frame: bool = False
    closing_s: float = 0.0
    copied: tuple[tuple[str, str], ...] = ()
    plates: bool = False
    like: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """captured_us   how far in the recordings' time; 0 before the first picture
    video_s       seconds of video gone through by this run, without what was known already
    damaged       pictures that could not be decoded whole
    cpu_s         processor time of all threads of the analysis
    last          sequence in DETECTIONS of the last message; 0 when there is none
    lacking       what was asked for and could not be done, because its models cannot be had: `plates`, `faces`
    """

    captured_us: int = 0
    video_s: float = 0.0
    decoded: int = 0
    analysed: int = 0
    detected: int = 0
    damaged: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    last: int = 0
    done: bool = False
    lacking: tuple[str, ...] = ()


def piece_of(recording: Recording) -> Piece:
    return Piece(str(recording.path), recording.start_us, recording.duration_us, recording.fps)


def plan_path(home: Path, camera_id: str) -> Path:
    return home / "run" / f"archive-{camera_id}.plan.json"


def progress_path(home: Path, camera_id: str) -> Path:
    return home / "run" / f"archive-{camera_id}.progress.json"


def write_plan(home: Path, plan: Plan) -> None:
    _write(plan_path(home, plan.camera_id), codec.to_json(plan))


def read_plan(home: Path, camera_id: str) -> Plan:
    """Raises ArchiveError."""
    try:
        return codec.from_json(Plan, plan_path(home, camera_id).read_bytes())
    except (OSError, codec.CodecError) as error:
        raise ArchiveError(f"There is no plan for the archive of {camera_id!r}: {error}.") from error


def write_progress(home: Path, camera_id: str, progress: Progress) -> None:
    _write(progress_path(home, camera_id), codec.to_json(progress))


def read_progress(home: Path, camera_id: str) -> Progress:
    """What was told last; nothing yet where there is no file."""
    try:
        return codec.from_json(Progress, progress_path(home, camera_id).read_bytes())
    except (OSError, codec.CodecError):
        return Progress()


def _write(path: Path, data: bytes) -> None:
    """In one step, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".fresh")
    fresh.write_bytes(data)
    fresh.replace(path)
