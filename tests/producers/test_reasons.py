"""Every reason for which a camera's process reports that a file is missing has Russian words in the console."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import producers
from producers import errors

PRODUCERS = Path(producers.__file__).parent
WORDS = PRODUCERS.parent / "gateway" / "console" / "src" / "locale" / "missed.ts"
REPORTED = {
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.EvidenceError)
}
NEVER = {("live.py", "CodecUnsupported")}
PASSED_ON = "4: 4"
"""An error's name and its words, which are found where it is raised."""


def literal(text: ast.expr) -> str:
    """A string as far as it stands in the code; what is filled in is a number."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    assert isinstance(text, ast.JoinedStr)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "4" for part in text.values)


def reasons() -> Iterator[tuple[str, str]]:
    """The file, and the reason as `Evidence` and `Recordings` tell it."""
    for path in PRODUCERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Raise(exc=ast.Call(func=ast.Name(id=name), args=[text])) if name in REPORTED:
                    if (path.name, name) not in NEVER:
                        yield path.name, f"{name}: {literal(text)}"
                case ast.Call(func=ast.Attribute(attr="_miss" | "_report"), args=[*_, text]) if isinstance(
                    text, ast.Constant | ast.JoinedStr
                ):
                    yield path.name, literal(text)


def words(reason: str) -> str | None:
    """As `missed()` of the console finds them."""
    known = re.findall(r"^  \[/(.+)/, \"(.+)\"\],$", WORDS.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(known) >= 10
    return next((russian for pattern, russian in known if re.match(pattern, reason)), None)


def test_every_reason_has_russian_words() -> None:
    found = {reason for _, reason in reasons()} - {PASSED_ON}
    assert len(found) >= 12
    assert {reason for reason in found if not re.search("[а-я]", words(reason) or "")} == set()


def test_an_unknown_reason_has_none() -> None:
    assert words("a reason of a newer build") is None
