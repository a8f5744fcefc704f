"""The packet ring keeps whole groups of pictures and finds moments in them."""

import pytest

from producers.errors import MomentNotCovered
from producers.packets import EncodedPacket, StreamFormat
from producers.ring import PacketRing

T0 = 1_800_000_000_000_000
SECOND = 1_000_000
FRAME = 100_000
FORMAT = StreamFormat("h264", 320, 240, parameters=b"\x67a")
OTHER = StreamFormat("h264", 640, 480, parameters=b"\x67b")


def packet(number: int, described: StreamFormat = FORMAT, size: int = 10) -> EncodedPacket:
    """10 fps, a keyframe each second."""
    at_us = T0 + number * FRAME
    return EncodedPacket(b"x" * size, at_us, at_us, number % 10 == 0, True, False, number == 0, described)


def filled(numbers: range, keep_s: int = 20, most_bytes: int = 10**6) -> PacketRing:
    ring = PacketRing(keep_s * SECOND, most_bytes)
    for number in numbers:
        ring.add(packet(number))
    return ring


def numbers(found: object) -> list[int]:
    assert isinstance(found, list)
    return [(p.captured_at_us - T0) // FRAME for p in found]


def test_it_keeps_at_least_the_wanted_seconds_and_begins_with_a_keyframe() -> None:
    ring = filled(range(455))
    assert 20 <= ring.seconds <= 21
    assert numbers(ring.around(T0 + 450 * FRAME, 60 * SECOND, SECOND))[0] % 10 == 0


def test_it_keeps_nothing_before_the_first_keyframe() -> None:
    ring = filled(range(3, 25))
    assert numbers(ring.around(T0 + 12 * FRAME, 60 * SECOND, 60 * SECOND)) == list(range(10, 25))


def test_its_bytes_are_limited() -> None:
    ring = filled(range(455), most_bytes=1000)
    assert ring.seconds <= 10


def test_a_group_larger_than_the_limit_is_not_kept_but_the_next_one_is() -> None:
    ring = PacketRing(20 * SECOND, 1000)
    ring.add(packet(0, size=2000))
    ring.add(packet(1))
    assert ring.seconds == 0
    ring.add(packet(10))
    ring.add(packet(11))
    assert numbers(ring.around(T0 + 11 * FRAME, 0, 0)) == [10, 11]


def test_a_cut_begins_with_the_keyframe_at_or_before_its_start() -> None:
    ring = filled(range(300))
    cut = ring.around(T0 + 203 * FRAME, 5 * SECOND, 5 * SECOND)
    assert numbers(cut) == list(range(150, 254))


def test_a_cut_is_shorter_when_the_video_begins_or_ends_there() -> None:
    ring = filled(range(100))
    assert numbers(ring.around(T0 + 20 * FRAME, 5 * SECOND, SECOND)) == list(range(31))
    assert numbers(ring.around(T0 + 95 * FRAME, SECOND, 5 * SECOND)) == list(range(80, 100))


def test_a_cut_never_mixes_formats() -> None:
    ring = PacketRing(20 * SECOND, 10**6)
    for number in range(100):
        ring.add(packet(number, FORMAT if number < 50 else OTHER))
    assert numbers(ring.around(T0 + 52 * FRAME, 5 * SECOND, SECOND)) == list(range(50, 63))
    assert numbers(ring.around(T0 + 48 * FRAME, SECOND, 5 * SECOND)) == list(range(30, 50))


def test_a_cut_spans_a_reconnection_of_the_same_format() -> None:
    ring = filled(range(50))
    for number in range(80, 120):
        ring.add(packet(number))
    assert numbers(ring.around(T0 + 85 * FRAME, 5 * SECOND, SECOND)) == [*range(30, 50), *range(80, 96)]


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (-40, "begins 4.0 s after the moment"),  # before the ring
        (140, "no picture within"),  # after the end
        (75, "no picture within 2.5 s"),  # in a gap between connections
    ],
)
def test_a_moment_without_video_is_not_covered(moment: int, reason: str) -> None:
    ring = filled(range(50))
    for number in range(100, 111):
        ring.add(packet(number))
    with pytest.raises(MomentNotCovered, match=reason):
        ring.around(T0 + moment * FRAME, SECOND, SECOND)


def test_an_empty_ring_covers_nothing() -> None:
    with pytest.raises(MomentNotCovered, match="no video is kept"):
        PacketRing(SECOND, 1000).around(T0, 0, 0)
