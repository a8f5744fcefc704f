"""Follows EVENTS and records its camera when a person asks for it, from the packet ring on (R38 to R40).

One thread writes all files, another delivers them. What has been asked for is known from the history alone; what has
been written from the files: a restart keeps the part that there is and says that it is one.
"""

import hashlib
import json
import logging
import shutil
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

import av

from domain.contracts.codec import CodecError
from domain.contracts.commands import ReportRecordingMissed, StoreRecording
from domain.contracts.detections import from_microseconds, to_microseconds
from domain.contracts.events import (
    EventUnknown,
    RecordingMissed,
    RecordingStarted,
    RecordingStopped,
    RecordingStored,
    decode_event,
)
from domain.contracts.identifiers import CameraId, RecordingId
from domain.contracts.recording import RecordingEnd
from domain.contracts.subjects import EVENTS, RECORDING, event_live_subject, event_subject
from infra.nats.bridge import Bridge
from infra.nats.direct import StoredMessage
from infra.nats.errors import NatsAdapterError
from infra.nats.reader import StreamReader
from producers.courier import Courier
from producers.errors import CodecUnsupported, RecordingImpossible
from producers.evidence import TOPIC_HEADER
from producers.recorder import Recorder, Span, begun, salvaged
from producers.ring import PacketRing
from producers.workers import Workers

log = logging.getLogger(__name__)

STEP_S: Final = 0.25
RETRY_S: Final = 5.0
MOST_AT_ONCE: Final = 4
FAULTS: Final = (OSError, av.error.FFmpegError)


@dataclass(frozen=True, slots=True)
class Limits:
    """before_us   video from before the start, as far as the ring has it
    most_bytes   on disk for all recordings of the camera that are not delivered
    least_free   bytes that the disk keeps free
    """

    before_us: int
    most_bytes: int
    least_free: int


