"""`python -m tests.inference.objects.peer`: this comparison beside a usual one, on rendered halls and real recordings.

The peer is what is commonly done for left objects: two background subtractors (OpenCV's MOG2), a slow and a fast one;
what is foreground for the slow and no more for the fast one has stopped there. Both look at the same pictures, as
often, with the same people hidden, and need the same time and area to tell.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detections import Mask
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.objects.blobs import LEAST_AREA, LEAST_SIDE, SETTLE_S
from inference.objects.standing import NEXT_TO, Thing
from inference.objects.structure import WHOLE, picture
from inference.objects.watch import Somewhere, Watch, covered
from inference.offline import frames
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.detectors import DetectorKind
from tests.inference.objects.hall import PALLET, Hall
from tests.inference.objects.story import Pixels, overlap

VIDEOS: Final = Path(__file__).resolve().parents[4] / "shared" / "data" / "videos"
RATE: Final = 2
"""Looks a second: the peer gets more than it would at one."""

SLOW: Final = 600 * RATE
FAST: Final = 4 * RATE
LEARNS: Final = 5 * RATE
"""Looks after which the peer's models have forgotten, and in which the slow one is learnt."""

Area = tuple[int, int, int, int]
Look = tuple[Pixels, Mapping[int, Somewhere]]
"""Luma, and who is in it."""


@dataclass(frozen=True)
class Recording:
    """bag: where a thing is left, in 0..1; None where nothing is. floor: y from which the picture shows the ground."""

    path: str
    fps: float
    bag: tuple[float, float, float, float] | None = None
    floor: float = 0.0


RECORDINGS: Final = (
    Recording("aboda/aboda_video4.avi", 29.97, (0.61, 0.77, 0.70, 0.88)),
    Recording("pets09_s2l1/vtest.avi", 10, floor=0.42),
    Recording("intel/one-by-one-person-detection.mp4", 10, floor=0.7),
    Recording("intel/car-detection.mp4", 12.5),
    Recording("tud_stadtmitte/TUD-Stadtmitte.mp4", 25, floor=0.5),
    Recording("ppe/factory_hardhat_60s.mp4", 29.97),
    Recording("misc/topdown_people_walking.mp4", 25.07),
    Recording("misc/highway_cars.mp4", 30),
)


class Peer:
    """Two MOG2 models. `look` answers the boxes that were found since the last look."""

    def __init__(self) -> None:
        self._slow = cv2.createBackgroundSubtractorMOG2(history=SLOW, varThreshold=16, detectShadows=True)
        self._fast = cv2.createBackgroundSubtractorMOG2(history=FAST, varThreshold=16, detectShadows=True)
        self._age: NDArray[np.float32] | None = None
        self._looks = 0
        self._known: list[Area] = []

    def look(self, luma: Pixels, hidden: Mask) -> list[Area]:
        small = picture(luma).pixels.astype(np.uint8)
        self._looks += 1
        rate = max(1.0 / SLOW, 1.0 / self._looks if self._looks <= LEARNS else 0.0)
        slow, fast = self._slow.apply(small, learningRate=rate), self._fast.apply(small, learningRate=1.0 / FAST)
        stopped = (slow == 255) & (fast != 255) & ~hidden
        before = np.zeros(small.shape, np.float32) if self._age is None else self._age
        step = 1.0 / RATE
        aged = np.where(stopped, before + step, np.maximum(0.0, before - 2 * step))
        self._age = np.where(hidden, before, aged).astype(np.float32)
        closed = cv2.morphologyEx((self._age >= SETTLE_S).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((11, 11)))
        _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
        found = [
            (int(x), int(y), int(x + w), int(y + h))
            for x, y, w, h, area in stats[1:]
            if area >= LEAST_AREA and min(w, h) >= LEAST_SIDE
        ]
        fresh = [box for box in found if not any(_near(box, known) for known in self._known)]
        self._known = [known for known in self._known if any(_near(box, known) for box in found)] + fresh
        return fresh


def _near(a: Area, b: Area) -> bool:
    return a[0] <= b[2] + NEXT_TO and b[0] <= a[2] + NEXT_TO and a[1] <= b[3] + NEXT_TO and b[1] <= a[3] + NEXT_TO


