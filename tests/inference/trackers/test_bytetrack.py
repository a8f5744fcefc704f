"""The tracker keeps who is who, on made boxes and on a real video."""

from fractions import Fraction

import av
import numpy as np
import pytest

from domain.contracts.detections import ObjectClass
from inference.detections import Detections, nothing
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.identity import Starts
from infra.assets import fetch
from infra.detectors import DetectorKind
from tests.inference.samples import START_US, Corners, detections

START = START_US // 1_000_000
FRAME_US = 100_000


def walker(number: int, score: float = 0.9) -> tuple[Corners, float]:
    """Somebody who walks four pixels per frame to the right."""
    x = 100.0 + 4 * number
    return (x, 100, x + 40, 200), score


def tracker(start_second: int = START) -> ByteTrack:
    return ByteTrack(start_second, TrackOptions())


def test_a_walker_keeps_the_id() -> None:
    track = tracker()
    seen = [track.update(detections(walker(i)), START_US + i * FRAME_US).ids.tolist() for i in range(20)]
    assert seen[0] == []  # a single sighting is not yet a track
    assert seen[1:] == [[START << 20]] * 19


def test_a_walker_who_was_hidden_for_a_second_keeps_the_id() -> None:
    track = tracker()
    found = [detections(walker(i)) if not 8 <= i < 18 else nothing() for i in range(24)]
    ids = [track.update(f, START_US + i * FRAME_US).ids.tolist() for i, f in enumerate(found)]
    assert ids[7] == ids[-1] == [START << 20]
    assert ids[8:18] == [[]] * 10


def test_a_weak_sighting_prolongs_a_track_but_starts_none() -> None:
    known, unknown = tracker(), tracker()
    for i in range(5):
        known.update(detections(walker(i)), START_US + i * FRAME_US)
    for i in range(5, 10):
        at = START_US + i * FRAME_US
        assert len(known.update(detections(walker(i, score=0.15)), at)) == 1
        assert len(unknown.update(detections(walker(i, score=0.15)), at)) == 0


def test_after_a_long_absence_it_is_somebody_else() -> None:
    track = tracker()
    for i in range(5):
        before = track.update(detections(walker(i)), START_US + i * FRAME_US)
    for i in range(5, 8):
        after = track.update(detections(walker(i)), START_US + 60_000_000 + i * FRAME_US)
    assert before.ids.tolist() != after.ids.tolist()


@pytest.mark.filterwarnings("error")
def test_a_clock_that_is_set_back_does_not_lose_the_track() -> None:
    track = tracker()
    times = [*range(10), *range(-3600 * 10, -3600 * 10 + 10)]
    ids = [track.update(detections(walker(i)), START_US + t * FRAME_US).ids.tolist() for i, t in enumerate(times)]
    assert ids[1:] == [[START << 20]] * 19


def test_a_restarted_tracker_never_gives_an_old_id() -> None:
    starts = Starts()
    first, second = (tracker(starts.next(START_US)) for _ in range(2))
    for i in range(3):
        before = first.update(detections(walker(i)), START_US + i * FRAME_US)
        after = second.update(detections(walker(i)), START_US + i * FRAME_US)
    assert set(before.ids.tolist()).isdisjoint(after.ids.tolist())


def test_start_seconds_never_repeat_even_when_the_clock_goes_back() -> None:
    starts = Starts()
    given = [starts.next(us * 1_000_000) for us in (10, 10, 5, 11, 30)]
    assert given == [10, 11, 12, 13, 30]


@pytest.mark.assets
def test_people_on_a_real_street_keep_their_ids_for_seconds() -> None:
    """PETS09-S2L1: 30 frames from the 100th on, ten a second; five to eight people walk there."""
    found = _detected("vtest.avi", first=100, count=30)
    track = tracker()
    lives: dict[int, int] = {}
    for i, detections_ in enumerate(found):
        for track_id in track.update(detections_, START_US + i * FRAME_US).ids.tolist():
            lives[track_id] = lives.get(track_id, 0) + 1
    assert sum(frames >= 25 for frames in lives.values()) >= 4
    assert len(lives) <= 12


def _detected(name: str, first: int, count: int) -> list[Detections]:
    detector = create(DetectorKind.OPENVINO, YoloOptions())
    found = []
    with av.open(str(fetch(name))) as video:
        rate = video.streams.video[0].average_rate
        assert rate == Fraction(10)
        for number, frame in enumerate(video.decode(video=0)):
            if number >= first + count:
                break
            if number >= first:
                everything = detector.submit(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)).result()
                found.append(everything.pick(everything.codes == ObjectClass.PERSON))
    return found
