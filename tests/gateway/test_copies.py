"""Copies that are derived from stored videos: H.265 for every browser, and what the models saw drawn in (R28, R42)."""

import asyncio
import hashlib
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from domain.contracts.access import Right
from domain.contracts.detections import FrameAnalysed as Frame
from domain.contracts.detections import ModelRef, ObjectClass, TrackObservation, encode, to_microseconds
from domain.contracts.identifiers import CameraId, TrackId
from domain.contracts.slices import pack
from domain.contracts.subjects import detections_subject
from gateway.copies.desk import Copies, CopyImpossible
from gateway.copies.forms import Form
from gateway.reads.rows import EvidenceRow
from infra.embedded.nats import NatsServer
from infra.frames import Pixels
from infra.nats.bridge import connect
from tests.gateway.conftest import Gateway
from tests.gateway.plant import AT, INCIDENT, TRACK
from tests.gateway.staff import hold

SECONDS, FPS = 2, 10
MODEL = ModelRef("yolo11n", "ab" * 32)


def grey_video(codec: str, folder: Path) -> bytes:
    """2 s of 640x360 in one grey."""
    path = folder / f"{codec}.mp4"
    with av.open(str(path), "w") as container:
        options = {"x265-params": "log-level=none:pools=1"} if codec == "libx265" else {}
        stream = container.add_stream(codec, rate=FPS, options=options | {"preset": "ultrafast"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for _ in range(SECONDS * FPS):
            container.mux(stream.encode(VideoFrame.from_ndarray(np.full((360, 640, 3), 90, np.uint8), format="bgr24")))
        container.mux(stream.encode())
    return path.read_bytes()


def attach(gateway: Gateway, data: bytes, media_type: str) -> None:
    services = gateway.services
    digest = hashlib.sha256(data).hexdigest()
    key = f"incidents/2026/03/02/{INCIDENT.id}/{digest}"
    services.objects.put_object(services.settings.s3_bucket, key, io.BytesIO(data), len(data))
    gateway.plant.put(INCIDENT)
    until = AT + timedelta(seconds=SECONDS)
    gateway.plant.put_evidence(EvidenceRow(INCIDENT.id, "clip", key, digest, len(data), media_type, AT, until, None))


async def links(gateway: Gateway) -> dict[str, str]:
    question = "query ($id: ID!) { incident(id: $id) { evidence { url playUrl overlayUrl } } }"
    answer = await (await gateway.guard()).ask(question, id=str(INCIDENT.id))
    found: dict[str, str] = answer.data["incident"]["evidence"][0]
    return found


def codec_and_frames(data: bytes) -> tuple[str, list[Pixels]]:
    with av.open(io.BytesIO(data), "r") as container:
        name = container.streams.video[0].codec_context.name
        return name, [frame.to_ndarray(format="bgr24").astype(np.uint8) for frame in container.decode(video=0)]


async def test_a_clip_of_h265_is_played_everywhere_and_downloaded_as_it_came(gateway: Gateway, tmp_path: Path) -> None:
    data = grey_video("libx265", tmp_path)
    attach(gateway, data, "video/mp4; codecs=hev1")
    given = await links(gateway)
    browser = await gateway.guard()
    original = await browser.http.get(given["url"])
    assert original.content == data
    assert original.headers["content-type"] == "video/mp4; codecs=hev1"
    copy = await browser.http.get(given["playUrl"], headers={"Range": "bytes=0-99"})
    assert (copy.status_code, len(copy.content)) == (206, 100)
    whole = await browser.http.get(given["playUrl"])
    assert whole.headers["content-type"] == "video/mp4"
    codec, frames = codec_and_frames(whole.content)
    assert (codec, len(frames)) == ("h264", SECONDS * FPS)
    assert b"avc1" in whole.content
    assert whole.content.find(b"moov") < whole.content.find(b"mdat")
    kept = list((gateway.services.settings.home / "cache" / "copies").iterdir())
    assert [path.suffix for path in kept] == [".mp4"]


async def test_a_clip_of_h264_needs_no_copy(gateway: Gateway) -> None:
    attach(gateway, b"clip", "video/mp4")
    given = await links(gateway)
    assert given["playUrl"] == given["url"]


def seen(at_us: int) -> bytes:
    track = TrackObservation(TrackId(TRACK), ObjectClass.PERSON, 0.9, (0.25, 0.25, 0.5, 0.75))
    return encode(Frame(CameraId("gate"), at_us // 1000, at_us, 640, 360, (MODEL,), (track,)))


@pytest.mark.parametrize("recorded", [True, False], ids=["stream", "slice"])
async def test_what_the_models_saw_is_drawn_into_the_clip_at_its_moment(
    gateway: Gateway, nats_server: NatsServer, tmp_path: Path, recorded: bool
) -> None:
    attach(gateway, grey_video("libx264", tmp_path), "video/mp4")
    moments = [to_microseconds(AT) + 1_000_000 + n * 100_000 for n in range(4)]
    if recorded:
        nc = await connect(nats_server.url("admin"), name="test")
        await nc.jetstream().publish(
            detections_subject("gate"), seen(moments[-1] + 3_600_000_000)
        )  # by a clock set back
        sequences = [(await nc.jetstream().publish(detections_subject("gate"), seen(at))).seq for at in moments]
        await nc.close()
        await _cite(gateway, sequences[0], sequences[-1])
    else:
        await _cite(gateway, 10**8, 10**8 + 9)
        _keep_slice(gateway, pack((n, seen(at)) for n, at in enumerate(moments, 1)))
    given = await links(gateway)
    answer = await (await gateway.guard()).http.get(given["overlayUrl"])
    _, frames = codec_and_frames(answer.content)
    gateway.services.rights._kept.clear()
    hold(gateway, (Right.VIEW_EVIDENCE,))
    assert (await (await gateway.guard()).http.get(given["overlayUrl"])).status_code == 404
    edge = [
        int(frame[180, 158:163].astype(int).max(axis=0).max() - frame[180, 158:163].astype(int).min())
        for frame in frames
    ]
    assert max(edge[:5]) < 20, "nothing was seen in the first half second"
    assert min(edge[11:13]) > 60, "the left edge of the box"
    assert max(frames[0][:14, :120, 2].tolist()[5]) > 150, "the time of capture"


async def _cite(gateway: Gateway, first: int, last: int) -> None:
    gateway.plant.put(replace(INCIDENT, detections_from=first, detections_to=last, position=12))


def _keep_slice(gateway: Gateway, data: bytes) -> None:
    services, key = gateway.services, "slice.bin"
    services.objects.put_object(services.settings.s3_bucket, key, io.BytesIO(data), len(data))
    media_type = "application/octet-stream"
    gateway.plant.put_evidence(EvidenceRow(INCIDENT.id, "detections", key, "cd", len(data), media_type, AT, AT, None))


async def test_garbage_makes_no_copy_and_no_noise(gateway: Gateway) -> None:
    attach(gateway, b"no video at all" * 100, "video/mp4; codecs=hev1")
    given = await links(gateway)
    answer = await (await gateway.guard()).http.get(given["playUrl"])
    assert (answer.status_code, answer.content) == (404, b"")
    assert list((gateway.services.settings.home / "cache" / "copies").iterdir()) == []


async def test_who_asks_for_the_same_at_once_waits_for_the_same_and_old_copies_go(
    gateway: Gateway, tmp_path: Path
) -> None:
    store, bucket = gateway.services.objects, gateway.services.settings.s3_bucket
    data = grey_video("libx264", tmp_path)
    store.put_object(bucket, "video.mp4", io.BytesIO(data), len(data))
    copies = Copies(store, bucket, tmp_path / "copies", most_bytes=1)
    first, again = await asyncio.gather(*(copies.copy("video.mp4", "aa" * 32, Form.PLAYED) for _ in range(2)))
    assert first == again
    other = await copies.copy("video.mp4", "bb" * 32, Form.PLAYED)
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [other.name]
    with pytest.raises(CopyImpossible):
        await copies.copy(f"missing-{UUID(int=1)}", "cc" * 32, Form.PLAYED)
