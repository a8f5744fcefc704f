"""Guards the history: at start, every minute and after each reconnection. While it is not whole, nothing is served.

nats-server is silent when a flipped bit, a truncated block or an administrator's update loses acknowledged events, and
then gives their sequence numbers away again. So the domain service compares each stream with what it must be and with
the high-water mark on disk; the notary and the projections tell it what they know (chain of hashes, mark in Postgres).
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from prometheus_client import CollectorRegistry, Counter, Gauge

from domain.contracts import codec
from domain.contracts.commands import Refused, encode_reply
from domain.contracts.guard import (
    GUARD,
    HISTORY_BROKEN,
    VERDICT_FILE,
    GuardReport,
    GuardVerdict,
    decode_report,
    decode_verdict,
)
from domain.contracts.subjects import CONTEXTS, command_subject
from domain.service.high_water import HighWater
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.settings import write_secret

log = logging.getLogger(__name__)

PERIOD_S: Final = 60.0
GLANCE_S: Final = 1.0
"""Between two looks at the streams whole, so often at their ends: the mark follows them as closely."""

QUEUE: Final = "domain"
OWN: Final = "domain"
PATIENCE_S: Final = 3.0
"""How long a command waits for a check that is under way, after a reconnection."""

Look = Callable[[], list[str]]
"""Deviations of the streams from what they must be, one sentence each. Raises NatsAdapterError."""


class Guard(threading.Thread):
    """`check` once, then `start`; from then on `refusal` says whether the history may be served.

    home   keeps the high-water mark and the newest verdict, which holds across a restart until its finder takes it back
    """

    def __init__(self, bridge: Bridge, home: Path, look: Look, registry: CollectorRegistry, period_s: float = PERIOD_S):
        super().__init__(name="guard", daemon=True)
        self._bridge, self._look, self._period_s = bridge, look, period_s
        self._verdict_path, self._mark = home / VERDICT_FILE, HighWater(home, bridge)
        self._reports = self._known_reports()
        self._lock = threading.Lock()
        self._checked, self._wake, self._stopping = threading.Event(), threading.Event(), threading.Event()
        Gauge("kaska_history_whole", "1 while the history may be served", registry=registry).set_function(
            lambda: float(not self._reports)
        )
        self._checks = Counter("kaska_guard_checks", "looks at the history", registry=registry)
        bridge.on_reconnect(self._reconnected)
        self._subscription = bridge.run(self._listen())

    @property
    def verdict(self) -> GuardVerdict:
        return GuardVerdict(tuple(self._reports.values()))

    def refusal(self) -> Refused | None:
        """None when the history is whole, as far as is known; waits for a check that is under way."""
        if not self._checked.wait(PATIENCE_S):
            return Refused("busy", "the history is being checked, send it again")
        findings = self.verdict.findings
        if not findings:
            return None
        return Refused(HISTORY_BROKEN, f"the history is not whole, nothing is recorded until it is: {findings[0]}")

    def check(self) -> None:
        """Looks now. Raises NatsAdapterError when the server does not tell: then what was known stays; OSError."""
        findings = self._look() or self._mark.findings()
        self._note(GuardReport(OWN, tuple(findings)))
        self._checks.inc()
        self._checked.set()

    def run(self) -> None:
        due = time.monotonic() + self._period_s
        while not self._stopping.is_set():
            self._wake.wait(GLANCE_S)
            self._wake.clear()
            try:
                if time.monotonic() >= due or not self._checked.is_set() or OWN in self._reports:
                    self.check()
                    due = time.monotonic() + self._period_s
                elif self._mark.findings():
                    self._checked.clear()
                    due = 0.0
            except NatsAdapterError as error:
                log.warning("the history could not be checked", extra={"reason": str(error)})
            except OSError:
                log.exception("the high-water mark cannot be stored")

    def refuse_until_whole(self, stopping: threading.Event) -> None:
        """At start: answers every command with the refusal, until it may be served or it is time to stop."""
        if not self._reports:
            return
        subscriptions = [self._bridge.run(self._refuse(command_subject(context))) for context in CONTEXTS]
        while self._reports and not stopping.wait(GLANCE_S):
            continue
        for subscription in subscriptions:
            self._bridge.run(subscription.unsubscribe())

    def close(self) -> None:
        self._stopping.set()
        self._wake.set()
        self._bridge.forget(self._reconnected)
        if self.is_alive():
            self.join()

    async def _refuse(self, subject: str) -> Subscription:
        async def take(message: Msg) -> None:
            refusal = self.refusal() if self._checked.is_set() else None
            if message.reply:
                busy = Refused("busy", "the domain service is starting, send it again")
                await self._bridge.nc.publish(message.reply, encode_reply(refusal or busy))

        return await self._bridge.nc.subscribe(subject, queue=QUEUE, cb=take)

    async def _listen(self) -> Subscription:
        async def take(message: Msg) -> None:
            if message.data:
                try:
                    self._note(decode_report(message.data))
                except codec.CodecError as error:
                    log.warning("a report about the history is not readable", extra={"reason": str(error)})
            if message.reply:
                await self._bridge.nc.publish(message.reply, codec.to_json(self.verdict))

        subscription = await self._bridge.nc.subscribe(GUARD, queue=QUEUE, cb=take)
        await self._bridge.nc.flush()
        return subscription

    def _reconnected(self) -> None:
        """The server may have come back with another history: nothing is served before a look at it."""
        self._checked.clear()
        self._wake.set()

    def _note(self, report: GuardReport) -> None:
        with self._lock:
            known = self._reports.get(report.process)
            if report.findings:
                self._reports = {**self._reports, report.process: report}
            elif known is not None:
                self._reports = {name: other for name, other in self._reports.items() if name != report.process}
            if report == known or not (report.findings or known):
                return
            write_secret(self._verdict_path, codec.to_json(self.verdict).decode())
        if report.findings:
            log.error("the history is not whole", extra={"by": report.process, "findings": list(report.findings)})
        else:
            log.warning("the history is whole again", extra={"by": report.process})

    def _known_reports(self) -> dict[str, GuardReport]:
        try:
            known = decode_verdict(self._verdict_path.read_bytes())
        except FileNotFoundError:
            return {}
        except codec.CodecError as error:
            log.warning("the last verdict about the history is not readable", extra={"reason": str(error)})
            return {}
        return {report.process: report for report in known.reports}
