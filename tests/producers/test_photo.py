"""Photos: the frame of the moment, in the camera's own size."""

from dataclasses import replace
from pathlib import Path

import pytest

from producers.errors import PhotoImpossible
from producers.photo import photograph
from tests.producers.footage import T0_US, frames_of, number_in, packets


@pytest.mark.parametrize(
    ("name", "offset_us", "number"),
    [
        ("plain", 0, 0),
        ("plain", 1_480_000, 37),
        ("plain", 1_499_000, 37),  # nearer to the frame before
        ("plain", 1_501_000, 38),
        ("plain", 3_960_000, 99),  # the last frame there is
        ("plain", 4_200_000, 99),
        ("with_b_frames", 1_000_000, 30),
        ("with_b_frames", 1_233_334, 37),  # a B frame
        ("with_b_frames", 3_966_667, 119),
    ],
)
def test_the_photo_is_the_frame_nearest_to_the_moment_at_full_resolution(
    name: str, offset_us: int, number: int, request: pytest.FixtureRequest
) -> None:
    frames = 100 if name == "plain" else 120
    photo = photograph(packets(request.getfixturevalue(name), frames), T0_US + offset_us)
    (pixels,) = frames_of(photo.jpeg)
    assert pixels.shape == (240, 320, 3)
    assert number_in(pixels) == number
    assert (photo.width, photo.height) == (320, 240)


def test_it_tells_when_its_frame_was_captured(plain: Path) -> None:
    assert photograph(packets(plain, 50), T0_US + 1_010_000).captured_at_us == T0_US + 1_000_000


def test_there_is_no_photo_of_garbage(plain: Path) -> None:
    garbage = [replace(packet, data=b"\0\0\1\x65garbage") for packet in packets(plain, 20)]
    with pytest.raises(PhotoImpossible):
        photograph(garbage, T0_US)


def test_what_lacks_a_part_and_what_is_predicted_from_it_is_never_photographed(plain: Path) -> None:
    received = packets(plain, 50)
    received[30] = replace(received[30], is_corrupt=True)
    assert photograph(received, T0_US + 35 * 40_000).captured_at_us == T0_US + 29 * 40_000
    assert photograph(received, T0_US + 49 * 40_000).captured_at_us == T0_US + 29 * 40_000
    received[25] = replace(received[25], is_corrupt=True)  # a keyframe
    assert photograph(received, T0_US + 28 * 40_000).captured_at_us == T0_US + 24 * 40_000
