"""From the pixels of a recording to incidents: one that closes, and one that waits until its permission is over."""

import json
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import pytest

from domain.contracts.detections import encode, from_microseconds
from domain.contracts.events import ObjectPermitted
from domain.contracts.identifiers import ZoneId
from domain.contracts.plant import OBJECTS_MODEL
from domain.contracts.slices import pack
from domain.replay.offline import incidents, timeline
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.objects.listed import StorageZonesRefused, listed_zones
from inference.offline import START_US, analyse
from infra.detectors import DetectorKind
from tests.inference.objects.hall import HEIGHT, PALLET, WIDTH, Hall, Thing
from tests.inference.objects.test_watch import walking

CRATE = Thing((80, 160, 120, 190))
PASSAGE = [[0.0, 0.3], [1.0, 0.3], [1.0, 1.0], [0.0, 1.0]]
RULE = {
    "id": "passage",
    "kind": "left_object",
    "polygon": PASSAGE,
    "classes": ["object"],
    "min": 0.4,
    "max": 0.6,
    "dwell_s": 15,
    "window_s": 10,
    "gap_s": 120,
}


def film(path: Path) -> None:
    """A frame a second: pallet and crate come, the lamps go half out, the pallet is fetched; people walk past."""
    hall = Hall()
    with av.open(str(path), "w") as file:
        stream = file.add_stream("mpeg4", rate=1)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", 4_000_000
        for at in range(75):
            things = [*([PALLET] if 10 <= at < 45 else []), *([CRATE] if at >= 12 else []), walking(at)]
            luma = hall.picture(*things, light=1.0 if at < 35 else 0.5)
            picture = av.VideoFrame.from_ndarray(np.repeat(luma[:, :, None], 3, axis=2), format="bgr24")
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))


def test_what_is_left_is_an_incident_unless_it_is_permitted(tmp_path: Path) -> None:
    film(tmp_path / "hall.mp4")
    (tmp_path / "zones.json").write_text(json.dumps([{"zone": "passage", "polygon": PASSAGE}]))
    detector = create(DetectorKind.OPENVINO, YoloOptions(width=416, height=256, threads=1))
    scenes = [listed_zones(tmp_path / "zones.json")]
    frames = analyse(tmp_path / "hall.mp4", 1.0, WIDTH, detector, None, scenes=scenes)
    detections = pack((i, encode(frame)) for i, frame in enumerate(frames, 1))
    pallet, crate = incidents(detections, timeline([RULE]))
    begins = from_microseconds(START_US)
    assert pallet.closed is not None
    assert crate.closed is None
    assert (pallet.opened.model_id, pallet.opened.kind) == (OBJECTS_MODEL, "left_object")
    assert 44 <= (pallet.closed.last_seen - begins).total_seconds() <= 46
    assert 27 <= (crate.opened_at - begins).total_seconds() <= 38

    permitted = timeline([RULE])
    left, top, right, bottom = crate.opened.box
    region = (left - 0.02, top - 0.02, right + 0.02, bottom + 0.02)
    until = begins + timedelta(seconds=50)
    permitted.add(ObjectPermitted(ZoneId("passage"), region, begins, until, "до вечера"))
    again, late = incidents(detections, permitted)
    assert again.opened == pallet.opened
    assert 65 <= (late.opened_at - begins).total_seconds() <= 70
    assert late.opened.track_id == crate.opened.track_id


@pytest.mark.parametrize("wrong", ["{}", "[]]", '[{"zone": "a"}]', '[{"zone": "a", "polygon": [[0, 0], [1, 1]]}]'])
def test_what_is_no_list_of_zones_is_refused(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "zones.json"
    path.write_text(wrong)
    if wrong == "{}":
        path.write_text('{"zone": 1}')
    with pytest.raises(StorageZonesRefused, match=r"zones\.json"):
        listed_zones(path)
