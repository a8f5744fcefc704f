"""Decoding on a graphics processor, and what happens where there is none or where it fails (FAULTS C13)."""

import logging
from pathlib import Path
from typing import Any, cast

import av
import pytest
from av.video.codeccontext import VideoCodecContext
from prometheus_client import CollectorRegistry

from infra.frames import FrameReader, FrameWriter
from infra.scaling import Scaler
from producers.accelerated import Accelerator, AnalysisDecoder, DeviceUnusable, open_on_device
from producers.decoding import open_decoder
from producers.meters import Meters
from producers.packets import StreamFormat
from producers.sampler import Sampler
from producers.settings import DEVICE_ADDRESSES_MIB, ProducerSettings
from tests.producers.footage import number_in, packets

MOST = 10_000_000
GOP = 25


class Device:
    """A decoder that works until it is lost, then fails as FFmpeg does: with any packet."""

    def __init__(self, described: StreamFormat, loses_after: int) -> None:
        self._inner, self._left = open_decoder(described), loses_after

    def decode(self, packet: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise av.error.ExternalError(542398533, "device lost")
        return self._inner.decode(packet)


def losing(after: int) -> Any:
    return lambda described, most, accelerator: cast(VideoCodecContext, Device(described, after))


def decoded(decoder: AnalysisDecoder, film: Path, count: int) -> list[int | None]:
    """For each packet: capture time of the picture that came out, None where nothing did."""
    outcomes = [decoder.decode(packet) for packet in packets(film, count)]
    return [frames[0].pts if frames else None for frames in outcomes]


@pytest.mark.parametrize("accelerator", list(Accelerator))
def test_C13_pictures_come_whether_there_is_a_device_or_not(accelerator: Accelerator, plain: Path) -> None:
    """With this machine's own FFmpeg: on most there is none of these."""
    decoder = AnalysisDecoder(packets(plain, 1)[0].format, MOST, accelerator=accelerator)
    assert decoder.has_fallen_back is (accelerator is not Accelerator.NONE and not decoder.is_accelerated)
    assert len([at for at in decoded(decoder, plain, 2 * GOP) if at is not None]) >= 2 * GOP - 2


def test_C13_that_there_is_no_device_is_said(plain: Path, caplog: pytest.LogCaptureFixture) -> None:
    def none(described: StreamFormat, most: int, accelerator: Accelerator) -> VideoCodecContext:
        raise DeviceUnusable("no device")

    with caplog.at_level(logging.WARNING):
        AnalysisDecoder(packets(plain, 1)[0].format, MOST, accelerator=Accelerator.CUDA, on_device=none)
    (said,) = caplog.records
    assert (getattr(said, "accelerator", ""), getattr(said, "reason", "")) == ("cuda", "no device")


def test_C13_a_device_that_is_lost_gives_way_to_the_processor(plain: Path) -> None:
    sent = packets(plain, 4 * GOP)
    decoder = AnalysisDecoder(sent[0].format, MOST, accelerator=Accelerator.CUDA, on_device=losing(GOP // 2))
    came = [at is not None for at in decoded(decoder, plain, 4 * GOP)]
    assert decoder.has_fallen_back
    assert not decoder.is_accelerated
    assert came[: GOP // 2] == [True] * (GOP // 2)
    assert not any(came[GOP // 2 : 2 * GOP])
    assert all(came[2 * GOP :])


def test_one_damaged_keyframe_is_no_lost_device(plain: Path) -> None:
    described = packets(plain, 1)[0].format
    decoder = AnalysisDecoder(described, MOST, accelerator=Accelerator.CUDA, on_device=losing(0))
    decoded(decoder, plain, GOP)
    assert decoder.is_accelerated


def test_the_sampler_shares_whole_pictures_again_after_the_next_keyframe(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("producers.accelerated.open_on_device", losing(GOP // 2))
    registry = CollectorRegistry()
    sampler = Sampler(
        FrameWriter(tmp_path, "gate", 128),
        Meters(registry, "gate"),
        target_fps=60,
        analysis_width=1280,
        queue_packets=500,
        most_pixels=MOST,
        accelerator=Accelerator.CUDA,
    )
    reader, found = FrameReader(tmp_path, "gate"), []
    for packet in packets(plain, 3 * GOP):
        sampler._decode(packet)
        while (frame := reader.take()) is not None:
            found.append(number_in(frame.pixels))
    assert found == [*range(GOP // 2), *range(2 * GOP, 3 * GOP)]
    assert registry.get_sample_value("kaska_decoder_fallback", {"camera": "gate"}) == 1


@pytest.mark.parametrize("form", ["nv12", "p010le"])
def test_pictures_in_the_forms_of_accelerators_are_those_of_the_processor(form: str, plain: Path) -> None:
    (packet,) = packets(plain, 1)
    frames = AnalysisDecoder(packet.format, MOST).decode(packet)
    assert frames
    (frame,) = frames
    usual, other = Scaler().scaled(frame, 160, 120), Scaler().scaled(frame.reformat(format=form), 160, 120)
    assert abs(usual.astype(int) - other.astype(int)).mean() < 3


def test_a_codec_that_no_device_knows_is_refused() -> None:
    with pytest.raises(DeviceUnusable):
        open_on_device(StreamFormat("mpeg4", 320, 240), MOST, Accelerator.VAAPI)


def test_only_a_device_gets_a_device_s_addresses(tmp_path: Path) -> None:
    given = {"home": tmp_path, "nats_url": ""}
    assert ProducerSettings.model_validate(given).memory_most_mib == 4096
    assert ProducerSettings.model_validate(given | {"decode_on": "cuda"}).memory_most_mib == DEVICE_ADDRESSES_MIB
    assert (
        ProducerSettings.model_validate(given | {"decode_on": "cuda", "memory_most_mib": 2048}).memory_most_mib == 2048
    )
