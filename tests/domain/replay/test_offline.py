"""The rules over a file of detections: what a file of rules may say."""

from typing import Any

import pytest

from domain.contracts.detections import Attribute, AttributeScore, encode
from domain.contracts.slices import pack
from domain.replay.offline import RulesRefused, incidents, timeline
from tests.domain.samples import LEFT_HALF, frame, person

BASE: dict[str, Any] = {"id": "rule", "min": 0.4, "max": 0.7, "dwell_s": 0.3, "window_s": 5, "gap_s": 2}
ZONE = [list(vertex) for vertex in LEFT_HALF]
ACROSS = [[0.0, 0.5], [1.0, 0.5]]


def walked() -> bytes:
    """A person without a vest walks down through the zone, over the line."""
    bare = (AttributeScore(Attribute.VEST, 0.1, 0.9),)
    tracks = [person((0.1, 0.1 + i / 50, 0.2, 0.4 + i / 50)) for i in range(20)]
    frames = [frame(i / 10, *[type(t)(t.track_id, t.object_class, t.score, t.box, bare)]) for i, t in enumerate(tracks)]
    return pack([(i, encode(one)) for i, one in enumerate(frames, start=1)])


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ({"kind": "danger_zone", "polygon": ZONE}, 1),
        ({"kind": "danger_zone", "polygon": ZONE, "min_person_height": 0.5}, 0),
        ({"kind": "no_vest", "polygon": ZONE, "at_gate": True}, 1),
        ({"kind": "no_glasses"}, 0),
        ({"kind": "direction", "polygon": ZONE, "line": ACROSS, "forbidden": "in", "dwell_s": 0.0}, 1),
        ({"kind": "direction", "polygon": ZONE, "line": ACROSS, "forbidden": "out", "dwell_s": 0.0}, 0),
        ({"kind": "loitering", "polygon": [[0.25, 0.0], [0.5, 0.0], [0.5, 1.0], [0.25, 1.0]], "near": 1.0}, 1),
        ({"kind": "loitering", "polygon": [[0.25, 0.0], [0.5, 0.0], [0.5, 1.0], [0.25, 1.0]], "near": 0.3}, 0),
    ],
)
def test_every_kind_of_rule(rule: dict[str, Any], found: int) -> None:
    assert len(incidents(walked(), timeline([BASE | rule]))) == found


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "no_shoes"},
        {"kind": "direction", "polygon": ZONE, "line": [[0.0, 0.5]], "forbidden": "in"},
        {"kind": "direction", "polygon": ZONE, "line": ACROSS, "forbidden": "up"},
    ],
)
def test_what_is_no_rule_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(RulesRefused, match=r"rules\[0\]"):
        timeline([BASE | rule])
