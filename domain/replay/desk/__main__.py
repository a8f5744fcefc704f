"""`python -m domain.replay.desk`: the replay desk, until SIGTERM. It gives way to live work."""

import logging
import os
import sys
import threading
from contextlib import closing

from domain.replay.desk.desk import ReplayDesk
from domain.replay.desk.settings import DeskSettings
from infra import logs
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)

PROCESS = "replay"


def main() -> int:
    """0 after SIGTERM, 2 when the desk cannot work."""
    logs.configure(PROCESS)
    settings = DeskSettings()
    os.nice(settings.replay_nice)
    stopping = stopping_on_signals()
    try:
        with closing(Bridge(settings.nats_url.get_secret_value(), name=PROCESS)) as bridge:
            _serve(settings, bridge, stopping)
    except (NatsAdapterError, OSError) as error:
        log.error("the replay desk cannot go on", extra={"why": str(error)})  # noqa: TRY400 - the sentence says it all
        return 2
    return 0


def _serve(settings: DeskSettings, bridge: Bridge, stopping: threading.Event) -> None:
    vitals = Vitals(PROCESS)
    desk = ReplayDesk(bridge, settings, vitals.registry)
    bridge.run(desk.open())
    vitals.start(bridge)
    log.info("replay desk runs", extra={"settings": settings.describe()})
    try:
        stopping.wait()
    finally:
        bridge.run(desk.close())


if __name__ == "__main__":
    sys.exit(main())
