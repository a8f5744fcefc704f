"""Frames are taken from real shared memory, camera by camera."""

from pathlib import Path

import numpy as np
import pytest

from inference.sources import FrameSources
from infra.frames import FrameWriter
from tests.inference.samples import START_US

NOW = START_US / 1e6


def write(writer: FrameWriter, number: int, age_s: float = 0.0) -> None:
    writer.write(np.full((36, 64, 3), number % 256, np.uint8), number, round((NOW - age_s) * 1e6) + number)


def sources(folder: Path, max_lag_s: float = 0.4) -> FrameSources:
    found = FrameSources(folder, max_lag_s, lambda: NOW)
    found.scan()
    return found


def taken(found: FrameSources) -> list[tuple[str, int]]:
    frames = []
    while (frame := found.next()) is not None:
        frames.append((frame.camera_id, frame.frame))
    return frames


def test_cameras_take_turns(tmp_path: Path) -> None:
    writers = {camera: FrameWriter(tmp_path, camera) for camera in ("gate", "yard")}
    for number in (1, 2, 3):
        write(writers["gate"], number)
    write(writers["yard"], 1)
    order = [camera for camera, _ in taken(sources(tmp_path))]
    assert sorted(order[:2]) == ["gate", "yard"]
    assert order[2:] == ["gate", "gate"]


def test_frames_of_one_camera_come_in_their_order(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path, "gate")
    for number in (1, 2, 3):
        write(writer, number)
    assert taken(sources(tmp_path)) == [("gate", 1), ("gate", 2), ("gate", 3)]


def test_frames_that_are_too_old_are_passed_over_and_counted(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path, "gate")
    for number, age_s in ((1, 2.0), (2, 1.0), (3, 0.1)):
        write(writer, number, age_s)
    found = sources(tmp_path)
    assert taken(found) == [("gate", 3)]
    assert found.dropped("gate") == 2


def test_an_old_frame_is_taken_when_there_is_no_newer_one(tmp_path: Path) -> None:
    write(FrameWriter(tmp_path, "gate"), 1, age_s=60)
    assert taken(sources(tmp_path)) == [("gate", 1)]


def test_cameras_come_and_go(tmp_path: Path) -> None:
    found = sources(tmp_path)
    assert found.next() is None
    writer = FrameWriter(tmp_path, "gate")
    write(writer, 1)
    found.scan()
    assert taken(found) == [("gate", 1)]
    writer.close()
    found.scan()
    assert found.cameras == frozenset()
    assert found.next() is None


@pytest.mark.parametrize("name", ["Bad Name.frames", "evil.camera.frames"])
def test_a_file_that_no_camera_can_own_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"?")
    assert sources(tmp_path).cameras == frozenset()


def test_a_damaged_file_does_not_stop_the_other_cameras(tmp_path: Path) -> None:
    (tmp_path / "broken.frames").write_bytes(b"?" * 100_000)
    write(FrameWriter(tmp_path, "gate"), 1)
    assert taken(sources(tmp_path)) == [("gate", 1)]
