"""Our side: PyAV decodes in a thread, OpenVINO detects a few frames ahead, ByteTrack tracks.

Reads how many frames to analyse from stdin, line by line, and answers each with a line of JSON.
"""

import argparse
import json
import sys
import threading
import time
from collections import Counter, deque
from pathlib import Path
from queue import Queue

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from inference.detections import Tracks, sound
from inference.detectors import create
from inference.detectors.options import YoloOptions
from inference.protocols import Pending
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.detectors import DetectorKind
from infra.frames import Pixels
from tests.bench.detect.video import FPS

AHEAD = 3


class Stages:
    """Microseconds of each stage, summed over the frames of a turn."""

    def __init__(self) -> None:
        self.us: Counter[str] = Counter()

    def add(self, stage: str, seconds: float) -> None:
        self.us[stage] += round(seconds * 1e6)


class Decoder(threading.Thread):
    """Decodes and scales to 640 pixels, a few frames ahead; time is that of the thread's own work."""

    def __init__(self, path: Path, stages: Stages) -> None:
        super().__init__(daemon=True)
        self.frames: Queue[Pixels] = Queue(AHEAD)
        self._path, self._stages, self._scaler = path, stages, VideoReformatter()

    def run(self) -> None:
        with av.open(str(self._path)) as video:
            stream = video.streams.video[0]
            stream.codec_context.thread_count = 1
            before = time.thread_time()
            for frame in video.decode(stream):
                decoded = time.thread_time()
                pixels = self._scaled(frame)
                self._stages.add("decode", decoded - before)
                self._stages.add("scale", time.thread_time() - decoded)
                self.frames.put(pixels)
                before = time.thread_time()

    def _scaled(self, frame: VideoFrame) -> Pixels:
        height = round(frame.height * 640 / frame.width)
        small = self._scaler.reformat(frame, 640, height, "bgr24", interpolation="BILINEAR")
        return np.asarray(small.to_ndarray(), np.uint8)


class Engine:
    """Detector and tracker; keeps as many frames pending as the detector holds."""

    def __init__(self, stages: Stages, threads: int) -> None:
        self._stages = stages
        self._detector = create(DetectorKind.OPENVINO, YoloOptions(threads=threads))
        self._tracker = ByteTrack(1, TrackOptions(nominal_fps=FPS))
        self._pending: deque[tuple[Pending, Pixels]] = deque()
        self._number = 0
        self.boxes = 0
        self.ids: set[int] = set()

    def take(self, pixels: Pixels) -> None:
        started = time.perf_counter()
        self._pending.append((self._detector.submit(pixels), pixels))
        self._stages.add("prepare", time.perf_counter() - started)
        if len(self._pending) == self._detector.depth:
            self.finish_oldest()

    def finish(self) -> None:
        while self._pending:
            self.finish_oldest()

    def finish_oldest(self) -> None:
        pending, pixels = self._pending.popleft()
        started = time.perf_counter()
        found = pending.result()
        detected = time.perf_counter()
        height, width = pixels.shape[:2]
        self._number += 1
        tracks = self._tracker.update(sound(found, width, height, 300)[0], self._number * 1_000_000 // FPS)
        self._stages.add("detect", detected - started)
        self._stages.add("track", time.perf_counter() - detected)
        self._count(tracks)

    def _count(self, tracks: Tracks) -> None:
        self.boxes += len(tracks)
        self.ids.update(tracks.ids.tolist())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("video", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    stages = Stages()
    engine = Engine(stages, asked.threads)
    decoder = Decoder(asked.video, stages)
    decoder.start()
    for line in sys.stdin:
        print(json.dumps(turn(engine, decoder, stages, int(line))), flush=True)


def turn(engine: Engine, decoder: Decoder, stages: Stages, frames: int) -> dict[str, object]:
    """Analyses the next frames to the end; nothing is pending afterwards."""
    stages.us.clear()
    started, processor = time.perf_counter(), time.process_time()
    for _ in range(frames):
        engine.take(decoder.frames.get())
    engine.finish()
    return {
        "fps": round(frames / (time.perf_counter() - started), 2),
        "processor_ms": round((time.process_time() - processor) * 1000 / frames, 2),
        "boxes": engine.boxes,
        "tracks": len(engine.ids),
        "stage_ms": {name: round(us / 1000 / frames, 3) for name, us in stages.us.items()},
    }


if __name__ == "__main__":
    main()
