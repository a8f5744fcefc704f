"""A busy yard as recorded detections: five people at a time, walking, standing, flickering; three rules per camera."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from domain import plant
from domain.contracts.commands import DrawZone, PublishRule
from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    FrameAnalysed,
    ObjectClass,
    TrackObservation,
    encode,
    to_microseconds,
)
from domain.contracts.events import Event
from domain.contracts.identifiers import CameraId, RuleId, TrackId, ZoneId
from domain.contracts.plant import RuleKind, Thresholds
from domain.contracts.subjects import detections_subject
from infra.nats.batch import Outgoing
from tests.domain.samples import T0, TRACK, frame

CAMERAS: Final = tuple(CameraId(name) for name in ("yard", "gate", "press", "fence"))
ASKED: Final = RuleId("press-danger-zone")
FPS: Final = 10
PEOPLE: Final = 5
PIT: Final = ((0.05, 0.5), (0.3, 0.45), (0.35, 0.95), (0.1, 0.98))
STRIP: Final = ((0.6, 0.5), (0.9, 0.5), (0.95, 0.7), (0.9, 0.95), (0.6, 0.9), (0.55, 0.7))


def events() -> list[Event]:
    """Two zones and three rules of each camera, as the deciders make them."""
    commands: list[DrawZone | PublishRule] = []
    for camera in CAMERAS:
        zones = {RuleKind.DANGER_ZONE: PIT, RuleKind.PERIMETER: STRIP}
        for kind in (RuleKind.DANGER_ZONE, RuleKind.PERIMETER, RuleKind.NO_HELMET):
            name = f"{camera}-{kind.value.replace('_', '-')}"
            zone_id = ZoneId(name) if kind in zones else None
            if zone_id:
                commands.append(DrawZone(zone_id, camera, name, zones[kind], effective_from=T0))
            fields = (RuleId(name), name, kind, camera, zone_id, Thresholds(0.4, 0.6))
            commands.append(PublishRule(*fields, dwell_s=1.0, window_s=10.0, gap_s=2.0, effective_from=T0))
    return [event for command in commands for event in plant.decide(command, plant.Absent(), T0)]


def messages(frames_per_camera: int) -> Iterator[Outgoing]:
    """Recorded frames of all cameras, in the order of capture; always the same."""
    rng = random.Random(7)
    people = {camera: [_Person(rng, n) for n in range(PEOPLE)] for camera in CAMERAS}
    start_us = to_microseconds(T0)
    for i in range(frames_per_camera):
        at_us = start_us + i * 1_000_000 // FPS
        for camera in CAMERAS:
            tracks = tuple(seen for person in people[camera] if (seen := person.step()) is not None)
            one = replace(frame(0, *tracks), captured_at_us=at_us, last_captured_at_us=at_us, frame=i)
            yield Outgoing(detections_subject(camera), encode(replace(one, camera_id=camera)), _id(camera, one))


def next_day() -> Outgoing:
    """An empty frame of the day after."""
    return Outgoing(detections_subject(CAMERAS[0]), encode(replace(frame(86_400), camera_id=CAMERAS[0])), {})


def _id(camera: CameraId, one: FrameAnalysed) -> dict[str, str]:
    return {"Nats-Msg-Id": f"{camera}:{one.frame}"}


class _Person:
    """Somebody who crosses the picture for 10 to 60 s; then somebody else."""

    def __init__(self, rng: random.Random, place: int) -> None:
        self._rng, self._number, self._left = rng, place * 100_000, 0
        self._x = self._y = self._pace = 0.0
        self._helmet = (0.9, 0.1)

    def step(self) -> TrackObservation | None:
        rng = self._rng
        if self._left == 0:
            self._number, self._left = self._number + 1, rng.randrange(100, 600)
            self._x, self._y, self._pace = 0.9 * rng.random(), 0.5 * rng.random(), rng.uniform(-0.004, 0.004)
            self._helmet = rng.choice([(0.9, 0.1), (0.9, 0.1), (0.1, 0.9), (0.4, 0.5)])
        self._left -= 1
        self._x = min(0.9, max(0.0, self._x + self._pace))
        if rng.random() < 0.05:
            return None  # the detector flickers
        attributes = (AttributeScore(Attribute.HELMET, *self._helmet), AttributeScore(Attribute.VEST, 0.5, 0.2))
        box = (self._x, self._y, self._x + 0.08, self._y + 0.4)
        score = 0.4 + 0.5 * rng.random()
        return TrackObservation(TrackId(TRACK + self._number), ObjectClass.PERSON, score, box, attributes)
