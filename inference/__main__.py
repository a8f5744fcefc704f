"""`python -m inference`: wires the models, the frames and the publisher, and runs until SIGTERM."""

import logging
import sys
import threading
import time
from contextlib import closing

import cv2
from prometheus_client import CollectorRegistry

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
from inference.far import FAR_KINDS
from inference.guarded import run_guarded
from inference.looking import Scenes
from inference.metrics import Metrics
from inference.negative import EitherWay
from inference.pipeline import CameraPipeline
from inference.poses import PosesWhenWanted, pose_detector
from inference.ppe import PpeOptions, PpeStage, baseline_detector
from inference.protocols import Tracker
from inference.publisher import Publisher
from inference.registry.bringing import Bringer
from inference.registry.desk import ForcedTracker, ModelDesk
from inference.registry.resting import Resting
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
    vitals = Vitals(f"inference.{settings.node}" if settings.node else "inference")
    metrics = Metrics(vitals.registry)
    cameras = Cameras(settings, bridge, metrics, vitals.registry)
    publisher = Publisher(bridge, metrics, settings.batch_s, settings.queue_limit)
    coverage = CoverageKeeper(
        bridge,
        cameras.facts.watched,
        frames_dir=settings.frames_dir,
        path=settings.home / "run" / "coverage.json",
        metrics=metrics,
    )
    loop = InferenceLoop(
        FrameSources(settings.frames_dir, settings.max_lag_s, time.time),
        publisher,
        cameras.pipeline,
        depth=cameras.detector.depth,
        metrics=metrics,
        witness=coverage.book,
    )
    vitals.start(bridge)
    coverage.start()
    cameras.models.start(MODELS_S)
    log.info("inference runs", extra={"settings": settings.describe(), "model": cameras.detector.model.id})
    settle_garbage()

    def store() -> None:
        coverage.stop()
        cameras.scenes.quality.close()
        publisher.close()

    is_well = run_guarded(loop, stopping, book=coverage.book, hang_s=settings.detector_hang_s, store=store)
    coverage.stop()
    cameras.close()
    return 1 if publisher.close() or not is_well else 0


class Cameras:
    """What the pipelines of all cameras share, opened once."""

    def __init__(
        self, settings: InferenceSettings, bridge: Bridge, metrics: Metrics, registry: CollectorRegistry
    ) -> None:
        self._settings, self._metrics = settings, metrics
        threads = settings.detector_threads
        options = YoloOptions(
            settings.detector_width,
            settings.detector_height,
            threads,
            settings.min_score,
            parts=() if settings.every_frame else PARTS,
        )
        self.detector = made_in_background(lambda: create_or_fall_back(settings.detector, options, registry))
        self._ppe_detector = made_in_background(lambda: baseline_detector(threads))
        self._poses = PosesWhenWanted(lambda: pose_detector(threads))
        create_tracker(settings.tracker, 0, TrackOptions())  # now is the time to learn that it is not installed
        self.facts, self._zones = CameraFacts(bridge), ZoneFacts(bridge)
        self.models = ModelDesk(bridge, Bringer(settings, options).open, registry)
        registry.register(Resting(lambda: self._zones.rules, self.models.form_in_force))
        self._starts, self._tracking = Starts(), TrackOptions(lost_s=settings.lost_track_s)
        self.scenes = Scenes(settings, bridge, self.facts, self._zones, registry)

    def pipeline(self, camera: str) -> CameraPipeline:
        """Called by the loop at a camera's first frame."""

        def wants_ppe() -> bool:
            return self.facts.wants_ppe(camera)

        return CameraPipeline(
            EitherWay(self.models.on(ModelKind.DETECTOR, camera, self.detector)),
            WithWeapons(
                ForcedTracker(self.models, CameraId(camera), self._tracker),
                lambda: ByteTrack(self._starts.next(time.time_ns() // 1000), WEAPONS),
            ),
            self._metrics,
            ppe=self._ppe(camera),
            wants_ppe=wants_ppe,
            wants_weapons=lambda: self._zones.asks(camera, RuleKind.WEAPON),
            max_boxes=self._settings.max_boxes,
            scenes=self.scenes.stages(camera),
            attention=None
            if self._settings.every_frame
            else Attention(
                self._tracking.new_score,
                wants_ppe,
                self.detector.inputs,
                lambda: self._zones.zones(camera, FAR_KINDS),
            ),
        )

    def close(self) -> None:
        """After the loop's last frame."""
        self.models.close()
        self.facts.close()
        self._zones.close()
        self.scenes.close()

    def _tracker(self, appearance: Appearance | None) -> Tracker:
        start = self._starts.next(time.time_ns() // 1000)
        return create_tracker(self._settings.tracker, start, self._tracking, appearance)

    def _ppe(self, camera: str) -> PpeStage:
        settings = self._settings
        return PpeStage(
            self.models.on(ModelKind.PPE, camera, self._ppe_detector),
            PpeOptions(settings.ppe_min_person_px, settings.ppe_max_regions, settings.ppe_interval_s),
            self._poses if settings.ppe_keypoints else lambda: None,
        )


if __name__ == "__main__":
    sys.exit(main())
