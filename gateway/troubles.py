"""What keeps a camera from being watched as it should be, where only processes know: read from their vitals."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.vitals import Report, VitalsBoard
from infra.stream_faults import METRIC as STREAM_FAULT

log = logging.getLogger(__name__)

INFERENCE: Final = "inference"
NOT_LOADED: Final = "kaska_model_not_loaded"
RULE_RESTS: Final = "kaska_rule_rests"
LOGIN_WITHHELD: Final = "kaska_login_withheld"
STRETCH: Final = "kaska_detector_stretch"
FALLBACK: Final = "kaska_detector_fallback"
SECOND_UP: Final = "kaska_second_stream_up"
CLOCK_AHEAD: Final = "kaska_camera_clock_ahead_seconds"
SPOOLED: Final = "kaska_evidence_spooled_bytes"

OVERLOADED: Final = 1.5
"""From this stretch of its intervals on inference calls itself overloaded in its log, too."""

WRONG_S: Final = 2.0
"""FAULTS C7. A picture's way to us takes tenths of a second."""

MIB: Final = 1 << 20
WAITING_BYTES: Final = 24 * MIB
"""What is under way is less: some clips and photos. Half a gigabyte may wait, then evidence is given up."""


class TroubleKind(StrEnum):
    """MODEL_NOT_LOADED: a model in force did not load, another one is used. LOGIN_WITHHELD: the login that is kept
    belongs to another address than the camera now has, and is not sent there. OVERLOADED: cameras are looked at less
    often than wanted (FAULTS C14). DETECTOR_REPLACED: the chosen detector cannot be had (C13).
    SECOND_STREAM_SILENT: the larger stream is analysed instead. EVIDENCE_WAITS: the object store does not take
    photos and clips (D1, D2). STREAM_FAILS, SECOND_STREAM_FAILS: no pictures come, and why (C1).
    CLOCK_WRONG: of the camera itself (C7). RULE_RESTS: no model of the camera knows all that a rule asks for.
    """

    MODEL_NOT_LOADED = "model_not_loaded"
    LOGIN_WITHHELD = "login_withheld"
    OVERLOADED = "overloaded"
    DETECTOR_REPLACED = "detector_replaced"
    SECOND_STREAM_SILENT = "second_stream_silent"
    EVIDENCE_WAITS = "evidence_waits"
    STREAM_FAILS = "stream_fails"
    SECOND_STREAM_FAILS = "second_stream_fails"
    CLOCK_WRONG = "clock_wrong"
    RULE_RESTS = "rule_rests"


@dataclass(frozen=True, slots=True)
class Trouble:
    """about   the model's name, which stream (main or second), by how much intervals are stretched, mebibytes, or
    the rule's kind
    """

    kind: TroubleKind
    about: str


def troubles_of(vitals: VitalsBoard, camera_id: str, *, has_second: bool = False) -> list[Trouble]:
    """Those that last now; none of a process that is not heard.

    has_second   a smaller stream is to be analysed
    """
    inference, producer = _watching(vitals, camera_id), vitals.fresh_one(f"producer.{camera_id}")
    models = _labels(inference, NOT_LOADED, camera_id)
    logins = _labels(producer, LOGIN_WITHHELD, camera_id)
    stretch, waiting = _value(inference, STRETCH) or 0.0, _value(producer, SPOOLED) or 0.0
    faults = [(each.get("stream"), each.get("fault", "")) for each in _labels(producer, STREAM_FAULT, camera_id)]
    ahead = _value(producer, CLOCK_AHEAD) or 0.0
    return [
        *(Trouble(TroubleKind.STREAM_FAILS, fault) for stream, fault in faults if stream == "main"),
        *(Trouble(TroubleKind.SECOND_STREAM_FAILS, fault) for stream, fault in faults if stream == "second"),
        *(Trouble(TroubleKind.MODEL_NOT_LOADED, each.get("model", "")) for each in models),
        *(Trouble(TroubleKind.RULE_RESTS, each.get("kind", "")) for each in _labels(inference, RULE_RESTS, camera_id)),
        *(Trouble(TroubleKind.LOGIN_WITHHELD, each.get("stream", "")) for each in logins),
        *([Trouble(TroubleKind.OVERLOADED, f"{stretch:.1f}")] if stretch >= OVERLOADED else []),
        *([Trouble(TroubleKind.DETECTOR_REPLACED, "")] if _value(inference, FALLBACK) else []),
        *([Trouble(TroubleKind.SECOND_STREAM_SILENT, "")] if has_second and _value(producer, SECOND_UP) == 0 else []),
        *([Trouble(TroubleKind.EVIDENCE_WAITS, f"{waiting / MIB:.0f}")] if waiting >= WAITING_BYTES else []),
        *([Trouble(TroubleKind.CLOCK_WRONG, f"{ahead:.0f}")] if abs(ahead) > WRONG_S else []),
    ]


def _watching(vitals: VitalsBoard, camera_id: str) -> Report | None:
    """The inference that looks at the camera; of several nodes' the one that measures anything about it."""
    reports = vitals.fresh_of(INFERENCE)
    return next((each for each in reports if len(reports) == 1 or _names(each, camera_id)), None)


def _names(report: Report, camera_id: str) -> bool:
    try:
        return any(s.labels.get("camera") == camera_id for family in report.families for s in family.samples)
    except ValueError:
        return False


def _value(report: Report | None, sample: str) -> float | None:
    try:
        return None if report is None else report.value(sample)
    except ValueError:
        return None


def _labels(report: Report | None, sample: str, camera_id: str) -> Iterator[dict[str, str]]:
    """Of each sample about the camera that is not 0."""
    try:
        families = [] if report is None else report.families
    except ValueError:
        log.warning("vitals not readable", extra={"sender": report and report.process})
        return
    for family in families:
        for found in family.samples:
            if found.name == sample and found.value and found.labels.get("camera") == camera_id:
                yield found.labels
