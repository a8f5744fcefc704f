"""Rules of the house that no other tool checks."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("domain", "infra", "producers", "inference", "projections", "gateway")
PROOF = tuple(f"domain/proof/{name}.py" for name in ("merkle", "leaf", "checkpoint", "history", "audit"))
PURE = (
    "domain/contracts",
    "domain/rules",
    *sorted(f"domain/{path.name}" for path in (ROOT / "domain").glob("*.py")),
    *PROOF,  # but for verify_capsule, which also needs cryptography
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folders_name_is_the_checkout_not_a_package_of_a_registry(folder: str) -> None:
    spec = importlib.util.find_spec(folder)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


@pytest.mark.parametrize("where", PURE)
def test_decisions_import_nothing_but_the_standard_library(where: str) -> None:
    path = ROOT / where
    for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
        assert _foreign_imports(file) == set(), file


def _foreign_imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"domain"}
