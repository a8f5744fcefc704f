"""The rules' state as it is stored: all of it, and that of older builds."""

import json
from dataclasses import replace

from domain.contracts import codec
from domain.contracts.identifiers import RuleId
from domain.contracts.observations import Direction
from domain.contracts.plant import DirectionLine, RuleKind
from domain.rules.engine import CameraState, observe
from domain.rules.hits import ActiveRule
from domain.service.checkpoint import Checkpoint, restored, taken
from tests.domain.samples import INSIDE, LEFT_HALF, YARD, danger_rule, frame, person

ONE_WAY = replace(danger_rule(), rule_id=RuleId("one-way"), kind=RuleKind.DIRECTION, forbidden=Direction.OUT)
RULES = (
    ActiveRule(danger_rule(), LEFT_HALF, 1),
    ActiveRule(ONE_WAY, LEFT_HALF, 1, DirectionLine((0.0, 0.3), (1.0, 0.3))),
)


def folded(seconds: float) -> CameraState:
    """A person in the zone, with an open incident, on the side of the line from which nobody may go on."""
    state = CameraState()
    for i in range(round(seconds * 10)):
        state, _ = observe(state, frame(i / 10, person(INSIDE)), i + 1, RULES)
    return state


def test_a_state_is_stored_whole() -> None:
    state = folded(2)
    assert state.episodes
    assert state.came
    assert state.zone_episodes
    stored = codec.to_json(taken(20, {YARD: state}))
    assert restored(codec.from_json(Checkpoint, stored)) == {YARD: state}


def test_a_track_before_a_line_is_stored_though_it_has_no_episode() -> None:
    state = replace(folded(2), episodes={}, gaps_s={}, zone_episodes={})
    assert restored(taken(20, {YARD: state})) == {YARD: state}


def test_a_checkpoint_of_a_build_that_knew_only_episodes_is_read() -> None:
    state = replace(folded(2), came={}, zone_episodes={})
    plain = json.loads(codec.to_json(taken(20, {YARD: state})))
    for camera in plain["cameras"]:
        del camera["came"], camera["zone_episodes"]
    assert restored(codec.from_json(Checkpoint, json.dumps(plain).encode())) == {YARD: state}
