"""What runs as long as the facts about a camera stay the same: its connections and decoder."""

import logging
from typing import Final

from domain.contracts.identifiers import CameraId
from domain.contracts.observations import GapReason
from infra.live_views import LiveQuality, live_folder
from infra.logins import Login, Streams, analysis_login, main_login
from producers.camera import CameraFacts
from producers.clock import ServerClock
from producers.described import StreamTeller
from producers.fence import Fence, FencedWriter
from producers.meters import Meters
from producers.outlet import Outlet
from producers.packets import EncodedPacket
from producers.pipeline import Pump
from producers.receiver import Receiver
from producers.ring import PacketRing
from producers.sampler import Sampler
from producers.second import SecondStream
from producers.settings import ProducerSettings

log = logging.getLogger(__name__)

DRAIN_S: Final = 1.0

SHOWN_US: Final = 2_000_000
SHOWN_BYTES: Final = 8 << 20
"""What is kept of a second stream: the newest group of pictures, for who begins to watch it."""


class Watching:
    """One camera: its main stream, and the second one where it has one, which is also shown as the lower quality."""

    def __init__(
        self,
        settings: ProducerSettings,
        camera: CameraId,
        facts: CameraFacts,
        *,
        ring: PacketRing,
        meters: Meters,
        fence: Fence,
    ) -> None:
        self._meters, self._settings, self._camera = meters, settings, camera
        self._streams = Streams(facts.source, facts.analysis_source, facts.has_moved)
        self._sampler = Sampler(
            FencedWriter(settings.frames_dir, camera, settings.frame_slots, fence),
            meters,
            target_fps=facts.target_fps,
            analysis_width=facts.analysis_width,
            queue_packets=settings.decode_queue_packets,
            most_pixels=settings.most_pixels,
            accelerator=settings.decode_on,
        )
        clock = ServerClock()
        second = None if facts.analysis_source is None else SecondStream(self._sampler, meters.second_up)
        self._second = None
        self._outlet: Outlet | None = None
        if second is not None and facts.analysis_source is not None:
            shown = PacketRing(SHOWN_US, SHOWN_BYTES)
            self._outlet = Outlet(live_folder(settings.home, camera, LiveQuality.REDUCED), shown)

            def hand_out(packet: EncodedPacket) -> None:
                shown.add(packet)
                second.offer_second(packet)

            self._second = Receiver(
                settings,
                facts.analysis_source,
                self._second_credentials,
                hand_out,
                name="second",
                reconnects=meters.second_reconnects,
                server_clock=clock,
            )
        else:
            meters.second_up.set(0)
        self._pump = Pump(
            settings,
            facts.source,
            self._credentials,
            ring=ring,
            sampler=second or self._sampler,
            meters=meters,
            server_clock=clock,
        )
        self._teller = StreamTeller(settings.frames_dir, camera, self._pump.stream)

    def start(self) -> None:
        self._sampler.start()
        self._pump.start()
        if self._second is not None:
            self._second.start()
        if self._outlet is not None:
            self._outlet.start()

    def stop(self) -> None:
        self._pump.stop(DRAIN_S)
        if self._second is not None:
            self._second.stop(DRAIN_S)
        if self._outlet is not None:
            self._outlet.close(DRAIN_S)
        self._sampler.stop(DRAIN_S)

    def measure(self) -> None:
        """Brings the gauges up to date; called every second or so."""
        self._pump.measure()
        self._meters.stream_fault("second", None if self._second is None else self._second.fault)
        self._teller.tell()

    def trouble(self) -> GapReason | None:
        """Why no pictures come for analysis at this moment; None while one of the streams brings them."""
        found = self._pump.trouble()
        if found is not None and self._second is not None and self._second.trouble() is None:
            return None
        return found

    def _credentials(self) -> str | None:
        return self._told(self._streams.source, main_login(self._settings.home, self._camera, self._streams), "main")

    def _second_credentials(self) -> str | None:
        login = analysis_login(self._settings.home, self._camera, self._streams)
        return self._told(self._streams.analysis_source or "", login, "second")

    def _told(self, source: str, login: Login, stream: str) -> str | None:
        """Asked at each connection; without its login a stream is asked for as by anybody."""
        self._meters.login_withheld(stream, is_withheld=bool(login.withheld_for))
        if login.withheld_for:
            log.warning(
                "the camera is not given the login that is kept for another address: enter it again, "
                "`kaska cameras login`",
                extra={"source": source, "kept_for": login.withheld_for},
            )
        return login.credentials
