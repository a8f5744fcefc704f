"""What runs as long as the facts about a camera stay the same: its connections, decoder and live view."""

from typing import Final
from urllib.parse import urlsplit

from domain.contracts.identifiers import CameraId
from domain.contracts.observations import GapReason
from infra.frames import FrameWriter
from infra.settings import analysis_credentials, camera_credentials
from producers.camera import CameraFacts
from producers.clock import ServerClock
from producers.live import Live
from producers.meters import Meters
from producers.pipeline import Pump
from producers.receiver import Receiver
from producers.ring import PacketRing
from producers.sampler import Sampler
from producers.second import SecondStream
from producers.settings import ProducerSettings

DRAIN_S: Final = 1.0


class Watching:
    """One camera: its main stream, and the second one where it has one."""

    def __init__(
        self, settings: ProducerSettings, camera: CameraId, facts: CameraFacts, *, ring: PacketRing, meters: Meters
    ) -> None:
        self._meters = meters
        self._sampler = Sampler(
            FrameWriter(settings.frames_dir, camera, settings.frame_slots),
            meters,
            target_fps=facts.target_fps,
            analysis_width=facts.analysis_width,
            queue_packets=settings.decode_queue_packets,
            most_pixels=settings.most_pixels,
        )
        clock = ServerClock()
        second = None if facts.analysis_source is None else SecondStream(self._sampler, meters.second_up)
        self._second = None
        if second is not None and facts.analysis_source is not None:
            self._second = Receiver(
                settings,
                facts.analysis_source,
                lambda: credentials_of_second(settings, camera, facts),
                second.offer_second,
                name="second",
                reconnects=meters.second_reconnects,
                server_clock=clock,
            )
        else:
            meters.second_up.set(0)
        self._pump = Pump(
            settings,
            facts.source,
            lambda: camera_credentials(settings.home, camera),
            ring=ring,
            live=Live(settings.home / "live" / camera, round(settings.live_segment_s * 1e6), settings.live_segments),
            sampler=second or self._sampler,
            meters=meters,
            server_clock=clock,
        )

    def start(self) -> None:
        self._sampler.start()
        self._pump.start()
        if self._second is not None:
            self._second.start()

    def stop(self) -> None:
        self._pump.stop(DRAIN_S)
        if self._second is not None:
            self._second.stop(DRAIN_S)
        self._sampler.stop(DRAIN_S)

    def measure(self) -> None:
        """Brings the gauges up to date; called every second or so."""
        self._pump.measure()

    def trouble(self) -> GapReason | None:
        """Why no pictures come for analysis at this moment; None while one of the streams brings them."""
        found = self._pump.trouble()
        if found is not None and self._second is not None and self._second.trouble() is None:
            return None
        return found


def credentials_of_second(settings: ProducerSettings, camera: CameraId, facts: CameraFacts) -> str | None:
    """Its own, or those of the main stream where both are one device's: no other host ever gets them."""
    own = analysis_credentials(settings.home, camera)
    if own is not None:
        return own
    is_same = urlsplit(facts.source).hostname == urlsplit(facts.analysis_source or "").hostname
    return camera_credentials(settings.home, camera) if is_same else None
