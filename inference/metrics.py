"""What inference measures of itself. Facts per frame are numbers here, not log lines."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

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
        self.stage = Histogram(
            "kaska_inference_seconds", "time in one stage", ["stage"], buckets=STAGE_BUCKETS, registry=registry
        )
        self.published = Counter("kaska_detections_published", "messages stored in DETECTIONS", registry=registry)
        self.waiting = Gauge("kaska_detections_waiting", "messages not yet stored in DETECTIONS", registry=registry)
