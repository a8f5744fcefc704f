"""Pictures for the console: a photo, a clip and a live HLS list, made of moving blocks."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

WIDTH, HEIGHT, FPS = 640, 360, 10
PERSON = (0.42, 0.35, 0.55, 0.92)


def scene(frames: int) -> Iterator[Pixels]:
    """A floor, a wall, a press and somebody who walks."""
    for n in range(frames):
        picture = np.full((HEIGHT, WIDTH, 3), (92, 84, 76), np.uint8)
        picture[HEIGHT // 2 :] = (70, 74, 78)
        cv2.rectangle(picture, (60, 90), (200, 280), (60, 110, 130), -1)
        x = 240 + n * 4 % 200
        cv2.rectangle(picture, (x, 150), (x + 60, 330), (40, 60, 170), -1)
        cv2.circle(picture, (x + 30, 132), 20, (150, 175, 205), -1)
        yield picture


def photo(picture: Pixels) -> bytes:
    done, data = cv2.imencode(".jpg", picture)
    assert done
    return data.tobytes()


def clip(pictures: Iterator[Pixels], fps: int = FPS) -> bytes:
    """H.264 in fragmented MP4."""
    target = io.BytesIO()
    with av.open(
        target, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    ) as container:
        _encode(container, pictures, fps)
    return target.getvalue()


def live(directory: Path, pictures: Iterator[Pixels], ends: datetime, seconds: int, fps: int = FPS) -> None:
    """An HLS list whose last picture was captured at `ends`, as a producer writes it."""
    directory.mkdir(parents=True, exist_ok=True)
    inner = directory / "inner.m3u8"
    options = {"hls_time": "1", "hls_list_size": "0", "hls_segment_type": "fmp4", "hls_flags": "independent_segments"}
    options |= {"hls_segment_filename": str(directory / "seg-%d.m4s"), "hls_fmp4_init_filename": "init.mp4"}
    with av.open(str(inner), "w", format="hls", options=options) as container:
        _encode(container, pictures, fps)
    begins = ends - timedelta(seconds=seconds)
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:1", "#EXT-X-MEDIA-SEQUENCE:0"]
    lines.append('#EXT-X-MAP:URI="init.mp4"')
    for n in range(seconds):
        at = (begins + timedelta(seconds=n)).astimezone(UTC).isoformat(timespec="milliseconds")
        lines += [f"#EXT-X-PROGRAM-DATE-TIME:{at.replace('+00:00', 'Z')}", "#EXTINF:1.0,", f"seg-{n}.m4s"]
    (directory / "index.m3u8").write_text("\n".join(lines) + "\n")


def _encode(container: av.container.OutputContainer, pictures: Iterator[Pixels], fps: int) -> None:
    stream = None
    for n, picture in enumerate(pictures):
        if stream is None:
            stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "g": str(fps)})
            stream.height, stream.width = picture.shape[:2]
            stream.pix_fmt = "yuv420p"
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = n, Fraction(1, fps)
        container.mux(stream.encode(frame))
    if stream is not None:
        container.mux(stream.encode(None))
