"""What is decoded and what is analysed, by the rates of the stream."""

import pytest

from producers.packets import EncodedPacket, StreamFormat
from producers.selection import Decode, FrameChooser, PacketChooser

FORMAT = StreamFormat("h264", 320, 240)
SECOND = 1_000_000


def run(chooser: PacketChooser, *, fps: int, gop: int, reference_every: int, seconds: int) -> int:
    """Packets that were wanted in the last second."""
    wanted = 0
    for number in range(fps * seconds):
        at_us = number * SECOND // fps
        reference = number % reference_every == 0
        packet = EncodedPacket(b"", at_us, at_us, number % gop == 0, reference, False, number == 0, FORMAT)
        wanted += chooser.wants(packet) and number >= fps * (seconds - 1)
    return wanted


@pytest.mark.parametrize(
    ("target_fps", "fps", "gop", "reference_every", "mode", "decoded"),
    [
        (10, 30, 30, 3, Decode.REFERENCES, 10),  # every third is enough
        (10, 30, 30, 4, Decode.ALL, 30),  # 7.5 references a second are not
        (10, 30, 30, 1, Decode.REFERENCES, 30),  # all are references: nothing can be skipped
        (25, 25, 25, 3, Decode.ALL, 25),
        (60, 25, 25, 3, Decode.ALL, 25),
        (1, 25, 25, 1, Decode.KEYFRAMES, 1),
        (2, 20, 10, 2, Decode.KEYFRAMES, 2),
        (0.2, 25, 50, 1, Decode.KEYFRAMES, 0.5),
    ],
)
def test_the_least_is_decoded_that_reaches_the_target(  # noqa: PLR0917
    target_fps: float, fps: int, gop: int, reference_every: int, mode: Decode, decoded: float
) -> None:
    chooser = PacketChooser(target_fps)
    wanted = run(chooser, fps=fps, gop=gop, reference_every=reference_every, seconds=12)
    assert chooser.mode is mode
    assert wanted == int(decoded)


def test_everything_is_decoded_until_the_rates_are_known_and_after_a_reconnection() -> None:
    chooser = PacketChooser(1)
    assert run(chooser, fps=25, gop=25, reference_every=1, seconds=2) == 25
    run(chooser, fps=25, gop=25, reference_every=1, seconds=12)
    chooser.restart()
    assert chooser.mode is Decode.ALL


@pytest.mark.parametrize(
    ("target_fps", "fps", "taken"),
    [
        (10, 25, 100),
        (10, 30, 100),
        (10, 10, 100),
        (10, 12, 100),
        (10, 120, 100),  # a burst
        (10, 4, 40),  # slower than wanted: every frame
        (1, 25, 10),
        (25, 25, 250),
    ],
)
def test_frames_are_sampled_evenly_at_no_more_than_the_target(target_fps: float, fps: int, taken: int) -> None:
    chooser = FrameChooser(target_fps)
    assert sum(chooser.wants(number * SECOND // fps) for number in range(fps * 10)) == pytest.approx(taken, abs=1)


def test_jitter_does_not_halve_the_rate() -> None:
    chooser = FrameChooser(10)
    times = [number * 100_000 + (-8_000 if number % 2 else 8_000) for number in range(1, 101)]
    assert sum(chooser.wants(at_us) for at_us in times) == 100


def test_a_pause_is_not_made_up_for() -> None:
    chooser = FrameChooser(10)
    assert chooser.wants(0)
    assert [chooser.wants(SECOND * 60 + i * 10_000) for i in range(10)] == [True] + [False] * 7 + [True, False]
