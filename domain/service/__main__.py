"""`python -m domain.service`: wires the rules loop and the command desk, and runs until SIGTERM."""

import logging
import signal
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime

from domain.contracts.subjects import CONTEXTS, INCIDENT
from domain.service.command_desk import CommandDesk
from domain.service.ledger import open_ledger
from domain.service.rules_loop import RulesLoop
from domain.service.settings import DomainSettings
from infra import logs
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import check_server, check_streams
from infra.vitals import Vitals

log = logging.getLogger(__name__)


def main() -> int:
    """Runs the service. Returns 2 when the history or the server is not what it must be."""
    logs.configure("domain")
    settings = DomainSettings()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    url = settings.nats_url.get_secret_value()
    try:
        bridge = Bridge(url, name="domain")
        with closing(bridge):
            return _serve(settings, bridge, url, stopping)
    except NatsAdapterError:
        log.exception("the domain service cannot go on")
        return 2


def _serve(settings: DomainSettings, bridge: Bridge, url: str, stopping: threading.Event) -> int:
    bridge.run(check_server(bridge.nc))
    deviations = bridge.run(check_streams(bridge.js))
    if deviations:
        log.error("streams are not as pinned, no history is served", extra={"deviations": deviations})
        return 2
    vitals = Vitals("domain")
    ledgers = {context: open_ledger(context, url, bridge) for context in CONTEXTS}
    loop = RulesLoop(bridge, ledgers[INCIDENT], settings, vitals.registry, _now)
    desk = CommandDesk(bridge, ledgers, vitals.registry, _now, settings.command_threads)
    vitals.start(bridge)
    log.info("domain service runs", extra={"settings": settings.describe()})
    while not stopping.is_set():
        loop.step()
    desk.close()
    loop.save_checkpoint()
    loop.close()
    for ledger in ledgers.values():
        ledger.close()
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
