"""The usual settings of each kind of rule: what a form begins with, and what «attach» starts a camera with (R36)."""

from dataclasses import dataclass
from typing import Final

from domain.contracts.commands.plant import PublishRule
from domain.contracts.detections import ObjectClass
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.observations import Direction
from domain.contracts.plant import Lamp, RuleKind, Thresholds

USUAL_THRESHOLDS: Final = Thresholds(min=0.4, max=0.7)


@dataclass(frozen=True, slots=True)
class UsualRule:
    """See RulePublished for the fields; all of them together are accepted by its decider.

    name         as a person in the plant reads it
    needs_zone   without a zone there is no such rule; else it holds in the whole picture
    needs_line   its zone must say which way is in
    """

    name: str
    dwell_s: float
    window_s: float
    gap_s: float
    object_classes: tuple[ObjectClass, ...] = (ObjectClass.PERSON,)
    thresholds: Thresholds = USUAL_THRESHOLDS
    needs_zone: bool = True
    needs_line: bool = False
    forbidden: Direction | None = None
    near: float = 0.0
    forbidden_lamps: tuple[Lamp, ...] = ()


def _missing(name: str) -> UsualRule:
    return UsualRule(name, dwell_s=2.0, window_s=5.0, gap_s=3.0, needs_zone=False)


_MACHINES: Final = (ObjectClass.MACHINE,)

USUAL: Final[dict[RuleKind, UsualRule]] = {
    RuleKind.NO_HELMET: _missing("Работа без каски"),
    RuleKind.NO_VEST: _missing("Работа без жилета"),
    RuleKind.NO_GLASSES: _missing("Работа без защитных очков"),
    RuleKind.NO_GLOVES: _missing("Работа без перчаток"),
    RuleKind.NO_MASK: _missing("Работа без маски"),
    RuleKind.DANGER_ZONE: UsualRule("Человек в опасной зоне", 1.0, 5.0, 3.0),
    RuleKind.PERIMETER: UsualRule("Нарушение периметра", 1.0, 5.0, 3.0),
    RuleKind.DIRECTION: UsualRule(
        "Движение в запрещённом направлении", 0.0, 5.0, 3.0, needs_line=True, forbidden=Direction.OUT
    ),
    RuleKind.LOITERING: UsualRule("Долгое пребывание возле зоны", 20.0, 20.0, 5.0, near=2.0),
    RuleKind.WEAPON: UsualRule("Человек с оружием", 0.5, 5.0, 3.0, (ObjectClass.WEAPON,), needs_zone=False),
    RuleKind.LEFT_OBJECT: UsualRule("Посторонний предмет в зоне", 60.0, 30.0, 600.0, (ObjectClass.OBJECT,)),
    RuleKind.GUARD_OPEN: UsualRule("Станок работает с открытым кожухом", 2.0, 5.0, 3.0, _MACHINES),
    RuleKind.LAMP: UsualRule("Недопустимый сигнал лампы станка", 2.0, 5.0, 3.0, _MACHINES, forbidden_lamps=(Lamp.RED,)),
    RuleKind.UNATTENDED: UsualRule("Станок работает без присмотра", 20.0, 20.0, 3.0, _MACHINES, near=1.0),
}
"""Every kind of rule has its line."""


def usual_rule(kind: RuleKind, rule_id: RuleId, camera_id: CameraId, zone_id: ZoneId | None = None) -> PublishRule:
    """A rule of a kind as it usually is, always in force."""
    usual = USUAL[kind]
    return PublishRule(
        rule_id=rule_id,
        name=usual.name,
        kind=kind,
        camera_id=camera_id,
        zone_id=zone_id,
        thresholds=usual.thresholds,
        dwell_s=usual.dwell_s,
        window_s=usual.window_s,
        gap_s=usual.gap_s,
        object_classes=usual.object_classes,
        forbidden=usual.forbidden,
        near=usual.near,
        forbidden_lamps=usual.forbidden_lamps,
    )
