"""The gateway's own measurements."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Measures:
    """Counters of the gateway in the registry that infra.vitals publishes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter("kaska_gateway_requests", "answered requests", ["method", "status"], registry=registry)
        self.seconds = Histogram("kaska_gateway_request_seconds", "time to the first byte", registry=registry)
        self.sockets = Gauge("kaska_gateway_sockets", "open sockets of signed-in browsers", registry=registry)
        self.refused_sign_ins = Counter(
            "kaska_gateway_refused_sign_ins", "sign-ins with a wrong password or locked", registry=registry
        )
        self.commands = Counter("kaska_gateway_commands", "commands sent", ["command", "outcome"], registry=registry)
        self.live_views = Gauge("kaska_gateway_live_views", "open live views by WebRTC", registry=registry)
        self.overlay_dropped = Counter(
            "kaska_gateway_overlay_frames_dropped", "frames of overlays that a browser did not take", registry=registry
        )
        self.false_alarm_share = Gauge(
            "kaska_false_alarm_share",
            "0..1: of the incidents of the last seven days that people judged, those they called false",
            ["camera"],
            registry=registry,
        )
        self.false_alarms_rising = Gauge(
            "kaska_false_alarms_rising",
            "1 while a camera's share of false alarms is surely higher than in the weeks before",
            ["camera"],
            registry=registry,
        )
