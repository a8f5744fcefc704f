"""Classes of a model for protective equipment, in the words of whoever annotated its pictures."""

from pathlib import Path

import pytest

from domain.contracts.learning import ModelForm, ModelFormat, ModelKind
from inference.errors import ModelUnusable
from inference.registry.opening import codes_for
from inference.wearing import Worn
from inference.worn_names import worn_named


@pytest.mark.parametrize("each", Worn)
def test_our_own_words_are_known(each: Worn) -> None:
    assert worn_named(each.name) is each
    assert worn_named(each.name.lower().replace("_", "-")) is each


@pytest.mark.parametrize(
    ("name", "worn"),
    [
        ("Hardhat", Worn.HELMET),
        ("NO-Safety Vest", Worn.NO_VEST),
        ("person without mask", Worn.NO_MASK),
        ("blue_gloves", Worn.GLOVES),  # R51: gloves of another colour
        ("Белая каска", Worn.HELMET),
        ("каскетка", Worn.HELMET),
        ("без защитных очков", Worn.NO_GLASSES),
        ("спецодежда", Worn.VEST),
        ("нет перчаток", Worn.NO_GLOVES),
        ("bare hands", Worn.NO_GLOVES),
        ("incorrect mask wearing", None),  # it does not say what it is
        ("maskara", None),
        ("person", None),
        ("", None),
    ],
)
def test_a_plants_own_words_are_known(name: str, worn: Worn | None) -> None:
    assert worn_named(name) is worn


def test_a_model_is_read_by_them() -> None:
    form = ModelForm(ModelKind.PPE, ModelFormat.ONNX, ("Белая каска", "person", "без каски"))
    assert codes_for(form, Path("m.onnx")).tolist() == [Worn.HELMET, 0, Worn.NO_HELMET]
    nothing = ModelForm(ModelKind.PPE, ModelFormat.ONNX, ("person", "incorrect mask wearing"))
    with pytest.raises(ModelUnusable, match=r"m\.onnx: none of its classes is one of helmet, .*: person, incorrect"):
        codes_for(nothing, Path("m.onnx"))
