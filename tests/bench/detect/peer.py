"""The peer's side: `ultralytics` track with ByteTrack. Runs in an environment of its own, imports nothing of ours."""

import argparse
import itertools
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

CLASSES = [0, 1, 2, 3, 5, 7, *range(14, 24)]


def give_torchvision_its_operators() -> None:
    """The registry's torchvision lacks a compiled part that fits its CPU torch: OpenCV's compiled nms stands in."""
    operators = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        operators.impl(name, nms, "CPU")

    import torchvision.extension

    torchvision.extension._has_ops = lambda: True
    torchvision.extension._assert_has_ops = lambda: None
    torchvision.extension.operators = operators  # they live as long as this object


def nms(boxes: Any, scores: Any, iou_threshold: float) -> Any:
    """As torchvision's: positions that stay, best first."""
    corners = boxes.numpy()
    sized: Any = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(sized, scores.numpy(), 0.0, iou_threshold)
    return torch.as_tensor(np.asarray(kept, np.int64).reshape(-1))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("video", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    give_torchvision_its_operators()
    torch.set_num_threads(asked.threads)

    from ultralytics import YOLO

    model = YOLO(str(asked.weights), task="detect")
    results = model.track(
        source=str(asked.video),
        tracker="bytetrack.yaml",
        stream=True,
        imgsz=(384, 640),
        classes=CLASSES,
        verbose=False,
    )
    tally = Tally()
    for line in sys.stdin:
        print(json.dumps(tally.turn(results, int(line))), flush=True)


class Tally:
    """What was seen so far."""

    def __init__(self) -> None:
        self.boxes = 0
        self.ids: set[int] = set()

    def turn(self, results: Iterator[Any], frames: int) -> dict[str, Any]:
        """Analyses the next frames."""
        stages: dict[str, float] = {}
        started, processor = time.perf_counter(), time.process_time()
        for result in itertools.islice(results, frames):
            for name, ms in result.speed.items():
                stages[name] = stages.get(name, 0.0) + (ms or 0.0)
            if result.boxes is not None and result.boxes.id is not None:
                self.boxes += len(result.boxes)
                self.ids.update(result.boxes.id.int().tolist())
        return {
            "fps": round(frames / (time.perf_counter() - started), 2),
            "processor_ms": round((time.process_time() - processor) * 1000 / frames, 2),
            "boxes": self.boxes,
            "tracks": len(self.ids),
            "stage_ms": {name: round(ms / frames, 3) for name, ms in stages.items()},
        }


if __name__ == "__main__":
    main()
