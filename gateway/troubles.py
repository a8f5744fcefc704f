"""What keeps a camera from being watched as it should be, where only processes know: read from their vitals."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gateway.vitals import Report, VitalsBoard

log = logging.getLogger(__name__)

INFERENCE: Final = "inference"
NOT_LOADED: Final = "kaska_model_not_loaded"
LOGIN_WITHHELD: Final = "kaska_login_withheld"


class TroubleKind(StrEnum):
    """MODEL_NOT_LOADED: a model in force did not load, another one is used. LOGIN_WITHHELD: the login that is kept
    belongs to another address than the camera now has, and is not sent there.
    """

    MODEL_NOT_LOADED = "model_not_loaded"
    LOGIN_WITHHELD = "login_withheld"


@dataclass(frozen=True, slots=True)
class Trouble:
    """about   the model's name, or which stream: main or second"""

    kind: TroubleKind
    about: str


def troubles_of(vitals: VitalsBoard, camera_id: str) -> list[Trouble]:
    """Those that last now; none of a process that is not heard."""
    models = _labels(vitals.fresh_one(INFERENCE), NOT_LOADED, camera_id)
    logins = _labels(vitals.fresh_one(f"producer.{camera_id}"), LOGIN_WITHHELD, camera_id)
    return [
        *(Trouble(TroubleKind.MODEL_NOT_LOADED, each.get("model", "")) for each in models),
        *(Trouble(TroubleKind.LOGIN_WITHHELD, each.get("stream", "")) for each in logins),
    ]


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
