"""A rendered clip from pixels to incidents: the offline pipeline with a classifier, then the rules. R57-R60."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from domain.contracts.detections import encode
from domain.contracts.slices import pack
from domain.replay.incidents import Incident
from domain.replay.offline import incidents, timeline
from inference.detections import Detections
from inference.machines.classifier import Classifier, dumped
from inference.machines.examples import crop_named, cut_examples, moments
from inference.machines.listed import MachinesRefused, listed_machines
from inference.machines.pictures import ExamplesRefused, read_pictures
from inference.machines.states import Aspect
from inference.offline import START_US, analyse
from tests.inference.machines.lathe import HEIGHT, WIDTH, ZONE, Light, scene
from tests.inference.samples import ScriptedDetector, detections

FPS = 2
POLYGON = [list(vertex) for vertex in ZONE]
STORY: tuple[tuple[int, dict[str, Any]], ...] = (
    (6, {"guard": "closed", "running": "running", "lamp": "green", "at": 0.9}),  # as it should be
    (8, {"guard": "open", "running": "running", "lamp": "green", "at": 0.9}),  # guard up while it runs
    (6, {"guard": "closed", "running": "running", "lamp": "green", "at": 0.9}),
    (8, {"guard": "open", "running": "stopped", "lamp": "yellow", "at": 0.9}),  # stopped: it may be up
    (4, {"guard": "closed", "running": "running", "lamp": "green", "at": 0.5}),  # somebody walks past
    (8, {"guard": "closed", "running": "running", "lamp": "red", "at": 0.9}),  # runs at red
    (16, {"guard": "closed", "running": "running", "lamp": "green", "at": None}),  # alone
    (6, {"guard": "closed", "running": "running", "lamp": "green", "at": 0.9}),
)
RULE = {"polygon": POLYGON, "zone": "lathe", "classes": ["machine"], "min": 0.3, "max": 0.7, "gap_s": 3}
RULES = [
    RULE | {"id": "guard", "kind": "guard_open", "dwell_s": 2, "window_s": 6},
    RULE | {"id": "lamp", "kind": "lamp", "forbidden_lamps": ["red"], "dwell_s": 2, "window_s": 6},
    RULE | {"id": "alone", "kind": "unattended_machine", "near": 1.0, "dwell_s": 8, "window_s": 10},
]
TALL = 0.75


def story() -> Iterator[tuple[dict[str, Any], float]]:
    """What is seen in each frame, and the light: a cloud goes by."""
    frame = 0
    for seconds, shown in STORY:
        for _ in range(seconds * FPS):
            yield shown, 1.0 + 0.3 * float(np.sin(frame / 12))
            frame += 1


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "lathe.mp4"
    random = np.random.default_rng(8)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", FPS, {"preset": "ultrafast", "crf": "26"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for shown, gain in story():
            pixels = scene(
                *(shown["guard"], shown["running"], shown["lamp"], random, Light(gain=gain)),
                person_x=shown["at"],
                tall=TALL if shown["at"] != 0.5 else 0.95,
            )
            file.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "bgr24")))
        file.mux(stream.encode())
    return path


def people() -> list[Detections]:
    """What a detector of persons would have found."""
    found = []
    for shown, _ in story():
        tall = TALL if shown["at"] != 0.5 else 0.95
        x, across = (shown["at"] or 0.0) * WIDTH, 0.3 * tall * HEIGHT / 2
        box = (x - across, (0.97 - tall) * HEIGHT, x + across, 0.97 * HEIGHT)
        found.append(detections((box, 0.9)) if shown["at"] is not None else detections())
    return found


def found_in(clip: Path, classifier: Classifier, folder: Path) -> list[Incident]:
    (folder / "lathe.npz").write_bytes(dumped(classifier))
    listing = folder / "machines.json"
    listing.write_text(json.dumps([{"zone": "lathe", "polygon": POLYGON, "classifier": "lathe.npz"}]))
    stage = listed_machines(listing)
    analysed = analyse(clip, FPS, WIDTH, ScriptedDetector(people()), None, scenes=[stage])
    return incidents(pack((number, encode(one)) for number, one in enumerate(analysed, 1)), timeline(RULES))


def seconds(at: Any) -> float:
    return (int(at.timestamp() * 1_000_000) - START_US) / 1_000_000


def test_what_goes_wrong_at_the_lathe_is_three_incidents(clip: Path, classifier: Classifier, tmp_path: Path) -> None:
    found = found_in(clip, classifier, tmp_path)
    told = {str(each.opened.rule_id): each for each in found}
    assert sorted(each.opened.rule_id for each in found) == ["alone", "guard", "lamp"]
    assert all(each.verdict.value == "violation" for each in found)
    for rule, since, until in (("guard", 6, 14), ("lamp", 32, 40), ("alone", 40, 56)):
        opened, closed = told[rule].opened, told[rule].closed
        assert closed is not None
        assert since <= seconds(opened.first_seen) <= since + 1.0, rule
        assert until - 1.5 <= seconds(closed.last_seen) <= until + 0.5, rule
        assert opened.model_id == "machine-lathe"
    assert seconds(told["alone"].opened.opened_at) == pytest.approx(40 + 8, abs=1.5)


def test_examples_are_cut_out_of_the_clip(clip: Path, tmp_path: Path) -> None:
    wanted = [*moments("1-4=closed,running"), *moments("7.5=открыт")]
    x1, y1, x2, y2 = ZONE[0][0], ZONE[0][1], ZONE[2][0], ZONE[2][1]
    written = cut_examples(clip, crop_named(f"{x1},{y1},{x2},{y2}"), wanted, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        *(f"{state}/lathe-{at:010.3f}.png" for at in (1.0, 2.0, 3.0, 4.0) for state in ("closed", "running")),
        "open/lathe-000007.500.png",
    ]
    pictures = read_pictures(tmp_path)
    assert len(pictures) == 5
    assert pictures[0].states == {Aspect.GUARD: "closed", Aspect.RUNNING: "running"}


@pytest.mark.parametrize("text", ["open", "x=open", "5-4=open", "1=ajar", "-1=open", "0-99999=open", "1="])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Exception, match=r"expected|seconds|no state"):
        moments(text)


@pytest.mark.parametrize("text", ["0.1,0.2,0.3", "0.1,0.2,0.1,0.9", "0,0,100,100", "a,b,c,d"])
def test_what_is_no_crop_is_refused(text: str) -> None:
    with pytest.raises(ExamplesRefused, match="expected"):
        crop_named(text)


def test_a_moment_after_the_end_is_said(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(ExamplesRefused, match="no picture at 900 s"):
        cut_examples(clip, (0.0, 0.0, 1.0, 1.0), moments("900=open"), tmp_path)
    (tmp_path / "not.mp4").write_bytes(b"not a film")
    with pytest.raises(ExamplesRefused, match=r"not\.mp4"):
        cut_examples(tmp_path / "not.mp4", (0.0, 0.0, 1.0, 1.0), moments("1=open"), tmp_path)


@pytest.mark.parametrize(
    "text", ["{}x", "[{}]", '[{"zone": "../x", "polygon": [[0,0],[1,0],[1,1]], "classifier": "a"}]']
)
def test_what_is_no_list_of_machines_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "machines.json").write_text(text)
    with pytest.raises(MachinesRefused):
        listed_machines(tmp_path / "machines.json")
