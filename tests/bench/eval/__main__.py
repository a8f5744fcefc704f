"""`python -m tests.bench.eval [--dataset DIR] [--json]`: HOTA of ours beside the peer's, then one line of JSON.

Both sides see every frame of every labelled recording of the folder, and ours once more as few as of a live camera. By
default it is the videos of ../shared/data, which a fresh clone lacks: then say which.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from infra.assets import fetch, progress_bars
from tests.bench.detect.peer_venv import ROOT, peer_python
from training.evaluation.boxes import TrackScores, track_scores
from training.evaluation.dataset import Boxes, Sequence, read_mot, sequences
from training.evaluation.incidents import IncidentScores
from training.evaluation.scoring import rehearsed, score

PEER: Final = "ultralytics 8.4.190 track (ByteTrack, ONNX Runtime), every frame"
USUAL: Final = ROOT.parent / "shared" / "data" / "videos"
MOT15: Final = {"pets09_s2l1", "tud_stadtmitte"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", type=Path, default=USUAL)
    parser.add_argument("--json", action="store_true", help="only the last line matters then")
    asked = parser.parse_args()
    known = [each for each in sequences(asked.dataset) if asked.dataset != USUAL or each.name in MOT15]
    rows = [_row(each) for each in known]
    ours, theirs = (statistics.fmean(row[side]["hota"] for row in rows) for side in ("ours", "peer"))
    answer = {
        "bench": "eval",
        "value": round(ours, 4),
        "unit": "HOTA, mean of the recordings",
        "peer": PEER,
        "peer_value": round(theirs, 4),
        "ratio": round(ours / theirs, 4),
        "recordings": rows,
    }
    print(json.dumps(answer))


def _row(sequence: Sequence) -> dict[str, Any]:
    """Both sides' tracks go through the same rules, so that incidents can be compared too."""
    ours, watched = score(sequence, ["--threads=2"]), score(sequence, ["--threads=2", "--as-watched"])
    tracks = _peer(sequence)
    with tempfile.TemporaryDirectory() as name:
        incidents = rehearsed(sequence, tracks, ours.frames, Path(name))
    truth = sequence.truth.within(1, ours.frames)
    row = {
        "recording": sequence.name,
        "ours": _plain(ours.tracking, ours.incidents),
        "ours_as_watched": _plain(watched.tracking, watched.incidents),
        "peer": _plain(track_scores(tracks, truth, ours.frames), incidents),
        "detection": ours.as_plain()["detection"],
    }
    print(json.dumps(row), file=sys.stderr)
    return row


def _peer(sequence: Sequence) -> Boxes:
    with progress_bars() as report:
        weights = fetch("yolo11n.onnx", report)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "tracks.txt"
        command = [str(peer_python()), "-m", "tests.bench.eval.peer", str(sequence.video), str(weights), str(out)]
        environment = {**os.environ, "YOLO_OFFLINE": "true", "YOLO_VERBOSE": "false", "PYTHONPATH": str(ROOT)}
        subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=sys.stderr)
        return read_mot(out)


def _plain(scores: TrackScores, incidents: IncidentScores) -> dict[str, float]:
    return {
        "hota": round(scores.hota, 4),
        "det_a": round(scores.det_a, 4),
        "idf1": round(scores.idf1, 4),
        "tracks": scores.tracks,
        "incident_recall": round(incidents.recall, 4),
        "incident_precision": round(incidents.precision, 4),
        "duplicates": incidents.duplicates,
    }


if __name__ == "__main__":
    main()
