"""Looks at the machines of one camera twice a second and says how they look (R57-R59). It decides nothing."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge

from domain.contracts.detections import ModelRef, ObjectClass, TrackObservation
from domain.contracts.identifiers import ZoneId, machine_track
from domain.contracts.plant import MACHINE_KINDS, Polygon
from inference.detections import Tracks
from inference.machines.classifier import Told, attributes, examples
from inference.machines.crop import crop_of, cut
from inference.machines.states import UNKNOWN, Aspect
from inference.machines.store import InForce, Shelf
from inference.scene import NOTHING_SEEN, SceneStage, Seen
from inference.zones import ZoneBook
from infra.frames import SharedFrame

LOOK_US: Final = 500_000


class Watched(Protocol):
    """A zone around a machine."""

    @property
    def zone_id(self) -> ZoneId: ...

    @property
    def polygon(self) -> Polygon: ...


class MachineStage:
    """A SceneStage. A machine is one track for ever: its box is what is looked at, its attributes are the states.

    classifier_of   what tells the machine of a zone; None where nobody trained it: it is not seen then
    zones           the camera's zones with rules about machines, asked at every look
    looks           counts what was told
    """

    def __init__(
        self,
        classifier_of: Callable[[ZoneId], InForce | None],
        zones: Callable[[], Sequence[Watched]],
        looks: Counter | None = None,
    ) -> None:
        self._classifier_of, self._zones, self._looks = classifier_of, zones, looks
        self._last_us: int | None = None

    def observe(self, frame: SharedFrame, tracks: Tracks) -> Seen:
        del tracks
        if self._last_us is not None and 0 <= frame.captured_at_us - self._last_us < LOOK_US:
            return NOTHING_SEEN
        self._last_us = frame.captured_at_us
        seen: list[TrackObservation] = []
        models: list[ModelRef] = []
        for zone in self._zones():
            in_force = self._classifier_of(zone.zone_id)
            if in_force is not None:
                crop = crop_of(zone.polygon)
                told = in_force.classifier.tell(cut(frame.pixels, crop))
                self._count(zone.zone_id, told)
                track_id = machine_track(zone.zone_id)
                seen.append(TrackObservation(track_id, ObjectClass.MACHINE, 1.0, crop, attributes(told)))
                models.append(in_force.model)
        return Seen(tuple(seen), tuple(models)) if seen else NOTHING_SEEN

    def _count(self, zone_id: ZoneId, told: Mapping[Aspect, Told]) -> None:
        if self._looks is not None:
            for aspect, look in told.items():
                self._looks.labels(zone_id, aspect.value, look.state or UNKNOWN).inc()


class Machines:
    """The stages of all cameras of a process."""

    def __init__(self, home: Path, zones: ZoneBook, registry: CollectorRegistry) -> None:
        self._shelf, self._zones = Shelf(home), zones
        self._looks = Counter(
            "kaska_machine_looks", "looks at machines by what they said", ["zone", "aspect", "state"], registry=registry
        )
        self._examples = Gauge(
            "kaska_machine_examples",
            "pictures that the classifier in force was trained on",
            ["zone", "aspect", "state"],
            registry=registry,
        )
        self._told: dict[ZoneId, InForce] = {}

    def _in_force(self, zone_id: ZoneId) -> InForce | None:
        found = self._shelf.of(zone_id)
        if found is not None and self._told.get(zone_id) is not found:
            before = self._told.get(zone_id)
            for aspect, state in examples(before.classifier) if before is not None else ():
                self._examples.remove(zone_id, aspect, state)
            for (aspect, state), count in examples(found.classifier).items():
                self._examples.labels(zone_id, aspect, state).set(count)
            self._told[zone_id] = found
        return found

    def stages(self, camera: str) -> tuple[SceneStage, ...]:
        return (MachineStage(self._in_force, lambda: self._zones.zones(camera, MACHINE_KINDS), self._looks),)
