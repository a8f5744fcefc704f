"""`kaska models` without a plant: what it makes of names and of measurements, and what it says when nothing runs."""

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from typer.testing import CliRunner

from domain.contracts.detections import ModelRef
from domain.contracts.learning import ModelKind
from domain.contracts.model_forces import Listed
from inference.registry.in_use import InUse
from infra.cli.app import app
from infra.cli.registry import NotOneVersion, Registered, parsed

A, B = "abcd" + "0" * 60, "abce" + "0" * 60
KNOWN = Registered(
    {("yard", 1): Listed("yard", 1, A, 10, None, None), ("yard", 2): Listed("yard", 2, B, 10, None, "MIT")}
)


def test_a_version_is_named_by_the_beginning_of_its_digest() -> None:
    assert KNOWN.named("yard@abcd").model_version == 1
    assert KNOWN.named(f"yard@{B}").model_version == 2


@pytest.mark.parametrize("text", ["yard@abc", "yard@", "yard", "gate@abcd", "@abcd", "yard@ffff", ""])
def test_what_names_none_or_several_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(NotOneVersion, match=r"yard@abcd00000000, yard@abce00000000"):
        KNOWN.named(text)


def test_what_is_in_use_is_counted_by_cameras() -> None:
    registry = CollectorRegistry()
    users = [(ModelKind.DETECTOR, ModelRef("m-640x384", A)), (ModelKind.DETECTOR, ModelRef("m-640x384", A))]
    registry.register(InUse(lambda: users))
    text = generate_latest(registry).decode()
    assert parsed(text + 'kaska_models_refused_total{kind="ppe"} 3.0\n').cameras == {(ModelKind.DETECTOR, A): 2}
    assert parsed(text + 'kaska_models_refused_total{kind="ppe"} 3.0\n').refused == {"ppe": 3.0}


@pytest.mark.parametrize("command", [["list"], ["use", "yard@abcd"], ["withdraw", "yard"]])
def test_where_nothing_runs_that_is_said(command: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["models", *command, "--home", str(tmp_path)])
    assert done.exit_code == 2
    assert "not running" in done.output
