"""Faults of FAULTS.md, section C, that meet a camera's process.

A camera that drops (C1) is in test_rtsp.py, a hostile one in test_hostile.py, a blind one in tests/inference/quality.
"""

import os
import random
from itertools import pairwise
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.observations import GapReason
from infra.frames import FrameReader, FrameWriter
from producers.backoff import Backoff
from producers.capture import CaptureLedger, Tally
from producers.clock import CaptureClock, ServerClock
from producers.errors import SourceError
from producers.meters import Meters
from producers.packets import EncodedPacket
from producers.receiver import STEADY_PACKETS
from producers.sampler import Sampler
from producers.selection import FrameChooser
from tests.producers.corruption import CODECS, DAMAGES, GOP, Producer, apart, clip
from tests.producers.footage import T0_US, encode, number_in, opened, packets
from tests.producers.test_pipeline import camera

__all__ = ["camera"]

EACH = max(1, int(os.environ.get("KASKA_CORRUPTED", "600")) // (len(CODECS) * len(DAMAGES)))
"""Damaged streams of each codec and kind of damage; KASKA_CORRUPTED=100000 for a night."""

MOST_UNNOTICED = {("h265", "flip"): 0.15, ("h265", "zero"): 0.06}
SEEN_DAMAGE = 3.0
"""Grey values: what re-ordering leaves of a lost picture is less, a spoilt block is more."""


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("codec", CODECS)
def test_C3_corrupted_h264_and_h265_never_crash_and_damage_is_not_analysed_in_silence(
    tmp_path: Path, codec: str, damage: str
) -> None:
    """What shows garbage is counted and left out. Damage that leaves a valid stream no decoder can tell: of H.264 that
    is a picture or two in a hundred, H.265 has less redundancy. RTSP runs over TCP, which lets no such damage through.
    """
    producer = Producer(tmp_path)
    whole = clip(tmp_path / "whole.ts", codec)
    originals = producer.plays(whole)
    assert (len(originals.pictures) >= 2 * GOP, originals.noticed) == (True, 0)
    dice = random.Random(f"{codec} {damage}")
    shared = wrong = noticed = 0
    for _ in range(EACH):
        outcome = producer.plays(DAMAGES[damage](whole, dice))
        shared += len(outcome.pictures)
        wrong += sum(apart(picture, originals.pictures) > SEEN_DAMAGE for picture in outcome.pictures)
        noticed += outcome.noticed > 0
    assert producer.plays(whole).noticed == 0  # the next connection is not spoilt by the last
    assert noticed >= EACH * 0.1
    assert wrong <= shared * MOST_UNNOTICED.get((codec, damage), 0.03)


@pytest.mark.parametrize("length", [0, 1, 4, 187, 188, 500, 1000])
def test_C4_an_empty_or_truncated_stream_is_a_typed_error(tmp_path: Path, length: int) -> None:
    whole = clip(tmp_path / "whole.ts", "h264 cavlc")
    path = tmp_path / "short.ts"
    path.write_bytes(whole[:length])
    with pytest.raises(SourceError):
        next(iter(opened(path).packets()))


def sampled(folder: Path, *parts: list[EncodedPacket], fps: float = 60) -> list[tuple[int, tuple[int, ...]]]:
    """Number and shape of the pictures that are shared."""
    sampler = Sampler(
        FrameWriter(folder, "gate", 128),
        Meters(CollectorRegistry(), "gate"),
        target_fps=fps,
        analysis_width=1280,
        queue_packets=1000,
        most_pixels=10_000_000,
    )
    reader, found = FrameReader(folder, "gate"), []
    for part in parts:
        for packet in part:
            sampler._decode(packet)
        while (frame := reader.take()) is not None:
            found.append((number_in(frame.pixels), frame.pixels.shape))
    return found


def test_C5_a_camera_that_returns_with_another_codec_and_size_goes_on(tmp_path: Path, plain: Path) -> None:
    second = T0_US + 5_000_000
    h265 = packets(encode(tmp_path / "new.ts", seconds=1, width=480, height=272, codec="libx265"), 20, second)
    found = sampled(tmp_path, packets(plain, 25), h265, packets(plain, 25, second + 5_000_000))
    assert [shape for _, shape in found][:: len(found) - 1] == [(240, 320, 3)] * 2
    sizes = [shape for shape, after in pairwise([shape for _, shape in found]) if shape != after]
    assert sizes == [(240, 320, 3), (272, 480, 3)]


def test_C5_another_size_in_the_middle_of_the_stream_goes_on(tmp_path: Path, changing: Path) -> None:
    found = sampled(tmp_path, packets(changing, 50), packets(changing, 100, T0_US + 9_000_000)[50:])
    assert {shape for _, shape in found} == {(240, 320, 3), (270, 480, 3)}


@pytest.mark.parametrize("year_us", [0, -(10**15), 4_300_000_000_000_000])
def test_C7_whatever_the_cameras_own_clock_says_the_servers_counts(year_us: int) -> None:
    """1970, before it, and 2106: the camera's time is used for the distances between its pictures only."""
    clock = CaptureClock()
    captured = [clock.stamp(year_us + i * 40_000, year_us + i * 40_000, T0_US + i * 40_000)[0] for i in range(50)]
    assert captured == [T0_US + i * 40_000 for i in range(50)]


@pytest.mark.parametrize("drift", [0.9, 1.1])
def test_C7_a_camera_whose_clock_runs_wrong_is_never_more_than_half_a_second_off(drift: float) -> None:
    clock = CaptureClock()
    off = []
    for i in range(3000):
        received_us, told_us = T0_US + i * 40_000, round(i * 40_000 * drift)
        off.append(received_us - clock.stamp(told_us, told_us, received_us)[0])
    assert min(off) >= 0
    assert max(off) <= 520_000


def test_C7_a_step_of_the_servers_clock_moves_no_picture_back() -> None:
    wall, steady = [T0_US * 1000], [0]
    server, clock, captured = ServerClock(lambda: wall[0], lambda: steady[0]), CaptureClock(), []
    for i in range(100):
        wall[0] += 40_000_000 - (3_600_000_000_000 if i == 50 else 0)
        steady[0] += 40_000_000
        captured.append(clock.stamp(i * 40_000, i * 40_000, server.now_us())[0])
    assert captured == sorted(set(captured))


def test_C8_timestamps_that_wrap_at_33_bits_or_run_backwards_give_rising_capture_times() -> None:
    wrap_us = 2**33 * 100 // 9
    told = [*range(wrap_us - 400_000, wrap_us, 40_000), *range(0, 400_000, 40_000), *range(90_000_000, 0, -9_000_000)]
    clock = CaptureClock()
    stamps = [clock.stamp(at, at, T0_US + i * 40_000) for i, at in enumerate(told)]
    decoded = [decode_at for _, decode_at in stamps]
    assert decoded == sorted(set(decoded))
    assert all(0 <= T0_US + i * 40_000 - captured <= 500_000 for i, (captured, _) in enumerate(stamps))


@pytest.mark.parametrize(("camera_fps", "expected"), [(1, 10), (5, 50), (10, 100), (25, 100), (120, 100)])
def test_C9_of_any_rate_frames_are_taken_evenly_and_no_more_than_wanted(camera_fps: int, expected: int) -> None:
    chooser = FrameChooser(10.0)
    taken = [at for i in range(10 * camera_fps) if chooser.wants(at := T0_US + i * 1_000_000 // camera_fps)]
    assert len(taken) == pytest.approx(expected, rel=0.15)
    steps = [b - a for a, b in pairwise(taken)]
    assert max(steps) <= 2 * 1_000_000 / min(10, camera_fps)


def test_C2_a_camera_that_flaps_is_asked_ever_less_often_and_is_one_trouble(tmp_path: Path) -> None:
    """Each connection brings a second of pictures, then breaks: ten minutes of it, by a clock of the test."""
    backoff, ledger = Backoff(0.5, 30.0, lambda: 1.0), CaptureLedger(tmp_path, "gate", Tally(), T0_US)
    at_s, attempts = 0.0, 0
    while at_s < 600:
        attempts += 1
        assert STEADY_PACKETS > 25  # or one second would count as a good connection
        for _ in range(2):
            at_s += 0.5
            ledger.tick(T0_US + round(at_s * 1e6), None)
        for _ in range(max(1, round(2 * backoff.pause_s()))):
            at_s += 0.5
            ledger.tick(T0_US + round(at_s * 1e6), GapReason.RECONNECTING)
    assert attempts <= 30
    assert len(ledger.report().troubles) <= 12  # of the minutes that are kept
