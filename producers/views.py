"""Sees who watches which quality of a camera, and encodes just that (R31, R41): H.265 for browsers, and reduced."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.live_views import LiveQuality, is_watched, live_folder, refuse
from infra.nats.errors import NatsAdapterError
from producers.encoding import Picture
from producers.live import Live
from producers.overlay import DELAY_US, Overlay
from producers.packets import H264
from producers.ring import PacketRing
from producers.slots import EncoderSlot, EncoderSlots
from producers.view import View

log = logging.getLogger(__name__)

LOOK_S: Final = 0.5
STOP_S: Final = 1.0

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
        self._segment_us, self._segments, self._overlay = segment_us, segments, overlay
        self._running: dict[LiveQuality, tuple[View, EncoderSlot]] = {}
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
        wanted = self._is_needed(quality) and is_watched(self._home, self._camera, quality)
        if quality in self._running:
            if not wanted:
                self._end(quality)
            return
        if not wanted:
            return
        slot = self._slots.take()
        if slot is None:
            refuse(self._home, self._camera, quality)
            return
        try:
            view = self._begun(quality)
        except NatsAdapterError as error:
            slot.free()
            log.warning("no overlay yet", extra={"reason": str(error)})
            return
        view.start()
        self._running[quality] = (view, slot)
        log.info("a live picture is encoded", extra={"quality": quality.value})

    def _begun(self, quality: LiveQuality) -> View:
        live = Live(live_folder(self._home, self._camera, quality), self._segment_us, self._segments)
        if quality is not LiveQuality.OVERLAY:
            return View(self._ring, live, PICTURES[quality])
        self._overlay.open()
        return View(self._ring, live, PICTURES[quality], paint=self._overlay.paint, delay_us=DELAY_US)

    def _is_needed(self, quality: LiveQuality) -> bool:
        """Whether the pictures must be encoded at all: those of H.264 cameras are played as they are."""
        codec = self._ring.codec
        return codec is not None and (quality is not LiveQuality.ORIGINAL or codec != H264)

    def _end(self, quality: LiveQuality) -> None:
        view, slot = self._running.pop(quality)
        view.stop(STOP_S)
        if quality is LiveQuality.OVERLAY:
            self._overlay.close()
        slot.free()
        log.info("nobody watches any more", extra={"quality": quality.value})
