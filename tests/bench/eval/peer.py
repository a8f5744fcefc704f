"""The peer's side: `ultralytics` track over a whole recording into a file of the MOT format. In its own environment."""

import argparse
from pathlib import Path

import torch

from tests.bench.detect.peer import give_torchvision_its_operators

PERSON = 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("video", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
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
        conf=0.1,
        classes=[PERSON],
        verbose=False,
    )
    with asked.out.open("w", encoding="utf-8") as file:
        for number, result in enumerate(results, 1):
            if result.boxes is None or result.boxes.id is None:
                continue
            rows = zip(result.boxes.id.tolist(), result.boxes.xyxy.tolist(), result.boxes.conf.tolist(), strict=True)
            for who, (x1, y1, x2, y2), score in rows:
                print(f"{number},{int(who)},{x1:.2f},{y1:.2f},{x2 - x1:.2f},{y2 - y1:.2f},{score:.4f}", file=file)


if __name__ == "__main__":
    main()
