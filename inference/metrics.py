"""What inference measures of itself. Facts per frame are numbers here, not log lines."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from infra.charge import Charge

AGE_BUCKETS = (0.02, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 5.0)
STAGE_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0)


class Metrics:
    """All of one process, in its registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.analysed = Counter("kaska_frames_analysed", "frames analysed", ["camera"], registry=registry)
        self.dropped = Counter(
            "kaska_frames_dropped", "frames that came but were too old to be analysed", ["camera"], registry=registry
        )
        self.boxes_dropped = Counter(
            "kaska_boxes_dropped", "boxes of models that no fact may hold", ["camera", "reason"], registry=registry
        )
        self.age = Gauge(
            "kaska_frame_age_seconds",
            "capture to the end of analysis of the newest frame",
            ["camera"],
            registry=registry,
        )
        self.ages = Histogram(
            "kaska_frame_ages_seconds",
            "capture to the end of analysis, of all frames of all cameras",
            buckets=AGE_BUCKETS,
            registry=registry,
        )
        cpu = Counter(
            "kaska_inference_cpu_seconds", "processor time by what it was spent on", ["stage"], registry=registry
        )
        # Of the loop's thread; the detector's own threads are not in it.
        self.reading, self.looking, self.preparing, self.tracking, self.encoding = (
            Charge(cpu.labels(stage)) for stage in ("read", "look", "prepare", "track", "encode")
        )
        stages = Histogram(
            "kaska_inference_seconds", "time in one stage", ["stage"], buckets=STAGE_BUCKETS, registry=registry
        )
        self.looked, self.detected, self.tracked, self.equipped = (
            stages.labels(stage) for stage in ("look", "detect", "track", "ppe")
        )
        self.detector_runs = Counter(
            "kaska_detector_runs", "frames that went to the detector, and why", ["camera", "reason"], registry=registry
        )
        self.detector_refused = Counter(
            "kaska_detector_refused", "runs that were due when the detector had no free place", registry=registry
        )
        self.stretch = Gauge(
            "kaska_detector_stretch",
            "by how much the intervals between detector runs are longer than wanted: above 1 is overload",
            registry=registry,
        )
        self.stretch.set(1)
        self.published = Counter("kaska_detections_published", "messages stored in DETECTIONS", registry=registry)
        self.coverage = Counter(
            "kaska_coverage_published", "minutes of cameras stored in OBSERVATIONS", registry=registry
        )
        self.waiting = Gauge("kaska_detections_waiting", "messages not yet stored in DETECTIONS", registry=registry)

    def forget(self, camera: str) -> None:
        """Of a camera that is gone nothing is told any more: its last age would stand there for ever."""
        for metric in (self.analysed, self.dropped, self.boxes_dropped, self.age, self.detector_runs):
            metric.remove_by_labels({"camera": camera})
