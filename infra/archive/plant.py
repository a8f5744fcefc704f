"""An archive as a camera of its own: which zones and rules it gets, from when on. Reads EVENTS, writes nothing."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from nats.aio.client import Client

from domain.contracts.commands import DrawZone, PlantCommand, PublishRule, RegisterCamera
from domain.contracts.events import (
    CameraConfigured,
    CameraRegistered,
    CameraRetired,
    Event,
    RulePublished,
    RuleRetired,
    ZoneDrawn,
    ZoneRetired,
    decode_event,
)
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import ARCHIVE_SCHEME, WHOLE_PICTURE, RuleKind
from domain.contracts.repeated import told_by
from domain.contracts.subjects import CAMERA, EVENTS, RULE, ZONE, event_subject
from domain.contracts.usual import usual_rule
from infra.archive import ArchiveError
from infra.eventstore.envelope import TOPIC
from infra.nats.direct import get_page

PAGE: Final = 1000
USUAL_FPS: Final = 10.0
USUAL_WIDTH: Final = 1280
T = TypeVar("T", ZoneDrawn, RulePublished)


class WhichRules(StrEnum):
    """THEN: those that were in force when the pictures were captured. NOW: those of today, as if they had been."""

    THEN = "then"
    NOW = "now"


@dataclass
class KnownPlant:
    """Versions in the order in which they were recorded; retired ones stay, with the time of their end."""

    cameras: dict[CameraId, CameraRegistered | CameraConfigured] = field(default_factory=dict)
    retired: set[CameraId] = field(default_factory=set)
    registered_at: dict[CameraId, int] = field(default_factory=dict)
    zones: dict[ZoneId, list[ZoneDrawn | ZoneRetired]] = field(default_factory=dict)
    rules: dict[RuleId, list[RulePublished | RuleRetired]] = field(default_factory=dict)

    def add(self, event: Event, position: int) -> None:
        match event:
            case CameraRegistered() | CameraConfigured():
                self.cameras[event.camera_id] = event
                self.retired.discard(event.camera_id)
                self.registered_at.setdefault(event.camera_id, position)
            case CameraRetired():
                self.retired.add(event.camera_id)
            case ZoneDrawn() | ZoneRetired():
                self.zones.setdefault(event.zone_id, []).append(event)
            case RulePublished() | RuleRetired():
                self.rules.setdefault(event.rule_id, []).append(event)


async def read_plant(nc: Client) -> KnownPlant:
    """Raises NatsAdapterError, CodecError."""
    plant = KnownPlant()
    for context in (CAMERA, ZONE, RULE):
        last = 0
        while True:
            page = await get_page(nc, EVENTS, last + 1, PAGE, event_subject(context, ">"))
            for message in page.messages:
                last = message.sequence
                plant.add(decode_event(message.headers[TOPIC], message.data).event, last)
            if not page.messages or not page.pending:
                break
    return plant


@dataclass(frozen=True, slots=True)
class Wanted:
    """like     the live camera whose zones, rules and settings are copied
    start     capture time of the first picture; end: of the last
    source    where the recordings lie
    plates    read number plates, also where the live camera does not
    """

    camera_id: CameraId
    like: CameraId | None
    which: WhichRules
    start: datetime
    end: datetime
    name: str
    source: str
    target_fps: float | None = None
    analysis_width: int | None = None
    plates: bool = False


@dataclass(frozen=True, slots=True)
class ArchivePlant:
    """What is to be sent to the domain, and how the camera is analysed.

    closing_s   longer than the gap of any of its rules
    copied      zones of the archive camera, and whose copies they are
    """

    commands: tuple[PlantCommand, ...]
    target_fps: float
    analysis_width: int
    ppe: bool
    closing_s: float
    rules: int
    copied: tuple[tuple[str, str], ...] = ()
    plates: bool = False


def archive_plant(plant: KnownPlant, wanted: Wanted) -> ArchivePlant:
    """Raises ArchiveError: a live camera, an unknown one, or no rule at all for the time of the recordings."""
    own = plant.cameras.get(wanted.camera_id)
    if own is not None and not own.source.startswith(ARCHIVE_SCHEME):
        raise ArchiveError(
            f"{wanted.camera_id!r} is a live camera; an archive is one of its own: --like {own.camera_id}."
        )
    model = own
    if wanted.like is not None:
        model = plant.cameras.get(wanted.like)
        if model is None:
            raise ArchiveError(f"There is no camera {wanted.like!r} to be like.")
    registered = RegisterCamera(
        wanted.camera_id,
        wanted.name if own is None else own.name,
        wanted.source,
        wanted.target_fps or (model.target_fps if model else USUAL_FPS),
        wanted.analysis_width or (model.analysis_width if model else USUAL_WIDTH),
        model.ppe if model else False,
        plates=wanted.plates or (model is not None and model.plates),
    )
    if wanted.like is not None:
        zones, rules = _copied(plant, wanted)
    elif own is None:
        zones, rules = _whole_picture(wanted)
    else:
        zones, rules = _own(plant, wanted)
    standing = [
        each
        for versions in plant.rules.values()
        for each in versions
        if isinstance(each, RulePublished) and each.camera_id == wanted.camera_id and each.effective_from < wanted.end
    ]
    if not rules and not standing:
        raise ArchiveError(_nothing_in_force(wanted))
    commands: list[DrawZone | PublishRule] = [*zones, *rules]
    fresh = [command for command in commands if not _is_known(plant, command)]
    every: list[PublishRule | RulePublished] = [*rules, *standing]
    closing_s = max(rule.gap_s for rule in every) + 1.0
    in_force = len({rule.rule_id for rule in every})
    settings = (registered.target_fps, registered.analysis_width, registered.ppe)
    originals = [zone_id for zone_id, versions in plant.zones.items() if _is_on(versions, wanted.like)]
    copied = tuple((_name(wanted.camera_id, each), str(each)) for each in originals)
    return ArchivePlant((registered, *fresh), *settings, closing_s, in_force, copied, registered.plates)


def _copied(plant: KnownPlant, wanted: Wanted) -> tuple[list[DrawZone], list[PublishRule]]:
    """The live camera's zones and rules under names of the archive's own."""
    drawn = [each for versions in plant.zones.values() for each in _chosen(versions, wanted, ZoneDrawn)]
    published = [each for versions in plant.rules.values() for each in _chosen(versions, wanted, RulePublished)]
    zones = [
        _zone(each, zone_id=ZoneId(_name(wanted.camera_id, each.zone_id)), camera_id=wanted.camera_id, since=since)
        for since, each in drawn
        if each.camera_id == wanted.like
    ]
    rules = [
        _rule(
            each,
            rule_id=RuleId(_name(wanted.camera_id, each.rule_id)),
            camera_id=wanted.camera_id,
            zone_id=None if each.zone_id is None else ZoneId(_name(wanted.camera_id, each.zone_id)),
            since=since,
        )
        for since, each in published
        if each.camera_id == wanted.like
    ]
    return zones, rules


def _whole_picture(wanted: Wanted) -> tuple[list[DrawZone], list[PublishRule]]:
    """What a camera of which nothing is known gets, as with `kaska up --camera`: people anywhere in the picture."""
    zone_id = ZoneId(_name(wanted.camera_id, "all"))
    rule_id = RuleId(_name(wanted.camera_id, "danger"))
    usual = usual_rule(RuleKind.DANGER_ZONE, rule_id, wanted.camera_id, zone_id)
    rule = replace(usual, name="Человек в зоне", effective_from=wanted.start)
    return [DrawZone(zone_id, wanted.camera_id, "Вся картина", WHOLE_PICTURE, wanted.start)], [rule]


def _own(plant: KnownPlant, wanted: Wanted) -> tuple[list[DrawZone], list[PublishRule]]:
    """What was drawn on the archive camera itself: as it is, or in force from the first picture on."""
    if wanted.which is WhichRules.THEN:
        return [], []
    drawn = (_newest(versions) for versions in plant.zones.values())
    published = (_newest(versions) for versions in plant.rules.values())
    return (
        [_zone(z, since=wanted.start) for z in drawn if z is not None and z.camera_id == wanted.camera_id],
        [_rule(r, since=wanted.start) for r in published if r is not None and r.camera_id == wanted.camera_id],
    )


def _chosen(versions: Sequence[Any], wanted: Wanted, kind: type[T]) -> Iterable[tuple[datetime, T]]:
    """Versions with the time from which they are to hold: today's from the start on, or those of the time itself."""
    if wanted.which is WhichRules.NOW:
        newest = _newest(versions)
        return [] if newest is None else [(wanted.start, newest)]
    before = [each for each in versions if each.effective_from <= wanted.start]
    held = [each for each in versions if wanted.start < each.effective_from < wanted.end]
    if before:
        held.append(max(before, key=lambda each: each.effective_from))
    return [(each.effective_from, each) for each in sorted(held, key=_effective) if isinstance(each, kind)]


