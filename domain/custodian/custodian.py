"""The custodian's rounds: what is due is done, what failed is told and tried again. Knows no scheduler."""

import logging
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from minio import Minio
from prometheus_client import CollectorRegistry

from domain.contracts.codec import CodecError
from domain.custodian import board as alarms
from domain.custodian.board import Board
from domain.custodian.detections import DetectionsArchive, about_to_go, extent_of, lost
from domain.custodian.errors import CustodianError, Stopped
from domain.custodian.keeper import Keeper
from domain.custodian.nights import Nights
from domain.custodian.recordings import RecordingKeeper
from domain.custodian.room import Limits, Relief, over_budget, short_of_disk
from domain.custodian.settings import CustodianSettings
from domain.custodian.shelf import Fill, Shelf
from domain.custodian.state import Memory
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.objects import UNAVAILABLE

log = logging.getLogger(__name__)

FAILURES: Final = (CustodianError, NatsAdapterError, CodecError, TimeoutError, *UNAVAILABLE)


class Custodian:
    """Call `rounds` and `watch` from one thread, in any order, as often as wanted."""

    def __init__(
        self,
        settings: CustodianSettings,
        bridge: Bridge,
        store: Minio,
        *,
        registry: CollectorRegistry,
        clock: Callable[[], datetime],
        stopping: threading.Event,
    ) -> None:
        self._settings, self._bridge, self._clock = settings, bridge, clock
        self.nights = Nights(settings.nightly_at, ZoneInfo(settings.plant_tz))
        self.memory = Memory(settings.home)
        self.board = Board(settings.home, registry)
        self._shelf = Shelf(store, settings.s3_bucket)
        self._archive = DetectionsArchive(store, settings, stopping)
        self._limits = Limits(settings.media_max_bytes, settings.media_low_water, settings.media_min_free_bytes)
        self._keeper = Keeper(
            bridge,
            self._shelf,
            self.memory,
            self.board,
            usual_days=settings.media_days,
            clock=clock,
            stopping=stopping,
        )
        self._recordings = RecordingKeeper(
            bridge, self._shelf, self.board, usual_days=settings.media_days, clock=clock, stopping=stopping
        )
        self._measured_at: datetime | None = None

    def rounds(self) -> None:
        """The nightly rounds that are due: also those that were missed, and those that failed the last time."""
        state = self.memory.state
        if self.nights.is_due(state.evidence_done, self._clock()):
            self._guarded(alarms.EVIDENCE_ROUND, "evidence was not looked through", self._look_through_evidence)
        if self.nights.is_due(state.archive_done, self._clock()):
            self._guarded(alarms.ARCHIVE_ROUND, "detections were not archived", self._archive_detections)
        self._publish()

    def watch(self) -> None:
        """Keeps promises that a crash has left open, makes room where there is none, looks after the detections."""
        self._guarded(alarms.WATCH, "the store could not be looked after", self._watch)
        self._publish()

    def _look_through_evidence(self) -> None:
        began = self._clock()
        self._keeper.finish()
        gone = self._keeper.expire_old(began) + self._recordings.expire_old(began)
        self.memory.change(evidence_done=began)
        log.info("evidence looked through", extra={"expired": gone})

    def _archive_detections(self) -> None:
        began = self._clock()
        self._archive.archive()
        dropped = self._archive.drop_old(began.astimezone(UTC).date())
        self.memory.change(archive_done=began)
        self.board.tell(archived_until=self._archive.until())
        log.info("detections archived", extra={"until": self.board.status.archived_until, "dropped_days": dropped})

    def _watch(self) -> None:
        now = self._clock()
        self._keeper.finish()
        self._recordings.finish()
        self._make_room(now)
        extent = extent_of(self._bridge)
        archived_until = self._archive.until()
        self.board.tell(archived_until=archived_until)
        self.board.alarm(alarms.LOST, lost(extent, archived_until))
        self.board.alarm(alarms.UNARCHIVED, about_to_go(extent, archived_until, now))

    def _make_room(self, now: datetime) -> None:
        free = self._free_bytes()
        relief = self._relief()
        short = short_of_disk(free, relief, now, self._limits)
        if not short and not self._is_measure_due(now):
            return
        fill = self._measure(now)
        over = over_budget(fill.size_bytes, self._limits)
        wanted = max(short, over)
        if not wanted:
            self.board.alarm(alarms.ONLY_LOCKED, None)
            return
        freed = self._recordings.make_room(short) if short else 0
        if freed < wanted:
            freed += self._keeper.make_room(wanted - freed, fill)
        if short and free is not None:
            coming = relief.still_to_return(free, now)
            self.memory.change(relieved_at=now, relieved_bytes=coming + freed, free_then=free)
        log.warning("the store was full", extra={"wanted_bytes": wanted, "given_up_bytes": freed})
        why = f"{wanted - freed} bytes more must go, but only locked evidence is left" if freed < wanted else None
        self.board.alarm(alarms.ONLY_LOCKED, why)
        if freed:
            self._measure(now)

    def _measure(self, now: datetime) -> Fill:
        fill = self._shelf.fill()
        self._measured_at = now
        self.board.filled(fill, now)
        return fill

    def _is_measure_due(self, now: datetime) -> bool:
        return self._measured_at is None or now - self._measured_at >= timedelta(seconds=self._settings.measure_s)

    def _relief(self) -> Relief:
        state = self.memory.state
        return Relief(state.relieved_at, state.relieved_bytes, state.free_then)

    def _free_bytes(self) -> int | None:
        disk = self._settings.disk
        free = None if disk is None else shutil.disk_usage(disk).free
        self.board.tell(free_bytes=free)
        return free

    def _guarded(self, name: str, what: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            return
        except FAILURES as error:
            self.board.alarm(name, f"{what}: {type(error).__name__}: {error}")
        except Exception as error:
            log.exception("unforeseen failure", extra={"round": name})
            self.board.alarm(name, f"{what}: {type(error).__name__}, see the log")
        else:
            self.board.alarm(name, None)

    def _publish(self) -> None:
        state = self.memory.state
        self.board.tell(
            next_round=self.nights.after(self._clock()),
            evidence_done=state.evidence_done,
            archive_done=state.archive_done,
            media_limit=self._settings.media_max_bytes,
            free_floor=self._settings.media_min_free_bytes,
        )
        self.board.publish()
