"""Rules that can find nothing, or not all: the models in force do not know what they ask for. Counted when asked."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from domain.contracts.detections import ObjectClass
from domain.contracts.events import RulePublished
from domain.contracts.identifiers import CameraId
from domain.contracts.learning import ModelForm, ModelKind
from domain.contracts.plant import MISSING_ITEMS, RuleKind
from inference.classes import OBJECTS, plain_name
from inference.coco import COCO80
from inference.ppe import BASELINE
from inference.wearing import Worn
from inference.worn_names import MISSING, worn_named

NAME: Final = "kaska_rule_rests"
"""Read by the gateway, which warns of it where the camera is shown."""

NO_DETECTORS: Final = frozenset({ObjectClass.OBJECT, ObjectClass.MACHINE})
"""Classes that come from other stages."""

WITH_PEOPLE: Final = frozenset({*MISSING_ITEMS, RuleKind.WEAPON, RuleKind.UNATTENDED})
"""Kinds that look at people too, whatever classes they name."""

TOLD_BY_PLACE: Final = frozenset({Worn.HELMET, Worn.GLASSES, Worn.MASK})
"""Seen in the hand, on the forehead or on the neck, it is missing where it belongs."""

FormOf = Callable[[ModelKind, CameraId], ModelForm | None]


def rests(rule: RulePublished, detector: ModelForm | None, ppe: ModelForm | None) -> bool:
    """Whether models do not know all that a rule asks for; None stands for the build's own model."""
    wanted = set(rule.object_classes) - NO_DETECTORS
    if rule.kind in WITH_PEOPLE:
        wanted.add(ObjectClass.PERSON)
    if not wanted <= _objects(detector):
        return True
    item = MISSING_ITEMS.get(rule.kind)
    if item is None:
        return False
    known, worn = _worn(ppe), Worn[item.name]
    return MISSING[worn] not in known and not (worn in known and worn in TOLD_BY_PLACE)


def _objects(form: ModelForm | None) -> set[ObjectClass]:
    if form is None:
        return {ObjectClass(code) for code in COCO80.values()}
    return {OBJECTS[name] for each in form.classes if (name := plain_name(each)) in OBJECTS}


def _worn(form: ModelForm | None) -> set[Worn]:
    return set(BASELINE) if form is None else {worn for each in form.classes if (worn := worn_named(each)) is not None}


class Resting(Collector):
    """rules   those in force, of all cameras
    form_of  how the model of a kind that a camera is looked at with is read; None: it is the build's own
    """

    def __init__(self, rules: Callable[[], Iterable[RulePublished]], form_of: FormOf) -> None:
        self._rules, self._form_of = rules, form_of

    def collect(self) -> Iterator[GaugeMetricFamily]:
        text = "1 while the models in force do not know all that a rule asks for"
        family = GaugeMetricFamily(NAME, text, labels=["camera", "kind"])
        found = {(rule.camera_id, rule.kind.name) for rule in self._rules() if self._rests(rule)}
        for camera, kind in sorted(found):
            family.add_metric([camera, kind], 1.0)
        yield family

    def _rests(self, rule: RulePublished) -> bool:
        forms = (self._form_of(kind, rule.camera_id) for kind in (ModelKind.DETECTOR, ModelKind.PPE))
        return rests(rule, *forms)
