"""`python -m tests.bench.detect [--json]`: both sides take turns on two processors, then one line of JSON."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from infra.assets import fetch, progress_bars
from tests.bench.detect.peer_venv import ROOT, peer_python
from tests.bench.detect.video import FRAMES, street_720p

PROCESSORS: Final = 2
WARM_UP: Final = 20
FRAMES_A_TURN: Final = 38
PEER: Final = "ultralytics 8.4.190 track (ByteTrack, ONNX Runtime)"

Turn = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    parser.parse_args()
    with progress_bars() as report:
        video, weights = street_720p(report), fetch("yolo11n.onnx", report)
    commands = {
        "ours": [sys.executable, "-m", "tests.bench.detect.ours", str(video)],
        "peer": [str(peer_python()), str(Path(__file__).with_name("peer.py")), str(video), str(weights)],
    }
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])  # both sides inherit it
    with ExitStack() as running:
        sides = {name: running.enter_context(_started(command)) for name, command in commands.items()}
        turns: dict[str, list[Turn]] = {name: [_turn(side, WARM_UP)] for name, side in sides.items()}
        for _ in range((FRAMES - WARM_UP) // FRAMES_A_TURN):
            for name, side in sides.items():
                turns[name].append(_turn(side, FRAMES_A_TURN))
            print({name: turns[name][-1]["fps"] for name in sides}, file=sys.stderr)
    print(json.dumps(_summary({name: each[1:] for name, each in turns.items()})))


@contextmanager
def _started(command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "OMP_NUM_THREADS": str(PROCESSORS), "YOLO_OFFLINE": "true", "YOLO_VERBOSE": "false"}
    arguments = [*command, "--threads", str(PROCESSORS)]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as side:
        yield side
        if side.stdin is not None:
            side.stdin.close()


def _turn(side: "subprocess.Popen[str]", frames: int) -> Turn:
    """Lets a side analyse its next frames while the other one sleeps; its answer is a line of JSON."""
    if side.stdin is None or side.stdout is None:
        raise RuntimeError("the side was started without pipes")
    side.stdin.write(f"{frames}\n")
    side.stdin.flush()
    for line in side.stdout:
        if line.startswith("{"):
            answer: Turn = json.loads(line)
            return answer
    raise RuntimeError(f"{side.args!r} ended with {side.wait()}")


def _summary(turns: dict[str, list[Turn]]) -> Turn:
    """Medians over the turns: neighbours on the machine disturb single turns, and both sides alike."""
    ours, peer = ({key: _median(each, key) for key in ("fps", "processor_ms")} for each in turns.values())
    last, peer_last = (each[-1] for each in turns.values())
    return {
        "bench": "detect",
        "value": ours["fps"],
        "unit": "frames/s",
        "peer": PEER,
        "peer_value": peer["fps"],
        "ratio": round(ours["fps"] / peer["fps"], 3),
        "turns": {name: [turn["fps"] for turn in each] for name, each in turns.items()},
        "processor_ms": ours["processor_ms"],
        "peer_processor_ms": peer["processor_ms"],
        "stage_ms": {stage: _median([turn["stage_ms"] for turn in turns["ours"]], stage) for stage in last["stage_ms"]},
        "peer_stage_ms": {
            stage: _median([turn["stage_ms"] for turn in turns["peer"]], stage) for stage in peer_last["stage_ms"]
        },
        "tracks": last["tracks"],
        "peer_tracks": peer_last["tracks"],
        "boxes": last["boxes"],
        "peer_boxes": peer_last["boxes"],
    }


def _median(rows: list[Turn], key: str) -> float:
    return round(median(float(row[key]) for row in rows), 3)


if __name__ == "__main__":
    main()
