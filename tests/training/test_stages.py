"""A rendered recording through all stages, each a real process: perception, rules, scores, report."""

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from infra.assets import fetch
from infra.cli.app import app
from training.evaluation.boxes import track_scores
from training.evaluation.dataset import Sequence, sequences
from training.evaluation.errors import StageFailed
from training.evaluation.report import html
from training.evaluation.scoring import score
from training.evaluation.stages import perceive

PERSONS = ((50, 394, 241, 907), (221, 405, 350, 860), (669, 419, 810, 872), (0, 550, 63, 873))
FRAMES, STEP, WIDTH = 30, 3, 900

pytestmark = pytest.mark.assets


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Sequence:
    """A picture of four people that moves over a grey wall; their boxes are known."""
    folder = tmp_path_factory.mktemp("dataset") / "street"
    folder.mkdir()
    picture = cv2.imread(str(fetch("bus.jpg")))
    assert picture is not None
    rows = []
    with av.open(str(folder / "pan.mp4"), "w") as video:
        stream = video.add_stream("libx264", rate=10, options={"crf": "18"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, picture.shape[0], "yuv420p"
        for number in range(FRAMES):
            left = number * STEP
            canvas = np.full((picture.shape[0], WIDTH, 3), 114, np.uint8)
            canvas[:, left : left + picture.shape[1]] = picture
            video.mux(stream.encode(av.VideoFrame.from_ndarray(canvas, format="bgr24")))
            rows += [
                f"{number + 1},{who},{x1 + left},{y1},{x2 - x1},{y2 - y1},1,-1,-1,-1"
                for who, (x1, y1, x2, y2) in enumerate(PERSONS, 1)
            ]
        video.mux(stream.encode(None))
    (folder / "gt.txt").write_text("\n".join(rows))
    (folder / "sequence.json").write_text(json.dumps({"use_case": "pan", "fps": 10}))
    return next(sequences(folder.parent))


def test_a_recording_can_be_seen_as_a_live_camera_is(street: Sequence, tmp_path: Path) -> None:
    seen = perceive(street.video, tmp_path, 10, ["--as-watched"])
    assert 0 < seen.about["followed"] < FRAMES
    found = track_scores(seen.tracks, street.truth, FRAMES)
    assert found.det_a > 0.5
    assert found.idf1 > 0.6
    assert len(seen.boxes) == len(seen.tracks)


def test_a_known_scene_is_scored_right(street: Sequence) -> None:
    found = score(street)
    assert found.frames == FRAMES
    assert found.detection.ap50 > 0.7
    assert found.tracking.det_a > 0.6
    assert found.tracking.idf1 > 0.7
    assert found.incidents.expected >= 1
    assert (found.incidents.recall, found.incidents.precision, found.incidents.duplicates) == (1.0, 1.0, 0)
    page = html([found])
    assert "pan" in page
    assert page.count("data:image/jpeg") >= 3
    assert page.count("<svg") == 2
    assert page.count("src=") == page.count("src='data:image/jpeg")  # one file says all, wherever it is opened
    assert json.dumps(found.as_plain())


def test_a_stage_that_fails_is_told(street: Sequence, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    with pytest.raises(StageFailed, match=r"inference\.offline"):
        score(Sequence("broken", broken, street.truth, "broken", 10.0))


def test_the_command_is_listed() -> None:
    assert "eval" in CliRunner().invoke(app, ["--help"]).output