def both(looks: Iterator[Look], floor: float = 0.0) -> tuple[list[Area], list[Area], tuple[int, int], float]:
    """What this build found, what the peer found, the size that they looked at, and seconds."""
    watch, peer, shape, count = Watch(), Peer(), (1, 1), 0
    things: list[Thing] = []
    theirs: list[Area] = []
    for count, (luma, people) in enumerate(looks, 1):
        now = picture(luma)
        shape = now.pixels.shape[:2]
        zones = np.zeros(shape, np.bool_)
        zones[int(floor * shape[0]) :] = True
        before = watch.numbered
        watch.look(now, WHOLE, zones, dict(people), 1_000_000_000 + count * 1_000_000 // RATE)
        things += watch.things[len(watch.things) - (watch.numbered - before) :]
        found = peer.look(luma, covered(dict(people), shape))
        theirs += [box for box in found if zones[box[1] : box[3], box[0] : box[2]].mean() > 0.5]
    return [thing.area for thing in things], theirs, shape, count / RATE


def recorded(recording: Recording, *, tracked: bool = True) -> Iterator[Look]:
    """RATE pictures a second of a recording, with the people that the detector finds in them."""
    detector = create(DetectorKind.OPENVINO, YoloOptions(threads=1)) if tracked else None
    tracker, due = ByteTrack(1, TrackOptions(nominal_fps=RATE)), 0
    for frame in frames(VIDEOS / recording.path, recording.fps, 640):
        if frame.captured_at_us < due:
            continue
        due = frame.captured_at_us + 1_000_000 // RATE
        people: dict[int, Somewhere] = {}
        if detector is not None:
            tracks = tracker.update(detector.submit(frame.pixels).result(), frame.captured_at_us)
            scale = picture(frame.luma).pixels.shape[1] / frame.width
            for track, box in zip(tracks.ids, tracks.boxes, strict=True):
                x1, y1, x2, y2 = (box * scale).tolist()
                people[int(track)] = (x1, y1, x2, y2)
        yield frame.luma, people


def rendered(light_at: Callable[[Hall, int], float | NDArray[np.float32]], seconds: int = 60) -> Iterator[Look]:
    """A pallet is put down in the 15th second."""
    hall = Hall()
    for i in range(seconds * RATE):
        at = i // RATE
        yield hall.picture(*([PALLET] if at >= 15 else []), light=light_at(hall, at)), {}


LIGHTS: Final[Mapping[str, Callable[[Hall, int], float | NDArray[np.float32]]]] = {
    "steady light": lambda _, __: 1.0,
    "half of the lamps off": lambda _, at: 1.0 if at < 35 else 0.5,
    "another lamp": lambda hall, at: hall.lamp(100, 150) if at < 35 else hall.lamp(300, 150),
    "dusk": lambda _, at: 1.0 - min(0.7, max(0, at - 5) * 0.015),
    "a shadow falls": lambda hall, at: 1.0 if at < 30 else hall.shadow((40, 120, 150, 200), softness=3),
    "flicker": lambda _, at: 1.0 if at % 8 < 4 else 0.6,
}


def scored(found: list[Area], bag: Area | None) -> tuple[int, int]:
    """Whether the thing was found, and how many others were."""
    right = [box for box in found if bag is not None and overlap(box, bag) > 0.3]
    return min(1, len(right)), len(found) - min(1, len(right))


def line(name: str, looks: Iterator[Look], bag: tuple[float, float, float, float] | None, floor: float = 0.0) -> None:
    ours, theirs, (height, width), seconds = both(looks, floor)
    place = None
    if bag is not None:
        place = (int(bag[0] * width), int(bag[1] * height), int(bag[2] * width), int(bag[3] * height))
    told = [scored(found, place) for found in (ours, theirs)]
    texts = [f"{'-' if bag is None else right} found, {false} false" for right, false in told]
    sys.stdout.write(f"{name:48} {seconds:5.0f} s   ours {texts[0]:22} MOG2 {texts[1]}\n")


def main() -> None:
    hall = (PALLET.box[0] / 400, PALLET.box[1] / 240, PALLET.box[2] / 400, PALLET.box[3] / 240)
    for name, light_at in LIGHTS.items():
        line(f"rendered: {name}", rendered(light_at), hall)
    for recording in RECORDINGS:
        line(f"{recording.path}, all of it", recorded(recording), recording.bag)
        if recording.floor:
            line(f"{recording.path}, its ground", recorded(recording), recording.bag, recording.floor)


if __name__ == "__main__":
    main()
