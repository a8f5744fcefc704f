"""Packets handed to whoever connects: from a keyframe on, byte by byte, and nobody waits for a reader."""

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from infra.live_packets import HEADER, PacketHeader, PacketsUnreadable, connected, packed, unpacked
from producers import outlet
from producers.outlet import MOST_READERS, Outlet
from producers.packets import EncodedPacket
from producers.ring import PacketRing
from tests.producers.footage import encode, packets
from tests.producers.test_pipeline import wait_until

SECOND = 1_000_000


@dataclass
class Reader:
    socket: socket.socket

    def take(self) -> tuple[PacketHeader, bytes]:
        header = unpacked(self._exactly(HEADER.size))
        return header, self._exactly(header.size)

    def is_ended(self) -> bool:
        """Whether the other end has closed the connection, whatever is still in it."""
        try:
            while self.socket.recv(1 << 20):
                pass
        except ConnectionError:
            pass
        return True

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            assert part, "the connection has ended"
            data += part
        return data


@dataclass
class Handing:
    outlet: Outlet
    ring: PacketRing
    folder: Path

    def connect(self) -> Reader:
        found = connected(self.folder)
        found.settimeout(10)
        return Reader(found)


@pytest.fixture
def handing(tmp_path: Path) -> Iterator[Handing]:
    folder = tmp_path / ("a path that is longer than the address of a socket may be " * 2) / "gate"
    ring = PacketRing(30 * SECOND, 64 << 20)
    found = Handing(Outlet(folder, ring), ring, folder)
    found.outlet.start()
    yield found
    found.outlet.close(5)


def begun(handing: Handing, coming: list[EncodedPacket], have: int) -> Reader:
    """A reader that came when so many packets had, after which the next one comes."""
    for packet in coming[:have]:
        handing.ring.add(packet)
    reader = handing.connect()
    wait_until(lambda: _followed(handing))
    handing.ring.add(coming[have])
    return reader


def _followed(handing: Handing, readers: int = 1) -> bool:
    """Whether so many threads wait for the next packet."""
    return len(handing.ring._added._waiters) == readers  # type: ignore[attr-defined]


def test_a_reader_begins_with_the_newest_group_and_gets_the_camera_s_own_bytes(handing: Handing, plain: Path) -> None:
    coming = packets(plain, 70)
    reader = begun(handing, coming, 60)
    for index in range(50, 61):
        header, data = reader.take()
        assert data == coming[index].data
        assert header.captured_at_us == coming[index].captured_at_us
        assert (header.codec, header.backlog) == ("h264", 60 - index)
        assert header.is_keyframe == (index == 50)
        assert not header.is_reordered
    for index in range(61, 70):
        handing.ring.add(coming[index])
        header, data = reader.take()
        assert (header.backlog, data) == (0, coming[index].data)


def test_nothing_of_a_camera_that_is_silent_is_handed_out(handing: Handing, plain: Path) -> None:
    coming = packets(plain, 60)
    for packet in coming[:55]:
        handing.ring.add(packet)
    reader = handing.connect()
    reader.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        reader.take()


def test_a_camera_that_comes_back_is_handed_out_again(
    handing: Handing, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "WAIT_S", 0.02)
    coming = packets(plain, 60)
    reader = begun(handing, coming, 50)
    reader.take()
    time.sleep(0.1)
    handing.ring.add(coming[51])
    assert reader.take()[1] == coming[51].data
    reader.socket.close()
    wait_until(lambda: handing.outlet._places._value == MOST_READERS)


def test_b_frames_and_h265_are_named(handing: Handing, with_b_frames: Path, hevc: Path) -> None:
    header, _ = begun(handing, packets(with_b_frames, 70), 61).take()
    assert (header.codec, header.is_reordered) == ("h264", True)
    later = [replace(packet, decode_at_us=packet.decode_at_us + 10 * SECOND) for packet in packets(hevc, 30)]
    header, _ = begun(handing, later, 27).take()
    assert (header.codec, header.is_reordered) == ("hevc", False)


def test_who_stops_reading_is_disconnected_and_holds_up_nobody(
    handing: Handing, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "SEND_TIMEOUT_S", 0.3)
    one = packets(encode(folder / "one.mp4", seconds=1, gop=1), 2)
    coming = [
        replace(one[0], data=os.urandom(200_000), captured_at_us=one[0].captured_at_us + n, decode_at_us=n + 1)
        for n in range(100)
    ]
    idle, busy = begun(handing, coming, 1), handing.connect()
    wait_until(lambda: _followed(handing, 2))
    longest_s = 0.0
    seen = 0
    for packet in coming[2:]:
        began = time.perf_counter()
        handing.ring.add(packet)
        longest_s = max(longest_s, time.perf_counter() - began)
        _, data = busy.take()
        seen += data == packet.data
    assert longest_s < 0.2, "the pump waited for a reader"
    assert seen >= 97
    wait_until(lambda: handing.outlet._places._value == MOST_READERS - 1)
    assert idle.is_ended()


def test_a_large_group_is_not_sent_after_the_event(
    handing: Handing, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = packets(plain, 80)
    monkeypatch.setattr(outlet, "BACKLOG_BYTES", sum(len(packet.data) for packet in coming[50:55]))
    reader = begun(handing, coming, 60)
    for packet in coming[61:]:
        handing.ring.add(packet)
    header, data = reader.take()
    assert (header.is_keyframe, header.captured_at_us, data) == (True, coming[75].captured_at_us, coming[75].data)


def test_more_readers_than_places_are_turned_away(handing: Handing, plain: Path) -> None:
    readers = [handing.connect() for _ in range(MOST_READERS)]
    wait_until(lambda: handing.outlet._places._value == 0)
    assert handing.connect().is_ended()
    readers.pop().socket.close()
    wait_until(lambda: handing.outlet._places._value == 1, 5)


def test_only_the_owner_can_connect_and_another_process_takes_over(handing: Handing, plain: Path) -> None:
    assert (handing.folder / "packets.sock").stat().st_mode & 0o777 == 0o600
    other = Outlet(handing.folder, handing.ring)
    other.start()
    handing.outlet.close(5)
    reader = begun(handing, packets(plain, 60), 55)
    assert reader.take()[0].is_keyframe
    other.close(5)


@pytest.mark.parametrize("wrong", [b"\0" * HEADER.size, b"\xff" * HEADER.size])
def test_other_bytes_are_refused(wrong: bytes) -> None:
    with pytest.raises(PacketsUnreadable):
        unpacked(wrong)


def test_an_unknown_codec_is_told_as_such() -> None:
    header = PacketHeader("mjpeg", 7, 8, backlog=0, is_keyframe=True, is_reordered=False)
    assert unpacked(packed(header)) == replace(header, codec="other")
