"""Chooses which vehicles of one camera are looked at for their plates, and cuts them out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Tracks
from inference.plates.ballots import Look
from inference.plates.box import Vehicle
from inference.scene import NOTHING_SEEN, Seen
from infra.frames import Pixels, SharedFrame

WITH_PLATES: Final = np.array([ObjectClass.CAR, ObjectClass.MOTORCYCLE, ObjectClass.BUS, ObjectClass.TRUCK], np.uint8)


@dataclass(frozen=True, slots=True)
class PlateOptions:
    """min_vehicle_px  width of a vehicle's box in the analysed frame from which a plate can be told
    margin          room around the box, in its widths and heights, so that the plate is not cut (R197)
    interval_s      between two looks at the same vehicle; it grows by an eighth with each look
    gone_s          a track that was not seen for so long has ended
    """

    min_vehicle_px: float = 90.0
    margin: float = 0.1
    interval_s: float = 0.25
    gone_s: float = 3.0


class PlateLooks(Protocol):
    """Who reads what the stages of cameras cut out."""

    def wants(self, vehicle: Vehicle) -> bool:
        """False for a vehicle whose plate is known well enough."""
        ...

    def offer(self, look: Look) -> None:
        """Takes a look at a vehicle in."""
        ...

    def gone(self, vehicle: Vehicle) -> None:
        """The vehicle is seen no more: what is known of it is told."""
        ...


class PlateStage:
    """A SceneStage. It adds nothing to the frame's facts: a plate is an observation of its own."""

    def __init__(self, desk: PlateLooks, options: PlateOptions, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """is_wanted   asked for every frame with a vehicle: the camera's settings may change"""
        self._desk, self._options, self._is_wanted = desk, options, is_wanted
        self._looked: dict[int, tuple[int, int]] = {}
        self._seen: dict[int, int] = {}

    def observe(self, frame: SharedFrame, tracks: Tracks) -> Seen:
        at_us = frame.captured_at_us
        vehicles = np.flatnonzero(np.isin(tracks.codes, WITH_PLATES)).tolist()
        for i in vehicles if vehicles and self._is_wanted() else ():
            track_id = int(tracks.ids[i])
            self._seen[track_id] = at_us
            if (
                self._is_time(track_id, at_us)
                and self._is_large(tracks, i)
                and self._desk.wants((frame.camera_id, track_id))
            ):
                self._looked[track_id] = at_us, self._looked.get(track_id, (0, 0))[1] + 1
                picture = cut_out(frame.pixels, tracks.boxes[i], self._options.margin)
                self._desk.offer(Look(frame.camera_id, track_id, at_us, picture))
        self._forget(frame.camera_id, at_us)
        return NOTHING_SEEN

    def _is_time(self, track_id: int, at_us: int) -> bool:
        if track_id not in self._looked:
            return True
        last, looks = self._looked[track_id]
        return not 0 <= at_us - last < self._options.interval_s * (1 + looks / 8) * 1e6

    def _is_large(self, tracks: Tracks, i: int) -> bool:
        least = self._options.min_vehicle_px * (0.5 if tracks.codes[i] == ObjectClass.MOTORCYCLE else 1.0)
        return bool(tracks.boxes[i, 2] - tracks.boxes[i, 0] >= least)

    def _forget(self, camera_id: str, at_us: int) -> None:
        over = [each for each, seen in self._seen.items() if abs(at_us - seen) > self._options.gone_s * 1e6]
        for track_id in over:
            del self._seen[track_id]
            if self._looked.pop(track_id, None) is not None:
                self._desk.gone((camera_id, track_id))


def cut_out(pixels: Pixels, box: np.ndarray[tuple[int], np.dtype[np.float32]], margin: float) -> Pixels:
    """A copy of what the box holds, with room around it.

    box     (4,) x1 y1 x2 y2 in pixels
    margin  in widths and heights of the box
    """
    height, width = pixels.shape[:2]
    x1, y1, x2, y2 = box.tolist()
    w, h = (x2 - x1) * margin, (y2 - y1) * margin
    left, top = max(0, int(x1 - w)), max(0, int(y1 - h))
    right, bottom = min(width, int(x2 + w) + 1), min(height, int(y2 + h) + 1)
    return pixels[top:bottom, left:right].copy()
