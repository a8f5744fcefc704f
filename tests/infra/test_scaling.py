"""Pictures in the form of analysis: any format in, I420 of limited range out."""

import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

from infra.frames import SharedFrame
from infra.scaling import Scaler

COLOURS = {"red": (20, 30, 200), "green": (40, 180, 60), "blue": (190, 60, 30), "grey": (128, 128, 128)}


def quarters(height: int = 96, width: int = 128) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = np.empty((height, width, 3), np.uint8)
    for at, colour in enumerate(COLOURS.values()):
        y, x = divmod(at, 2)
        picture[y * height // 2 : (y + 1) * height // 2, x * width // 2 : (x + 1) * width // 2] = colour
    return picture


def shown(frame: VideoFrame, width: int, height: int) -> SharedFrame:
    return SharedFrame("gate", 1, 1, Scaler().scaled(frame, width, height))


@pytest.mark.parametrize("form", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "nv12", "yuv420p10le", "bgr24", "gray"])
@pytest.mark.parametrize("size", [(128, 96), (64, 48), (60, 46), (100, 70)])
def test_colours_stay_what_they_are(form: str, size: tuple[int, int]) -> None:
    frame = VideoFrame.from_ndarray(quarters(), format="bgr24").reformat(format=form)
    if form == "yuvj420p":
        frame = VideoFrame.from_ndarray(quarters(), format="bgr24").reformat(
            format=form, dst_color_range=ColorRange.JPEG
        )
    found = shown(frame, *size)
    assert (found.width, found.height) == size
    assert found.pixels.shape == (size[1], size[0], 3)
    for at, colour in enumerate(COLOURS.values()):
        y, x = divmod(at, 2)
        middle = found.pixels[(2 * y + 1) * size[1] // 4, (2 * x + 1) * size[0] // 4].astype(int)
        if form == "gray":
            assert np.ptp(middle) <= 3
        else:
            assert np.abs(middle - colour).max() <= 6, (form, colour, middle)


def test_the_luma_is_free_and_agrees_with_the_colours() -> None:
    found = shown(VideoFrame.from_ndarray(quarters(), format="bgr24").reformat(format="yuv420p"), 64, 48)
    assert found.luma.shape == (48, 64)
    grey = found.luma[36, 48].astype(int)
    assert grey == pytest.approx(16 + 128 * 219 / 255, abs=2)


def test_a_picture_of_another_size_gets_another_buffer() -> None:
    scaler, frame = Scaler(), VideoFrame.from_ndarray(quarters(), format="bgr24").reformat(format="yuv420p")
    assert scaler.scaled(frame, 64, 48).shape == (72, 64)
    assert scaler.scaled(frame, 32, 24).shape == (36, 32)
