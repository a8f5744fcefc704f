"""Frames in which nothing was seen travel as one message."""

from dataclasses import replace

from domain.contracts.detections import FrameAnalysed, ObjectClass, TrackObservation
from domain.contracts.identifiers import CameraId, TrackId
from inference.runs import LONGEST_RUN_S, RunMerger
from tests.inference.samples import MODEL, START_US

SOMEBODY = TrackObservation(TrackId(1), ObjectClass.PERSON, 0.9, (0.1, 0.1, 0.2, 0.5))


def empty(number: int, camera: str = "gate") -> FrameAnalysed:
    at = START_US + number * 100_000
    return FrameAnalysed(CameraId(camera), number, at, 640, 360, (MODEL,), last_captured_at_us=at)


def seen(number: int) -> FrameAnalysed:
    return replace(empty(number), tracks=(SOMEBODY,))


def run_of(first: int, last: int, camera: str = "gate") -> FrameAnalysed:
    end = START_US + last * 100_000
    return replace(empty(first, camera), frames=last - first + 1, last_captured_at_us=end)


def test_a_frame_with_somebody_goes_out_at_once() -> None:
    assert RunMerger().add(seen(1), now=0.0) == [seen(1)]


def test_empty_frames_go_out_as_one_run_before_somebody_comes() -> None:
    merger = RunMerger()
    assert [merger.add(empty(n), now=0.0) for n in (1, 2, 3)] == [[], [], []]
    assert merger.add(seen(4), now=0.0) == [run_of(1, 3), seen(4)]


def test_a_run_is_not_held_back_longer_than_a_second() -> None:
    merger = RunMerger()
    merger.add(empty(1), now=10.0)
    merger.add(empty(2), now=10.5)
    assert merger.due(10.9) == []
    assert merger.due(10.0 + LONGEST_RUN_S) == [run_of(1, 2)]
    assert merger.due(20.0) == []


def test_each_camera_has_its_own_run() -> None:
    merger = RunMerger()
    for number in (1, 2):
        merger.add(empty(number), now=0.0)
        merger.add(empty(number, "yard"), now=0.0)
    assert merger.flush() == [run_of(1, 2), run_of(1, 2, "yard")]


def test_another_picture_size_begins_another_run() -> None:
    merger = RunMerger()
    merger.add(empty(1), now=0.0)
    assert merger.add(replace(empty(2), width=320, height=180), now=0.0) == [empty(1)]


def test_a_clock_that_was_set_back_begins_another_run() -> None:
    merger = RunMerger()
    merger.add(empty(5), now=0.0)
    earlier = replace(empty(6), captured_at_us=START_US, last_captured_at_us=START_US)
    assert merger.add(earlier, now=0.0) == [empty(5)]
    assert merger.flush() == [earlier]
