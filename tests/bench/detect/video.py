"""The video that both sides read: the street of vtest.avi as a 720p H.264 camera would send it. Made once."""

from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.video.reformatter import VideoReformatter

from infra.assets import Report, cache_folder, fetch

WIDTH, HEIGHT = 1280, 720
FPS: Final = 10
FRAMES: Final = 400
CROP_TOP, CROP_HEIGHT = 96, 432
"""Of 768x576 the 16:9 part in which people walk."""


def street_720p(progress: Report | None = None) -> Path:
    """400 frames, about 1 Mbit/s, a key frame every two seconds."""
    path = cache_folder() / "bench" / f"street_{WIDTH}x{HEIGHT}_{FRAMES}.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        half_done = path.with_suffix(".part.mp4")
        _encode(fetch("vtest.avi", progress), half_done)
        half_done.replace(path)
    return path


def _encode(source: Path, target: Path) -> None:
    scaler = VideoReformatter()
    with av.open(str(source)) as video, av.open(str(target), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "26", "g": str(2 * FPS)})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number, frame in enumerate(video.decode(video=0)):
            if number >= FRAMES:
                break
            part = frame.to_ndarray(format="bgr24")[CROP_TOP : CROP_TOP + CROP_HEIGHT]
            picture = av.VideoFrame.from_ndarray(part.copy(), format="bgr24")
            large = scaler.reformat(picture, WIDTH, HEIGHT, "yuv420p", interpolation="BICUBIC")
            large.pts, large.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(large))
        out.mux(stream.encode(None))
