"""A decoder that leaves work out gives the same frames, and pictures that differ by nothing that analysis would see."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from producers.decoding import decode, open_decoder
from tests.producers.footage import packets

FRAMES = 60


def yard(path: Path, b_frames: int) -> Path:
    """A camera's usual quality: a ground of soft patches over which another one glides."""
    rng = np.random.default_rng(5)
    ground, cloth = (cv2.GaussianBlur(rng.integers(0, 255, (240, 320)).astype(np.uint8), (0, 0), 6) for _ in range(2))
    with av.open(str(path), "w") as container:
        options = {"preset": "veryfast", "crf": "28", "g": "25", "bf": str(b_frames)}
        stream = container.add_stream("libx264", rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        for number in range(FRAMES):
            shown = cv2.normalize(ground, np.empty_like(ground), 0, 255, cv2.NORM_MINMAX)
            shown[60:180, 3 * number : 3 * number + 80] = cloth[60:180, :80]
            container.mux(stream.encode(VideoFrame.from_ndarray(np.asarray(shown, np.uint8), format="gray")))
        container.mux(stream.encode())
    return path


def shrunk(path: Path, *, smooths_blocks: bool) -> list[NDArray[np.float64]]:
    """The pictures' luma at half their size, as analysis gets it."""
    encoded = packets(path, FRAMES)
    context = open_decoder(encoded[0].format, smooths_blocks=smooths_blocks)
    decoded = [frame for packet in (*encoded, None) for frame in decode(context, packet) or ()]
    grey = (frame.to_ndarray(format="gray") for frame in decoded)
    return [np.asarray(cv2.pyrDown(each), np.float64) for each in grey]


@pytest.mark.parametrize("b_frames", [0, 2])
def test_without_the_loop_filter_the_same_frames_come_out(tmp_path: Path, b_frames: int) -> None:
    path = yard(tmp_path / "yard.mp4", b_frames)
    exact, quick = (shrunk(path, smooths_blocks=smooths) for smooths in (True, False))
    assert len(quick) == len(exact) == FRAMES
    errors = [float(np.mean((one - other) ** 2)) for one, other in zip(exact, quick, strict=True)]
    assert 0 < max(errors) < 255**2 / 10**3.6  # 36 dB
