"""Clips: the camera's own pictures in an MP4 that a browser plays."""

from pathlib import Path

import av
import pytest

from producers.clip import cut
from producers.errors import CodecUnsupported
from producers.packets import EncodedPacket
from producers.ring import PacketRing
from tests.producers.footage import T0_US, encode, frames_of, number_in, packets, samples_of, slices, slices_in_mp4

SECOND = 1_000_000


def ring_of(encoded: list[EncodedPacket]) -> PacketRing:
    ring = PacketRing(30 * SECOND, 64 << 20)
    for packet in encoded:
        ring.add(packet)
    return ring


@pytest.mark.parametrize("name", ["plain", "with_b_frames"])
def test_a_clip_lasts_from_the_keyframe_five_seconds_before_to_five_seconds_after(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    ring = ring_of(packets(request.getfixturevalue(name), 600))
    moment_us = T0_US + 8_480_000
    clip = cut(ring.around(moment_us, 5 * SECOND, 5 * SECOND), tmp_path / "clip.mp4")
    with av.open(str(clip.path)) as container:
        stream = container.streams.video[0]
        assert stream.duration is not None
        assert stream.time_base is not None
        duration_s = float(stream.duration * stream.time_base)
        found = [packet for packet in container.demux(stream) if packet.size]
    assert 10.4 <= duration_s <= 10.7
    assert found[0].is_keyframe
    assert clip.captured_from_us == T0_US + 3_000_000
    assert abs(clip.captured_to_us - (moment_us + 5 * SECOND)) <= 130_000


@pytest.mark.parametrize("name", ["plain", "with_b_frames"])
def test_pictures_are_not_encoded_again(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    encoded = packets(request.getfixturevalue(name), 250)
    clip = cut(encoded, tmp_path / "clip.mp4")
    written = samples_of(clip.path.read_bytes())
    assert [slices_in_mp4(data) for data in written] == [slices(packet.data) for packet in encoded]
    assert all(slices(packet.data) for packet in encoded)


def test_the_index_comes_first_and_the_codec_tag_is_the_one_browsers_know(plain: Path, tmp_path: Path) -> None:
    data = cut(packets(plain, 100), tmp_path / "clip.mp4").path.read_bytes()
    assert data[4:8] == b"ftyp"
    assert 0 < data.find(b"moov") < data.find(b"mdat")
    assert b"avc1" in data


def test_every_frame_of_the_clip_decodes(with_b_frames: Path, tmp_path: Path) -> None:
    clip = cut(packets(with_b_frames, 120), tmp_path / "clip.mp4")
    shown = [number_in(pixels) for pixels in frames_of(clip.path.read_bytes())]
    assert shown == list(range(120))


def test_a_clip_of_one_picture_is_possible(plain: Path, tmp_path: Path) -> None:
    clip = cut(packets(plain, 1), tmp_path / "clip.mp4")
    assert clip.captured_from_us == clip.captured_to_us == T0_US
    assert len(frames_of(clip.path.read_bytes())) == 1


def test_a_clip_of_a_h265_camera_holds_its_own_pictures(hevc: Path, tmp_path: Path) -> None:
    clip = cut(packets(hevc, 100), tmp_path / "clip.mp4")
    with av.open(str(clip.path)) as container:
        assert container.streams.video[0].codec_context.name == "hevc"
    assert [number_in(pixels) for pixels in frames_of(clip.path.read_bytes())] == list(range(100))


def test_another_codec_is_refused_by_name(folder: Path, tmp_path: Path) -> None:
    encoded = packets(encode(folder / "other.avi", seconds=1, codec="mpeg4"), 20)
    with pytest.raises(CodecUnsupported, match="the camera sends mpeg4"):
        cut(encoded, tmp_path / "clip.mp4")
