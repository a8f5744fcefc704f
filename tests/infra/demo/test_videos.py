"""The demo's films are what a plain camera sends: H.264, no B-frames, a keyframe each second."""

import av
import pytest

from infra.demo.videos import FPS, prepare


@pytest.mark.assets
def test_each_film_can_be_played_as_a_camera() -> None:
    videos = prepare(lambda _name, _done, _total: None)
    for path in (videos.yard, videos.gate, videos.perimeter):
        with av.open(path) as film:
            stream = film.streams.video[0]
            assert stream.codec_context.name == "h264"
            assert stream.average_rate == FPS
            packets = [packet for packet in film.demux(stream) if packet.pts is not None]
        keyframes = [number for number, packet in enumerate(packets) if packet.is_keyframe]
        assert [packet.pts for packet in packets] == [packet.dts for packet in packets]
        assert keyframes == list(range(0, len(packets), FPS))
        assert path.stat().st_size * 8 / (len(packets) / FPS) < 2_500_000
