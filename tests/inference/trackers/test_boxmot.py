"""BoxMOT's trackers behind our protocol; skipped where the extra `training` is not installed."""

import sys
from pathlib import Path

import numpy as np
import openvino as ov
import pytest
from openvino import opset13 as ops

from domain.contracts.detections import ObjectClass
from inference.detections import Detections, nothing
from inference.errors import ModelUnusable
from inference.protocols import Tracker
from inference.trackers import create
from inference.trackers.appearance import Appearance
from inference.trackers.boxmot import BoxMotTracker
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from inference.trackers.identity import first_id
from inference.weights import Weights
from infra.frames import Pixels
from infra.trackers import TrackerKind
from tests.inference.samples import START_US, detections
from tests.inference.torch_stand_in import torch_or_skip

START_SECOND = START_US // 1_000_000
RED, BLUE = (20, 20, 230), (230, 30, 20)
FRAMES = 40


def reid(folder: Path) -> Appearance:
    """What a picture's mean colour is: as little as tells a red coat from a blue one."""
    picture = ops.parameter([1, 3, 64, 32], np.float32)
    mean = ops.reduce_mean(picture, np.array([2, 3]), keep_dims=False)
    ov.save_model(ov.Model([mean], [picture], "colour"), folder / "colour.xml", compress_to_fp16=False)
    return Appearance(Weights("colour", folder / "colour.xml"), 1)


def coats(*people: tuple[float, tuple[int, int, int]]) -> tuple[Detections, Pixels]:
    """People at these places, each in a coat."""
    frame = np.full((240, 320, 3), 90, np.uint8)
    rows = []
    for x, colour in people:
        frame[60:200, int(x) : int(x) + 50] = colour
        rows.append(((x, 60.0, x + 50.0, 200.0), 0.9))
    return detections(*rows), frame


def walked(tracker: Tracker) -> list[dict[int, float]]:
    """One walks to the right, one to the left, and they pass each other: where each id was, frame by frame."""
    seen = []
    for n in range(FRAMES):
        right, left = 10.0 + 6 * n, 250.0 - 6 * n
        found, frame = coats((right, RED), (left, BLUE)) if n % 2 else coats((left, BLUE), (right, RED))
        tracks = tracker.update(found, START_US + n * 100_000, None, frame)
        seen.append(dict(zip(tracks.ids.tolist(), tracks.boxes[:, 0].tolist(), strict=True)))
    return seen


@pytest.mark.parametrize("kind", [kind for kind in TrackerKind if kind is not TrackerKind.BYTETRACK])
def test_two_who_walk_are_two_tracks_with_ids_of_ours(kind: TrackerKind, tmp_path: Path) -> None:
    torch_or_skip()
    pytest.importorskip("boxmot")
    seen = walked(create(kind, START_SECOND, TrackOptions(), reid(tmp_path)))
    assert all(len(ids) == 2 for ids in seen[5:12])
    assert all(i >= first_id(START_SECOND) for ids in seen for i in ids)
    assert len({frozenset(ids) for ids in seen[5:12]}) == 1
    quiet = create(kind, START_SECOND, TrackOptions(), reid(tmp_path))
    assert len(quiet.update(nothing(), START_US, None, coats()[1])) == 0


def test_R172_by_looks_each_keeps_his_id_when_they_pass(tmp_path: Path) -> None:
    torch_or_skip()
    pytest.importorskip("boxmot")
    seen = walked(create(TrackerKind.DEEPOCSORT, START_SECOND, TrackOptions(), reid(tmp_path)))
    before, after = seen[8], seen[-1]
    rightwards = min(before, key=lambda i: before[i])
    assert after[rightwards] == max(after.values())


def test_what_things_look_like_is_a_row_of_length_one(tmp_path: Path) -> None:
    looks = reid(tmp_path)
    found, frame = coats((10.0, RED), (150.0, BLUE), (-20.0, RED))
    rows = looks.of(frame, found.boxes)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert float(rows[0] @ rows[2]) > 0.95 > float(rows[0] @ rows[1])


def test_a_tracker_that_needs_looks_has_bytetrack_stand_in_until_there_is_a_model() -> None:
    assert isinstance(create(TrackerKind.STRONGSORT, START_SECOND, TrackOptions()), ByteTrack)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boxmot", None)
    with pytest.raises(ModelUnusable, match=r"requirements-training\.lock"):
        BoxMotTracker(TrackerKind.OCSORT, START_SECOND, TrackOptions())


def test_codes_stay_with_their_boxes(tmp_path: Path) -> None:
    torch_or_skip()
    pytest.importorskip("boxmot")
    tracker = create(TrackerKind.OCSORT, START_SECOND, TrackOptions(), None)
    person = detections(((10.0, 10.0, 60.0, 150.0), 0.9))
    car = detections(((150.0, 40.0, 300.0, 150.0), 0.8), code=ObjectClass.CAR)
    both = Detections(
        np.concatenate([person.boxes, car.boxes]),
        np.concatenate([person.scores, car.scores]),
        np.concatenate([person.codes, car.codes]),
    )
    for n in range(4):
        tracks = tracker.update(both, START_US + n * 100_000)
    assert dict(zip(tracks.codes.tolist(), tracks.boxes[:, 0].tolist(), strict=True)) == {
        ObjectClass.PERSON: 10.0,
        ObjectClass.CAR: 150.0,
    }
