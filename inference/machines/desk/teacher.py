"""Trains what people asked for, one machine after the other, each in a process of its own; tells the domain the result.

What was asked for and has no result yet is in the history: a training that was cut off is done again after a start.
"""

import logging
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from domain.contracts import codec
from domain.contracts.commands import Refused, decode_reply, encode_command
from domain.contracts.commands.machines import ReportMachineNotTaught, ReportMachineTaught
from domain.contracts.events import Envelope
from domain.contracts.events.machines import MachineNotTaught, MachineTaught, MachineTeachingAsked
from domain.contracts.identifiers import TeachingId, ZoneId
from domain.contracts.machines import TeachingFailure
from domain.contracts.subjects import ZONE, command_subject
from domain.contracts.teaching import TeachingProgress
from inference.facts import FactsFollower
from inference.machines.desk.settings import TeacherSettings
from inference.machines.desk.worker import Said
from infra.checkout import CHECKOUT
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.requests import ask

log = logging.getLogger(__name__)

BY: Final = "teacher"
AGAIN_S: Final = 2.0
LOOK_S: Final = 0.5
ONE_CORE: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

Report = ReportMachineTaught | ReportMachineNotTaught


@dataclass(frozen=True, slots=True)
class _Asked:
    zone_id: ZoneId
    teaching_id: TeachingId


class Teacher:
    """`start` it once, `close` it: what it trains then is trained again after the next start."""

    def __init__(self, bridge: Bridge, settings: TeacherSettings) -> None:
        self._bridge, self._settings = bridge, settings
        self._lock = threading.Lock()
        self._waiting: OrderedDict[TeachingId, _Asked] = OrderedDict()
        self._progress: dict[ZoneId, TeachingProgress] = {}
        self._stopping, self._news = threading.Event(), threading.Event()
        self._follower = FactsFollower(bridge, ZONE, self._apply, self._news.set)
        self._thread = threading.Thread(target=self._work, name="teacher", daemon=True)

    def start(self) -> None:
        self._follower.start()
        self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        self._news.set()
        self._follower.close()
        self._thread.join(5.0)

    def progress(self, zone_id: ZoneId) -> TeachingProgress | None:
        """None when nothing is asked for."""
        with self._lock:
            if all(asked.zone_id != zone_id for asked in self._waiting.values()):
                return None
            return self._progress.get(zone_id, TeachingProgress(0, 0))

    def _apply(self, envelope: Envelope) -> None:
        with self._lock:
            match envelope.event:
                case MachineTeachingAsked(zone_id, teaching_id):
                    self._waiting = OrderedDict((k, v) for k, v in self._waiting.items() if v.zone_id != zone_id)
                    self._waiting[teaching_id] = _Asked(zone_id, teaching_id)
                case MachineTaught() | MachineNotTaught() as ended:
                    self._waiting.pop(ended.teaching_id, None)
        if self._follower.has_read_all:
            self._news.set()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._news.wait()
            self._news.clear()
            while self._follower.has_read_all and (asked := self._next()) is not None and not self._stopping.is_set():
                try:
                    self._teach(asked)
                except Exception:
                    log.exception("a training failed", extra={"zone": asked.zone_id})
                    self._tell(asked, _broken_off(asked))

    def _next(self) -> _Asked | None:
        with self._lock:
            return next(iter(self._waiting.values()), None)

    def _teach(self, asked: _Asked) -> None:
        log.info("a machine is taught", extra={"zone": asked.zone_id, "teaching": str(asked.teaching_id)})
        self._reached(asked)(TeachingProgress(0, 1))
        said = run_worker(asked.zone_id, asked.teaching_id, self._settings, self._reached(asked), self._stopping)
        if said is not None:
            self._tell(asked, said.taught or said.not_taught or _broken_off(asked))

    def _reached(self, asked: _Asked) -> Callable[[TeachingProgress], None]:
        def reached(progress: TeachingProgress) -> None:
            with self._lock:
                self._progress[asked.zone_id] = progress

        return reached

    def _tell(self, asked: _Asked, report: Report) -> None:
        """Until the domain has answered; what it refuses is over too."""
        while not self._stopping.is_set():
            payload = encode_command(report, command_id=f"taught-{asked.teaching_id}", by=BY, at=datetime.now(UTC))
            try:
                asking = ask(self._bridge.nc, command_subject(ZONE), payload, timeout_s=self._bridge.timeout_s)
                reply = decode_reply(self._bridge.run(asking).data)
            except (NatsAdapterError, TimeoutError, codec.CodecError) as error:
                log.warning("result not told yet", extra={"zone": asked.zone_id, "reason": str(error)})
            else:
                if not isinstance(reply, Refused) or reply.code != "history_broken":
                    log.info("result told", extra={"zone": asked.zone_id, "reply": type(reply).__name__})
                    break
                log.warning("result not told yet", extra={"zone": asked.zone_id, "reason": reply.message})
            self._stopping.wait(AGAIN_S)
        with self._lock:
            self._waiting.pop(asked.teaching_id, None)
            self._progress.pop(asked.zone_id, None)


def run_worker(
    zone_id: ZoneId,
    teaching_id: TeachingId,
    settings: TeacherSettings,
    reached: Callable[[TeachingProgress], None],
    stopping: threading.Event,
) -> Said | None:
    """What came of a training; None when this process is told to end. Raises OSError."""
    command = (sys.executable, "-P", "-m", "inference.machines.desk.worker")
    asked = (zone_id, str(teaching_id), str(settings.teacher_nice))
    environment = {**os.environ, **ONE_CORE, "PYTHONPATH": str(CHECKOUT), "KASKA_HOME": str(settings.home)}
    environment.pop("KASKA_NATS_URL", None)  # it reads pictures, and needs nobody
    with subprocess.Popen(
        (*command, *asked), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment
    ) as worker:
        heard: list[Said] = []
        listening = threading.Thread(target=_listen, args=(worker, heard, reached), daemon=True)
        listening.start()
        waited_s = 0.0
        while listening.is_alive() and not stopping.is_set() and waited_s < settings.teacher_longest_s:
            listening.join(LOOK_S)
            waited_s += LOOK_S
        worker.kill()
        listening.join(LOOK_S)
    if stopping.is_set():
        return None
    return heard[-1] if heard else Said()


def _listen(worker: "subprocess.Popen[bytes]", heard: list[Said], reached: Callable[[TeachingProgress], None]) -> None:
    assert worker.stdout is not None  # noqa: S101 - it was asked for
    for line in worker.stdout:
        try:
            said = codec.from_json(Said, line)
        except codec.CodecError as error:
            log.warning("a training spoke nonsense", extra={"reason": str(error)})
            continue
        if said.progress is not None:
            reached(said.progress)
        else:
            heard.append(said)


def _broken_off(asked: _Asked) -> ReportMachineNotTaught:
    return ReportMachineNotTaught(asked.zone_id, asked.teaching_id, TeachingFailure.BROKEN_OFF)
