"""Golden files: one stored payload for every name of an event that was ever written.

`python -m tests.domain.contracts.golden_files` writes those that are missing. It never touches one that is there, and
none is ever edited or removed: they stand for what is in the streams of plants.
"""

from pathlib import Path

from domain.contracts.events import Envelope, encode_event
from domain.contracts.identifiers import CommandId
from tests.domain.facts import EVERY
from tests.domain.samples import T0

GOLDEN = Path(__file__).with_name("golden")


def envelope(name: str) -> Envelope:
    """The fixed fact of this name, in fixed circumstances."""
    return Envelope(T0, "anna", CommandId("c1"), EVERY[name])


def path(name: str) -> Path:
    return GOLDEN / f"{name}.json"


def names() -> list[str]:
    """Of all files, those of retired versions too."""
    return sorted(file.name.removesuffix(".json") for file in GOLDEN.glob("*.json"))


def main() -> None:
    for name in EVERY:
        if not path(name).is_file():
            path(name).write_bytes(encode_event(envelope(name)) + b"\n")


if __name__ == "__main__":
    main()
