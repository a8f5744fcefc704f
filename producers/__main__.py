"""`python -m producers --camera ID`: one camera's process. The only place that wires; ends within 5 s of SIGTERM."""

import logging
import os
import resource
import threading
import time
from typing import Final
from zoneinfo import ZoneInfo

import av
import cv2

from domain.contracts.identifiers import CameraId
from infra import logs, objects
from infra.arguments import camera_argument
from infra.garbage import settle_garbage
from infra.live_views import LiveQuality, live_folder
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError, NoAnswer, Rejected
from infra.stopping import stopping_on_signals
from infra.tenure import Tenure
from infra.vitals import Vitals
from producers.camera import CameraFacts, CameraWatch
from producers.capture import CaptureLedger
from producers.courier import Courier
from producers.cutter import Cutter
from producers.delivery import Delivery
from producers.evidence import Evidence
from producers.fence import Fence, end_at_once
from producers.meters import Meters
from producers.outlet import Outlet
from producers.overlay import Overlay
from producers.progress import Progress
from producers.recordings import Limits, Recordings
from producers.ring import PacketRing
from producers.settings import ProducerSettings
from producers.slots import EncoderSlots
from producers.spool import Spool
from producers.views import Views
from producers.watching import Watching

log = logging.getLogger("producers")

MIB: Final = 1 << 20
WATCH_S: Final = 1.0
NICE: Final = 5
"""Under overload the rules, the stores and the console come before the decoders, and these before the detector."""

DRAIN_S: Final = 1.0
UNUSABLE: Final = 2


def main() -> int:
    camera = camera_argument("producers", "The process of one camera.", "identifier of a registered camera")
    logs.configure(f"producer.{camera}")
    os.nice(NICE)
    cv2.setNumThreads(1)  # as for the decoder: the cores go to other cameras
    av.logging.set_level(None)  # FFmpeg's own lines would show the camera's URL with its credentials
    settings = ProducerSettings()
    resource.setrlimit(resource.RLIMIT_AS, (settings.memory_most_mib * MIB,) * 2)
    log.info("started", extra={"settings": settings.describe()})
    stop = stopping_on_signals()
    try:
        bridge = Bridge(settings.nats_url.get_secret_value(), name=f"producer.{camera}")
    except NatsAdapterError as error:
        log.critical("no connection", extra={"reason": str(error)})
        return UNUSABLE
    try:
        _run(settings, camera, bridge, stop)
    except NatsAdapterError as error:
        log.critical("the connection cannot be used any more", extra={"reason": str(error)})
        return UNUSABLE
    finally:
        bridge.close()
    log.info("stopped")
    return 0


def _run(settings: ProducerSettings, camera: CameraId, bridge: Bridge, stop: threading.Event) -> None:
    vitals = Vitals(f"producer.{camera}")
    meters = Meters(vitals.registry, camera)
    settings.frames_dir.mkdir(parents=True, exist_ok=True)
    fence = Fence(Tenure(settings.frames_dir, camera), end_at_once)
    fence.await_tenure(stop)
    ring = PacketRing(round(settings.ring_s * 1e6), settings.ring_most_mib * MIB)
    spool = Spool(settings.home / "spool" / camera, settings.spool_most_mib * MIB)
    evidence = _evidence(settings, camera, bridge, ring=ring, spool=spool, meters=meters, stop=stop, fence=fence)
    capture = CaptureLedger(settings.frames_dir, camera, meters.tally, time.time_ns() // 1000)
    vitals.start(bridge)
    evidence.start()
    views = _views(settings, camera, bridge, ring)
    views.start()
    outlet = Outlet(live_folder(settings.home, camera, LiveQuality.ORIGINAL), ring)
    outlet.start()
    recordings = _recordings(settings, camera, bridge, ring=ring, stop=stop, fence=fence)
    recordings.start()
    watch = CameraWatch(bridge, camera)
    settle_garbage()
    try:
        while not stop.is_set():
            facts = _facts(watch)
            if facts is None:
                stop.wait(WATCH_S)
                continue
            watching = Watching(settings, camera, facts, ring=ring, meters=meters, fence=fence)
            watching.start()
            try:
                while not stop.is_set() and not watch.changed(WATCH_S):
                    watching.measure()
                    capture.tick(time.time_ns() // 1000, watching.trouble())
                    meters.spooled.set(spool.size_bytes)
            finally:
                watching.stop()
    finally:
        watch.close()
        views.close(DRAIN_S)
        outlet.close(DRAIN_S)
        evidence.join(DRAIN_S)
        recordings.join(DRAIN_S)


def _facts(watch: CameraWatch) -> CameraFacts | None:
    try:
        facts = watch.facts()
    except (Rejected, NoAnswer) as error:
        log.warning("the facts about the camera cannot be read yet", extra={"reason": str(error)})
        return None
    if facts is None:
        log.info("the camera is not registered: waiting")
    return facts


def _views(settings: ProducerSettings, camera: CameraId, bridge: Bridge, ring: PacketRing) -> Views:
    slots = EncoderSlots(settings.home / "run" / "encoders", settings.live_encoders)
    segment_us = round(settings.live_segment_s * 1e6)
    return Views(
        settings.home,
        camera,
        ring,
        slots,
        segment_us=segment_us,
        segments=settings.live_segments,
        overlay=Overlay(bridge, camera, ZoneInfo(settings.plant_tz)),
    )


def _recordings(
    settings: ProducerSettings,
    camera: CameraId,
    bridge: Bridge,
    *,
    ring: PacketRing,
    stop: threading.Event,
    fence: Fence,
) -> Recordings:
    store, by = objects.client(settings), f"producer.{camera}"
    limits = Limits(
        before_us=round(settings.recording_before_s * 1e6),
        most_bytes=settings.recording_most_mib * MIB,
        least_free=settings.recording_least_free_mib * MIB,
    )
    return Recordings(
        camera,
        bridge,
        ring,
        settings.home / "recordings" / camera,
        courier=Courier(store, settings.s3_bucket, bridge, stop=stop, by=by, fence=fence.check),
        limits=limits,
        stop=stop,
    )


def _evidence(
    settings: ProducerSettings,
    camera: CameraId,
    bridge: Bridge,
    *,
    ring: PacketRing,
    spool: Spool,
    meters: Meters,
    stop: threading.Event,
    fence: Fence,
) -> Evidence:
    before_us, after_us = round(settings.clip_before_s * 1e6), round(settings.clip_after_s * 1e6)
    delivery = Delivery(
        objects.client(settings),
        settings.s3_bucket,
        bridge,
        spool=spool,
        meters=meters,
        stop=stop,
        by=f"producer.{camera}",
        fence=fence.check,
    )
    return Evidence(
        camera,
        bridge,
        cutter=Cutter(ring, spool, bridge, before_us=before_us, after_us=after_us),
        delivery=delivery,
        progress=Progress(settings.home / "run" / f"evidence-{camera}.json"),
        stop=stop,
    )


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    # A silent camera holds its thread in FFmpeg: an orderly exit would take Python from under it.
    os._exit(code)
