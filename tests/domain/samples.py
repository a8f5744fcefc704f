"""Fixed identifiers, times and facts that the tests of the domain and of the projections share."""

from datetime import UTC, datetime, timedelta

from domain.contracts.detections import (
    Attribute,
    AttributeScore,
    Box,
    FrameAnalysed,
    ModelRef,
    ObjectClass,
    TrackObservation,
    to_microseconds,
)
from domain.contracts.events import IncidentOpened, RulePublished, ZoneDrawn
from domain.contracts.identifiers import CameraId, RuleId, TrackId, ZoneId, incident_id, machine_track
from domain.contracts.plant import Polygon, RuleKind, Thresholds

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
YARD = CameraId("yard")
DANGER = RuleId("yard-danger")
HELMET = RuleId("yard-helmet")
PIT = ZoneId("pit")
TRACK = TrackId((1_700_000_000 << 20) + 1)
DETECTOR = ModelRef("yolo11n", "ab" * 32)
PPE = ModelRef("ppe-baseline", "cd" * 32)
LEFT_HALF: Polygon = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
INSIDE: Box = (0.1, 0.2, 0.2, 0.6)
OUTSIDE: Box = (0.7, 0.2, 0.8, 0.6)


def second(n: float) -> datetime:
    return T0 + timedelta(seconds=n)


def opened(score: float = 0.7, low: float = 0.4, high: float = 0.6) -> IncidentOpened:
    return IncidentOpened(
        incident_id=incident_id(YARD, DANGER, TRACK, T0),
        camera_id=YARD,
        zone_id=PIT,
        zone_version=1,
        rule_id=DANGER,
        rule_version=1,
        kind=RuleKind.DANGER_ZONE,
        track_id=TRACK,
        object_class=ObjectClass.PERSON,
        first_seen=T0,
        last_seen=second(1),
        opened_at=second(1),
        score=score,
        thresholds=Thresholds(low, high),
        box=INSIDE,
        model_id=DETECTOR.id,
        model_digest=DETECTOR.digest,
        detections_from=1,
        detections_to=11,
    )


def zone(polygon: Polygon = LEFT_HALF, version: int = 1, since: datetime = T0) -> ZoneDrawn:
    return ZoneDrawn(PIT, version, YARD, "Яма", polygon, since)


def danger_rule(dwell_s: float = 1.0, gap_s: float = 2.0, window_s: float = 10.0, version: int = 1) -> RulePublished:
    return RulePublished(
        rule_id=DANGER,
        rule_version=version,
        name="Опасная зона",
        kind=RuleKind.DANGER_ZONE,
        camera_id=YARD,
        zone_id=PIT,
        object_classes=(ObjectClass.PERSON,),
        thresholds=Thresholds(0.4, 0.6),
        dwell_s=dwell_s,
        window_s=window_s,
        gap_s=gap_s,
        schedule=None,
        effective_from=T0,
    )


def helmet_rule(dwell_s: float = 2.0) -> RulePublished:
    return RulePublished(
        rule_id=HELMET,
        rule_version=1,
        name="Каска",
        kind=RuleKind.NO_HELMET,
        camera_id=YARD,
        zone_id=None,
        object_classes=(ObjectClass.PERSON,),
        thresholds=Thresholds(0.4, 0.6),
        dwell_s=dwell_s,
        window_s=60.0,
        gap_s=5.0,
        schedule=None,
        effective_from=T0,
    )


def person(
    box: Box = INSIDE, score: float = 0.8, helmet: tuple[float, float] | None = None, n: int = 0
) -> TrackObservation:
    """helmet: (present, absent); None says that the models cannot tell."""
    attributes = () if helmet is None else (AttributeScore(Attribute.HELMET, *helmet),)
    return TrackObservation(TrackId(TRACK + n), ObjectClass.PERSON, score, box, attributes)


def machine(zone_id: ZoneId = PIT, **attributes: tuple[float, float] | None) -> TrackObservation:
    """attributes: (present, absent) by name; None says that nobody taught it"""
    scores = [AttributeScore(Attribute[name], *score) for name, score in attributes.items() if score is not None]
    return TrackObservation(machine_track(zone_id), ObjectClass.MACHINE, 1.0, INSIDE, tuple(scores))


def frame(at_s: float, *tracks: TrackObservation, until_s: float | None = None) -> FrameAnalysed:
    """A frame captured at_s seconds after T0; until_s makes it a run of empty frames."""
    last = at_s if until_s is None else until_s
    return FrameAnalysed(
        camera_id=YARD,
        frame=int(at_s * 1000),
        captured_at_us=to_microseconds(second(at_s)),
        width=1280,
        height=720,
        models=(DETECTOR, PPE),
        tracks=tracks,
        frames=max(1, int((last - at_s) * 10)),
        last_captured_at_us=to_microseconds(second(last)),
    )
