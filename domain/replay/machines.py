"""`domain.rules.machines` and the hit functions on it for many tracks at once: equal to the bit, tests hold both."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.contracts.detections import CANNOT_TELL, PERCENT, Attribute, ObjectClass
from domain.contracts.identifiers import machine_track
from domain.contracts.plant import LAMPS, Lamp, RuleKind
from domain.replay.boxes import around, feet
from domain.replay.clipping import covered_fractions
from domain.replay.columns import Columns
from domain.rules.hits import ActiveRule

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

UNTAUGHT: Final = CANNOT_TELL


def machine_hits(columns: Columns, which: Integers, active: ActiveRule) -> Floats:
    found = np.full(len(which), np.nan)
    if active.polygon is None or active.rule.zone_id is None:
        return found
    mine = columns.track_ids[which] == machine_track(active.rule.zone_id)
    machines = which[mine]
    match active.rule.kind:
        case RuleKind.GUARD_OPEN:
            found[mine] = _open_guard(columns, machines)
        case RuleKind.LAMP:
            found[mine] = _forbidden_lamp(columns, machines, active.rule.forbidden_lamps)
        case RuleKind.UNATTENDED:
            running = _sure(columns, machines, Attribute.RUNNING)
            found[mine] = np.where(_attended(columns, machines, active), 0.0, running)
    return found


def _open_guard(columns: Columns, which: Integers) -> Floats:
    guard = _sure(columns, which, Attribute.GUARD_OPEN)
    present, absent = _of(columns, which, Attribute.RUNNING)
    taught = present != UNTAUGHT
    running = np.where(present > absent, np.minimum(guard, present / PERCENT), np.nan)
    found: Floats = np.where(taught & (guard > 0.0), running, guard)
    found[taught & (absent > present)] = 0.0
    return found


def _forbidden_lamp(columns: Columns, which: Integers, forbidden: tuple[Lamp, ...]) -> Floats:
    if not forbidden:
        return np.zeros(len(which))
    shown = np.stack([_shows(columns, which, lamp) for lamp in forbidden])
    strongest = np.where(np.isnan(shown), 0.0, shown).max(axis=0)
    found: Floats = np.where((strongest == 0.0) & np.isnan(shown).any(axis=0), np.nan, strongest)
    return found


def _shows(columns: Columns, which: Integers, lamp: Lamp) -> Floats:
    if lamp is not Lamp.OFF:
        return _sure(columns, which, LAMPS[lamp])
    lights = [_of(columns, which, attribute) for attribute in LAMPS.values()]
    taught = np.stack([present != UNTAUGHT for present, _ in lights])
    shines = taught & np.stack([present > absent for present, absent in lights])
    dark = taught & np.stack([absent > present for present, absent in lights])
    weakest = np.where(taught, np.stack([absent for _, absent in lights]), CANNOT_TELL).min(axis=0)
    off = taught.any(axis=0) & (dark | ~taught).all(axis=0)
    found: Floats = np.where(shines.any(axis=0), 0.0, np.where(off, weakest / PERCENT, np.nan))
    return found


def _sure(columns: Columns, which: Integers, attribute: Attribute) -> Floats:
    present, absent = _of(columns, which, attribute)
    found: Floats = np.where(present > absent, present / PERCENT, 0.0)
    found[present == absent] = np.nan
    return found


def _of(columns: Columns, which: Integers, attribute: Attribute) -> tuple[Bytes, Bytes]:
    """Present and absent in percent; both UNTAUGHT where the attribute is not listed."""
    if attribute not in columns.attributes:
        none = np.full(len(which), UNTAUGHT, np.uint8)
        return none, none
    present, absent = (column[which] for column in columns.attributes[attribute])
    return present, np.where(present == UNTAUGHT, present, absent)


def _attended(columns: Columns, machines: Integers, active: ActiveRule) -> NDArray[np.bool_]:
    """Whether a person stands at the machine in the same message."""
    if active.polygon is None:
        return np.zeros(len(machines), np.bool_)
    messages = np.searchsorted(columns.rows, machines, side="right") - 1
    rows = np.flatnonzero(columns.classes == ObjectClass.PERSON)
    of_row = np.searchsorted(columns.rows, rows, side="right") - 1
    beside = np.isin(of_row, messages)
    rows, of_row = rows[beside], of_row[beside]
    stands = around(feet(columns.boxes[rows]), active.rule.near)
    return np.isin(messages, of_row[covered_fractions(active.polygon, stands) > 0.0])
