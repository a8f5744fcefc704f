"""Trackers, one file each, behind inference.protocols.Tracker. Only the chosen one's libraries are imported."""

from collections.abc import Callable
from typing import Final

from inference.protocols import Tracker
from inference.trackers.appearance import Appearance
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.trackers import TrackerKind

MakeTracker = Callable[[Appearance | None], Tracker]

ONLY_BY_LOOKS: Final = frozenset({TrackerKind.DEEPOCSORT, TrackerKind.STRONGSORT})


def create(
    kind: TrackerKind, start_second: int, options: TrackOptions, appearance: Appearance | None = None
) -> Tracker:
    """appearance   of what the tracker goes by, where it goes by looks; ByteTrack stands in where it needs one and
                 none is in force
    Raises       ModelUnusable
    """
    if kind is TrackerKind.BYTETRACK or (kind in ONLY_BY_LOOKS and appearance is None):
        return ByteTrack(start_second, options)
    from inference.trackers.boxmot import BoxMotTracker  # noqa: PLC0415

    return BoxMotTracker(kind, start_second, options, appearance)
