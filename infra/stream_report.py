"""What a camera's process tells inference about the video that it receives: a small file beside the frames."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.contracts import codec
from domain.contracts.stream_facts import StreamFacts
from infra.capture_report import replace_file

SUFFIX: Final = ".stream.json"


@dataclass(frozen=True, slots=True)
class StreamReport:
    """written_us   microseconds since 1970 UTC; facts   None while no pictures come"""

    written_us: int
    facts: StreamFacts | None


def stream_report_path(directory: Path, camera_id: str) -> Path:
    return directory / f"{camera_id}{SUFFIX}"


def write_stream_report(directory: Path, camera_id: str, report: StreamReport) -> None:
    """Raises OSError."""
    replace_file(stream_report_path(directory, camera_id), codec.to_json(report))


def read_stream_report(directory: Path, camera_id: str) -> StreamReport | None:
    """None where there is none, or none that this build can read."""
    try:
        return codec.from_json(StreamReport, stream_report_path(directory, camera_id).read_bytes())
    except (OSError, codec.CodecError):
        return None
