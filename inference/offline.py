"""`python -m inference.offline VIDEO FOLDER`: every frame of a file through the live pipeline, into files (R27, R170).

FOLDER/detections.slice  what would have gone to DETECTIONS, in the form of `domain.contracts.slices`
FOLDER/boxes.npz         what the detector said before tracking: frames (from 1), codes, scores, boxes in 0..1; with
                         --as-watched what is told of the frames: most of them the detector never sees
FOLDER/recording.json    frames, those only followed, fps, size of the video's picture, model, seconds of work
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from av.error import FFmpegError
from av.video.reformatter import VideoReformatter
from prometheus_client import CollectorRegistry

from domain.contracts.detections import FrameAnalysed, ModelRef, encode
from domain.contracts.slices import pack
from inference.attention import Attention
from inference.detections import Detections
from inference.detectors import create
from inference.detectors.options import PARTS, YoloOptions
from inference.errors import InferenceError
from inference.machines.listed import listed_machines
from inference.metrics import Metrics
from inference.negative import EitherWay
from inference.objects.listed import listed_zones
from inference.parts import Size
from inference.pipeline import CameraPipeline
from inference.poses import pose_detector
from inference.ppe import PpeOptions, PpeStage, baseline_detector
from inference.protocols import Detector, Pending
from inference.scene import SceneStage
from inference.trackers.bytetrack import ByteTrack, TrackOptions
from infra.detectors import DetectorKind
from infra.footage import open_footage, size_of
from infra.frames import Pixels, SharedFrame

CAMERA: Final = "recording"
START_US: Final = 1_767_225_600_000_000
"""Frame times count from 2026-01-01: the same recording gives the same file, whenever it is analysed."""
TROUBLE: Final = 2
DUE: Final = 1.0


class Listening:
    """A Detector that remembers what the one inside found."""

    def __init__(self, inner: Detector) -> None:
        self._inner = inner
        self.found: list[Detections] = []

    @property
    def model(self) -> ModelRef:
        return self._inner.model

    @property
    def depth(self) -> int:
        return self._inner.depth

    @property
    def inputs(self) -> tuple[Size, ...]:
        return self._inner.inputs

    def submit(self, pixels: Pixels, size: Size | None = None) -> Pending:
        return _Heard(self._inner.submit(pixels, size), self.found)


class _Heard:
    def __init__(self, pending: Pending, found: list[Detections]) -> None:
        self._pending, self._found = pending, found

    @property
    def ready(self) -> bool:
        return self._pending.ready

    def result(self) -> Detections:
        found = self._pending.result()
        self._found.append(found)
        return found


def frames(path: Path, fps: float, width: int) -> Iterator[SharedFrame]:
    """The pictures of a file, as if captured `fps` a second, no wider than `width` pixels. Raises FFmpegError."""
    scaler = VideoReformatter()
    with open_footage(path) as video:
        stream = video.streams.video[0]
        stream.thread_type = "AUTO"
        for number, picture in enumerate(video.decode(stream), 1):
            across = min(width, picture.width)
            down = round(picture.height * across / picture.width)
            small = scaler.reformat(picture, across, down, "bgr24", interpolation="BILINEAR")
            captured_at_us = START_US + round(number * 1_000_000 / fps)
            yield SharedFrame(CAMERA, number, captured_at_us, np.asarray(small.to_ndarray(), np.uint8))


def analyse(
    path: Path,
    fps: float,
    width: int,
    detector: Detector,
    ppe: PpeStage | None,
    *,
    scenes: Sequence[SceneStage] = (),
    as_watched: bool = False,
) -> list[FrameAnalysed]:
    """Detection, tracking and equipment of the frames, one after the other. Raises FFmpegError.

    as_watched   as of a live camera: the detector looks at few frames, in the others the tracks are followed
    """
    options = TrackOptions(nominal_fps=fps)
    attention = Attention(options.new_score, lambda: ppe is not None, detector.inputs) if as_watched else None
    pipeline = CameraPipeline(
        detector,
        ByteTrack(START_US // 1_000_000, options),
        Metrics(CollectorRegistry()),
        ppe=ppe,
        wants_ppe=lambda: ppe is not None,
        attention=attention,
        scenes=scenes,
    )
    return [
        pipeline.finish(pipeline.begin(frame)) if pipeline.look(frame) >= DUE else pipeline.followed(frame)
        for frame in frames(path, fps, width)
    ]


def told(analysed: FrameAnalysed) -> Detections:
    """The tracks of a frame as detections in its pixels."""
    size = (analysed.width, analysed.height) * 2
    return Detections(
        np.array([track.box for track in analysed.tracks], np.float32).reshape(-1, 4) * np.array(size, np.float32),
        np.array([track.score for track in analysed.tracks], np.float32),
        np.array([track.object_class for track in analysed.tracks], np.uint8),
    )


def write(folder: Path, analysed: list[FrameAnalysed], found: list[Detections], about: dict[str, Any]) -> None:
    """The three files."""
    records = ((number, encode(frame)) for number, frame in enumerate(analysed, 1))
    (folder / "detections.slice").write_bytes(pack(records))
    numbers = [np.full(len(each), number) for number, each in enumerate(found, 1)]
    sizes = [np.array([frame.width, frame.height] * 2, np.float32) for frame in analysed]
    np.savez_compressed(
        folder / "boxes.npz",
        frames=np.concatenate([*numbers, np.empty(0)]).astype(np.int64),
        codes=np.concatenate([*(each.codes for each in found), np.empty(0, np.uint8)]),
        scores=np.concatenate([*(each.scores for each in found), np.empty(0, np.float32)]),
        boxes=np.concatenate(
            [*(each.boxes / size for each, size in zip(found, sizes, strict=True)), np.empty((0, 4), np.float32)]
        ),
    )
    (folder / "recording.json").write_text(json.dumps(about), encoding="utf-8")


def main(
    video: Annotated[Path, typer.Argument(exists=True)],
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    *,
    fps: Annotated[float, typer.Option(min=0.1, max=240.0)] = 10.0,
    detector: Annotated[DetectorKind, typer.Option()] = DetectorKind.OPENVINO,
    threads: Annotated[int, typer.Option(min=1, max=64)] = 1,
    width: Annotated[int, typer.Option(min=160, max=7680, help="Pixels across that the models see.")] = 640,
    equipment: Annotated[bool, typer.Option(help="Look at helmets and vests too.")] = False,
    machines: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Look at these machines; see inference.machines.")
    ] = None,
    no_storage: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Nothing may stand there; see inference.objects.")
    ] = None,
    as_watched: Annotated[
        bool, typer.Option(help="As a live camera: look at few frames, follow in the others.")
    ] = False,
) -> None:
    """Analyses a recording."""
    started = time.process_time()
    try:
        picture = size_of(video)
        listening = Listening(
            EitherWay(create(detector, YoloOptions(threads=threads, parts=PARTS if as_watched else ())))
        )
        poses = pose_detector(threads) if equipment else None
        ppe = PpeStage(baseline_detector(threads), PpeOptions(), lambda: poses) if equipment else None
        scenes: list[SceneStage] = [] if machines is None else [listed_machines(machines)]
        scenes += [] if no_storage is None else [listed_zones(no_storage)]
        analysed = analyse(video, fps, width, listening, ppe, scenes=scenes, as_watched=as_watched)
    except (InferenceError, FFmpegError, OSError, IndexError) as error:
        sys.stderr.write(f"{video}: {error}\n")
        raise typer.Exit(TROUBLE) from error
    about = {
        "frames": len(analysed),
        "followed": sum(each.predicted for each in analysed),
        "fps": fps,
        "start_us": START_US,
        "width": picture[0],
        "height": picture[1],
        "model": listening.model.id,
        "digest": listening.model.digest,
        "processor_s": round(time.process_time() - started, 3),
    }
    write(folder, analysed, [told(each) for each in analysed] if as_watched else listening.found, about)


if __name__ == "__main__":
    typer.run(main)
