"""One archive from its pictures to DETECTIONS. Called by `python -m inference.archive`."""

import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from domain.contracts.detections import FrameAnalysed
from domain.contracts.identifiers import TrackId
from inference.archive.observed import Observed
from inference.archive.resuming import Renaming
from inference.pipeline import CameraPipeline
from inference.runs import RunMerger
from infra.frames import SharedFrame

AHEAD: Final = 6
FULL_PAUSE_S: Final = 0.02
DUE: Final = 1.0


class Outbox(Protocol):
    """Takes every fact, and says when no more should be made for now."""

    @property
    def full(self) -> bool: ...

    def put(self, frame: FrameAnalysed) -> None: ...


class ArchiveRun:
    """Analyses every picture that comes, the detector where the picture asks for it, as in live work.

    renaming   None when nothing of the camera is known
    told       called after each picture
    observed   what the pipeline's stages tell beside the frames; stored before the frame that led to it
    """

    def __init__(
        self,
        pipeline: CameraPipeline,
        outbox: Outbox,
        renaming: Renaming | None,
        told: Callable[[FrameAnalysed], None],
        observed: Observed | None = None,
    ) -> None:
        self._pipeline, self._outbox, self._renaming, self._told = pipeline, outbox, renaming, told
        self._merger, self._observed = RunMerger(), observed or Observed()
        self._is_known = renaming is not None
        self.last: FrameAnalysed | None = None

    def take(self, frame: SharedFrame) -> None:
        urgency = self._pipeline.look(frame)
        if math.isinf(urgency) or urgency >= DUE:
            analysed = self._pipeline.finish(self._pipeline.begin(frame))
        else:
            analysed = self._pipeline.followed(frame)
        if self._renaming is not None:
            if analysed.captured_at_us <= self._renaming.known.until_us:
                self._renaming.compare(analysed)
                self._observed.drop()
                return
            analysed = self._renaming.renamed(analysed)
        self._is_known = False
        self._observed.tell(self._name)
        for each in self._merger.add(analysed, analysed.captured_at_us / 1e6):
            self._put(each)
        for each in self._merger.due(analysed.captured_at_us / 1e6):
            self._put(each)
        self.last = analysed
        self._told(analysed)

    def finish(self, closing_s: float) -> int:
        """Tells the rules that nothing more was seen: a run of no frames, `closing_s` long, ends what goes on.

        Returns how many facts beside the frames could not be stored.
        """
        if self._is_known:
            self._observed.drop()
        untold = self._observed.tell(self._name)
        for each in self._merger.flush():
            self._put(each)
        if self.last is not None and closing_s > 0:
            self._put(closing(self.last, closing_s))
        return untold

    def _name(self, track_id: TrackId) -> TrackId:
        return track_id if self._renaming is None else self._renaming.name(track_id)

    def _put(self, frame: FrameAnalysed) -> None:
        while self._outbox.full:
            time.sleep(FULL_PAUSE_S)
        self._outbox.put(frame)


def closing(last: FrameAnalysed, closing_s: float) -> FrameAnalysed:
    """A run of no frames after the last one."""
    after_us = max(last.captured_at_us, last.last_captured_at_us) + 1
    return FrameAnalysed(
        camera_id=last.camera_id,
        frame=last.frame + 1,
        captured_at_us=after_us,
        width=last.width,
        height=last.height,
        models=last.models,
        frames=0,
        last_captured_at_us=after_us + round(closing_s * 1_000_000),
    )


def ahead(pictures: Iterable[SharedFrame]) -> Iterator[SharedFrame]:
    """The same, decoded in a thread of its own while the last one is analysed. Raises what `pictures` raises."""
    waiting: queue.Queue[SharedFrame | BaseException | None] = queue.Queue(AHEAD)
    given_up = threading.Event()

    def decode() -> None:
        end: BaseException | None = None
        try:
            for picture in pictures:
                if given_up.is_set():
                    return
                waiting.put(picture)
        except BaseException as error:
            end = error
        waiting.put(end)

    thread = threading.Thread(target=decode, name="decode", daemon=True)
    thread.start()
    try:
        while (picture := waiting.get()) is not None:
            if isinstance(picture, BaseException):
                raise picture
            yield picture
    finally:
        given_up.set()
        while thread.is_alive():
            _drain(waiting)
            thread.join(FULL_PAUSE_S)


def _drain(waiting: "queue.Queue[SharedFrame | BaseException | None]") -> None:
    while not waiting.empty():
        waiting.get_nowait()
