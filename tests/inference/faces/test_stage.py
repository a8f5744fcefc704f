"""Whose heads are handed to the matcher, how often, and what of the picture."""

import numpy as np

from domain.contracts.detections import ObjectClass
from inference.detections import Tracks
from inference.faces.stage import FaceStage, Look, head
from inference.scene import NOTHING_SEEN
from infra.frames import SharedFrame
from tests.inference.samples import shared_frame


class Inbox:
    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.settled: set[int] = set()

    def wants(self, camera: str, track_id: int) -> bool:
        return track_id not in self.settled

    def offer(self, look: Look) -> None:
        self.looks.append(look)


def people(*boxes: tuple[float, float, float, float], code: int = ObjectClass.PERSON) -> Tracks:
    count = len(boxes)
    return Tracks(
        np.arange(count, dtype=np.int64),
        np.array(boxes, np.float32).reshape(-1, 4),
        np.ones(count, np.float32),
        np.full(count, code, np.uint8),
    )


TALL, SMALL = (100.0, 50.0, 200.0, 300.0), (300.0, 50.0, 330.0, 130.0)


def shown(inbox: Inbox, tracks: Tracks, times_s: list[float]) -> list[int]:
    stage = FaceStage(inbox, min_person_px=120, interval_s=1.0)
    for at_s in times_s:
        frame = shared_frame(0)
        later = SharedFrame("gate", 1, frame.captured_at_us + round(at_s * 1e6), frame.pixels)
        assert stage.observe(later, tracks) is NOTHING_SEEN
    return [each.track_id for each in inbox.looks]


def test_who_is_looked_at_and_how_often() -> None:
    assert shown(Inbox(), people(TALL, SMALL), [0, 0.1, 0.9, 1.0, 1.5, 2.1]) == [0, 0, 0]
    assert shown(Inbox(), people(TALL, code=ObjectClass.CAR), [0, 1]) == []
    settled = Inbox()
    settled.settled.add(0)
    assert shown(settled, people(TALL), [0, 1, 2]) == []
    crowd = people(*[(100.0 * i, 50.0, 100.0 * i + 90, 300.0) for i in range(5)])
    assert sorted(shown(Inbox(), crowd, [0, 0.1])) == [0, 1, 2, 3, 4], "the others are seen in the next frame"


def test_a_head_is_the_upper_part_with_some_context() -> None:
    picture = np.arange(360 * 640 * 3, dtype=np.uint32).astype(np.uint8).reshape(360, 640, 3)
    nobody = np.empty((0, 4), np.float32)
    crop = head(picture, np.array(TALL, np.float32), nobody)
    np.testing.assert_array_equal(crop, picture[25:175, 115:185])
    assert not np.shares_memory(crop, picture), "the frame's memory is written over"
    assert head(picture, np.array([-50, -50, 20, 20], np.float32), nobody).shape == (0, 10, 3)
    assert head(picture, np.array([600, 300, 700, 400], np.float32), nobody).shape == (60, 25, 3)
    other = head(picture, np.array(TALL, np.float32), np.array([[170, 0, 230, 75], [0, 0, 9, 9]], np.float32))
    np.testing.assert_array_equal(other[:50, 55:], 127)
    np.testing.assert_array_equal(other[:, :55], crop[:, :55])
    np.testing.assert_array_equal(other[50:], crop[50:])


def test_a_face_that_could_be_anothers_is_nobodys() -> None:
    behind, beside = (110.0, 60.0, 210.0, 310.0), (190.0, 50.0, 290.0, 300.0)
    assert shown(Inbox(), people(TALL, behind), [0, 1]) == [], "one head before the other"
    assert sorted(shown(Inbox(), people(TALL, beside), [0])) == [0, 1]
    bag = people(TALL, behind)
    bag.codes[1] = ObjectClass.WEAPON
    assert shown(Inbox(), bag, [0]) == [0]
