"""`python -m inference`: wires the models, the frames and the publisher, and runs until SIGTERM."""

import logging
import sys
import threading
import time
from contextlib import closing

import cv2

from inference.attention import Attention
from inference.background import made_in_background
from inference.cameras import CameraFacts
from inference.coverage import CoverageKeeper
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.errors import InferenceError
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.ppe import PpeOptions, PpeStage, baseline_detector
from inference.publisher import Publisher
from inference.service import InferenceLoop
from inference.settings import InferenceSettings
from inference.sources import FrameSources
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.identity import Starts
from infra import logs
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)


def main() -> int:
    """Runs inference. Returns 2 when a model or the message server cannot be used."""
    logs.configure("inference")
    settings = InferenceSettings()
    cv2.setNumThreads(1)  # the cores belong to the detector and to the cameras' decoders
    stopping = stopping_on_signals()
    try:
        with closing(Bridge(settings.nats_url.get_secret_value(), name="inference")) as bridge:
            return _serve(settings, bridge, stopping)
    except (InferenceError, NatsAdapterError):
        log.exception("inference cannot go on")
        return 2


def _serve(settings: InferenceSettings, bridge: Bridge, stopping: threading.Event) -> int:
    vitals = Vitals("inference")
    metrics = Metrics(vitals.registry)
    options = YoloOptions(
        settings.detector_width, settings.detector_height, settings.detector_threads, settings.min_score
    )
    detector = made_in_background(lambda: create(settings.detector, options))
    ppe_detector = made_in_background(lambda: baseline_detector(settings.detector_threads))
    facts = CameraFacts(bridge)
    publisher = Publisher(bridge, metrics, settings.batch_s, settings.queue_limit)
    sources = FrameSources(settings.frames_dir, settings.max_lag_s, time.time)
    starts = Starts()

    def make_pipeline(camera: str) -> CameraPipeline:
        tracking = TrackOptions(lost_s=settings.lost_track_s)
        tracker = ByteTrack(starts.next(time.time_ns() // 1000), tracking)
        ppe = PpeStage(
            ppe_detector,
            PpeOptions(settings.ppe_min_person_px, settings.ppe_max_regions, settings.ppe_interval_s),
        )
        return CameraPipeline(
            detector,
            tracker,
            metrics,
            ppe=ppe,
            wants_ppe=lambda: facts.wants_ppe(camera),
            max_boxes=settings.max_boxes,
            attention=None if settings.every_frame else Attention(tracking.new_score, lambda: facts.wants_ppe(camera)),
        )

    coverage = CoverageKeeper(
        bridge,
        facts.watched,
        frames_dir=settings.frames_dir,
        path=settings.home / "run" / "coverage.json",
        metrics=metrics,
    )
    loop = InferenceLoop(
        sources, publisher, make_pipeline, depth=detector.depth, metrics=metrics, witness=coverage.book
    )
    vitals.start(bridge)
    coverage.start()
    log.info("inference runs", extra={"settings": settings.describe(), "model": detector.model.id})
    while not stopping.is_set():
        loop.step()
    loop.drain()
    coverage.stop()
    facts.close()
    return 1 if publisher.close() else 0


if __name__ == "__main__":
    sys.exit(main())
