"""What a licence grants: words for events, commands and whoever limits functions by it (R149, R151, R152)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Module(StrEnum):
    """A pluggable module. Recording, review and reports are basic: every licence has them."""

    PPE = "ppe"
    DANGER_ZONE = "danger_zone"
    PERIMETER = "perimeter"
    MACHINE_GUARD = "machine_guard"
    FOREIGN_OBJECTS = "foreign_objects"
    VEHICLES = "vehicles"
    NOTIFICATIONS = "notifications"
    TRAINING = "training"
    EXTERNAL_API = "external_api"


@dataclass(frozen=True, slots=True)
class LicenceTerms:
    """cameras       how many may be connected at a time
    valid_until   the first moment at which it holds no more
    """

    modules: tuple[Module, ...]
    cameras: int
    valid_from: datetime
    valid_until: datetime
