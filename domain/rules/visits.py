"""The fold of who stays in which zone: frames in stream order in, zone visits and vehicle passages out. Pure.

It runs beside the rules' fold over the same messages of DETECTIONS, live and in replay, and decides nothing. A track is
in a zone while the middle of its feet is inside the polygon; it has left when it was not there for `AWAY_S`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.contracts.detections import FrameAnalysed, ObjectClass, TrackObservation, from_microseconds
from domain.contracts.events import ZoneDrawn
from domain.contracts.identifiers import CameraId, TrackId, ZoneId
from domain.contracts.observations import Direction, VehiclePassage, ZoneVisit
from domain.contracts.plant import DirectionLine, Polygon
from domain.rules.evidence import SECOND_US
from domain.rules.geometry import contains, side_of
from domain.rules.hits import MIDDLE

AWAY_S: Final = 3.0
"""A track that stepped over the border and back, or was not seen for a moment, is still on the same visit."""

AWAY_US: Final = int(AWAY_S * SECOND_US)

MIN_FRAMES: Final = 3
"""Seen in fewer frames, it was a flicker of the detector and no visit."""

VEHICLES: Final = frozenset(
    {ObjectClass.BICYCLE, ObjectClass.CAR, ObjectClass.MOTORCYCLE, ObjectClass.BUS, ObjectClass.TRUCK}
)
NO_VISITORS: Final = frozenset({ObjectClass.WEAPON, ObjectClass.MACHINE})
"""Tracks of these classes stay nowhere: the visit is that of whoever carries the weapon, and a machine is its zone."""

NEVER_US: Final = 2**63

Found = ZoneVisit | VehiclePassage


@dataclass(frozen=True, slots=True)
class ClassWeight:
    """How much speaks for a class: the sum of the scores of its frames."""

    object_class: ObjectClass
    weight: float


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A stay that goes on, as a value for checkpoints. Times in microseconds.

    gate            of the zone when the track entered
    *_side          of the zone's line on which the track was first and last: 1 inside, -1 outside, 0 no line or on it
    """

    zone_id: ZoneId
    zone_version: int
    gate: bool
    track_id: TrackId
    entered_us: int
    last_us: int
    detections_from: int
    detections_to: int
    max_score: float
    frames: int
    classes: tuple[ClassWeight, ...]
    first_side: int = 0
    last_side: int = 0


class _Visit:
    """A stay while it is worked on; see OpenVisit."""

    __slots__ = (
        *("zone_id", "zone_version", "gate", "track_id", "entered_us", "last_us", "detections_from", "detections_to"),
        *("max_score", "frames", "classes", "first_side", "last_side"),
    )

    def __init__(self, zone: ZoneDrawn, track_id: TrackId, at_us: int, sequence: int) -> None:
        self.zone_id, self.zone_version, self.gate = zone.zone_id, zone.zone_version, zone.gate
        self.track_id = track_id
        self.entered_us = self.last_us = at_us
        self.detections_from = self.detections_to = sequence
        self.max_score, self.frames = 0.0, 0
        self.classes: dict[ObjectClass, float] = {}
        self.first_side = self.last_side = 0

    @classmethod
    def of(cls, value: OpenVisit) -> "_Visit":
        visit = cls.__new__(cls)
        for name in cls.__slots__:
            setattr(visit, name, getattr(value, name))
        visit.classes = {each.object_class: each.weight for each in value.classes}
        return visit

    def value(self) -> OpenVisit:
        classes = tuple(ClassWeight(object_class, weight) for object_class, weight in self.classes.items())
        fields = {name: getattr(self, name) for name in self.__slots__}
        return OpenVisit(**fields | {"classes": classes})

    def add(self, track: TrackObservation, at_us: int, sequence: int) -> None:
        self.last_us = max(self.last_us, at_us)
        self.detections_to = sequence
        self.frames += 1
        score = track.score
        self.max_score = max(self.max_score, score)
        self.classes[track.object_class] = self.classes.get(track.object_class, 0.0) + score

    def stand(self, side: int) -> None:
        if side:
            self.first_side = self.first_side or side
            self.last_side = side


@dataclass(frozen=True, slots=True)
class _Shape:
    """A zone with what is asked for every track: the rectangle around its polygon."""

    zone: ZoneDrawn
    polygon: Polygon
    line: DirectionLine | None
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, zone: ZoneDrawn) -> "_Shape":
        xs, ys = [x for x, _ in zone.polygon], [y for _, y in zone.polygon]
        return cls(zone, zone.polygon, zone.line, min(xs), min(ys), max(xs), max(ys))


