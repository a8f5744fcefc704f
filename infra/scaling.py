"""A decoded picture in the size and form of analysis: I420, limited range, its planes scaled one by one.

Scaling the planes takes 0.1 ms for 720p, where scaling and turning to BGR took 0.6; and most frames are only ever
looked at in grey. Used by the producers and by the analysis of archives.
"""

from typing import Final

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, VideoReformatter
from numpy.typing import NDArray

from infra.frames import Pixels

PLANAR: Final = frozenset({"yuv420p", "yuvj420p"})
GREY: Final = "gray"
DEEP_GREY: Final = {f"gray{bits}le": bits for bits in (9, 10, 12, 14, 16)}
"""What thermal cameras and monochrome H.264/H.265 decode to: one plane, little endian, low bits used."""
FULL_TO_LIMITED: Final = ((219 / 255, 16.0), (224 / 255, 128.0 * (1 - 224 / 255)))
"""Factor and offset of luma and of chroma, whose middle stays 128."""
NO_COLOUR: Final = 128

Deep = NDArray[np.uint16]
Plane = NDArray[np.uint8] | NDArray[np.uint16]


class Scaler:
    """Keeps its buffer: a picture is valid until the next is scaled. For one thread."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()
        self._picture: Pixels = np.empty((0, 0), np.uint8)

    def scaled(self, frame: VideoFrame, width: int, height: int) -> Pixels:
        """(height * 3 / 2, width) uint8 I420.

        width, height   even, pixels
        """
        if self._picture.shape != (height * 3 // 2, width):
            self._picture = np.empty((height * 3 // 2, width), np.uint8)
        name = frame.format.name
        if name == GREY or name in DEEP_GREY:
            self._put_grey(frame, name)
            return self._picture
        if name not in PLANAR:
            frame = self._reformatter.reformat(frame, width, height, "yuv420p", interpolation="BILINEAR")
        is_full = frame.format.name == "yuvj420p" or frame.color_range == ColorRange.JPEG
        for number, (plane, part) in enumerate(zip(frame.planes, _parts(self._picture), strict=True)):
            _fit(_view(plane), part)
            if is_full:
                span, offset = FULL_TO_LIMITED[min(number, 1)]
                cv2.convertScaleAbs(part, dst=part, alpha=span, beta=offset)
        return self._picture

    def _put_grey(self, frame: VideoFrame, name: str) -> None:
        """One plane, scaled in its own depth before it becomes eight bits."""
        luma, *chroma = _parts(self._picture)
        bits = DEEP_GREY.get(name, 8)
        is_full = frame.color_range == ColorRange.JPEG
        if bits == 8:
            _fit(_view(frame.planes[0]), luma)
            if is_full:
                cv2.convertScaleAbs(luma, dst=luma, alpha=FULL_TO_LIMITED[0][0], beta=FULL_TO_LIMITED[0][1])
        else:
            deep = np.empty(luma.shape, np.uint16)
            _fit(_deep_view(frame.planes[0]), deep)
            to_eight = FULL_TO_LIMITED[0][0] * 255 / ((1 << bits) - 1) if is_full else 1 / (1 << bits - 8)
            cv2.convertScaleAbs(deep, dst=luma, alpha=to_eight, beta=FULL_TO_LIMITED[0][1] if is_full else 0)
        for part in chroma:
            part.fill(NO_COLOUR)


def analysed_size(width: int, height: int, analysis_width: int) -> tuple[int, int]:
    """Width and height for analysis: never enlarged, same aspect, even."""
    if width <= analysis_width:
        return max(2, width // 2 * 2), max(2, height // 2 * 2)
    narrow = analysis_width // 2 * 2
    return narrow, max(2, round(height * narrow / width / 2) * 2)


def _parts(picture: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """The three planes of an I420 picture, contiguous."""
    rows, width = picture.shape
    height = rows * 2 // 3
    flat = picture.reshape(-1)
    luma, chroma = height * width, height * width // 4
    half = (height // 2, width // 2)
    return (
        picture[:height],
        flat[luma : luma + chroma].reshape(half),
        flat[luma + chroma : luma + 2 * chroma].reshape(half),
    )


def _fit(plane: Plane, part: Plane) -> None:
    height, width = part.shape
    if plane.shape == part.shape:
        np.copyto(part, plane)
    elif plane.shape[0] >= 2 * height:
        cv2.resize(plane, (width, height), dst=part, interpolation=cv2.INTER_AREA)
    else:
        cv2.resize(plane, (width, height), dst=part, interpolation=cv2.INTER_LINEAR)


def _view(plane: VideoPlane) -> Pixels:
    """(h, w) uint8 without copying; valid as long as the frame."""
    return np.ndarray((plane.height, plane.width), np.uint8, memoryview(plane), strides=(plane.line_size, 1))


def _deep_view(plane: VideoPlane) -> Deep:
    """(h, w) uint16 without copying; valid as long as the frame."""
    return np.ndarray((plane.height, plane.width), np.uint16, memoryview(plane), strides=(plane.line_size, 2))
