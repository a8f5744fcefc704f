"""Hours of four cameras in seconds: inference, the rules and the coverage book keep nothing of what is over.

`./kaska bench day` does the same for a whole day, with the processes and servers of a plant.
"""

import gc
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.contracts.detections import FrameAnalysed, to_microseconds
from domain.contracts.identifiers import CameraId
from domain.rules.engine import CameraFold, Opening
from domain.rules.timeline import Timeline
from domain.rules.visits import VisitFold
from inference.book import CoverageBook
from tests.bench.day.eyes import FPS, Eyes
from tests.bench.day.plant import events
from tests.bench.day.recording import RENDERED, rendered

CAMERAS = (CameraId("gate"), CameraId("yard"))
BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BURST_S = 2.0
CYCLE = round(RENDERED / (BURST_S * FPS))
"""Minutes after which the cameras show the same again: only then are sizes to be compared."""

MOST_GROWTH = 1.01


class Rules:
    """Stands where the publisher and domain.service do."""

    full = False

    def __init__(self) -> None:
        self.timeline = Timeline()
        for _, _, event in events(CAMERAS, BEGAN):
            self.timeline.add(event)
        self.folds = {camera: CameraFold() for camera in CAMERAS}
        self.visits = {camera: VisitFold() for camera in CAMERAS}
        self.folded = self.opened = self.stays = 0

    def put(self, frame: FrameAnalysed) -> None:
        self.folded += 1
        at_us = frame.captured_at_us
        found = self.folds[frame.camera_id].observe(frame, self.folded, self.timeline.rules(frame.camera_id, at_us))
        zones = self.timeline.zones(frame.camera_id, at_us)
        self.opened += sum(isinstance(each, Opening) for each in found)
        self.stays += len(self.visits[frame.camera_id].observe(frame, self.folded, zones))


def test_nothing_of_the_hours_that_are_over_stays_in_memory(tmp_path: Path) -> None:
    eyes = Eyes(tmp_path, CAMERAS, rendered(), to_microseconds(BEGAN + timedelta(minutes=1)))
    rules, book, told = Rules(), CoverageBook(eyes.clock.at_us), 0
    sizes: list[int] = []
    gc.collect()
    gc.freeze()  # what was there before the day need not be looked through each minute
    with eyes.running(rules, book):
        for minute in range(4 * CYCLE):
            eyes.minute(BURST_S, at_night=False)
            told += len(book.close(eyes.clock.at_us, eyes.watched(), {}))
            if minute == CYCLE // 2:
                tracemalloc.start()
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    gc.unfreeze()
    assert rules.opened > CYCLE
    assert rules.stays > CYCLE
    assert told >= (4 * CYCLE - 2) * len(CAMERAS)
    early, late = sum(sizes[CYCLE : 2 * CYCLE]), sum(sizes[-CYCLE:])
    assert late <= early * MOST_GROWTH, (early, late)
