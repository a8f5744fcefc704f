"""The dataset: its cameras' splits and its frozen versions. Pure `decide` and `evolve`, called by domain.service only.

What is in a version is what its manifest lists. A camera whose split was frozen keeps it: else pictures of one place
would be both learnt from and tested on (R162).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from domain.contracts.commands import AssignSplit, FreezeVersion
from domain.contracts.events import SplitAssigned, VersionFrozen
from domain.contracts.identifiers import CameraId
from domain.contracts.learning import Split
from domain.fields import require, require_object, require_slug
from domain.refusals import Refusal

Command = AssignSplit | FreezeVersion
Event = SplitAssigned | VersionFrozen


@dataclass(frozen=True, slots=True)
class State:
    """A dataset is there as soon as it is spoken of; a new one has nothing.

    frozen   splits that a version was frozen with
    """

    splits: Mapping[CameraId, Split] = field(default_factory=dict)
    frozen: Mapping[CameraId, Split] = field(default_factory=dict)
    newest: VersionFrozen | None = None


class SplitFrozen(Refusal):
    """A version was frozen with the camera in another split."""

    code = "split_frozen"


def decide(command: Command, state: State) -> list[Event]:
    """The events that a command causes; none when nothing changes. Raises a Refusal."""
    require_slug("dataset_id", command.dataset_id)
    match command:
        case AssignSplit():
            return _assign(command, state)
        case FreezeVersion():
            return _freeze(command, state)
    assert_never(command)


def _assign(c: AssignSplit, state: State) -> list[Event]:
    require_slug("camera_id", c.camera_id)
    if state.splits.get(c.camera_id) is c.split:
        return []
    frozen = state.frozen.get(c.camera_id)
    if frozen is not None:
        raise SplitFrozen(f"a version was frozen with {c.camera_id!r} in {frozen.value}")
    return [SplitAssigned(c.dataset_id, c.camera_id, c.split)]


def _freeze(c: FreezeVersion, state: State) -> list[Event]:
    require_object(c.manifest_key, c.manifest_sha256, prefix="manifest_")
    require(c.samples >= 1, "samples", "1 or more")
    if state.newest is not None and state.newest.manifest_sha256 == c.manifest_sha256:
        return []
    version = 1 if state.newest is None else state.newest.dataset_version + 1
    return [VersionFrozen(c.dataset_id, version, c.samples, c.manifest_key, c.manifest_sha256)]


def evolve(state: State, event: Event) -> State:
    """The state after a fact; never refuses."""
    match event:
        case SplitAssigned(_, camera_id, split):
            return replace(state, splits={**state.splits, camera_id: split})
        case VersionFrozen():
            return replace(state, newest=event, frozen=state.splits)
    assert_never(event)
