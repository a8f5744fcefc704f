"""What a machine's attributes say in one frame (R57-R59): pure functions that the hit functions are made of.

None is "cannot tell": nobody taught the attribute, or the look of the machine says neither (somebody stands before it,
its light is off).
"""

from collections.abc import Sequence

from domain.contracts.detections import Attribute, AttributeScore, TrackObservation
from domain.contracts.plant import LAMPS, Lamp


def open_guard(machine: TrackObservation) -> float | None:
    """Confidence that the guard is up while the machine runs; while it is up at all where nobody taught the running."""
    running = _of(machine, Attribute.RUNNING)
    if running is not None and running.absent > running.present:
        return 0.0
    guard = sure(machine, Attribute.GUARD_OPEN)
    if guard is None or guard == 0.0:
        return guard
    if running is None:
        return guard
    return min(guard, running.present) if running.present > running.absent else None


def forbidden_lamp(machine: TrackObservation, forbidden: Sequence[Lamp]) -> float | None:
    """Confidence that the lamp shows one of these; 0.0 only when none of them can be."""
    shown = [_shows(machine, lamp) for lamp in forbidden]
    strongest = max((score for score in shown if score is not None), default=0.0)
    return None if strongest == 0.0 and None in shown else strongest


def sure(machine: TrackObservation, attribute: Attribute) -> float | None:
    """Confidence that the machine has the attribute, 0.0 when it has not."""
    score = _of(machine, attribute)
    if score is None or score.present == score.absent:
        return None
    return score.present if score.present > score.absent else 0.0


def _shows(machine: TrackObservation, lamp: Lamp) -> float | None:
    if lamp is not Lamp.OFF:
        return sure(machine, LAMPS[lamp])
    lights = [score for attribute in LAMPS.values() if (score := _of(machine, attribute)) is not None]
    if any(light.present > light.absent for light in lights):
        return 0.0
    dark = all(light.absent > light.present for light in lights)
    return min(light.absent for light in lights) if lights and dark else None


def _of(machine: TrackObservation, attribute: Attribute) -> AttributeScore | None:
    return next((score for score in machine.attributes if score.attribute is attribute), None)
