"""Stores what the quality watches tell in OBSERVATIONS, and keeps their memory in files. One thread for all cameras."""

import logging
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from domain.contracts import codec
from domain.contracts.identifiers import CameraId
from domain.contracts.observations import (
    PictureQuality,
)
from inference.quality.memory import SUFFIX, Memory, load, save
from infra.capture_report import replace_file
from infra.nats.batch import MAX_BATCH, publish_each
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.observing import observation_message

log = logging.getLogger(__name__)

TURN_S: Final = 1.0
MOST_UNTOLD: Final = 10_000
UNTOLD: Final = "untold.json"


@dataclass(frozen=True, slots=True)
class _Untold:
    observations: tuple[PictureQuality, ...]


class QualityKeeper:
    """An Outbox for every watch; may be called from any thread.

    folder   of the memories, one file per camera
    """

    def __init__(self, bridge: Bridge, folder: Path, registry: CollectorRegistry) -> None:
        self._bridge, self._folder = bridge, folder
        self._blind = Gauge(
            "kaska_camera_blind", "1 while the camera's picture shows nothing", ["camera", "fault"], registry=registry
        )
        self._faults = Counter("kaska_camera_faults", "faults of a picture", ["camera", "fault"], registry=registry)
        self._untold = deque(_load_untold(folder / UNTOLD), maxlen=MOST_UNTOLD)
        self._memories: dict[CameraId, Memory] = {}
        self._unsaved: set[CameraId] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="quality", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """What the message server did not take and what the watches know stay for the next process."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(10 * TURN_S)
        self.turn()
        self._keep_untold()

    def tell(self, observation: PictureQuality) -> None:
        begins = observation.until is None
        self._blind.labels(observation.camera_id, observation.fault).set(int(begins))
        if begins:
            self._faults.labels(observation.camera_id, observation.fault).inc()
        log.log(
            logging.WARNING if begins else logging.INFO,
            "camera is blind" if begins else "camera sees again",
            extra={"camera": observation.camera_id, "fault": observation.fault.value, "since": observation.since},
        )
        with self._lock:
            self._untold.append(observation)

    def remember(self, camera: CameraId, memory: Memory) -> None:
        with self._lock:
            self._memories[camera] = memory
            self._unsaved.add(camera)

    def recall(self, camera: CameraId) -> Memory:
        """What the camera's last watch knew, of this process or of an earlier one."""
        with self._lock:
            known = self._memories.get(camera)
        return known if known is not None else load(self._path(camera))

    def turn(self) -> None:
        """Stores and saves what there is; what cannot be stored is tried again at the next turn."""
        self._save()
        self._publish()

    def _run(self) -> None:
        while not self._stopping.wait(TURN_S):
            self.turn()

    def _publish(self) -> None:
        while True:
            with self._lock:
                part = [self._untold[i] for i in range(min(MAX_BATCH, len(self._untold)))]
            if not part:
                return
            try:
                self._bridge.run(publish_each(self._bridge.nc, [observation_message(each) for each in part], TURN_S))
            except NatsAdapterError as error:
                log.warning("faults of pictures wait", extra={"messages": len(part), "reason": str(error)})
                return
            with self._lock:
                for _ in part:
                    self._untold.popleft()

    def _save(self) -> None:
        with self._lock:
            due = {camera: self._memories[camera] for camera in self._unsaved}
            self._unsaved.clear()
        for camera, memory in due.items():
            try:
                save(self._path(camera), memory)
            except OSError as error:
                log.warning("a camera's usual picture cannot be kept", extra={"camera": camera, "reason": str(error)})

    def _keep_untold(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._folder / UNTOLD, codec.to_json(_Untold(tuple(self._untold))))
        except OSError as error:
            log.warning("faults of pictures cannot be kept", extra={"reason": str(error)})

    def _path(self, camera: CameraId) -> Path:
        """A camera's id is a slug: letters, digits and hyphens."""
        return self._folder / f"{camera}{SUFFIX}"


def _load_untold(path: Path) -> tuple[PictureQuality, ...]:
    try:
        return codec.from_json(_Untold, path.read_bytes()).observations
    except FileNotFoundError:
        return ()
    except (OSError, codec.CodecError) as error:
        log.warning("faults of pictures that waited are lost", extra={"reason": str(error)})
        return ()
