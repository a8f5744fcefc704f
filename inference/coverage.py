"""Publishes how every camera was watched: one observation for each camera and minute, whatever happens in between."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from domain.contracts import codec
from inference.book import BookRecord, CoverageBook, WatchedCamera
from inference.metrics import Metrics
from inference.streams import with_streams
from infra.capture_report import read_report, replace_file
from infra.nats.batch import MAX_BATCH, publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message

log = logging.getLogger(__name__)

TURN_S: Final = 1.0
SAVE_S: Final = 5.0
MOST_UNTOLD: Final = 200_000
"""Minutes of cameras that wait for the message server: a day of a hundred cameras. Then the oldest are given up."""


class CoverageKeeper:
    """A thread that closes the book's minutes, stores them, and keeps the book in a file over restarts.

    cameras      those to be watched now; None while that is not known yet
    frames_dir   where the cameras' processes report
    path         of the book
    """

    def __init__(
        self,
        bridge: Bridge,
        cameras: Callable[[], Sequence[WatchedCamera] | None],
        *,
        frames_dir: Path,
        path: Path,
        metrics: Metrics,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._bridge, self._cameras, self._now_us = bridge, cameras, now_us
        self._frames_dir, self._path, self._metrics = frames_dir, path, metrics
        earlier = self._load()
        self.book = CoverageBook(now_us(), earlier)
        self._untold = list(earlier.untold) if earlier else []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="coverage", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The book stays for the next process."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(10 * TURN_S)
        self._save()

    def turn(self) -> None:
        """Closes what is over and stores it; what cannot be stored is tried again at the next turn."""
        cameras = self._cameras()
        if cameras is None:
            return
        reports = {
            camera.camera_id: report
            for camera in cameras
            if (report := read_report(self._frames_dir, camera.camera_id)) is not None
        }
        self._untold += with_streams(self.book.close(self._now_us(), cameras, reports), self._frames_dir)
        del self._untold[: max(0, len(self._untold) - MOST_UNTOLD)]
        self._publish()

    def _run(self) -> None:
        saved_at = time.monotonic()
        while not self._stopping.wait(TURN_S):
            self.turn()
            if time.monotonic() - saved_at >= SAVE_S:
                saved_at = time.monotonic()
                self._save()

    def _publish(self) -> None:
        while self._untold and not self._stopping.is_set():
            part = self._untold[:MAX_BATCH]
            try:
                self._bridge.run(publish_each(self._bridge.nc, [observation_message(each) for each in part], TURN_S))
            except NatsAdapterError as error:
                log.warning("coverage waits", extra={"messages": len(self._untold), "reason": str(error)})
                return
            del self._untold[: len(part)]
            self._metrics.coverage.inc(len(part))

    def _load(self) -> BookRecord | None:
        try:
            return codec.from_json(BookRecord, self._path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, codec.CodecError) as error:
            log.warning("the coverage book begins anew", extra={"reason": str(error)})
            return None

    def _save(self) -> None:
        self.book.note_alive(self._now_us())
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, codec.to_json(self.book.record(self._untold)))
        except OSError as error:
            log.warning("the coverage book cannot be kept", extra={"reason": str(error)})
