"""What is drawn into a copy: written by the gateway, read by the process that makes it."""

from dataclasses import dataclass
from pathlib import Path

from domain.contracts import codec
from domain.contracts.detections import FrameAnalysed, decode
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.plant import Polygon
from domain.contracts.slices import pack, unpack


@dataclass(frozen=True, slots=True)
class DrawnZone:
    name: str
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Plan:
    """captured_from_us   capture time of the video's first picture, microseconds since 1970 UTC
    guilty   the track that the incident is about
    tz       IANA name of the plant's time zone
    """

    captured_from_us: int
    guilty: TrackId | None
    tz: str
    zones: tuple[DrawnZone, ...] = ()


def save(folder: Path, plan: Plan, messages: list[tuple[int, bytes]]) -> None:
    """messages: sequence in DETECTIONS and payload"""
    (folder / "plan.json").write_bytes(codec.to_json(plan))
    (folder / "detections.bin").write_bytes(pack(messages))


def load(folder: Path) -> tuple[Plan, list[FrameAnalysed]]:
    """Raises CodecError, DetectionsUnreadable, OSError."""
    plan = codec.from_plain(Plan, codec.load((folder / "plan.json").read_bytes()))
    records = unpack((folder / "detections.bin").read_bytes())
    return plan, [decode(CameraId("copied"), payload) for _, payload in records]
