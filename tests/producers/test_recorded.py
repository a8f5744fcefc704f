"""Photos and clips out of recordings: the right pictures, whatever the file."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from domain.contracts.identifiers import CameraId
from infra.archive.plan import Piece, Plan
from infra.archive.recordings import recordings_in
from producers.archive.playable import playable
from producers.archive.recorded import RecordedVideo
from producers.clip import cut
from producers.errors import MomentNotCovered
from producers.photo import photograph
from tests.producers.footage import T0_US, encode, frames_of, number_in

SECOND = 1_000_000


def video(*files: Path, fps: float = 25.0, seconds: float = 4.0) -> RecordedVideo:
    length_us = round(seconds * SECOND)
    pieces = (Piece(str(file), T0_US + n * 10 * SECOND, length_us, fps) for n, file in enumerate(files))
    return RecordedVideo(Plan(CameraId("archive"), tuple(pieces), 5, 320, False), 10_000_000)


def photographed(recorded: RecordedVideo, moment_us: int) -> int:
    photo = photograph(recorded.around(moment_us, 0, 3 * SECOND), moment_us)
    [shown] = frames_of(photo.jpeg)
    assert abs(photo.captured_at_us - moment_us) <= 40_000
    return number_in(shown)


@pytest.mark.parametrize("moment", [0, 1, 26, 62, 98])
def test_a_photo_shows_the_very_picture(plain: Path, moment: int) -> None:
    assert photographed(video(plain), T0_US + moment * 40_000) == moment


def test_a_clip_lasts_from_before_to_after_the_moment(plain: Path, tmp_path: Path) -> None:
    packets = video(plain).around(T0_US + 60 * 40_000, SECOND, SECOND)
    made = cut(packets, tmp_path / "clip.mp4")
    numbers = [number_in(each) for each in frames_of(made.path.read_bytes())]
    assert numbers[0] == 25
    assert numbers[-1] == 85
    assert {b - a for a, b in pairwise(numbers)} == {1}
    assert (made.captured_from_us, made.captured_to_us) == (T0_US + 25 * 40_000, T0_US + 85 * 40_000)


def test_b_frames_and_transport_streams_keep_their_times(with_b_frames: Path, tmp_path: Path) -> None:
    recorded = video(with_b_frames, fps=30)
    packets = recorded.around(T0_US + 2 * SECOND, SECOND, SECOND)
    assert [packet.decode_at_us for packet in packets] == sorted({packet.decode_at_us for packet in packets})
    assert abs(photographed(recorded, T0_US + 2 * SECOND) - 60) <= 1
    stream = encode(tmp_path / "stream.ts")
    [probed] = recordings_in(stream, datetime.now(UTC), "UTC")
    assert probed.duration_us == pytest.approx(4 * SECOND, abs=50_000)
    assert photographed(video(stream), T0_US + 50 * 40_000) == 50


def test_the_file_of_the_moment_is_found_among_many(plain: Path, with_b_frames: Path) -> None:
    recorded = video(plain, with_b_frames)
    assert photographed(recorded, T0_US + 40_000) == 1
    assert abs(photographed(recorded, T0_US + 11 * SECOND) - 30) <= 1
    with pytest.raises(MomentNotCovered, match="no recording"):
        recorded.around(T0_US + 8 * SECOND, 0, SECOND)


def test_a_recording_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(MomentNotCovered, match="cannot be read"):
        video(tmp_path / "gone.mp4").around(T0_US, 0, SECOND)


def test_what_no_browser_plays_is_encoded_anew_with_its_times(tmp_path: Path) -> None:
    old = encode(tmp_path / "old.avi", codec="mpeg4")
    packets = video(old).around(T0_US + 2 * SECOND, SECOND, SECOND)
    assert packets[0].format.codec == "mpeg4"
    again = playable(packets)
    times = [each.captured_at_us for each in again]
    assert set(times) <= {each.captured_at_us for each in packets}
    assert times == sorted(times)
    assert len(times) >= 0.9 * len(packets)
    made = cut(again, tmp_path / "clip.mp4")
    shown = [number_in(each) for each in frames_of(made.path.read_bytes())]
    assert shown == [(at - T0_US) // 40_000 for at in times], "each picture at its own time"
