"""`python -m inference.archive --camera ID`: analyses the recordings of a plan (`infra/archive/plan.py`) and ends."""

import logging
import os
import sys
import threading
import time
from contextlib import closing
from typing import Final

import cv2

from domain.contracts.detections import DetectionsUnreadable, FrameAnalysed
from domain.contracts.plant import RuleKind
from domain.contracts.subjects import DETECTIONS, detections_subject
from inference.archive.looking import Looking
from inference.archive.pictures import Pictures
from inference.archive.quality import RecordedQuality
from inference.archive.resuming import WARM_US, Known, Renaming, read_known
from inference.archive.run import ArchiveRun, ahead
from inference.attention import Attention
from inference.detectors.falling_back import create_or_fall_back
from inference.detectors.options import PARTS, YoloOptions
from inference.errors import InferenceError
from inference.far import FAR_KINDS
from inference.metrics import Metrics
from inference.negative import EitherWay
from inference.pipeline import CameraPipeline
from inference.poses import pose_detector
from inference.ppe import PpeOptions, PpeStage, baseline_detector
from inference.publisher import Publisher
from inference.settings import InferenceSettings
from inference.trackers import create as create_tracker
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.identity import Starts
from inference.trackers.weapons import WEAPONS, WithWeapons
from inference.zones import ZoneFacts
from infra import logs
from infra.archive import ArchiveError
from infra.archive.plan import Plan, Progress, read_plan, write_progress
from infra.arguments import camera_argument
from infra.nats.bridge import Bridge
from infra.nats.direct import get_last
from infra.nats.errors import NatsAdapterError
from infra.settings import ProcessSettings
from infra.stopping import stopping_on_signals
from infra.vitals import Vitals

log = logging.getLogger("inference.archive")

NICE: Final = 12
"""Live cameras come first."""

TELL_S: Final = 0.5
ZONES_S: Final = 0.1
UNUSABLE: Final = 2
INTERRUPTED: Final = 3


class Teller:
    """Writes how far the run has come, twice a second."""

    def __init__(self, settings: ProcessSettings, plan: Plan, pictures: Pictures) -> None:
        self._home, self._plan, self._pictures = settings.home, plan, pictures
        self._started, self._cpu = time.monotonic(), time.process_time()
        self._analysed, self._detected, self._first_us, self._at_us = 0, 0, 0, 0
        self._told_at = 0.0

    def frame(self, frame: FrameAnalysed) -> None:
        self._analysed += 1
        self._detected += not frame.predicted
        self._first_us = self._first_us or frame.captured_at_us
        self._at_us = frame.captured_at_us
        if time.monotonic() - self._told_at >= TELL_S:
            self._told_at = time.monotonic()
            write_progress(self._home, self._plan.camera_id, self.progress())

    def end(self, last: int, lacking: tuple[str, ...]) -> None:
        """last   sequence in DETECTIONS"""
        write_progress(self._home, self._plan.camera_id, self.progress(last=last, done=True, lacking=lacking))

    def progress(self, *, last: int = 0, done: bool = False, lacking: tuple[str, ...] = ()) -> Progress:
        counts = self._pictures.counts
        return Progress(
            captured_us=self._at_us,
            video_s=self._video_s(),
            decoded=counts.decoded,
            analysed=self._analysed,
            detected=self._detected,
            damaged=counts.damaged,
            wall_s=round(time.monotonic() - self._started, 3),
            cpu_s=round(time.process_time() - self._cpu, 3),
            last=last,
            done=done,
            lacking=lacking,
        )

    def _video_s(self) -> float:
        """Time between recordings is not video."""
        if not self._first_us:
            return 0.0
        ends = [(piece.start_us, piece.start_us + piece.duration_us) for piece in self._plan.pieces]
        seen = (min(end, self._at_us) - max(start, self._first_us) for start, end in ends)
        return round(sum(max(0, span) for span in seen) / 1e6, 3)


def main() -> int:
    """Returns 2 when the plan, a model or the message server cannot be used, 3 when it was stopped before the end."""
    camera = camera_argument("inference.archive", "Recordings, analysed.", "archive camera with a plan in the home")
    logs.configure(f"archive.{camera}")
    os.nice(NICE)
    cv2.setNumThreads(1)
    settings = InferenceSettings()
    stopping = stopping_on_signals()
    try:
        plan = read_plan(settings.home, camera)
        with closing(Bridge(settings.nats_url.get_secret_value(), name=f"archive.{camera}")) as bridge:
            return _serve(settings, plan, bridge, stopping)
    except (ArchiveError, InferenceError, NatsAdapterError, DetectionsUnreadable) as error:
        log.exception("the archive cannot be analysed")
        sys.stderr.write(f"{error}\n")
        return UNUSABLE


