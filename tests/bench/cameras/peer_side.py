"""The peer: `ultralytics` track (ByteTrack) with the same weights on ONNX Runtime, its fastest form on a processor."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.bench.detect.peer_venv import ROOT, peer_python

PEER: Final = "ultralytics 8.4.190 track (ByteTrack, ONNX Runtime)"
WARM_UP: Final = 30
FRAMES: Final = 300


def peer_fps(video: Path, weights: Path, threads: int) -> dict[str, Any]:
    """Frames per second of one video, decoded, detected and tracked one after the other, while nothing of ours runs."""
    script = Path(__file__).parents[1] / "detect" / "peer.py"
    command = [str(peer_python()), str(script), str(video), str(weights), "--threads", str(threads)]
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "YOLO_OFFLINE": "true", "YOLO_VERBOSE": "false"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        input=f"{WARM_UP}\n{FRAMES}\n",
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    measured: dict[str, Any] = answers[-1]
    return measured
