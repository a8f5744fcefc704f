"""Which facts about camera, zone and rule a decision rests on."""

from domain.contracts.events import CameraConfigured, CameraRegistered, Event, IncidentOpened, RulePublished, ZoneDrawn


def is_cited(event: Event, opened: IncidentOpened) -> bool:
    """Whether the event gave its camera, zone or rule the form in which the decision knew it.

    Of cameras, which have no versions, the last such event before the incident is the one.
    """
    match event:
        case CameraRegistered() | CameraConfigured():
            return True
        case RulePublished(rule_version=version):
            return version == opened.rule_version
        case ZoneDrawn(zone_version=version):
            return version == opened.zone_version
    return False
