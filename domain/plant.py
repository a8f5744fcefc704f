"""Cameras, zones and rules: pure `decide` and `evolve`. Called by domain.service only.

A change of a zone or a rule is in force for frames captured from `effective_from` on: a moment after the command, so
that a live run and a replay apply it to exactly the same frames.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from domain import camera, rule, zone
from domain.camera import Camera
from domain.contracts.commands import (
    DrawZone,
    MoveCameraToGroup,
    PermitObject,
    PlantCommand,
    PublishRule,
    RegisterCamera,
    RenewReference,
    RetireCamera,
    RetireRule,
    RetireZone,
    SetReferenceFrame,
    SetRetention,
)
from domain.contracts.commands.machines import ReportMachineNotTaught, ReportMachineTaught, TeachMachine
from domain.contracts.events import (
    CameraConfigured,
    CameraMovedToGroup,
    CameraRegistered,
    CameraRetired,
    ObjectPermitted,
    PlantEvent,
    ReferenceFrameSet,
    ReferenceRenewed,
    RetentionSet,
    RulePublished,
    RuleRetired,
    ZoneDrawn,
    ZoneRetired,
)
from domain.contracts.events.machines import MachineNotTaught, MachineTaught, MachineTeachingAsked
from domain.fields import FieldRefused
from domain.refusals import PlantPartRetired, PlantPartUnknown
from domain.rule import Rule
from domain.settling import SETTLING
from domain.zone import Zone

__all__ = [
    "SETTLING",
    "Absent",
    "Camera",
    "FieldRefused",
    "PlantPartRetired",
    "PlantPartUnknown",
    "Rule",
    "State",
    "Zone",
    "decide",
    "evolve",
]


@dataclass(frozen=True, slots=True)
class Absent:
    """No such camera, zone or rule."""


State = Absent | Camera | Zone | Rule


def decide(command: PlantCommand, state: State, at: datetime) -> list[PlantEvent]:
    """The events that a command causes at the time `at`; none when nothing changes. Raises a Refusal."""
    match command:
        case RegisterCamera() | RetireCamera() | MoveCameraToGroup() | SetReferenceFrame() | SetRetention():
            return [*camera.decide(command, state if isinstance(state, Camera) else None)]
        case (
            DrawZone()
            | RetireZone()
            | PermitObject()
            | RenewReference()
            | TeachMachine()
            | ReportMachineTaught()
            | ReportMachineNotTaught()
        ):
            return [*zone.decide(command, state if isinstance(state, Zone) else None, at)]
        case PublishRule() | RetireRule():
            return [*rule.decide(command, state if isinstance(state, Rule) else None, at)]
    assert_never(command)


def evolve(state: State, event: PlantEvent) -> State:
    """The state after a fact; never refuses."""
    match event:
        case (
            CameraRegistered()
            | CameraConfigured()
            | CameraRetired()
            | CameraMovedToGroup()
            | ReferenceFrameSet()
            | RetentionSet()
        ):
            return camera.evolve(state if isinstance(state, Camera) else None, event) or Absent()
        case (
            ZoneDrawn()
            | ZoneRetired()
            | ObjectPermitted()
            | ReferenceRenewed()
            | MachineTeachingAsked()
            | MachineTaught()
            | MachineNotTaught()
        ):
            return zone.evolve(state if isinstance(state, Zone) else None, event) or Absent()
        case RulePublished() | RuleRetired():
            return rule.evolve(state if isinstance(state, Rule) else None, event) or Absent()
    assert_never(event)
