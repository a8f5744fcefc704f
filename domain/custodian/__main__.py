"""`python -m domain.custodian`: the rounds by APScheduler on one thread, until SIGTERM."""

import logging
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from pydantic import ValidationError

from domain.custodian.custodian import Custodian
from domain.custodian.nights import NightlyTrigger
from domain.custodian.settings import CustodianSettings
from infra import logs, objects
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)

ONE_AT_A_TIME = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
"""A run that comes late comes all the same, and many late ones are one."""


def main() -> int:
    """Returns 0 after SIGTERM, 2 when a setting is wrong or the message server is not there."""
    logs.configure("custodian")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    stopping = stopping_on_signals()
    try:
        settings = CustodianSettings()
        with closing(Bridge(settings.nats_url.get_secret_value(), name="custodian")) as bridge:
            _keep(settings, bridge, stopping)
    except (ValidationError, NatsAdapterError) as error:
        log.error("the custodian cannot go on", extra={"why": str(error)})  # noqa: TRY400 - the sentence says it all
        return 2
    return 0


def _keep(settings: CustodianSettings, bridge: Bridge, stopping: threading.Event) -> None:
    vitals = Vitals("custodian")
    store = objects.client(settings)
    custodian = Custodian(settings, bridge, store, registry=vitals.registry, clock=_now, stopping=stopping)
    scheduler = scheduler_of(custodian, settings)
    vitals.start(bridge)
    log.info(
        "custodian runs", extra={"settings": settings.describe(), "next_round": str(custodian.nights.after(_now()))}
    )
    scheduler.start()
    stopping.wait()
    scheduler.shutdown(wait=True)


def scheduler_of(custodian: Custodian, settings: CustodianSettings) -> BackgroundScheduler:
    """The night's rounds, every few minutes those that were missed or failed, and the watch over the store."""
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(1)}, job_defaults=ONE_AT_A_TIME, timezone=UTC
    )
    soon = _now() + timedelta(seconds=0.1)
    scheduler.add_job(custodian.watch, "interval", seconds=settings.watch_s, next_run_time=soon, id="watch")
    scheduler.add_job(custodian.rounds, NightlyTrigger(custodian.nights), id="night")
    scheduler.add_job(custodian.rounds, "interval", seconds=settings.retry_s, next_run_time=soon, id="missed rounds")
    return scheduler


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
