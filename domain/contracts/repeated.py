"""What a command must say so that a fact happens again, elsewhere or otherwise."""

from dataclasses import fields
from typing import Any

from domain.contracts.commands import DrawZone, PublishRule
from domain.contracts.events import RulePublished, ZoneDrawn


def told_by(event: ZoneDrawn | RulePublished, command: type[DrawZone] | type[PublishRule]) -> dict[str, Any]:
    """Fields of the command, as in the event. What only commands say, such as the version they expect, is left out."""
    told = {each.name for each in fields(event)}
    return {each.name: getattr(event, each.name) for each in fields(command) if each.name in told}
