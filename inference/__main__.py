"""`python -m inference`: wires the models, the frames and the publisher, and runs until SIGTERM."""

import logging
import sys
import threading
import time
from contextlib import closing

import cv2

from domain.contracts.identifiers import CameraId
from domain.contracts.learning import ModelKind
from domain.contracts.plant import RuleKind
from inference.attention import Attention
from inference.background import made_in_background
from inference.cameras import CameraFacts
from inference.coverage import CoverageKeeper
from inference.detectors.falling_back import create_or_fall_back
from inference.detectors.options import PARTS, YoloOptions
from inference.errors import InferenceError
from inference.faces import open_faces
from inference.guarded import run_guarded
from inference.machines.stage import Machines
from inference.metrics import Metrics
from inference.objects.stage import Objects
from inference.pipeline import CameraPipeline
from inference.plates import open_plates
from inference.poses import PosesWhenWanted, pose_detector
from inference.ppe import PpeOptions, PpeStage, baseline_detector
from inference.protocols import Tracker
from inference.publisher import Publisher
from inference.quality.desk import QualityDesk
from inference.registry.bringing import Bringer
from inference.registry.desk import ForcedTracker, ModelDesk
from inference.service import InferenceLoop
from inference.settings import InferenceSettings
from inference.sources import FrameSources
from inference.trackers import create as create_tracker
from inference.trackers.appearance import Appearance
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.identity import Starts
from inference.trackers.weapons import WEAPONS, WithWeapons
from inference.zones import ZoneFacts
from infra import logs
from infra.garbage import settle_garbage
from infra.nats.bridge import Bridge
from infra.nats.errors import NatsAdapterError
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger(__name__)

MODELS_S = 20.0
"""So long the first frame waits for the models that are in force."""


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
        settings.detector_width,
        settings.detector_height,
        settings.detector_threads,
        settings.min_score,
        parts=() if settings.every_frame else PARTS,
    )
    detector = made_in_background(lambda: create_or_fall_back(settings.detector, options, vitals.registry))
    ppe_detector = made_in_background(lambda: baseline_detector(settings.detector_threads))
    poses = PosesWhenWanted(lambda: pose_detector(settings.detector_threads))
    create_tracker(settings.tracker, 0, TrackOptions())  # now is the time to learn that it is not installed
    facts, zones = CameraFacts(bridge), ZoneFacts(bridge)
    models = ModelDesk(bridge, Bringer(settings, options).open, vitals.registry)
    publisher = Publisher(bridge, metrics, settings.batch_s, settings.queue_limit)
    sources = FrameSources(settings.frames_dir, settings.max_lag_s, time.time)
    starts, faces = Starts(), open_faces(vitals.registry)
    plates = open_plates(bridge, facts.wants_plates, vitals.registry)
    machines, objects = Machines(settings.home, zones, vitals.registry), Objects(settings.home, zones)
    quality = QualityDesk(bridge, settings.home, vitals.registry)

    def make_pipeline(camera: str) -> CameraPipeline:
        tracking = TrackOptions(lost_s=settings.lost_track_s)

        def make_tracker(appearance: Appearance | None) -> Tracker:
            return create_tracker(settings.tracker, starts.next(time.time_ns() // 1000), tracking, appearance)

        ppe = PpeStage(
            models.on(ModelKind.PPE, camera, ppe_detector),
            PpeOptions(settings.ppe_min_person_px, settings.ppe_max_regions, settings.ppe_interval_s),
            poses if settings.ppe_keypoints else lambda: None,
        )
        return CameraPipeline(
            models.on(ModelKind.DETECTOR, camera, detector),
            WithWeapons(
                ForcedTracker(models, CameraId(camera), make_tracker),
                lambda: ByteTrack(starts.next(time.time_ns() // 1000), WEAPONS),
            ),
            metrics,
            ppe=ppe,
            wants_ppe=lambda: facts.wants_ppe(camera),
            wants_weapons=lambda: zones.asks(camera, RuleKind.WEAPON),
            max_boxes=settings.max_boxes,
            scenes=(
                *objects.stages(camera),
                *machines.stages(camera),
                *faces.stages(camera),
                *plates.stages(camera),
                *quality.stages(camera),
            ),
            attention=None
            if settings.every_frame
            else Attention(tracking.new_score, lambda: facts.wants_ppe(camera), detector.inputs),
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
    models.start(MODELS_S)
    log.info("inference runs", extra={"settings": settings.describe(), "model": detector.model.id})
    settle_garbage()

    def store() -> None:
        coverage.stop()
        quality.close()
        publisher.close()

    is_well = run_guarded(loop, stopping, book=coverage.book, hang_s=settings.detector_hang_s, store=store)
    coverage.stop()
    models.close()
    facts.close()
    zones.close()
    faces.close()
    plates.close()
    quality.close()
    return 1 if publisher.close() or not is_well else 0


if __name__ == "__main__":
    sys.exit(main())
