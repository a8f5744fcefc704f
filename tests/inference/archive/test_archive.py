"""Recordings through the pipeline into DETECTIONS: all of them, once, also when the analysis is killed in between."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed, ObjectClass, decode, from_microseconds
from domain.contracts.events import CameraRegistered, Envelope, encode_event, event_name
from domain.contracts.identifiers import CameraId, CommandId
from domain.contracts.subjects import CAMERA, DETECTIONS, detections_subject, event_subject
from inference.archive.pictures import Pictures, chosen_skip
from inference.archive.resuming import WARM_US, Renaming, read_known
from inference.archive.run import ArchiveRun, ahead
from inference.attention import Attention
from inference.cameras import CameraFacts
from inference.detections import Detections
from inference.metrics import Metrics
from inference.pipeline import CameraPipeline
from inference.publisher import Publisher
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.archive.plan import Piece, Plan
from infra.frames import Pixels
from infra.nats.batch import Outgoing, publish_batch
from infra.nats.bridge import Bridge
from infra.nats.direct import get_page
from infra.nats.streams import ensure_streams
from tests.conftest import OwnNats
from tests.inference.samples import MODEL, ScriptedResult
from tests.producers.footage import encode

START_US = 1_773_300_000_000_000
SECONDS, FPS, WIDTH, HEIGHT = 24, 25, 320, 192


class BrightBlobs:
    """Finds what is bright: a detector that is always right about the scenes below."""

    model, depth, inputs = MODEL, 1, ((640, 384),)

    def submit(self, pixels: Pixels, size: tuple[int, int] | None = None) -> ScriptedResult:
        del size
        bright = (pixels.min(axis=2) > 170).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(bright)
        boxes = [(x, y, x + w, y + h) for x, y, w, h, area in stats[1:] if area > 200]
        count = len(boxes)
        return ScriptedResult(
            Detections(
                np.array(boxes, np.float32).reshape(-1, 4),
                np.full(count, 0.9, np.float32),
                np.full(count, ObjectClass.PERSON, np.uint8),
            )
        )


def scene(number: int) -> Pixels:
    """One walks from 4 to 20 s, another from 10 to 14 s; nobody before, between and after."""
    picture = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    picture[:, ::16] = 80
    at_s = number / FPS
    for begins, ends, top in ((4, 20, 20), (10, 14, 110)):
        if begins <= at_s < ends:
            x = 10 + round((at_s - begins) * 12)
            picture[top : top + 60, x : x + 30] = 235
    return picture


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("walk") / "walk.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "g": "50", "bf": "2"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(SECONDS * FPS):
            container.mux(stream.encode(VideoFrame.from_ndarray(scene(number), format="bgr24")))
        container.mux(stream.encode())
    return path


@pytest.fixture
def server(fresh_nats: Callable[[], OwnNats]) -> OwnNats:
    server = fresh_nats()
    admin = Bridge(server.url(), name="test-admin")
    admin.run(ensure_streams(admin.js))
    admin.close()
    return server


@pytest.fixture
def bridge(server: OwnNats) -> Iterator[Bridge]:
    """With the rights of an archive's analysis, and no more."""
    bridge = Bridge(server.url("archive"), name="test-archive")
    yield bridge
    bridge.close()


def plan_of(camera: str, *files: Path, fps: float = 5.0) -> Plan:
    pieces = [
        Piece(str(file), START_US + number * SECONDS * 1_000_000, SECONDS * 1_000_000, FPS)
        for number, file in enumerate(files)
    ]
    return Plan(CameraId(camera), tuple(pieces), fps, WIDTH, False)


def analyse(bridge: Bridge, plan: Plan, until: int | None = None) -> int:
    """Analyses up to so many pictures and is then as good as killed; otherwise to the end. Returns the pictures."""
    known = read_known(bridge, plan.camera_id)
    metrics = Metrics(CollectorRegistry())
    tracking = TrackOptions(nominal_fps=plan.target_fps)
    start_s = START_US // 1_000_000 if known is None else known.next_start_s
    pipeline = CameraPipeline(
        BrightBlobs(), ByteTrack(start_s, tracking), metrics, attention=Attention(tracking.new_score)
    )
    publisher = Publisher(bridge, metrics, batch_s=0.02, limit=500)
    taken: list[FrameAnalysed] = []
    run = ArchiveRun(pipeline, publisher, Renaming(known) if known else None, taken.append)
    for picture in islice(ahead(Pictures(plan, known.until_us - WARM_US if known else 0)), until):
        run.take(picture)
    if until is None:
        run.finish(4.0)
    assert publisher.close() == 0
    return len(taken)


def stored(bridge: Bridge, camera: str) -> list[FrameAnalysed]:
    messages = bridge.run(get_page(bridge.nc, DETECTIONS, 1, 1000, detections_subject(camera))).messages
    return [decode(CameraId(camera), message.data) for message in messages]


def told(frames: Sequence[FrameAnalysed]) -> tuple[int, dict[int, set[int]]]:
    """Pictures in all, and the times at which each of the numbers was seen."""
    seen: dict[int, set[int]] = {}
    for frame in frames:
        for track in frame.tracks:
            seen.setdefault(track.track_id, set()).add(frame.captured_at_us)
    return sum(frame.frames for frame in frames), seen