def _is_on(versions: Sequence[ZoneDrawn | ZoneRetired], camera_id: CameraId | None) -> bool:
    return any(isinstance(each, ZoneDrawn) and each.camera_id == camera_id for each in versions)


def _effective(version: Any) -> datetime:
    since: datetime = version.effective_from
    return since


def _newest(versions: Sequence[Any]) -> Any:
    """The last version; None when it was retired."""
    return versions[-1] if versions and isinstance(versions[-1], ZoneDrawn | RulePublished) else None


def _is_known(plant: KnownPlant, command: DrawZone | PublishRule) -> bool:
    """Sent by an earlier run."""
    versions: Sequence[Any]
    if isinstance(command, DrawZone):
        versions = plant.zones.get(command.zone_id, ())
    else:
        versions = plant.rules.get(command.rule_id, ())
    return any(each.effective_from == command.effective_from for each in versions)


def _zone(drawn: ZoneDrawn, *, since: datetime, **changes: Any) -> DrawZone:
    return DrawZone(**(told_by(drawn, DrawZone) | {"effective_from": since} | changes))


def _rule(published: RulePublished, *, since: datetime, **changes: Any) -> PublishRule:
    return PublishRule(**(told_by(published, PublishRule) | {"effective_from": since} | changes))


def _name(camera_id: str, part: str) -> str:
    digest = hashlib.sha256(f"{camera_id}/{part}".encode()).hexdigest()[:8]
    return f"{part[:31].rstrip('-')}-{digest}"


def _nothing_in_force(wanted: Wanted) -> str:
    about = wanted.like or wanted.camera_id
    if wanted.which is WhichRules.NOW:
        return f"Camera {about!r} has no rules."
    return (
        f"No rule of camera {about!r} was in force between {wanted.start.isoformat(timespec='seconds')} and "
        f"{wanted.end.isoformat(timespec='seconds')}; --rules now applies today's as if they had been."
    )
