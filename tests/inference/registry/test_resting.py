"""Rules whose camera has no model that knows what they ask for: said, not silent (R44, R51)."""

from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from domain.contracts.detections import ObjectClass
from domain.contracts.events import RulePublished
from domain.contracts.identifiers import CameraId, RuleId
from domain.contracts.learning import ModelForm, ModelFormat, ModelKind
from domain.contracts.plant import RuleKind
from domain.contracts.usual import USUAL
from inference.registry.resting import NAME, Resting, rests
from tests.domain.samples import danger_rule

GATE, YARD = CameraId("gate"), CameraId("yard")


def rule(kind: RuleKind, *classes: ObjectClass, camera: CameraId = GATE) -> RulePublished:
    wanted = classes or USUAL[kind].object_classes
    return replace(danger_rule(), rule_id=RuleId("one"), kind=kind, camera_id=camera, object_classes=wanted)


def form(kind: ModelKind, *classes: str) -> ModelForm:
    return ModelForm(kind, ModelFormat.ONNX, classes)


PEOPLE = form(ModelKind.DETECTOR, "person", "umbrella")
OWN_GLOVES = form(ModelKind.PPE, "blue gloves", "No-Gloves", "mask")


@pytest.mark.parametrize("kind", RuleKind)
def test_with_the_builds_own_models_only_what_they_were_not_taught_rests(kind: RuleKind) -> None:
    unknown = {RuleKind.NO_GLASSES, RuleKind.NO_GLOVES, RuleKind.NO_MASK}
    assert rests(rule(kind), None, None) == (kind in unknown)


@pytest.mark.parametrize(
    ("asked", "detector", "ppe", "expected"),
    [
        (rule(RuleKind.NO_GLOVES), None, OWN_GLOVES, False),
        (rule(RuleKind.NO_MASK), None, OWN_GLOVES, False),  # on the neck it is not worn
        (rule(RuleKind.NO_GLOVES), None, form(ModelKind.PPE, "gloves"), True),  # of bare hands nothing is said
        (rule(RuleKind.NO_HELMET), None, OWN_GLOVES, True),
        (rule(RuleKind.PERIMETER), PEOPLE, None, False),
        (rule(RuleKind.PERIMETER, ObjectClass.PERSON, ObjectClass.TRUCK), PEOPLE, None, True),
        (rule(RuleKind.WEAPON), PEOPLE, None, True),
        (rule(RuleKind.WEAPON), form(ModelKind.DETECTOR, "person", "Hand-Gun", "pistol"), None, False),
        (rule(RuleKind.NO_HELMET), form(ModelKind.DETECTOR, "car"), None, True),
        (rule(RuleKind.UNATTENDED), form(ModelKind.DETECTOR, "car"), None, True),
        (rule(RuleKind.LEFT_OBJECT), form(ModelKind.DETECTOR, "car"), None, False),
        (rule(RuleKind.LAMP), form(ModelKind.DETECTOR, "car"), None, False),
    ],
)
def test_a_model_of_ones_own_is_asked_by_its_classes(
    asked: RulePublished, detector: ModelForm | None, ppe: ModelForm | None, expected: bool
) -> None:
    assert rests(asked, detector, ppe) is expected


def test_each_camera_is_counted_by_the_models_that_it_is_looked_at_with() -> None:
    registry = CollectorRegistry()
    rules = [rule(RuleKind.NO_GLOVES), rule(RuleKind.NO_GLOVES, camera=YARD), rule(RuleKind.DANGER_ZONE)]
    own = {(ModelKind.PPE, YARD): OWN_GLOVES}
    registry.register(Resting(lambda: rules, lambda kind, camera: own.get((kind, camera))))
    assert registry.get_sample_value(NAME, {"camera": "gate", "kind": "NO_GLOVES"}) == 1.0
    assert registry.get_sample_value(NAME, {"camera": "yard", "kind": "NO_GLOVES"}) is None
    assert registry.get_sample_value(NAME, {"camera": "gate", "kind": "DANGER_ZONE"}) is None
