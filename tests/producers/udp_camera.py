"""A camera that sends RTP over UDP: RTSP handshake (RFC 2326) by hand, packets by FFmpeg's own RTP muxer.

go2rtc, which plays the other cameras of the tests, sends over TCP only.
"""

import re
import socket
import struct
import threading
import time
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av

from tests.producers.footage import opened

SDP = """v=0
o=- 0 0 IN IP4 127.0.0.1
s=camera
c=IN IP4 127.0.0.1
t=0 0
m=video 0 RTP/AVP 96
a=rtpmap:96 {name}/90000
a=control:track0
"""
NTP_SINCE_1900_S = 2_208_988_800
NAMES = {"h264": "H264", "hevc": "H265"}


class UdpCamera:
    """Plays a file over and over to whoever asks.

    loses   every so many-th datagram is lost on the way; 0 = none
    clock_ahead_s   its own clock before ours, told in an RTCP sender report (RFC 3550) with each datagram; None: never
    epoch   when the first picture was sent, by the monotonic clock: two cameras with the same one show the same picture
            at the same time, and who joins later begins at a keyframe. None: each listener gets the file from its start
    """

    def __init__(
        self, file: Path, *, loses: int = 0, epoch: float | None = None, clock_ahead_s: float | None = None
    ) -> None:
        self._file, self._loses, self._epoch, self._clock_ahead_s = file, loses, epoch, clock_ahead_s
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.asked: list[str] = []
        self.url = f"rtsp://127.0.0.1:{self._listener.getsockname()[1]}/gate?transport=udp"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> "UdpCamera":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.fall_silent()
        self._listener.close()

    def fall_silent(self) -> None:
        """Sends nothing any more; the RTSP connection stays."""
        self._stopping.set()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        port = 0
        lines = connection.makefile("rwb")
        while request := _request(lines):
            method, url, sequence, headers = request
            self.asked.append(f"{method} {url}")
            answer, body = "", ""
            if method == "DESCRIBE":
                source = opened(self._file)
                body = SDP.format(name=NAMES[source.format.codec]).replace("\n", "\r\n")
                source.close()
                answer = "Content-Type: application/sdp\r\n"
            elif method == "SETUP":
                asked = re.search(r"RTP/AVP(?:/UDP)?;unicast;client_port=(\d+)-", headers)
                if asked is None:
                    lines.write(f"RTSP/1.0 461 Unsupported Transport\r\nCSeq: {sequence}\r\n\r\n".encode())
                    lines.flush()
                    continue
                port = int(asked[1])
                answer = f"Transport: RTP/AVP/UDP;unicast;client_port={port}-{port + 1};server_port=6970-6971\r\n"
            elif method == "PLAY":
                threading.Thread(target=self._play, args=(port,), daemon=True).start()
            answer += f"Session: 1\r\nContent-Length: {len(body)}\r\n"
            lines.write(f"RTSP/1.0 200 OK\r\nCSeq: {sequence}\r\n{answer}\r\n{body}".encode())
            lines.flush()

    def _play(self, port: int) -> None:
        relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        relay.bind(("127.0.0.1", 0))
        threading.Thread(target=self._relay, args=(relay, port), daemon=True).start()
        source = opened(self._file)
        described = source.format
        with av.open(f"rtp://127.0.0.1:{relay.getsockname()[1]}?pkt_size=1200", "w", format="rtp") as sender:
            stream = sender.add_mux_stream(
                described.codec, width=described.width, height=described.height, time_base=Fraction(1, 90_000)
            )
            started = self._epoch or time.monotonic()
            has_begun = False
            for packet in source.packets():
                is_late = started + packet.dts_us / 1e6 < time.monotonic() - 0.02
                if not has_begun and (is_late or not packet.is_keyframe) and self._epoch is not None:
                    continue
                has_begun = True
                if self._stopping.wait(max(0.0, started + packet.dts_us / 1e6 - time.monotonic())):
                    return
                fresh = av.Packet(packet.data)
                fresh.time_base = Fraction(1, 1_000_000)
                fresh.pts, fresh.dts, fresh.is_keyframe = packet.pts_us, packet.dts_us, packet.is_keyframe
                fresh.stream = stream
                sender.mux_one(fresh)

    def _relay(self, relay: socket.socket, port: int) -> None:
        """The network between: datagrams in, most of them out."""
        relay.settimeout(1)
        count = 0
        while not self._stopping.is_set():
            try:
                data = relay.recv(65536)
            except TimeoutError:
                continue
            count += 1
            if not self._loses or count % self._loses:
                if self._clock_ahead_s is not None:
                    relay.sendto(_sender_report(data, time.time() + self._clock_ahead_s), ("127.0.0.1", port + 1))
                relay.sendto(data, ("127.0.0.1", port))


def _sender_report(rtp: bytes, at: float) -> bytes:
    """That the picture in this datagram was taken at that moment."""
    timestamp, source = struct.unpack_from("!II", rtp, 4)
    ntp = round((at + NTP_SINCE_1900_S) * 2**32)
    return struct.pack("!BBHIQIII", 0x80, 200, 6, source, ntp, timestamp, 0, 0)


def _request(lines: "socket.SocketIO | object") -> tuple[str, str, str, str] | None:
    text = ""
    while not text.endswith("\r\n\r\n"):
        try:
            line = lines.readline()  # type: ignore[union-attr]
        except OSError:
            return None
        if not line:
            return None
        text += line.decode()
    method, url, _ = text.split("\r\n", 1)[0].split(" ")
    found = re.search(r"CSeq: *(\d+)", text)
    return method, url, found[1] if found else "0", text
