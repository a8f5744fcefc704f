"""Files and what is wrong with them; cameras over RTSP are in test_rtsp.py."""

import itertools
from pathlib import Path

import pytest

from producers.decoding import decode, open_decoder
from producers.errors import SourceUnreachable
from producers.packets import parameter_set
from producers.source import SourcePacket
from tests.producers.footage import encode, opened, packets


def first(path: Path, count: int) -> list[SourcePacket]:
    source = opened(path)
    try:
        return list(itertools.islice(source.packets(), count))
    finally:
        source.close()


@pytest.mark.parametrize("name", ["plain", "with_b_frames"])
def test_a_file_loops_without_a_seam(name: str, request: pytest.FixtureRequest) -> None:
    found = first(request.getfixturevalue(name), 300)
    shown = sorted(packet.pts_us for packet in found)
    steps = {b - a for a, b in itertools.pairwise(shown)}
    assert max(steps) - min(steps) <= 1
    assert all(a.dts_us < b.dts_us for a, b in itertools.pairwise(found))


def test_a_transport_stream_loops_too(folder: Path) -> None:
    found = first(encode(folder / "loop.ts", seconds=2), 120)
    assert {b.pts_us - a.pts_us for a, b in itertools.pairwise(found)} == {40_000}


def test_every_keyframe_carries_its_parameter_sets(plain: Path) -> None:
    keyframes = [packet for packet in first(plain, 100) if packet.is_keyframe]
    assert len(keyframes) == 4
    assert {parameter_set("h264", packet.data) for packet in keyframes} == {keyframes[0].format.parameters}


def test_C5_another_resolution_in_the_middle_is_another_format(changing: Path) -> None:
    sizes = [(p.format.width, p.format.height) for p in first(changing, 100)]
    assert sizes == [(320, 240)] * 50 + [(480, 270)] * 50


def test_the_same_resolution_again_is_the_same_format(changing: Path) -> None:
    found = first(changing, 110)
    assert found[105].format == found[5].format


def test_another_codec_than_h264_is_read_with_what_its_decoder_needs(folder: Path) -> None:
    path = encode(folder / "old.avi", seconds=1, codec="mpeg4")
    read = packets(path, 25)
    decoder = open_decoder(read[0].format)
    assert sum(len(decode(decoder, packet) or ()) for packet in read) >= 20


@pytest.mark.parametrize("content", [b"", b"\0", b"junk" * 1000, b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"])
def test_C4_a_file_that_is_no_video_is_a_typed_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceUnreachable):
        opened(path)


def test_a_list_of_other_files_is_not_followed(tmp_path: Path, plain: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://{plain}\n")
    with pytest.raises(SourceUnreachable):
        opened(path)


def test_a_picture_beyond_the_limit_is_refused(folder: Path) -> None:
    path = encode(folder / "wide.mp4", seconds=0.2, width=4096, height=2560)
    with pytest.raises(SourceUnreachable):
        opened(path)
