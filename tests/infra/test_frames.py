"""Frames travel between two real processes: whole, in order, counted when lost."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from infra.frames import FrameReader, FramesUnreadable, FramesUnwritable, FrameWriter, Pixels, frames_path

CAMERA = "gate"

WRITER = """
import sys, time
from pathlib import Path
import numpy as np
from infra.frames import FrameWriter

directory, count, pause_s, height, width = Path(sys.argv[1]), int(sys.argv[2]), *map(float, sys.argv[3:6])
writer = FrameWriter(directory, "gate")
for i in range(1, count + 1):
    writer.write(np.full((int(height), int(width), 3), i % 251, np.uint8), i, i * 1000)
    time.sleep(pause_s)
sys.stdin.read()
"""


def picture(value: int, height: int = 4, width: int = 6) -> Pixels:
    return np.full((height, width, 3), value, np.uint8)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[FrameWriter]:
    writer = FrameWriter(tmp_path, CAMERA)
    yield writer
    writer.close()


@pytest.fixture
def reader(tmp_path: Path) -> FrameReader:
    return FrameReader(tmp_path, CAMERA)


def other_process(directory: Path, count: int, pause_s: float, height: int, width: int) -> subprocess.Popen[bytes]:
    arguments = [str(directory), str(count), str(pause_s), str(height), str(width)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments], stdin=subprocess.PIPE)


def numbers(reader: FrameReader) -> list[int]:
    taken = []
    while (frame := reader.take()) is not None:
        taken.append(frame.frame)
    return taken


def test_a_frame_arrives_as_it_was_written(writer: FrameWriter, reader: FrameReader) -> None:
    sent = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    writer.write(sent, 7, 1_700_000_000_000_000)
    frame = reader.take()
    assert frame is not None
    assert (frame.camera_id, frame.frame, frame.captured_at_us) == (CAMERA, 7, 1_700_000_000_000_000)
    assert np.array_equal(frame.pixels, sent)
    assert reader.take() is None


def test_a_picture_in_yuv_arrives_with_its_luma_and_colours(writer: FrameWriter, reader: FrameReader) -> None:
    two = np.array([[[200, 30, 30], [30, 200, 30]]], np.uint8)
    colours = two.repeat(8, axis=0).repeat(8, axis=1)
    sent = np.asarray(cv2.cvtColor(colours, cv2.COLOR_BGR2YUV_I420), np.uint8)
    assert sent.shape == (12, 16)
    writer.write(sent, 7, 1)
    frame = reader.take()
    assert frame is not None
    assert (frame.width, frame.height) == (16, 8)
    assert np.array_equal(frame.luma, sent[:8])
    assert np.abs(frame.pixels.astype(int) - colours).max() <= 4


def test_the_luma_of_a_coloured_picture_is_made(writer: FrameWriter, reader: FrameReader) -> None:
    writer.write(picture(77), 1, 1)
    frame = reader.take()
    assert frame is not None
    assert (frame.width, frame.height) == (6, 4)
    assert frame.luma.shape == (4, 6)
    assert set(frame.luma.flatten().tolist()) == {77}


def test_another_form_of_picture_replaces_the_file(writer: FrameWriter, reader: FrameReader) -> None:
    writer.write(picture(1), 1, 1)
    assert numbers(reader) == [1]
    assert not reader.has_news
    writer.write(np.full((6, 6), 100, np.uint8), 2, 2)
    frame = reader.take()
    assert frame is not None
    assert (frame.frame, frame.width, frame.height) == (2, 6, 4)


def test_news_are_known_without_looking_at_the_file(writer: FrameWriter, reader: FrameReader) -> None:
    assert reader.has_news  # nothing is mapped yet: only the file can tell
    writer.write(picture(1), 1, 1)
    assert numbers(reader) == [1]
    assert not reader.has_news
    writer.write(picture(2), 2, 2)
    assert reader.has_news


def test_a_picture_with_padded_rows_is_written_without_the_padding(writer: FrameWriter, reader: FrameReader) -> None:
    padded = np.arange(4 * 8 * 3, dtype=np.uint8).reshape(4, 8, 3)
    writer.write(padded[:, :6], 1, 1)
    frame = reader.take()
    assert frame is not None
    assert np.array_equal(frame.pixels, padded[:, :6])


def test_a_taken_frame_does_not_change_when_its_slot_is_written_again(writer: FrameWriter, reader: FrameReader) -> None:
    writer.write(picture(1), 1, 1)
    frame = reader.take()
    for i in range(2, 9):
        writer.write(picture(i), i, i)
    assert frame is not None
    assert np.array_equal(frame.pixels, picture(1))


def test_frames_that_were_overwritten_are_counted_and_the_oldest_left_comes_first(
    writer: FrameWriter, reader: FrameReader
) -> None:
    writer.write(picture(0), 0, 0)
    assert numbers(reader) == [0]
    for i in range(1, 11):
        writer.write(picture(i), i, i)
    assert numbers(reader) == [7, 8, 9, 10]
    assert reader.dropped == 6


def test_a_reader_that_starts_late_takes_what_is_there_and_has_lost_nothing(
    writer: FrameWriter, tmp_path: Path
) -> None:
    for i in range(10):
        writer.write(picture(i), i, i)
    late = FrameReader(tmp_path, CAMERA)
    assert numbers(late) == [6, 7, 8, 9]
    assert late.dropped == 0


def test_a_new_size_is_read_after_the_frames_of_the_old_one(writer: FrameWriter, reader: FrameReader) -> None:
    writer.write(picture(1), 1, 1)
    assert numbers(reader) == [1]
    writer.write(picture(2), 2, 2)
    writer.write(picture(3, height=8, width=10), 3, 3)
    frames = [reader.take(), reader.take()]
    assert [f.pixels.shape for f in frames if f] == [(4, 6, 3), (8, 10, 3)]
    assert reader.dropped == 0


def test_a_writer_that_starts_again_is_found(writer: FrameWriter, reader: FrameReader, tmp_path: Path) -> None:
    writer.write(picture(1), 1, 1)
    assert numbers(reader) == [1]
    again = FrameWriter(tmp_path, CAMERA)
    again.write(picture(2), 2, 2)
    assert numbers(reader) == [2]
    again.close()


def test_there_is_nothing_to_take_before_the_writer_starts_and_after_it_closed(
    writer: FrameWriter, reader: FrameReader, tmp_path: Path
) -> None:
    assert reader.take() is None
    writer.write(picture(1), 1, 1)
    writer.close()
    assert reader.take() is None
    assert list(tmp_path.iterdir()) == []


def test_frames_of_another_process_are_read_in_order(reader: FrameReader, tmp_path: Path) -> None:
    process = other_process(tmp_path, 40, 0.01, 90, 160)
    taken: list[int] = []
    deadline = time.monotonic() + 20
    while (not taken or taken[-1] < 40) and time.monotonic() < deadline:
        taken += numbers(reader)
        time.sleep(0.002)
    process.communicate()
    assert taken == sorted(taken)
    assert taken[-1] == 40
    assert len(taken) + reader.dropped >= 40 - taken[0] + 1


def test_a_torn_frame_is_never_seen_although_the_writer_is_faster(reader: FrameReader, tmp_path: Path) -> None:
    process = other_process(tmp_path, 1500, 0, 360, 640)
    last, torn, seen = 0, 0, 0
    deadline = time.monotonic() + 30
    while last < 1500 and time.monotonic() < deadline:
        frame = reader.take()
        if frame is None:
            continue
        seen += 1
        last = frame.frame
        torn += int(frame.pixels.min() != last % 251 or frame.pixels.max() != last % 251)
        assert frame.captured_at_us == last * 1000
    process.communicate()
    assert last == 1500
    assert torn == 0
    assert seen + reader.dropped <= 1500


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    writer = FrameWriter(tmp_path / "missing", CAMERA)
    with pytest.raises(FramesUnwritable, match=r"missing/gate\.frames: No such file"):
        writer.write(picture(1), 1, 1)


@pytest.mark.parametrize("content", [b"", b"x" * 100, b"\0" * 8192], ids=["empty", "short", "foreign"])
def test_a_foreign_file_is_refused(reader: FrameReader, tmp_path: Path, content: bytes) -> None:
    frames_path(tmp_path, CAMERA).write_bytes(content)
    with pytest.raises(FramesUnreadable):
        reader.take()


@pytest.mark.parametrize("shape", [(4, 6), (6, 5), (4, 6, 4), (0, 6, 3), (6,)])
def test_a_picture_of_another_form_is_refused(writer: FrameWriter, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        writer.write(np.zeros(shape, np.uint8), 1, 1)
