"""Video files that several tests read, made once."""

from pathlib import Path

import pytest

from tests.producers.footage import encode


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("footage")


@pytest.fixture(scope="session")
def plain(folder: Path) -> Path:
    """4 s at 25 fps, a keyframe each second, no B frames, 320x240."""
    return encode(folder / "plain.mp4")


@pytest.fixture(scope="session")
def with_b_frames(folder: Path) -> Path:
    """4 s at 30 fps, every third frame a reference, keyframes each second."""
    return encode(folder / "b.mp4", fps=30, gop=30, b_frames=2)


@pytest.fixture(scope="session")
def hevc(folder: Path) -> Path:
    """4 s at 25 fps of H.265, a keyframe each second, 320x240."""
    return encode(folder / "hevc.mp4", codec="libx265")


@pytest.fixture(scope="session")
def changing(folder: Path) -> Path:
    """A transport stream that changes from 320x240 to 480x270 in the middle."""
    small = encode(folder / "small.ts", seconds=2).read_bytes()
    large = encode(folder / "large.ts", seconds=2, width=480, height=270).read_bytes()
    path = folder / "changing.ts"
    path.write_bytes(small + large)
    return path
