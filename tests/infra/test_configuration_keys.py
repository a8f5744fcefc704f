"""docs/configuration-keys.md names only what there is: settings, fields of rules, classes (R195 to R198)."""

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from domain.contracts.commands import PublishRule
from domain.contracts.detections import ObjectClass

KEYS = Path(__file__).parents[2] / "docs" / "configuration-keys.md"
SETTINGS = ("inference.settings", "inference.plates.settings", "producers.settings", "domain.custodian.settings")
OF_RULES = ("thresholds", "object_classes", "window_s", "dwell_s", "gap_s", "min_person_height", "at_gate", "near")
OLD = ("confidence_ratio", "class_list", "BoundingBox")


@pytest.fixture
def text() -> str:
    return KEYS.read_text(encoding="utf-8")


def environment() -> set[str]:
    """The names of all settings of the processes that the document is about."""
    for module in SETTINGS:
        import_module(module)
    found, left = set[str](), [BaseSettings]
    while left:
        cls = left.pop()
        left += cls.__subclasses__()
        prefix = str(cls.model_config.get("env_prefix", ""))
        found |= {f"{prefix}{name}".upper() for name in cls.model_fields}
    return found


def test_every_old_key_has_its_place(text: str) -> None:
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    assert [key for key in OLD if not any(f"`{key}`" in row for row in rows)] == []


def test_every_setting_that_is_named_is_read(text: str) -> None:
    named = set(re.findall(r"KASKA_[A-Z_]+", text))
    assert len(named) >= 3
    assert named - environment() == set()


def test_every_field_of_a_rule_that_is_named_exists(text: str) -> None:
    known = {each.name for each in fields(PublishRule)}
    assert [name for name in OF_RULES if f"`{name}`" not in text and name not in text] == []
    assert set(OF_RULES) - known == set()


def test_every_class_of_objects_is_named(text: str) -> None:
    assert [each.name for each in ObjectClass if f"`{each.name}`" not in text] == []
