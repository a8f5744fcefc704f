"""`python -m projections`: every projection in a thread of its own, until SIGTERM."""

import logging
import sys
import threading
from contextlib import closing

import psycopg

from infra import logs
from infra.garbage import settle_garbage
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.persons.keys import Keys
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals
from projections.catalogue import ALL
from projections.database import connect, is_alone
from projections.failures import Answer, answer_to
from projections.follower import Follower, ProjectionMetrics, make_tables
from projections.forgetting import Forgetter
from projections.guarding import HistoryWatch
from projections.parking import Parking
from projections.persons import Persons
from projections.plant_settings import note_plant
from projections.projection import Connection, Projection
from projections.settings import ProjectionsSettings
from projections.views import make_views

log = logging.getLogger(__name__)

WAIT_S = 0.25


class Runner(threading.Thread):
    """Runs one projection; connects again after the database or NATS was away, stops at what it must not pass over."""

    def __init__(
        self,
        projection: Projection,
        settings: ProjectionsSettings,
        bridge: Bridge,
        metrics: ProjectionMetrics,
        stopping: threading.Event,
    ) -> None:
        super().__init__(name=projection.name)
        self._projection, self._settings, self._bridge = projection, settings, bridge
        self._metrics, self._stopping = metrics, stopping
        self.failed = False

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._follow()
            except Exception as error:
                if answer_to(error) is not Answer.RETRY:
                    log.exception("projection stops", extra={"projection": self.name})
                    self.failed = True
                    self._stopping.set()
                    return
                log.warning("projection tries again", extra={"projection": self.name, "reason": str(error)})
                self._stopping.wait(self._settings.retry_pause_s)

    def _follow(self) -> None:
        with connect(self._settings.postgres_dsn.get_secret_value(), self.name) as connection:
            if not self._is_active(connection):
                return
            parking = Parking(self._bridge)
            persons = Persons(self._bridge, Keys(self._bridge, self._settings.master_key_file), parking.sequences)
            following = Follower(
                self._projection, connection, self._bridge, self._metrics, parking.park, persons=persons
            )
            with closing(following) as follower:
                while not self._stopping.is_set():
                    follower.step(WAIT_S, self._settings.read_limit)

    def _is_active(self, connection: Connection) -> bool:
        """Waits until no other process follows for this projection; False when it is time to stop."""
        while not is_alone(connection, f"follow {self.name}"):
            log.info("another instance is active", extra={"projection": self.name})
            if self._stopping.wait(self._settings.retry_pause_s):
                return False
        return True


def _renew_views(connection: Connection) -> None:
    try:
        make_views(connection)
    except psycopg.errors.DependentObjectsStillExist as error:
        log.error("the views of schema analytics stay those of an older build", extra={"reason": str(error)})  # noqa: TRY400


def main() -> int:
    """Returns 0 after SIGTERM, 2 when a projection met what it must not pass over."""
    logs.configure("projections")
    settings = ProjectionsSettings()
    stopping = stopping_on_signals()
    try:
        with connect(settings.postgres_dsn.get_secret_value(), "tables") as connection:
            make_tables(connection)
            note_plant(connection, settings.plant_name, settings.plant_tz)
            _renew_views(connection)
        bridge = Bridge(settings.nats_url.get_secret_value(), name="projections")
    except (psycopg.Error, NatsAdapterError):
        log.exception("projections cannot start")
        return 2
    with closing(bridge):
        vitals = Vitals("projections")
        vitals.start(bridge)
        metrics = ProjectionMetrics(vitals.registry)
        watch = HistoryWatch(tuple(ALL), settings.postgres_dsn.get_secret_value(), bridge, vitals.registry)
        watch.start()
        watch.wait_until_whole(stopping)
        runners = [Runner(projection, settings, bridge, metrics, stopping) for projection in ALL]
        for runner in runners:
            runner.start()
        Forgetter(settings.postgres_dsn.get_secret_value(), stopping).start()
        settle_garbage()
        stopping.wait()
        for runner in runners:
            runner.join()
        watch.close()
    return 2 if any(runner.failed for runner in runners) else 0


if __name__ == "__main__":
    sys.exit(main())
