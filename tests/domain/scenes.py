"""A day at a small plant as recorded detections: people walk through zones, some without helmets. Always the same."""

import random
from collections.abc import Iterator
from dataclasses import replace

from domain.contracts.commands import Command, DrawZone, PublishRule
from domain.contracts.detections import FrameAnalysed, TrackObservation, encode
from domain.contracts.identifiers import CameraId, RuleId, ZoneId
from domain.contracts.plant import RuleKind, Thresholds
from domain.contracts.subjects import detections_subject
from infra.nats.batch import Outgoing
from tests.domain.samples import LEFT_HALF, T0, frame, person

CAMERAS = (CameraId("yard"), CameraId("gate"), CameraId("fence"))
FPS = 10


def rules() -> Iterator[Command]:
    """A zone and two rules for each camera, in force from the first frame."""
    for camera in CAMERAS:
        zone_id = ZoneId(f"{camera}-zone")
        yield DrawZone(zone_id, camera, "Зона", LEFT_HALF, effective_from=T0)
        for kind, zone in ((RuleKind.DANGER_ZONE, zone_id), (RuleKind.NO_HELMET, None)):
            yield PublishRule(
                rule_id=RuleId(f"{camera}-{kind.value.replace('_', '-')}"),
                name="Правило",
                kind=kind,
                camera_id=camera,
                zone_id=zone,
                thresholds=Thresholds(0.4, 0.7),
                dwell_s=1.0,
                window_s=10.0,
                gap_s=1.5,
                effective_from=T0,
            )


def recording(seconds: int, seed: int = 1) -> list[FrameAnalysed]:
    """Frames of all cameras in the order of capture."""
    rng = random.Random(seed)
    walkers = {camera: [_Walker(rng, n) for n in range(3)] for camera in CAMERAS}
    frames = []
    for i in range(seconds * FPS):
        for camera in CAMERAS:
            tracks = tuple(t for w in walkers[camera] if (t := w.step()) is not None)
            frames.append(replace(frame(i / FPS, *tracks), camera_id=camera))
    return frames


class _Walker:
    """One place in the picture: somebody walks through it, pauses, leaves; then somebody else."""

    def __init__(self, rng: random.Random, place: int) -> None:
        self._rng, self._number, self._left = rng, place * 1000, 0
        self._x = self._dx = 0.0
        self._helmet = (0.9, 0.1)

    def step(self) -> TrackObservation | None:
        if self._left == 0:
            self._appear()
        self._left -= 1
        self._x = min(0.9, max(0.0, self._x + self._dx))
        if self._rng.random() < 0.1:
            return None  # the detector flickers
        score = 0.4 + 0.5 * self._rng.random()
        return person((self._x, 0.3, self._x + 0.08, 0.7), score, self._helmet, self._number)

    def _appear(self) -> None:
        self._number += 1
        self._left = self._rng.randrange(20, 120)
        self._x, self._dx = self._rng.random() * 0.9, self._rng.uniform(-0.02, 0.02)
        self._helmet = self._rng.choice([(0.9, 0.1), (0.1, 0.9), (0.4, 0.5)])


def messages(frames: list[FrameAnalysed]) -> list[Outgoing]:
    """As inference publishes them: a repeat has the same id."""
    return [
        Outgoing(detections_subject(f.camera_id), encode(f), {"Nats-Msg-Id": f"{f.camera_id}:{f.captured_at_us}"})
        for f in frames
    ]
