"""What the bench's cameras show, as 720p25 H.264 of about 1 Mbit/s, a key frame every two seconds. Made once.

Street: vtest.avi (PETS09-S2L1), which is 10 frames a second, brought to 25 by motion compensation, so that every
picture costs its decoding; five to ten people walk in it all the time. Other clips join when `../shared/data` has them.
"""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.assets import Report, cache_folder, fetch
from infra.checkout import CHECKOUT
from infra.embedded.programs import ffmpeg

FPS: Final = 25
SECONDS: Final = 30
MADE_AS: Final = "v1"
VIDEOS: Final = CHECKOUT.parent / "shared" / "data" / "videos"
FINE: Final = "minterpolate=fps=25:mi_mode=mci:mc_mode=aobmc:me=epzs:vsbmc=0"
ENCODING: Final = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "50")
BEGIN_AT_S: Final = (0, 6, 12, 18)
"""Cameras with the same clip do not all see the same person at the same moment. Key frames are there."""


@dataclass(frozen=True)
class Clip:
    """filters   of FFmpeg, up to the scaling to 1280x720
    start_s   where in the original it begins
    """

    name: str
    source: Path
    filters: str
    start_s: int = 0

    @property
    def path(self) -> Path:
        return cache_folder() / "bench" / f"camera-{self.name}-{MADE_AS}.mp4"


def busy(progress: Report | None = None) -> tuple[Clip, ...]:
    """Streets in which people always walk: what every machine can make. Raises AssetError."""
    walkers = fetch("vtest.avi", progress)
    return (
        Clip("street", walkers, f"crop=768:432:0:96,{FINE}"),
        Clip("street-later", walkers, f"crop=768:432:0:96,hflip,{FINE}", start_s=40),
    )


def calm() -> tuple[Clip, ...]:
    """Places where somebody comes by now and then; empty where the project's shared videos are missing."""
    found = (
        Clip("corridor", VIDEOS / "intel" / "one-by-one-person-detection.mp4", "fps=25", start_s=5),
        Clip("yard", VIDEOS / "aboda" / "aboda_video4.avi", "crop=720:405:0:37,fps=25"),
    )
    return tuple(clip for clip in found if clip.source.is_file())


def made(clips: tuple[Clip, ...], *, b_frames: bool = False) -> dict[str, Path]:
    """Name to file. The first time takes a minute or two. Raises subprocess.CalledProcessError.

    b_frames   encoded with B-frames, some of which nothing refers to: these can be left undecoded
    """
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_make, clips))
        if not b_frames:
            return {clip.name: clip.path for clip in clips}
        return dict(zip((clip.name for clip in clips), pool.map(_with_b_frames, clips), strict=True))


def seconds(files: dict[str, Path]) -> dict[str, Path]:
    """The small second streams of cameras that show these files: 640x360, 10 frames a second. Name to file."""
    small = {f"{name}-second": path.with_stem(f"{path.stem}-second") for name, path in files.items()}
    for path, wanted in zip(files.values(), small.values(), strict=True):
        _encode(["-i", str(path), "-vf", "fps=10,scale=640:360", *ENCODING, "-g", "20", "-bf", "0"], wanted)
    return small


def begun_elsewhere(files: dict[str, Path], folder: Path) -> dict[str, Path]:
    """Each clip begun at several places, for cameras that take them in turn. Name to file.

    Raises subprocess.CalledProcessError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    begun = {}
    for start_s in BEGIN_AT_S:
        for name, clip in files.items():
            begun[f"{name}-from-{start_s}"] = path = folder / f"{name}-from-{start_s}.mp4"
            _begin_elsewhere(clip, start_s, path)
    return begun


def _begin_elsewhere(clip: Path, start_s: int, path: Path) -> None:
    """The same packets, from a key frame on to the end and then from the beginning."""
    parts = path.with_suffix(".parts")
    cuts = [f"file '{clip}'\ninpoint {start_s}", *([f"file '{clip}'\noutpoint {start_s}"] if start_s else [])]
    parts.write_text("\n".join(["ffconcat version 1.0", *cuts]), encoding="utf-8")
    command = [ffmpeg(), "-v", "error", "-f", "concat", "-safe", "0", "-i", str(parts), "-c", "copy", str(path)]
    subprocess.run(command, check=True)


def _make(clip: Clip) -> None:
    cut = ["-ss", str(clip.start_s), "-t", str(SECONDS), "-i", str(clip.source), "-an", "-vf"]
    _encode([*cut, f"{clip.filters},scale=1280:720:flags=bicubic,format=yuv420p", *ENCODING, "-bf", "0"], clip.path)


def _with_b_frames(clip: Clip) -> Path:
    path = clip.path.with_stem(f"{clip.path.stem}-b")
    _encode(["-i", str(clip.path), *ENCODING, "-bf", "3"], path)
    return path


def _encode(arguments: list[str], path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.mp4")
    subprocess.run([ffmpeg(), "-v", "error", "-y", *arguments, str(unfinished)], check=True)
    unfinished.replace(path)