class Recordings:
    """Started once per process; what goes on when it ends is stored as a part by the next run."""

    def __init__(
        self,
        camera_id: CameraId,
        bridge: Bridge,
        ring: PacketRing,
        directory: Path,
        *,
        courier: Courier,
        limits: Limits,
        stop: threading.Event,
    ) -> None:
        self._camera_id, self._bridge, self._ring = camera_id, bridge, ring
        self._directory, self._courier, self._limits, self._stop = directory, courier, limits, stop
        self._asked: dict[RecordingId, RecordingStarted] = {}
        self._stopped_us: dict[RecordingId, int] = {}
        self._going: dict[RecordingId, Recorder] = {}
        self._handed: set[RecordingId] = set()
        self._delivering = Workers("deliver recording", 1)
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)

    def start(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def join(self, timeout_s: float) -> None:
        """After `stop` was set."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except (NatsAdapterError, TimeoutError, OSError) as error:
                log.warning("recordings cannot be followed", extra={"reason": f"{type(error).__name__}: {error}"})
                self._stop.wait(RETRY_S)

    def _follow(self) -> None:
        reader = StreamReader(self._bridge, EVENTS, event_subject(RECORDING, ">"), event_live_subject(RECORDING, ">"))
        try:
            while messages := reader.read(0):
                for message in messages:
                    self._note(message)
            self._tidy()
            for recording_id in [each for each in self._asked if each not in {*self._going, *self._handed}]:
                self._take_up(recording_id)
            while not self._stop.is_set():
                for message in reader.read(STEP_S):
                    known = set(self._asked)
                    self._note(message)
                    for recording_id in self._asked.keys() - known:
                        self._take_up(recording_id)
                self._step()
        finally:
            reader.close()

    def _note(self, message: StoredMessage) -> None:
        name = message.headers.get(TOPIC_HEADER, "")
        recording_id = RecordingId(UUID(message.subject.rpartition(".")[2]))
        try:
            event = decode_event(name, message.data).event
        except (EventUnknown, CodecError):
            log.exception("a fact about a recording cannot be read", extra={"at": message.sequence, "topic": name})
            return
        match event:
            case RecordingStarted(camera_id=camera_id) if camera_id == self._camera_id:
                self._asked.setdefault(recording_id, event)
            case RecordingStopped(stopped_at=at) if recording_id in self._asked:
                self._stopped_us[recording_id] = to_microseconds(at)
            case RecordingStored() | RecordingMissed():
                self._asked.pop(recording_id, None)
            case _:
                return

    def _take_up(self, recording_id: RecordingId) -> None:
        """Begins, or goes on where an earlier run of the process was."""
        path, asked = self._path(recording_id), self._asked[recording_id]
        if _described(path).exists():
            self._deliver(recording_id)
        elif path.exists():
            self._finish(recording_id, RecordingEnd.RESTARTED)
        elif self._until_us(recording_id) <= _now_us():
            self._miss(recording_id, "the camera's process did not run at that time")
        elif len(self._going) >= MOST_AT_ONCE:
            self._miss(recording_id, f"{MOST_AT_ONCE} recordings of this camera go on already")
        else:
            from_us = to_microseconds(asked.started_at) - self._limits.before_us
            self._going[recording_id] = Recorder(self._ring, path, from_us, self._until_us(recording_id))
            log.info("recording", extra={"recording": str(recording_id)})

    def _tidy(self) -> None:
        """Removes what belongs to no recording that is still to be done: it was delivered just before a crash."""
        for path in self._directory.iterdir():
            if path.stem not in {str(each) for each in self._asked}:
                path.unlink(missing_ok=True)

    def _until_us(self, recording_id: RecordingId) -> int:
        ends_us = to_microseconds(self._asked[recording_id].ends_at)
        return min(ends_us, self._stopped_us.get(recording_id, ends_us))

    def _step(self) -> None:
        for recording_id, recorder in list(self._going.items()):
            if recording_id not in self._asked:
                del self._going[recording_id]
                continue
            recorder.until_us = self._until_us(recording_id)
            try:
                end = recorder.step(_now_us())
            except CodecUnsupported as error:
                del self._going[recording_id]
                self._miss(recording_id, f"{type(error).__name__}: {error}")
                continue
            except FAULTS as error:
                log.warning("recording broke off", extra={"recording": str(recording_id), "reason": str(error)})
                end = RecordingEnd.NO_ROOM
            if end is None and self._is_full():
                end = RecordingEnd.NO_ROOM
            if end is RecordingEnd.TIME_OVER and recording_id in self._stopped_us:
                end = RecordingEnd.STOPPED
            if end is not None:
                self._finish(recording_id, end)

    def _finish(self, recording_id: RecordingId, end: RecordingEnd) -> None:
        """Closes the file and hands it, or the reason why there is none, to the delivery."""
        recorder, path = self._going.pop(recording_id, None), self._path(recording_id)
        try:
            span = salvaged(path) if recorder is None else _closed(recorder, path)
        except RecordingImpossible as error:
            self._miss(recording_id, f"{type(error).__name__}: {error}")
            return
        _described(path).write_text(json.dumps(asdict(span) | {"end": end.value}), encoding="utf-8")
        self._deliver(recording_id)

    def _is_full(self) -> bool:
        held = sum(_size(path) for path in self._directory.glob("*.mp4"))
        return held >= self._limits.most_bytes or shutil.disk_usage(self._directory).free < self._limits.least_free

    def _deliver(self, recording_id: RecordingId) -> None:
        asked = self._asked[recording_id]
        self._handed.add(recording_id)
        self._delivering.submit(lambda: self._bring(asked))

    def _bring(self, asked: RecordingStarted) -> None:
        """In the worker: file to the store, fact to the domain, then the file goes."""
        path = self._path(asked.recording_id)
        plain = json.loads(_described(path).read_text(encoding="utf-8"))
        end = RecordingEnd(plain.pop("end"))
        span, key = Span(**plain), object_key(asked)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if not self._courier.upload(key, path, span.media_type, _nothing):
            return
        stored = StoreRecording(
            recording_id=asked.recording_id,
            key=key,
            sha256=sha256,
            size_bytes=path.stat().st_size,
            media_type=span.media_type,
            captured_from=from_microseconds(span.captured_from_us),
            captured_to=from_microseconds(span.captured_to_us),
            end=end,
        )
        if self._tell(stored) is not None:
            self._remove(path)

    def _miss(self, recording_id: RecordingId, reason: str) -> None:
        log.warning("recording missed", extra={"recording": str(recording_id), "reason": reason})
        path = self._path(recording_id)
        self._handed.add(recording_id)

        def report() -> None:
            if self._tell(ReportRecordingMissed(recording_id, reason)) is not None:
                self._remove(path)

        self._delivering.submit(report)

    def _tell(self, command: StoreRecording | ReportRecordingMissed) -> bool | None:
        command_id = str(uuid5(command.recording_id, "recorded"))
        return self._courier.tell(RECORDING, command, command_id=command_id, on_retry=_nothing)

    def _path(self, recording_id: RecordingId) -> Path:
        return self._directory / f"{recording_id}.mp4"

    def _remove(self, path: Path) -> None:
        for each in (_described(path), begun(path), path):
            each.unlink(missing_ok=True)


def object_key(started: RecordingStarted) -> str:
    """`recordings/<yyyy>/<mm>/<dd>/<recording>.mp4`, by the UTC day of its start."""
    day = started.started_at.astimezone(UTC).strftime("%Y/%m/%d")
    return f"recordings/{day}/{started.recording_id}.mp4"


def _described(path: Path) -> Path:
    """Beside a finished file: what it holds and why it ends."""
    return path.with_suffix(".json")


def _now_us() -> int:
    return time.time_ns() // 1000


def _closed(recorder: Recorder, path: Path) -> Span:
    """What a file holds; of one that cannot be closed in order, what it holds for certain."""
    try:
        return recorder.close()
    except FAULTS:
        return salvaged(path)


def _size(path: Path) -> int:
    """0 when it has just been delivered."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _nothing() -> None:
    """A retry is in the log already."""
