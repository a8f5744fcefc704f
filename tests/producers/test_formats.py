"""Pictures of every kind of camera through the real decoder and scaler: thermal, deep, odd, small and large (R23)."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from infra.frames import SharedFrame
from infra.scaling import Scaler, analysed_size
from producers.decoding import decode, open_decoder
from producers.photo import encode_jpeg
from tests.producers.footage import packets

DARK, BRIGHT = 40, 200
QUIET = {"x265-params": "log-level=none"}


def filmed(path: Path, codec: str, form: str, size: tuple[int, int], full: bool) -> Path:
    """Left half dark, right half bright, in the range and depth of the format."""
    width, height = size
    level = np.full((height, width), DARK, np.uint8)
    level[:, width // 2 :] = BRIGHT
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=5, options=QUIET if codec == "libx265" else {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, form
        told = ColorRange.JPEG if full else ColorRange.MPEG
        stream.codec_context.color_range = told
        for _ in range(3):
            frame = VideoFrame.from_ndarray(level, format="gray")
            frame.color_range = ColorRange.JPEG
            frame = frame.reformat(format=form, dst_color_range=told)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def analysed(path: Path, width: int) -> tuple[str, SharedFrame]:
    """The decoder's format, and the first picture as inference gets it."""
    encoded = packets(path, 3)
    context = open_decoder(encoded[0].format)
    frames = [frame for packet in encoded for frame in decode(context, packet) or ()]
    frames += decode(context, None) or ()
    first = frames[0]
    picture = Scaler().scaled(first, *analysed_size(first.width, first.height, width))
    assert len(encode_jpeg(first)) > 100
    return first.format.name, SharedFrame("gate", 1, 1, picture)


@pytest.mark.parametrize(
    ("codec", "form", "name"),
    [
        ("libx264", "gray", "yuvj420p"),  # full range, as FFmpeg opens what a grey H.264 camera sends
        ("libx265", "gray", "gray"),  # H.265 monochrome, yuv400
        ("libx265", "gray10le", "gray10le"),
        ("libx265", "gray12le", "gray12le"),
        ("libx264", "yuvj420p", "yuvj420p"),
        ("libx264", "yuv422p", "yuvj422p"),
        ("libx265", "yuv420p10le", "yuv420p10le"),
        ("mjpeg", "yuvj422p", "yuvj422p"),
    ],
)
def test_bright_stays_bright_and_dark_stays_dark(codec: str, form: str, name: str, tmp_path: Path) -> None:
    found, shown = analysed(filmed(tmp_path / "film.mkv", codec, form, (320, 240), full=True), 160)
    assert found == name
    assert (shown.width, shown.height) == (160, 120)
    for x, level in ((40, DARK), (120, BRIGHT)):
        limited = 16 + level * 219 / 255
        assert shown.luma[60, x] == pytest.approx(limited, abs=2)
        assert np.abs(shown.pixels[60, x].astype(int) - level).max() <= 4, "grey has no colour"


@pytest.mark.parametrize("form", ["gray", "gray10le", "gray12le"])
def test_grey_of_limited_range_is_left_as_it_is(form: str, tmp_path: Path) -> None:
    """swscale takes every grey for full range, which would make black grey."""
    path = tmp_path / "film.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx265", rate=5, options=QUIET)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 120, form
        stream.codec_context.color_range = ColorRange.MPEG
        bits = int(form.removeprefix("gray").removesuffix("le") or 8)
        kind = np.uint8 if bits == 8 else np.uint16
        for _ in range(3):
            level = np.full((120, 160), 16 << bits - 8, kind)
            level[:, 80:] = 235 << bits - 8
            frame = VideoFrame.from_ndarray(level, format=form)
            frame.color_range = ColorRange.MPEG
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    _, shown = analysed(path, 80)
    assert [int(shown.luma[30, x]) for x in (20, 60)] == pytest.approx([16, 235], abs=1)


@pytest.mark.parametrize(
    ("codec", "form", "size", "expected"),
    [
        ("libx265", "gray", (80, 60), (80, 60)),  # the smallest thermal sensor
        ("libx265", "gray", (161, 121), (160, 120)),
        ("mjpeg", "yuvj420p", (641, 361), (640, 360)),  # no even number anywhere
        ("libx264", "yuv444p", (1277, 717), (640, 360)),
        ("libx264", "yuv420p", (704, 576), (640, 524)),
        ("libx264", "yuv420p", (3840, 2160), (640, 360)),  # 8 MP
        ("libx265", "yuv420p", (2560, 1920), (640, 480)),
        ("libx264", "yuv420p", (240, 1280), (240, 1280)),  # a corridor camera on its side
    ],
)
def test_every_size_of_camera_is_scaled_to_even_sides(
    codec: str, form: str, size: tuple[int, int], expected: tuple[int, int], tmp_path: Path
) -> None:
    _, shown = analysed(filmed(tmp_path / "film.mkv", codec, form, size, full=form.startswith(("yuvj", "gray"))), 640)
    assert (shown.width, shown.height) == expected
    height, width = shown.pixels.shape[:2]
    assert int(shown.luma[height // 2, width // 4]) < 80
    assert int(shown.luma[height // 2, width * 3 // 4]) > 160


def test_a_photo_of_a_thermal_camera_shows_its_levels(tmp_path: Path) -> None:
    encoded = packets(filmed(tmp_path / "film.mkv", "libx265", "gray10le", (160, 120), full=True), 3)
    context = open_decoder(encoded[0].format)
    frames = [frame for packet in encoded for frame in decode(context, packet) or ()] + (decode(context, None) or [])
    with av.open(io.BytesIO(encode_jpeg(frames[0])), "r") as photo:
        [shown] = [frame.to_ndarray(format="gray") for frame in photo.decode(video=0)]
    assert [int(shown[60, x]) for x in (20, 140)] == pytest.approx([DARK, BRIGHT], abs=4)
