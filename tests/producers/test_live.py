"""The live view: fragments of the camera's own pictures, dated by the clock of captured_at."""

import re
import struct
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from domain.contracts.detections import from_microseconds, to_microseconds
from producers.live import Live
from producers.packets import EncodedPacket
from tests.producers.footage import T0_US, encode, frames_of, number_in, packets, samples_of, slices, slices_in_mp4

SECOND = 1_000_000


def streamed(directory: Path, encoded: list[EncodedPacket]) -> Live:
    live = Live(directory, SECOND, 8)
    for packet in encoded:
        live.write(packet)
    return live


def listed(directory: Path) -> tuple[str, list[tuple[datetime, float, str]]]:
    """The list's text, and program date time, duration and name of each of its segments."""
    text = (directory / "index.m3u8").read_text()
    found = re.findall(r"#EXT-X-PROGRAM-DATE-TIME:(\S+)\n#EXTINF:([\d.]+),\n(\S+)", text)
    return text, [(datetime.fromisoformat(at), float(length), name) for at, length, name in found]


def decode_time_us(segment: bytes) -> int:
    """tfdt of the first fragment."""
    at = segment.index(b"tfdt")
    version, ticks = segment[at + 4], segment[at + 8 : at + 16]
    (time,) = struct.unpack(">Q" if version else ">I", ticks if version else ticks[:4])
    return round(int(time) * 1e6 / 90_000)


def test_the_list_is_short_and_what_left_it_is_deleted(plain: Path, tmp_path: Path) -> None:
    streamed(tmp_path, packets(plain, 500))
    text, segments = listed(tmp_path)
    assert len(segments) == 8
    assert {path.name for path in tmp_path.iterdir()} == {"index.m3u8", "init.mp4", *(name for _, _, name in segments)}
    assert text.startswith("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n")
    assert '#EXT-X-MAP:URI="init.mp4"' in text


@pytest.mark.parametrize("name", ["plain", "with_b_frames"])
def test_every_segment_is_dated_by_the_capture_of_its_first_picture(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    encoded = packets(request.getfixturevalue(name), 400)
    streamed(tmp_path, encoded)
    keyframes = {packet.captured_at_us for packet in encoded if packet.is_keyframe}
    _, segments = listed(tmp_path)
    for at, duration_s, file in segments:
        assert to_microseconds(at) in keyframes
        assert duration_s == pytest.approx(1, abs=0.001)
        assert decode_time_us((tmp_path / file).read_bytes()) == pytest.approx(to_microseconds(at) - T0_US, abs=1000)
    assert all(a[0] + timedelta(seconds=a[1]) == b[0] for a, b in pairwise(segments))


def test_a_segment_plays_after_the_header_and_shows_what_was_captured_then(plain: Path, tmp_path: Path) -> None:
    encoded = packets(plain, 130)
    streamed(tmp_path, encoded)
    at, _, name = listed(tmp_path)[1][2]
    data = (tmp_path / "init.mp4").read_bytes() + (tmp_path / name).read_bytes()
    frames = frames_of(data)
    assert len(frames) == 25
    first = number_in(frames[0])
    assert from_microseconds(encoded[first].captured_at_us) == at


def test_pictures_are_not_encoded_again(with_b_frames: Path, tmp_path: Path) -> None:
    encoded = packets(with_b_frames, 100)
    streamed(tmp_path, encoded)
    data = (tmp_path / "init.mp4").read_bytes() + (tmp_path / listed(tmp_path)[1][0][2]).read_bytes()
    assert [slices_in_mp4(sample) for sample in samples_of(data)] == [slices(packet.data) for packet in encoded[:30]]


def test_rare_keyframes_do_not_make_long_segments(folder: Path, tmp_path: Path) -> None:
    streamed(tmp_path, packets(encode(folder / "rare.mp4", seconds=12, gop=250), 300))
    assert {round(duration_s, 2) for _, duration_s, _ in listed(tmp_path)[1]} == {2.0}


def test_frequent_keyframes_do_not_make_tiny_segments(folder: Path, tmp_path: Path) -> None:
    streamed(tmp_path, packets(encode(folder / "frequent.mp4", gop=5), 300))
    assert {round(duration_s, 2) for _, duration_s, _ in listed(tmp_path)[1]} == {1.0}


def test_a_new_resolution_is_a_discontinuity_with_a_header_of_its_own(changing: Path, tmp_path: Path) -> None:
    streamed(tmp_path, packets(changing, 130))
    text, _ = listed(tmp_path)
    assert re.findall(r'#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="(\S+)"', text) == ["init-1.mp4", "init.mp4"]


def test_a_header_goes_with_the_last_segment_that_needs_it(changing: Path, plain: Path, tmp_path: Path) -> None:
    live = streamed(tmp_path, packets(changing, 130))
    for packet in packets(plain, 500, start_us=T0_US + 60 * SECOND):
        live.write(packet)
    text, _ = listed(tmp_path)
    assert {path.name for path in tmp_path.glob("init*")} == set(re.findall(r'#EXT-X-MAP:URI="(\S+)"', text))
    assert len(live._inits) == 1


def test_a_reconnection_is_a_discontinuity(plain: Path, tmp_path: Path) -> None:
    live = streamed(tmp_path, packets(plain, 60))
    for packet in packets(plain, 60, start_us=T0_US + 20 * SECOND):
        live.write(packet)
    text, segments = listed(tmp_path)
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1
    assert segments[-1][0] == from_microseconds(T0_US + 21 * SECOND)


def test_numbers_grow_over_restarts_of_the_process(plain: Path, tmp_path: Path) -> None:
    def first_number() -> int:
        return int(listed(tmp_path)[0].split("#EXT-X-MEDIA-SEQUENCE:")[1].split()[0])

    streamed(tmp_path, packets(plain, 500))
    before = first_number()
    streamed(tmp_path, packets(plain, 60, start_us=T0_US + 30 * SECOND))
    assert first_number() > before
    assert len(listed(tmp_path)[1]) == 2


def test_closing_takes_the_live_view_away(plain: Path, tmp_path: Path) -> None:
    streamed(tmp_path, packets(plain, 100)).close()
    assert list(tmp_path.iterdir()) == []


def test_another_codec_than_h264_has_no_live_view_and_does_no_harm(folder: Path, tmp_path: Path) -> None:
    streamed(tmp_path / "live", packets(encode(folder / "live.avi", seconds=1, codec="mpeg4"), 20)).close()
    assert not (tmp_path / "live" / "index.m3u8").exists()


def test_a_fault_of_the_disk_interrupts_only_the_live_view(plain: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "live"
    blocked.write_text("a file where the folder should be")
    live = streamed(blocked, packets(plain, 60))
    blocked.unlink()
    for packet in packets(plain, 60, start_us=T0_US + 20 * SECOND):
        live.write(packet)
    assert len(listed(blocked)[1]) == 2
