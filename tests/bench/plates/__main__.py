"""`python -m tests.bench.plates [--drawn N] [--peer PYTHON] [--json]`.

PYTHON is one with `rapidocr-onnxruntime==1.4.4`. Of the peer each text on the car that is the number counts, though it
does not say which of them is the plate; two lines count when they follow each other.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from domain.contracts.plates import cleaned, parsed
from inference.plates.finding import PlateFinder
from inference.plates.models import LineReader, TextLocator
from tests.bench.plates.pictures import Case, cases, save

PEER_SIDE = Path(__file__).with_name("peer_side.py")
Figures = dict[str, dict[str, Any]]


def alike(text: str) -> str:
    """O and 0 look the same on most plates, and the ground truth mixes them."""
    return cleaned(text).replace("O", "0")


def ours(found: list[Case]) -> tuple[list[bool], list[bool | None], float]:
    finder, reader = PlateFinder(TextLocator(), LineReader()), LineReader()
    whole, crops = [], list[bool | None]()
    started = time.process_time()
    for case in found:
        reading = finder.find(case.whole)
        plate = None if reading is None else parsed(reading.text, two_lines=reading.two_lines)
        text = "" if reading is None else plate.number if plate and case.group.startswith("ru") else reading.text
        whole.append(
            cleaned(text) == cleaned(case.text) if case.group.startswith("ru") else alike(text) == alike(case.text)
        )
    looked = time.process_time() - started
    for case in found:
        crops.append(None if case.crop is None else alike(reader.read(case.crop).text) == alike(case.text))
    return whole, crops, looked


def peer(python: str, found: list[Case]) -> tuple[list[bool], list[bool | None], float]:
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder), found)
        answer = subprocess.run([python, str(PEER_SIDE), folder], capture_output=True, text=True, check=True)
    told = json.loads(answer.stdout[answer.stdout.index('{"texts"') :])
    texts = told["texts"]

    def right(number: int, kind: str) -> bool:
        lines = [alike(line) for line in texts.get(f"{number}.{kind}.png", [])]
        joined = [a + b for a, b in pairwise(lines)]
        return alike(found[number].text) in (*lines, *joined)

    whole = [right(number, "whole") for number in range(len(found))]
    crops = [None if case.crop is None else right(number, "crop") for number, case in enumerate(found)]
    return whole, crops, told["cpu_s"]


def figures(found: list[Case], whole: list[bool], crops: list[bool | None]) -> Figures:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, case in enumerate(found):
        groups[case.group].append(number)
    return {
        group: {
            "pictures": len(numbers),
            "whole": round(sum(whole[n] for n in numbers) / len(numbers), 3),
            "crop": round(sum(bool(crops[n]) for n in numbers) / len(numbers), 3)
            if crops[numbers[0]] is not None
            else None,
        }
        for group, numbers in groups.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.plates")
    parser.add_argument("--drawn", type=int, default=40, help="Russian plates of each manner")
    parser.add_argument("--peer", help="a Python with rapidocr-onnxruntime")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found = list(cases(arguments.drawn))
    whole, crops, cpu_s = ours(found)
    result: dict[str, Any] = {"ours": figures(found, whole, crops), "ours_ms": round(1000 * cpu_s / len(found), 1)}
    if arguments.peer:
        whole, crops, cpu_s = peer(arguments.peer, found)
        result |= {"peer": figures(found, whole, crops), "peer_ms": round(1000 * cpu_s / len(found), 1)}
    if arguments.json:
        sys.stdout.write(json.dumps(result) + "\n")
        return
    for side in ("ours", "peer"):
        for group, values in result.get(side, {}).items():
            sys.stdout.write(f"{side:5} {group:10} {values}\n")
        sys.stdout.write(f"{side:5} {result.get(f'{side}_ms')} ms of processor a picture\n")


if __name__ == "__main__":
    main()
