"""Labelled recordings in folders: what is found, and what is refused with a sentence."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from infra.footage import open_footage
from training.evaluation.dataset import read_mot, sequences
from training.evaluation.errors import DatasetUnreadable

LABELS = "2,1,10,20,30,40,1,-1,-1\n1,1,0,0,10,10,1,-4.15,-7.3,0\n1,2,5,5,10,10,0,-1,-1\n"


def recording(folder: Path, name: str, about: dict[str, object] | None = None) -> None:
    home = folder / name
    home.mkdir(parents=True)
    (home / "a.mp4").touch()
    (home / "gt.txt").write_text(LABELS)
    if about is not None:
        (home / "sequence.json").write_text(json.dumps(about))


def test_every_folder_with_a_video_and_labels_is_one(tmp_path: Path) -> None:
    recording(tmp_path, "night/rain", {"use_case": "rain", "fps": 12.5})
    recording(tmp_path, "day")
    (tmp_path / "day" / "notes.md").touch()
    day, night = sequences(tmp_path)
    assert (day.name, day.use_case, day.fps) == ("day", "day", 10.0)
    assert (night.name, night.use_case, night.fps) == ("night/rain", "rain", 12.5)


def test_a_sequence_of_the_mot_benchmarks_is_taken_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "MOT17-02"
    (home / "gt").mkdir(parents=True)
    (home / "img1").mkdir()
    (home / "gt" / "gt.txt").write_text(LABELS)
    (home / "seqinfo.ini").write_text("[Sequence]\nname=MOT17-02\nframeRate=30\n")
    for number in range(1, 4):
        cv2.imwrite(str(home / "img1" / f"{number:06d}.jpg"), np.full((48, 64, 3), 40 * number, np.uint8))
    [found] = sequences(tmp_path)
    assert (found.name, found.fps, found.video, len(found.truth)) == ("MOT17-02", 30.0, home / "img1", 2)
    with open_footage(found.video) as opened:
        shades = [int(picture.to_ndarray(format="gray").mean()) for picture in opened.decode(video=0)]
    assert shades == pytest.approx([40, 80, 120], abs=2)
    (home / "seqinfo.ini").write_text("[Sequence]\nframeRate=often\n")
    with pytest.raises(DatasetUnreadable, match=r"seqinfo\.ini"):
        list(sequences(tmp_path))


def test_boxes_are_sorted_and_those_that_do_not_count_left_out(tmp_path: Path) -> None:
    recording(tmp_path, "a")
    truth = next(sequences(tmp_path)).truth
    assert truth.frames.tolist() == [1, 2]
    assert truth.corners.tolist() == [[0, 0, 10, 10], [10, 20, 40, 60]]
    assert len(truth.within(2, 9)) == 1


def test_a_folder_without_recordings_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnreadable, match=r"gt\.txt"):
        list(sequences(tmp_path))


@pytest.mark.parametrize("about", ['{"fps": "fast"}', "[]", "{"])
def test_a_bad_description_names_its_file(tmp_path: Path, about: str) -> None:
    recording(tmp_path, "a")
    (tmp_path / "a" / "sequence.json").write_text(about)
    with pytest.raises(DatasetUnreadable, match=r"sequence\.json"):
        list(sequences(tmp_path))


@pytest.mark.parametrize(
    "labels", ["", "1,2,3\n", "1,1,0,0,-5,10,1\n", "0,1,0,0,5,5,1\n", "a,b\n", "1,1,nan,0,5,5,1\n"]
)
def test_bad_labels_name_their_file(tmp_path: Path, labels: str) -> None:
    path = tmp_path / "gt.txt"
    path.write_text(labels)
    with pytest.raises(DatasetUnreadable, match=r"gt\.txt"):
        read_mot(path)
