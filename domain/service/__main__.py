"""`python -m domain.service`: wires the rules loop and the command desk, and runs until SIGTERM."""

import logging
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime

from domain.contracts.subjects import CONTEXTS, INCIDENT, ROLE
from domain.service.administrators import give_new_rights
from domain.service.command_desk import CommandDesk
from domain.service.erasing import Eraser
from domain.service.guard import Guard
from domain.service.ledger import open_ledger
from domain.service.rules_loop import RulesLoop
from domain.service.settings import DomainSettings
from infra import logs
from infra.garbage import settle_garbage
from infra.keeping import DAY_S
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.nats.streams import check_server, check_streams
from infra.persons.errors import MasterKeyUnusable
from infra.persons.keeper import KeyKeeper
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)

PAUSE_S = 0.25


def main() -> int:
    """Runs the service; while the history is not whole it only refuses. Returns 2 when it cannot go on."""
    logs.configure("domain")
    settings = DomainSettings()
    stopping = stopping_on_signals()
    url = settings.nats_url.get_secret_value()
    try:
        bridge = Bridge(url, name="domain")
        with closing(bridge):
            return _serve(settings, bridge, stopping)
    except (NatsAdapterError, MasterKeyUnusable):
        log.exception("the domain service cannot go on")
        return 2


def _serve(settings: DomainSettings, bridge: Bridge, stopping: threading.Event) -> int:
    bridge.run(check_server(bridge.nc))
    vitals = Vitals("domain")
    vitals.start(bridge)
    look, period_s = (lambda: _deviations(settings, bridge)), settings.guard_period_s
    guard = Guard(bridge, settings.home, look, vitals.registry, period_s)
    guard.check()
    guard.start()
    guard.refuse_until_whole(stopping)
    try:
        if not stopping.is_set():
            _work(settings, bridge, guard, vitals, stopping)
    finally:
        guard.close()
    return 0


def _deviations(settings: DomainSettings, bridge: Bridge) -> list[str]:
    return bridge.run(
        check_streams(
            bridge.js,
            detections_max_bytes=settings.detections_max_bytes,
            detections_max_age_s=settings.detections_max_age_s,
            observations_max_age_s=settings.observations_days * DAY_S,
        )
    )


def _work(settings: DomainSettings, bridge: Bridge, guard: Guard, vitals: Vitals, stopping: threading.Event) -> None:
    url = settings.nats_url.get_secret_value()
    keys = KeyKeeper(bridge, settings.master_key_file)
    keys.prepare()
    ledgers = {context: open_ledger(context, url, bridge, keys) for context in CONTEXTS}
    eraser = Eraser(bridge, ledgers, keys)
    eraser.resume(_now())
    give_new_rights(ledgers[ROLE], _now())
    loop = RulesLoop(bridge, ledgers[INCIDENT], settings, vitals.registry, _now)
    threads = settings.command_threads
    desk = CommandDesk(bridge, ledgers, vitals.registry, _now, eraser=eraser, refusal=guard.refusal, threads=threads)
    log.info("domain service runs", extra={"settings": settings.describe()})
    settle_garbage()
    while not stopping.is_set():
        if guard.refusal() is None:
            loop.step()
        else:
            stopping.wait(PAUSE_S)
    desk.close()
    loop.save_checkpoint()
    loop.close()
    for ledger in ledgers.values():
        ledger.close()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
