"""The quality watch over recordings (R148, R184): the same as a live camera's, in the recordings' time, told once."""

import logging
from dataclasses import replace
from typing import Final

from domain.contracts.detections import from_microseconds
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import PictureQuality
from inference.archive.standing import load, save, standing_path
from inference.detections import no_tracks
from inference.quality.episodes import Course
from inference.quality.memory import Memory
from inference.quality.watch import QualityWatch
from infra.archive.plan import Plan
from infra.frames import SharedFrame
from infra.nats.batch import publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message
from infra.settings import ProcessSettings

log = logging.getLogger(__name__)

PATIENCE_S: Final = 5.0
NOBODY: Final = no_tracks()
"""Who is in the picture says nothing about its quality."""


class RecordedQuality:
    """Looks at every picture of one archive camera; an Outbox of its own watch.

    What the watch knows lies in a file, and is written when all that it told is stored: a run that was interrupted goes
    on from there, and tells what it would have told.
    """

    def __init__(self, settings: ProcessSettings, plan: Plan, bridge: Bridge) -> None:
        self._bridge, self._path = bridge, standing_path(settings.home, plan.camera_id)
        self._untold: list[PictureQuality] = []
        self._is_due = False
        self._watch = QualityWatch(plan.camera_id, self, lambda: None)
        known = load(self._path)
        if known is not None:
            self._watch.go_on(known)
        self.known_us = self._last_us = 0 if known is None else known.looked_us

    def look(self, picture: SharedFrame) -> None:
        """Pictures are to come in the order of their capture; those up to `known_us` are passed over."""
        if picture.captured_at_us <= self.known_us:
            return
        self._last_us = picture.captured_at_us
        self._watch.observe(picture, NOBODY)
        if self._is_due:
            self._keep()

    def tell(self, observation: PictureQuality) -> None:
        self._untold.append(observation)

    def remember(self, camera: CameraId, memory: Memory) -> None:
        del camera, memory  # more is kept, when the watch is through with the picture
        self._is_due = True

    def finish(self, *, is_interrupted: bool) -> int:
        """After the last picture: what goes on ends with the recordings. Returns how many facts could not be stored."""
        if not is_interrupted:
            self._end()
        self._keep()
        return len(self._untold)

    def _end(self) -> None:
        now = self._watch.standing
        for course in (now.picture, now.still):
            if course.going_on is not None:
                until = max(course.going_on.noticed, from_microseconds(self._last_us))
                self.tell(replace(course.going_on, until=until))
        over = Course(None, None, (), None, now.picture.last_us)
        self._watch.go_on(replace(now, picture=over, still=over))

    def _keep(self) -> None:
        self._store()
        if not self._untold and self._last_us:
            self._is_due = False
            try:
                save(self._path, self._watch.standing)
            except OSError as error:
                log.warning("the watch over a recording's quality cannot be kept", extra={"reason": str(error)})

    def _store(self) -> None:
        if not self._untold:
            return
        messages = [observation_message(each) for each in self._untold]
        try:
            self._bridge.run(publish_each(self._bridge.nc, messages, PATIENCE_S))
        except NatsAdapterError as error:
            log.warning("faults of pictures wait", extra={"messages": len(messages), "reason": str(error)})
            return
        self._untold.clear()
