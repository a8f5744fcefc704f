"""`python -m inference.machines.desk`: keeps machines' pictures and teaches what people ask for, until SIGTERM."""

import logging
import sys
import threading
from contextlib import closing
from typing import Final

from inference.machines.album import Albums
from inference.machines.desk.desk import TeachingDesk
from inference.machines.desk.settings import TeacherSettings
from inference.machines.desk.teacher import Teacher
from infra import logs
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)

PROCESS: Final = "teacher"


def main() -> int:
    """0 after SIGTERM, 2 when it cannot work."""
    logs.configure(PROCESS)
    settings = TeacherSettings()
    stopping = stopping_on_signals()
    try:
        with closing(Bridge(settings.nats_url.get_secret_value(), name=PROCESS)) as bridge:
            _serve(settings, bridge, stopping)
    except (NatsAdapterError, OSError) as error:
        log.error("machines cannot be taught", extra={"why": str(error)})  # noqa: TRY400 - the sentence says it all
        return 2
    return 0


def _serve(settings: TeacherSettings, bridge: Bridge, stopping: threading.Event) -> None:
    vitals = Vitals(PROCESS)
    teacher = Teacher(bridge, settings)
    desk = TeachingDesk(bridge, Albums(settings.home), teacher.progress)
    bridge.run(desk.open())
    teacher.start()
    vitals.start(bridge)
    log.info("teacher runs", extra={"settings": settings.describe()})
    try:
        stopping.wait()
    finally:
        teacher.close()
        bridge.run(desk.close())


if __name__ == "__main__":
    sys.exit(main())
