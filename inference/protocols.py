"""What the pipeline asks of a detector and a tracker. One file per backend implements it."""

from typing import Protocol

from domain.contracts.detections import ModelRef
from inference.detections import Detections, Tracks
from inference.parts import Size
from infra.frames import Pixels


class Pending(Protocol):
    """A frame that a detector is working on.

    ready   whether `result` answers without waiting for other threads
    """

    @property
    def ready(self) -> bool: ...

    def result(self) -> Detections:
        """Waits for it. To be called once, and for the oldest pending frame first."""
        ...


class Detector(Protocol):
    """Finds objects in single frames.

    model    what is recorded with every fact that rests on it
    depth    how many frames may be pending at once
    inputs   sizes of its input: the one for whole frames first, then smaller ones for parts of a frame
    """

    @property
    def model(self) -> ModelRef: ...

    @property
    def depth(self) -> int: ...

    @property
    def inputs(self) -> tuple[Size, ...]: ...

    def submit(self, pixels: Pixels, size: Size | None = None) -> Pending:
        """Starts work on a frame; its pixels are not needed any more when this returns.

        pixels   (h, w, 3) uint8 BGR, any size
        size     which of the inputs; None for the first
        Raises   DetectorBusy when `depth` frames are pending already
        """
        ...


class Tracker(Protocol):
    """Knows objects again from frame to frame of one camera."""

    def update(
        self,
        found: Detections,
        captured_at_us: int,
        followed: Tracks | None = None,
        pixels: Pixels | None = None,
    ) -> Tracks:
        """The detections that belong to a confirmed track, with its id.

        found            sound detections, weak ones (score from 0.1) too
        captured_at_us   microseconds since 1970 UTC; need not increase: clocks are set back
        followed         where the tracks are by now, when frames between two detections were only followed
        pixels           (h, w, 3) uint8 BGR, the frame, for trackers that go by looks
        """
        ...
