"""The trackers of BoxMOT: by motion alone, or by looks too where a ReID model is given. Extra `training` (torch).

They see frames only when the detector ran; what the picture itself tells of the tracks in between is not used.
"""

from importlib import import_module
from typing import Any, Final

import numpy as np

from inference.detections import Detections, Tracks
from inference.errors import ModelUnusable
from inference.trackers.appearance import Appearance
from inference.trackers.bytetrack import TrackOptions
from inference.trackers.identity import first_id
from infra.frames import Pixels
from infra.trackers import TrackerKind

INSTALL: Final = "pip install -r requirements-training.lock"
BY_LOOKS: Final = frozenset({TrackerKind.BOTSORT, TrackerKind.DEEPOCSORT, TrackerKind.STRONGSORT})
"""These take a ReID model; BOTSORT goes by motion alone without one."""


class BoxMotTracker:
    """A Tracker of one camera. start_second makes its ids unique, see Starts.

    appearance   see BY_LOOKS
    Raises       ModelUnusable when BoxMOT is not installed
    """

    def __init__(
        self, kind: TrackerKind, start_second: int, options: TrackOptions, appearance: Appearance | None = None
    ) -> None:
        self._appearance = appearance if kind in BY_LOOKS else None
        self._tracker, self._torch, self._given, self._boxes = _opened(kind, options, by_looks=bool(self._appearance))
        self._first_id = first_id(start_second)
        self._frames = 0

    def update(
        self,
        found: Detections,
        captured_at_us: int,
        followed: Tracks | None = None,
        pixels: Pixels | None = None,
    ) -> Tracks:
        """As in the Tracker protocol; pixels are needed where a ReID model was given."""
        del captured_at_us, followed
        self._frames += 1
        known = self._tracker.update(self._as_theirs(found, pixels), pixels)
        ids = known.track_ids.numpy().astype(np.int64)
        # A detection's own box, not the filtered one: evidence shows what was seen.
        rows = known.detection_indices.numpy().astype(np.intp)
        seen = rows >= 0
        rows = rows[seen]
        return Tracks(ids[seen] + self._first_id, found.boxes[rows], found.scores[rows], found.codes[rows])

    def _as_theirs(self, found: Detections, pixels: Pixels | None) -> Any:
        torch = self._torch
        embeddings = None
        if self._appearance is not None:
            if pixels is None:
                raise ValueError("a tracker that goes by looks needs the frame")
            embeddings = torch.from_numpy(self._appearance.of(pixels, found.boxes))
        return self._given(
            geometry=self._boxes(torch.from_numpy(np.ascontiguousarray(found.boxes, np.float32))),
            scores=torch.from_numpy(np.ascontiguousarray(found.scores, np.float32)),
            class_ids=torch.from_numpy(found.codes.astype(np.int64)),
            sample_id=str(self._frames),
            embeddings=embeddings,
        )


def _opened(kind: TrackerKind, options: TrackOptions, *, by_looks: bool) -> tuple[Any, Any, Any, Any]:
    try:
        torch, boxmot = import_module("torch"), import_module("boxmot")
        structures, specs = import_module("boxmot.structures"), import_module("boxmot.trackers.specs")
    except (ImportError, RuntimeError) as error:
        raise ModelUnusable(f"the trackers of BoxMOT cannot be used ({error}); {INSTALL}") from error
    chosen = tuple(sorted(_options(kind, options, by_looks=by_looks).items()))
    tracker = boxmot.create_tracker(specs.TrackerSpec(kind.value, options=chosen))
    return tracker, torch, structures.Detections, structures.Boxes


def _options(kind: TrackerKind, options: TrackOptions, *, by_looks: bool) -> dict[str, Any]:
    """Theirs for ours; the others stay as BoxMOT tuned them."""
    lost = max(1, round(options.lost_s * options.nominal_fps))
    usual = {"det_thresh": options.strong_score, "max_age": lost, "min_hits": options.frames}
    match kind:
        case TrackerKind.BOTSORT:
            scores = {"track_high_thresh": options.strong_score, "new_track_thresh": options.new_score}
            return {**scores, "track_buffer": lost, "use_cmc": False, "use_embeddings": by_looks}
        case TrackerKind.STRONGSORT:
            return {"min_conf": options.strong_score, "max_age": lost, "n_init": options.frames}
        case TrackerKind.DEEPOCSORT:
            return {**usual, "use_embeddings": True, "cmc_off": True}
        case TrackerKind.BOOSTTRACK:
            return {**usual, "use_embeddings": False, "use_cmc": False}
        case _:
            return usual