def _serve(settings: InferenceSettings, plan: Plan, bridge: Bridge, stopping: threading.Event) -> int:
    known = read_known(bridge, plan.camera_id)
    renaming = Renaming(known) if known is not None else None
    vitals = Vitals(f"archive.{plan.camera_id}")
    metrics = Metrics(vitals.registry)
    vitals.start(bridge)
    zones = ZoneFacts(bridge)
    quality = RecordedQuality(settings, plan, bridge)
    after_us = known.until_us - WARM_US if known else 0
    pictures = Pictures(plan, min(after_us, quality.known_us))
    teller = Teller(settings, plan, pictures)
    publisher = Publisher(bridge, metrics, settings.batch_s, settings.queue_limit)
    looking = Looking(settings, plan, bridge, zones, vitals.registry)
    pipeline = _pipeline(settings, plan, vitals, metrics, known=known, zones=zones, looking=looking)
    run = ArchiveRun(pipeline, publisher, renaming, teller.frame, looking.observed)
    while not zones.has_read_all and not stopping.wait(ZONES_S):
        pass  # the first picture is looked at for what the rules ask for, as all others
    log.info("analysing", extra={"camera": plan.camera_id, "files": len(plan.pieces), "known": known is not None})
    for picture in ahead(pictures):
        if stopping.is_set():
            break
        quality.look(picture)
        if picture.captured_at_us > after_us:
            run.take(picture)
    interrupted = stopping.is_set()
    if known is not None and not known.is_closed and known.frames:
        run.last = run.last or known.frames[-1]
    looking.finish()
    untold = run.finish(0.0 if interrupted else plan.closing_s) + quality.finish(is_interrupted=interrupted)
    zones.close()
    looking.close()
    if publisher.close() or untold:
        return UNUSABLE
    last = bridge.run(get_last(bridge.nc, DETECTIONS, detections_subject(plan.camera_id)))
    if not interrupted:
        teller.end(last.sequence if last else 0, looking.lacking)
    log.info("ended", extra={"interrupted": interrupted, "progress": str(teller.progress())})
    return INTERRUPTED if interrupted else 0


def _pipeline(
    settings: InferenceSettings,
    plan: Plan,
    vitals: Vitals,
    metrics: Metrics,
    *,
    known: Known | None,
    zones: ZoneFacts,
    looking: Looking,
) -> CameraPipeline:
    """As in live work, without what watches the camera itself; the models are those of the process's settings."""
    camera = plan.camera_id
    options = YoloOptions(
        settings.detector_width,
        settings.detector_height,
        settings.detector_threads,
        settings.min_score,
        parts=() if plan.every_frame else PARTS,
    )
    detector = create_or_fall_back(settings.detector, options, vitals.registry)
    tracking = TrackOptions(lost_s=settings.lost_track_s, nominal_fps=min(plan.target_fps, 10.0))
    start_s = plan.pieces[0].start_us // 1_000_000 if known is None else known.next_start_s
    ppe = None
    if plan.ppe:
        equipment = PpeOptions(settings.ppe_min_person_px, settings.ppe_max_regions, settings.ppe_interval_s)
        poses = pose_detector(settings.detector_threads) if settings.ppe_keypoints else None
        ppe = PpeStage(baseline_detector(settings.detector_threads), equipment, lambda: poses)
    starts = Starts()
    others = create_tracker(settings.tracker, starts.next(start_s * 1_000_000), tracking)
    return CameraPipeline(
        EitherWay(detector),
        WithWeapons(others, lambda: ByteTrack(starts.next(0), WEAPONS)),
        metrics,
        ppe=ppe,
        wants_ppe=lambda: plan.ppe,
        wants_weapons=lambda: zones.asks(camera, RuleKind.WEAPON),
        max_boxes=settings.max_boxes,
        scenes=looking.stages,
        attention=None
        if plan.every_frame
        else Attention(
            tracking.new_score, lambda: plan.ppe, detector.inputs, lambda: zones.zones(plan.camera_id, FAR_KINDS)
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
