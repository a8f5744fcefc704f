"""For machines whose torchvision does not fit their torch: what is missing is lent, see PARTS of the benches."""

import importlib
from typing import Any

import pytest


def torch_or_skip() -> Any:
    """torch, with a torchvision that can be imported; skips the test where the extra is not installed."""
    torch = pytest.importorskip("torch", reason="the extra `training` is not installed")
    try:
        importlib.import_module("torchvision")
    except RuntimeError:
        from tests.bench.detect.peer import give_torchvision_its_operators

        give_torchvision_its_operators()
    return torch
