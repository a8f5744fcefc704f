"""Finds the cameras' frames in shared memory and takes them in turn, each camera getting its fair share."""

import logging
from collections import deque
from collections.abc import Callable, Container
from pathlib import Path
from typing import Final

from domain.contracts.identifiers import IdentifierRefused, slug
from infra.frames import FrameReader, FramesError, SharedFrame

log = logging.getLogger(__name__)

SUFFIX: Final = ".frames"


class FrameSources:
    """All cameras whose frames lie in a folder.

    max_lag_s   a frame older than this is passed over when a newer one waits
    clock       seconds since 1970, to compare with the capture times
    """

    def __init__(self, folder: Path, max_lag_s: float, clock: Callable[[], float]) -> None:
        self._folder, self._max_lag_s, self._clock = folder, max_lag_s, clock
        self._readers: dict[str, FrameReader] = {}
        self._turn: deque[str] = deque()
        self._passed_over: dict[str, int] = {}
        self._unreadable: set[str] = set()
        self._to_look_up: set[str] = set()

    @property
    def cameras(self) -> frozenset[str]:
        return frozenset(self._readers)

    def scan(self) -> None:
        """Looks which cameras have come and gone."""
        there = {path.name.removesuffix(SUFFIX) for path in self._folder.glob(f"*{SUFFIX}")}
        for camera in sorted(there - self._readers.keys()):
            self._open(camera)
        for camera in self._readers.keys() - there:
            self._readers.pop(camera).close()
            self._turn.remove(camera)
            self._passed_over.pop(camera, None)
            log.info("camera's frames are gone", extra={"camera": camera})
        self._to_look_up = set(self._readers)

    def next(self, busy: Container[str] = ()) -> SharedFrame | None:
        """The next camera's frame; None when no camera has a new one. Never waits.

        busy   cameras whose turn it is not
        """
        for _ in range(len(self._turn)):
            camera = self._turn.popleft()
            self._turn.append(camera)
            if camera in busy or not self._has_news(camera):
                continue
            frame = self._take(camera)
            if frame is not None:
                return frame
        return None

    def _has_news(self, camera: str) -> bool:
        """Whether a look at the camera's file is worth its system calls: it has a new frame, or may be another file."""
        if camera in self._to_look_up:
            self._to_look_up.discard(camera)
            return True
        return self._readers[camera].has_news

    def dropped(self, camera: str) -> int:
        """Frames of the camera that were overwritten or passed over since it came."""
        return self._readers[camera].dropped + self._passed_over.get(camera, 0)

    def _open(self, camera: str) -> None:
        try:
            reader = FrameReader(self._folder, slug(camera))
        except IdentifierRefused as error:
            if camera not in self._unreadable:
                self._unreadable.add(camera)
                log.warning("no camera can have this name", extra={"file": camera, "reason": str(error)})
            return
        self._readers[camera] = reader
        self._turn.append(camera)
        log.info("camera's frames found", extra={"camera": camera})

    def _take(self, camera: str) -> SharedFrame | None:
        reader = self._readers[camera]
        try:
            frame = reader.take()
            while frame is not None and self._clock() - frame.captured_at_us / 1e6 > self._max_lag_s:
                newer = reader.take()
                if newer is None:
                    break
                self._passed_over[camera] = self._passed_over.get(camera, 0) + 1
                frame = newer
        except FramesError as error:
            if camera not in self._unreadable:
                self._unreadable.add(camera)
                log.warning("camera's frames cannot be read", extra={"camera": camera, "reason": str(error)})
            return None
        self._unreadable.discard(camera)
        return frame