class VisitFold:
    """The stays on one camera while frames go by. Not thread-safe."""

    __slots__ = ("_calm_until_us", "_shapes", "_visits", "_zones")

    def __init__(self, visits: Iterable[OpenVisit] = ()) -> None:
        self._visits = {(each.zone_id, each.track_id): _Visit.of(each) for each in visits}
        self._zones: Sequence[ZoneDrawn] | None = None
        self._shapes: list[_Shape] = []
        self._calm_until_us = 0

    def state(self) -> tuple[OpenVisit, ...]:
        """The stays that go on, from which another fold goes on alike."""
        return tuple(visit.value() for visit in self._visits.values())

    def observe(self, frame: FrameAnalysed, sequence: int, zones: Sequence[ZoneDrawn]) -> list[Found]:
        """What ended with one message of DETECTIONS, in the order of entry.

        sequence   the message's position in DETECTIONS
        zones      those in force on this camera at the frame's capture time; the same object while nothing changes
        Source     R83, R86, R200
        """
        if not self._visits and (not frame.tracks or not zones):
            return []
        if zones is not self._zones:
            self._zones, self._shapes = zones, [_Shape.of(zone) for zone in zones]
        at_us = frame.captured_at_us
        found = self._ended(frame.camera_id, max(at_us, frame.last_captured_at_us))
        for track in frame.tracks:
            if track.object_class in NO_VISITORS:
                continue
            x1, y1, x2, y2 = track.box
            x, y = (x1 + x2) / 2, y2 - (y2 - y1) * MIDDLE
            for shape in self._shapes:
                if shape.left <= x <= shape.right and shape.top <= y <= shape.bottom and contains(shape.polygon, x, y):
                    stay = self._stay(shape.zone, track, at_us, sequence)
                    if shape.line is not None:
                        stay.stand(side_of(shape.line, x, y))
        return found

    def _stay(self, zone: ZoneDrawn, track: TrackObservation, at_us: int, sequence: int) -> _Visit:
        key = (zone.zone_id, track.track_id)
        visit = self._visits.get(key)
        if visit is None:
            visit = self._visits[key] = _Visit(zone, track.track_id, at_us, sequence)
            self._calm_until_us = min(self._calm_until_us, at_us + AWAY_US)
        visit.add(track, at_us, sequence)
        return visit

    def _ended(self, camera_id: CameraId, now_us: int) -> list[Found]:
        """No stay ends before the earliest of their ends, so that most frames need not look at each."""
        if now_us <= self._calm_until_us:
            return []
        over = [key for key, visit in self._visits.items() if now_us - visit.last_us > AWAY_US]
        found: list[Found] = []
        for key in over:
            found += _recorded(camera_id, self._visits.pop(key))
        self._calm_until_us = min((visit.last_us + AWAY_US for visit in self._visits.values()), default=NEVER_US)
        return found


def _recorded(camera_id: CameraId, visit: _Visit) -> list[Found]:
    if visit.frames < MIN_FRAMES:
        return []
    object_class = max(visit.classes, key=lambda each: (visit.classes[each], -each))
    entered, left = from_microseconds(visit.entered_us), from_microseconds(visit.last_us)
    found: list[Found] = [
        ZoneVisit(
            camera_id=camera_id,
            zone_id=visit.zone_id,
            zone_version=visit.zone_version,
            track_id=visit.track_id,
            object_class=object_class,
            entered=entered,
            left=left,
            max_score=visit.max_score,
            frames=visit.frames,
            detections_from=visit.detections_from,
            detections_to=visit.detections_to,
        )
    ]
    if visit.gate and object_class in VEHICLES:
        found.append(
            VehiclePassage(
                camera_id=camera_id,
                zone_id=visit.zone_id,
                zone_version=visit.zone_version,
                track_id=visit.track_id,
                object_class=object_class,
                entered=entered,
                left=left,
                direction=_direction(visit.first_side, visit.last_side),
                max_score=visit.max_score,
                frames=visit.frames,
                detections_from=visit.detections_from,
                detections_to=visit.detections_to,
            )
        )
    return found


def _direction(first_side: int, last_side: int) -> Direction | None:
    if first_side == last_side or not first_side or not last_side:
        return None
    return Direction.IN if last_side > 0 else Direction.OUT
