"""`python -m producers.archive --camera ID`: gives the incidents of an archive camera their evidence, until SIGTERM."""

import logging
import os
import resource
import sys
from contextlib import closing
from typing import Final

import av

from infra import logs, objects
from infra.archive import ArchiveError
from infra.archive.plan import Plan, read_plan
from infra.arguments import camera_argument
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.stopping import StopEvent, stopping_on_signals
from infra.vitals import Vitals
from producers.archive.playable import ArchiveCutter
from producers.archive.recorded import RecordedVideo
from producers.delivery import Delivery
from producers.evidence import Evidence
from producers.meters import Meters
from producers.progress import Progress
from producers.settings import ProducerSettings
from producers.spool import Spool

log = logging.getLogger("producers.archive")

MIB: Final = 1 << 20
NICE: Final = 12
DRAIN_S: Final = 2.0
UNUSABLE: Final = 2


def main() -> int:
    """Returns 2 when the plan or the message server cannot be used."""
    camera = camera_argument("producers.archive", "Evidence from recordings.", "archive camera with a plan in the home")
    logs.configure(f"archive-evidence.{camera}")
    os.nice(NICE)
    av.logging.set_level(None)
    settings = ProducerSettings()
    resource.setrlimit(resource.RLIMIT_AS, (settings.memory_most_mib * MIB,) * 2)
    stop = stopping_on_signals()
    try:
        plan = read_plan(settings.home, camera)
        with closing(Bridge(settings.nats_url.get_secret_value(), name=f"archive-evidence.{camera}")) as bridge:
            _run(settings, plan, bridge, stop)
    except (ArchiveError, NatsAdapterError) as error:
        log.critical("the archive's evidence cannot be made", extra={"reason": str(error)})
        return UNUSABLE
    return 0


def _run(settings: ProducerSettings, plan: Plan, bridge: Bridge, stop: StopEvent) -> None:
    camera = plan.camera_id
    vitals = Vitals(f"archive-evidence.{camera}")
    meters = Meters(vitals.registry, camera)
    spool = Spool(settings.home / "spool" / camera, settings.spool_most_mib * MIB)
    video = RecordedVideo(plan, settings.most_pixels)
    before_us, after_us = round(settings.clip_before_s * 1e6), round(settings.clip_after_s * 1e6)
    evidence = Evidence(
        camera,
        bridge,
        cutter=ArchiveCutter(video, spool, bridge, before_us=before_us, after_us=after_us),
        delivery=Delivery(
            objects.client(settings),
            settings.s3_bucket,
            bridge,
            spool=spool,
            meters=meters,
            stop=stop,
            by=f"producer.{camera}",
        ),
        progress=Progress(settings.home / "run" / f"evidence-{camera}.json"),
        stop=stop,
    )
    evidence.start()
    log.info("started", extra={"files": len(plan.pieces)})
    stop.wait()
    evidence.join(DRAIN_S)


if __name__ == "__main__":
    sys.exit(main())
