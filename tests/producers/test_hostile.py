"""Hostile cameras (FAULTS C10, C15-C17): bombs, answers without end, redirections; and no password gets out."""

import contextlib
import logging
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import av
import pytest

from infra.addresses import Address
from infra.dialling import connections_to
from producers.address import resolve
from producers.decoding import decode, open_decoder
from producers.errors import SourceError, SourceUnreachable
from producers.packets import EncodedPacket, StreamFormat
from producers.source import open_source
from tests.producers.footage import T0_US, encode, opened, packets
from tests.producers.test_pipeline import Camera, MakeCamera, camera, wait_until

__all__ = ["camera"]

CANARY = "canary-password"


def exp_golomb(value: int) -> str:
    bits = bin(value + 1)[2:]
    return "0" * (len(bits) - 1) + bits


def bomb(blocks_across: int, blocks_down: int) -> bytes:
    """A sequence parameter set of H.264 that says so many blocks of 16 pixels, a picture set and an empty slice."""
    size = (exp_golomb(blocks_across - 1), exp_golomb(blocks_down - 1))
    sps = "".join(
        [f"{66:08b}", "0" * 8, f"{51:08b}", *map(exp_golomb, (0, 0, 2, 1)), "0", *size, "1", "1", "0", "0", "1"]
    )
    pps = "".join([exp_golomb(0), exp_golomb(0), "0", "0", exp_golomb(0), exp_golomb(0), exp_golomb(0), "0", "00"]) + (
        "".join([exp_golomb(0)] * 3) + "000" + "1"
    )
    idr = "".join([exp_golomb(0), exp_golomb(7), exp_golomb(0), "0000", exp_golomb(0), "1"])

    def unit(header: int, bits: str) -> bytes:
        padded = bits + "0" * (-len(bits) % 8)
        return b"\0\0\0\1" + bytes([header]) + bytes(int(padded[i : i + 8], 2) for i in range(0, len(padded), 8))

    return unit(0x67, sps) + unit(0x68, pps) + unit(0x65, idr)


@pytest.mark.parametrize(("across", "down"), [(1000, 1000), (4096, 1024), (40_000, 40_000)])
def test_C10_a_decoder_bomb_is_refused_before_it_takes_memory(tmp_path: Path, across: int, down: int) -> None:
    data = bomb(across, down)
    decoder = open_decoder(StreamFormat("h264", 640, 360), 50_000_000)
    packet = EncodedPacket(
        data,
        T0_US,
        T0_US,
        is_keyframe=True,
        is_reference=True,
        is_corrupt=False,
        starts_session=True,
        format=StreamFormat("h264", 640, 360),
    )
    before = _resident_mib()
    assert not any(decode(decoder, packet) or [] for _ in range(3))
    assert _resident_mib() - before < 100
    path = tmp_path / "bomb.h264"
    path.write_bytes(data * 20)
    with pytest.raises(SourceUnreachable):
        opened(path)


def test_C10_a_picture_of_thirty_thousand_slices_takes_bounded_time(tmp_path: Path) -> None:
    slices = bomb(40, 22) + b"\0\0\1\x65\xb8\x40\x40" * 30_000
    decoder = open_decoder(StreamFormat("h264", 640, 352), 50_000_000)
    packet = replace(packets(encode(tmp_path / "a.ts", seconds=0.2), 1)[0], data=slices)
    started = time.thread_time()
    decode(decoder, packet)
    assert time.thread_time() - started < 5


def _resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def answering(*answers: bytes) -> Iterator[int]:
    """A server on some port that gives the answers one after the other, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    for answer in answers:
                        connection.recv(4096)
                        connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


OPTIONS = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE, SETUP, PLAY\r\n\r\n"
SDP = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n"
HOSTILE = {
    "silence": [b""],
    "a header without end": [b"RTSP/1.0 200 OK\r\nX: " + b"a" * 1_000_000],
    "a giant body": [OPTIONS, b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 2000000000\r\n\r\n" + b"v=0\r\n" * 9999],
    "a negative length": [OPTIONS, b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: -1\r\n\r\n" + SDP],
    "ten thousand streams": [
        OPTIONS,
        b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s"
        % (len(SDP) + 10_000 * 24, SDP + b"m=video 0 RTP/AVP 96\r\n\r\n" * 10_000),
    ],
    "http": [b"HTTP/1.1 200 OK\r\n\r\n"],
    "noise": [random.Random(1).randbytes(100_000)],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_C16_a_hostile_answer_is_a_typed_error_in_bounded_time_and_memory(name: str) -> None:
    before = _resident_mib()
    for port in answering(*HOSTILE[name]):
        started = time.monotonic()
        with pytest.raises(SourceError) as raised:
            open_source(
                resolve(f"rtsp://127.0.0.1:{port}/x", f"admin:{CANARY}"),
                open_timeout_s=1,
                stall_timeout_s=1,
                most_pixels=10**7,
            )
        assert time.monotonic() - started < 30
        assert CANARY not in str(raised.value)
    assert _resident_mib() - before < 200


def test_C15_a_camera_that_sends_us_elsewhere_is_not_followed(
    camera: MakeCamera, caplog: pytest.LogCaptureFixture
) -> None:
    """FFmpeg follows by itself: what it brings back is refused."""
    moved = b"RTSP/1.0 302 Moved\r\nCSeq: 2\r\nLocation: rtsp://127.0.0.1:%d/x\r\n\r\n"
    for elsewhere in answering(OPTIONS, b"RTSP/1.0 404 Not Found\r\nCSeq: 2\r\n\r\n"):
        for port in answering(OPTIONS, moved % elsewhere):
            watched = camera(f"rtsp://127.0.0.1:{port}/x", f"admin:{CANARY}", open_timeout_s=1)
            wait_until(partial(has_reconnected, watched))
            assert watched.value("kaska_stream_up") == 0
    assert CANARY not in caplog.text


def test_C15_a_connection_that_ended_elsewhere_is_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = Address(f"rtsp://u:p@127.0.0.1:{listener.getsockname()[1]}/x", "shown", False, {})
        assert connections_to(address) == 0
        with socket.create_connection(listener.getsockname()):
            assert connections_to(address) == 1
        assert connections_to(replace(address, url="rtsp://127.0.0.2:9/x")) == 0


def test_C15_loopback_is_no_camera_unless_somebody_says_so(
    camera: MakeCamera, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        watched = camera("rtsp://127.0.0.1:1/x", camera_loopback=False, backoff_first_s=0.1)
        wait_until(partial(has_reconnected, watched))
    reasons = {getattr(record, "reason", "") for record in caplog.records}
    assert any("KASKA_CAMERA_LOOPBACK" in reason for reason in reasons)


def test_C17_no_error_log_or_representation_holds_a_cameras_password(caplog: pytest.LogCaptureFixture) -> None:
    av.logging.set_level(None)
    address = resolve("rtsp://127.0.0.1:1/x?token=1", f"admin:{CANARY}")
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceError) as raised:
        open_source(address, open_timeout_s=1, stall_timeout_s=1, most_pixels=10**7)
    assert CANARY in address.url
    assert CANARY not in f"{raised.value!r} {raised.value} {address!r} {address.shown} {caplog.text}"
    assert raised.value.__cause__ is None  # the vendor's error holds the URL


def has_reconnected(watched: Camera) -> bool:
    return watched.value("kaska_reconnects_total") >= 1
