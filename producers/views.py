"""Sees who watches which quality of a camera, and makes just that (R31, R41): its own pictures as they are where
browsers play them, encoded where they do not, and reduced."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.live_views import LiveQuality, is_watched, live_folder, refuse
from infra.nats.errors import NatsAdapterError
from producers.encoding import Picture
from producers.live import Live
from producers.overlay import DELAY_US, Overlay
from producers.packets import H264
from producers.passing import Passing
from producers.ring import PacketRing
from producers.slots import EncoderSlot, EncoderSlots
from producers.view import View

log = logging.getLogger(__name__)

LOOK_S: Final = 0.5
STOP_S: Final = 1.0
STALE_S: Final = 10.0
"""What a camera sent so long ago is not shown as what happens now."""

BEFORE: Final = 3
"""Segments of what was a moment ago, with which a list of pictures that are not encoded begins."""

PICTURES: Final[Mapping[LiveQuality, Picture]] = {
    LiveQuality.ORIGINAL: Picture(width=1280, fps=15, kilobits_s=3000),
    LiveQuality.REDUCED: Picture(width=640, fps=8, kilobits_s=400),
    LiveQuality.OVERLAY: Picture(width=1280, fps=10, kilobits_s=2500),
}
"""ORIGINAL is encoded only for cameras whose own pictures no browser plays everywhere."""


class Views:
    """Started once per process; `close` ends all that is encoded."""

    def __init__(
        self,
        home: Path,
        camera: str,
        ring: PacketRing,
        slots: EncoderSlots,
        *,
        segment_us: int,
        segments: int,
        overlay: Overlay,
    ) -> None:
        self._home, self._camera, self._ring, self._slots = home, camera, ring, slots
        self._before_us, self._overlay = BEFORE * segment_us, overlay
        self._lives = {quality: Live(live_folder(home, camera, quality), segment_us, segments) for quality in PICTURES}
        self._running: dict[LiveQuality, _Running] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="views", daemon=True)

    def start(self) -> None:
        live_folder(self._home, self._camera, LiveQuality.ORIGINAL).mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def close(self, timeout_s: float) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._stop.wait(LOOK_S):
                for quality in PICTURES:
                    self._look(quality)
        finally:
            for quality in list(self._running):
                self._end(quality)

    def _look(self, quality: LiveQuality) -> None:
        is_wanted, is_encoded = is_watched(self._home, self._camera, quality), self._is_encoded(quality)
        running = self._running.get(quality)
        if running is not None and not (is_wanted and is_encoded == (running.slot is not None)):
            self._end(quality)
            running = None
        if running is None and is_wanted and is_encoded is not None:
            self._begin(quality, is_encoded=is_encoded)

    def _is_encoded(self, quality: LiveQuality) -> bool | None:
        """Whether the pictures must be encoded: those of H.264 cameras are played as they are. None: there are none."""
        codec = self._ring.codec
        if codec is None or time.time() - self._ring.newest_us / 1e6 > STALE_S:
            return None
        return quality is not LiveQuality.ORIGINAL or codec != H264

    def _begin(self, quality: LiveQuality, *, is_encoded: bool) -> None:
        if not is_encoded:
            self._run_now(quality, _Running(Passing(self._ring, self._lives[quality], self._before_us)))
            return
        slot = self._slots.take()
        if slot is None:
            refuse(self._home, self._camera, quality)
            return
        try:
            view = self._encoding(quality)
        except NatsAdapterError as error:
            slot.free()
            log.warning("no overlay yet", extra={"reason": str(error)})
            return
        self._run_now(quality, _Running(view, slot))
        log.info("a live picture is encoded", extra={"quality": quality.value})

    def _encoding(self, quality: LiveQuality) -> View:
        live = self._lives[quality]
        if quality is not LiveQuality.OVERLAY:
            return View(self._ring, live, PICTURES[quality])
        self._overlay.open()
        return View(self._ring, live, PICTURES[quality], paint=self._overlay.paint, delay_us=DELAY_US)

    def _run_now(self, quality: LiveQuality, running: "_Running") -> None:
        running.view.start()
        self._running[quality] = running

    def _end(self, quality: LiveQuality) -> None:
        running = self._running.pop(quality)
        running.view.stop(STOP_S)
        if quality is LiveQuality.OVERLAY:
            self._overlay.close()
        if running.slot is not None:
            running.slot.free()
            log.info("nobody watches any more", extra={"quality": quality.value})


@dataclass(frozen=True, slots=True)
class _Running:
    """slot   None where nothing is encoded"""

    view: View | Passing
    slot: EncoderSlot | None = None
