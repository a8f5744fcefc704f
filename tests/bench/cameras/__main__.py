"""`python -m tests.bench.cameras [--json] [--scenes busy|mixed] [--recall]`; the last line is JSON."""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any, Final

from inference.detectors import create
from inference.detectors.options import PARTS, YoloOptions
from infra.assets import fetch, progress_bars
from infra.demo.registration import register
from infra.detectors import DetectorKind
from infra.embedded.ports import any_free_port
from infra.embedded.postgres import GATEWAY
from infra.embedded.rtsp import RtspServer
from infra.supervisor.home import check_usable
from infra.supervisor.supervisor import Options, running
from tests.bench.cameras.clips import begun_elsewhere, busy, calm, made, seconds
from tests.bench.cameras.peer_side import PEER, peer_fps
from tests.bench.cameras.plant import ANALYSED_FPS, plant
from tests.bench.cameras.recall import STRETCHES, recall
from tests.bench.cameras.rows import RowWatch
from tests.bench.cameras.step import Held, measured, settled
from tests.bench.cameras.truth import true_recall
from tests.bench.cameras.vitals import VitalsWatch

PROCESSORS: Final = 2
STEPS: Final = (8, 10, 12, 14, 16, 20, 24, 28, 32, 36)
LATENCY_CAMERAS: Final = 8
MEASURE_S: Final = 20.0
LATENCY_S: Final = 90.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    parser.add_argument("--least", type=int, default=min(STEPS), help="cameras to begin with")
    parser.add_argument("--most", type=int, default=max(STEPS), help="cameras to try at most")
    parser.add_argument("--scenes", choices=("busy", "mixed"), default="busy", help="what the cameras see")
    parser.add_argument("--b-frames", action="store_true", help="cameras that send B-frames, as encoders by default do")
    parser.add_argument("--second", action="store_true", help="cameras that have a small second stream, too")
    parser.add_argument("--recall", action="store_true", help="incidents with and without gating instead")
    parser.add_argument("--no-peer", action="store_true", help="leave the peer out")
    asked = parser.parse_args()
    if asked.recall:
        detector = create(DetectorKind.OPENVINO, YoloOptions(parts=PARTS))
        both = recall(detector) | {"of_labelled": true_recall(detector, STRETCHES)}
        print(json.dumps(both, ensure_ascii=False))
        return
    with progress_bars() as report:
        clips = busy(report) + (calm() if asked.scenes == "mixed" else ())
        weights = fetch("yolo11n.onnx", report)
        go2rtc = fetch("go2rtc", report)
    files = made(clips, b_frames=asked.b_frames)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])  # all children inherit it
    peer = [] if asked.no_peer else [peer_fps(files["street"], weights, PROCESSORS)]
    about = {"scenes": asked.scenes, "clips": list(files), "b_frames": asked.b_frames, "second": asked.second}
    small = seconds(files) if asked.second else {}
    home = Path(tempfile.mkdtemp(prefix="kaska-bench-"))
    try:
        steps, latencies = asyncio.run(
            _ours(home, go2rtc, files, small, [n for n in STEPS if asked.least <= n <= asked.most])
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if peer:  # the machine may be faster or slower by now: what counts is the mean
        peer.append(peer_fps(files["street"], weights, PROCESSORS))
    print(json.dumps(_summary(steps, latencies, peer, about), ensure_ascii=False))


async def _ours(
    home: Path, go2rtc: Path, files: dict[str, Path], small: dict[str, Path], counts: list[int]
) -> tuple[list[Held], list[float]]:
    """Adds cameras, up to each of the counts, until they are too many."""
    check_usable(home)
    played, smaller = (begun_elsewhere(each, home / "clips") for each in (files, small))
    server = RtspServer(home, any_free_port(), go2rtc, played | smaller)
    sources = [
        (server.url(main), server.url(second) if second else None) for main, second in zip_longest(played, smaller)
    ]
    steps: list[Held] = []
    async with running(Options(home, console_port=any_free_port()), _tell, [server]) as up:
        watch = VitalsWatch()
        await watch.follow(up.admin)
        rows = RowWatch(up.surroundings.postgres.dsn(GATEWAY), datetime.now(UTC))
        watching = asyncio.create_task(rows.watch())
        latencies: list[float] = []
        there = 0
        for cameras in counts:
            await register(up.admin, plant(there + 1, cameras, sources))
            there = cameras
            await settled(watch, cameras)
            seen = set(rows.latencies_s)
            held = await measured(watch, home, cameras, LATENCY_S if cameras == LATENCY_CAMERAS else MEASURE_S)
            if cameras == LATENCY_CAMERAS:
                latencies = [took for identity, took in rows.latencies_s.items() if identity not in seen]
            steps.append(held)
            _tell(json.dumps(held.as_plain(), ensure_ascii=False))
            if not held.is_fresh:
                break
        watching.cancel()
    return steps, latencies


def _summary(
    steps: list[Held], latencies: list[float], peer: list[dict[str, Any]], about: dict[str, Any]
) -> dict[str, Any]:
    held, fresh = [s for s in steps if s.is_held], [s for s in steps if s.is_fresh]
    best = held[-1] if held else None
    value = best.cameras if best else 0
    peer_cameras = round(mean(each["fps"] for each in peer) / ANALYSED_FPS, 2) if peer else None
    rows = sorted(round(took * 1000) for took in latencies)
    return {
        "bench": "cameras",
        "value": value,
        "unit": "cameras of 720p25 H.264 analysed at 10 fps",
        "peer": PEER,
        "peer_value": peer_cameras,
        "ratio": round(value / peer_cameras, 2) if peer_cameras else None,
        "fresh_cameras": fresh[-1].cameras if fresh else 0,
        "fresh_ratio": round(fresh[-1].cameras / peer_cameras, 2) if fresh and peer_cameras else None,
        **about,
        "load_average": [round(load, 2) for load in os.getloadavg()],
        "frame_to_row_ms": {
            "cameras": LATENCY_CAMERAS,
            "rows": len(rows),
            "p50": median(rows) if rows else None,
            "p95": quantiles(rows, n=20)[-1] if len(rows) > 1 else None,
        },
        "at_value": best.as_plain() if best else None,
        "steps": [step.as_plain() for step in steps],
        "peer_detail": peer,
    }


def _tell(step: str) -> None:
    print(step, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]}: {error}")