def test_every_wanted_picture_is_told_once_with_its_own_time(bridge: Bridge, walk: Path) -> None:
    analyse(bridge, plan_of("whole", walk))
    frames = stored(bridge, "whole")
    pictures, seen = told(frames)
    assert pictures == SECONDS * 5
    times = [frame.captured_at_us for frame in frames]
    assert times == sorted(set(times))
    assert START_US <= times[0] < START_US + 200_000
    assert [(min(each) - START_US) // 1_000_000 for each in seen.values()] == [4, 10]
    assert {int(track_id) >> 20 for track_id in seen} == {START_US // 1_000_000}


def test_the_rules_are_told_at_the_end_that_nothing_more_was_seen(bridge: Bridge, walk: Path) -> None:
    analyse(bridge, plan_of("closed", walk))
    last = stored(bridge, "closed")[-1]
    assert (last.frames, last.tracks) == (0, ())
    assert last.last_captured_at_us - last.captured_at_us == 4_000_000
    assert analyse(bridge, plan_of("closed", walk)) == 0
    assert stored(bridge, "closed")[-1] == last


@pytest.mark.parametrize("cuts", [(30,), (57, 20), (62,), (75, 40, 30), (105,)])
def test_an_analysis_that_was_killed_goes_on_without_telling_anything_twice(
    bridge: Bridge, walk: Path, cuts: tuple[int, ...]
) -> None:
    analyse(bridge, plan_of("whole", walk))
    for cut in cuts:
        analyse(bridge, plan_of("killed", walk), cut)
    analyse(bridge, plan_of("killed", walk))
    (pictures, seen), (again, seen_again) = told(stored(bridge, "whole")), told(stored(bridge, "killed"))
    assert again == pictures
    assert len(seen_again) == len(seen) == 2, "nobody became another"
    for each, other in zip(seen.values(), seen_again.values(), strict=True):
        assert len(each ^ other) <= 2 * len(cuts), (sorted(each - other), sorted(other - each))


def test_files_of_a_folder_follow_one_another_on_one_camera(bridge: Bridge, walk: Path) -> None:
    analyse(bridge, plan_of("folder", walk, walk))
    pictures, seen = told(stored(bridge, "folder"))
    assert (pictures, len(seen)) == (2 * SECONDS * 5, 4)


def test_what_is_not_needed_is_not_decoded(tmp_path: Path, walk: Path) -> None:
    keyframes = encode(tmp_path / "keyframes.mp4", seconds=6, gop=5)
    few = encode(tmp_path / "few.mp4", seconds=6, b_frames=2)
    assert (chosen_skip(keyframes, 5), chosen_skip(keyframes, 10)) == ("NONKEY", "NONREF")
    assert (chosen_skip(few, 5), chosen_skip(few, 25)) == ("NONREF", "DEFAULT")
    pictures = Pictures(plan_of("few", few, fps=5))
    assert len(list(pictures)) == 30
    assert pictures.counts.decoded < 120
    whole = Pictures(plan_of("whole", walk, fps=25))
    assert len(list(whole)) == SECONDS * FPS


def test_damage_is_counted_and_what_is_damaged_is_not_analysed(tmp_path: Path) -> None:
    good = encode(tmp_path / "good.ts", seconds=6).read_bytes()
    broken = bytearray(good)
    for at in range(len(good) // 2, len(good) // 2 + 6000, 97):
        broken[at] ^= 0x5A
    path = tmp_path / "broken.ts"
    path.write_bytes(bytes(broken[: len(good) * 9 // 10]))
    pictures = Pictures(plan_of("broken", path, fps=25))
    whole = list(pictures)
    assert pictures.counts.damaged > 0
    assert 25 <= len(whole) < 150
    assert [each.captured_at_us for each in whole] == sorted({each.captured_at_us for each in whole})


def test_a_recording_that_disappears_is_an_error_and_no_silence(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="not a video"):
        list(ahead(Pictures(plan_of("gone", tmp_path / "gone.mp4"))))


def test_no_coverage_is_expected_of_an_archive(server: OwnNats) -> None:
    """Nobody watches it live: it would be one long gap."""
    with Bridge(server.url(), name="test-admin") as admin, Bridge(server.url("inference"), name="inference") as own:
        for camera, source in (("gate", "rtsp://10.0.0.5/main"), ("arc-gate", "archive:///records")):
            event = CameraRegistered(CameraId(camera), camera, source, 10.0, 1280, True)
            payload = encode_event(Envelope(from_microseconds(START_US), "test", CommandId("c1"), event))
            message = Outgoing(event_subject(CAMERA, camera), payload, {"ES-Topic": event_name(event)})
            admin.run(publish_batch(admin.nc, [message]))
        facts = CameraFacts(own)
        try:
            deadline = time.monotonic() + 20
            while not (watched := facts.watched()) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert [each.camera_id for each in watched or ()] == ["gate"]
        finally:
            facts.close()
