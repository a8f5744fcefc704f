"""One step of the bench: so many cameras, waited for until they are watched, then measured."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Final

from tests.bench.cameras.plant import ANALYSED_FPS, camera_name
from tests.bench.cameras.processes import Memory, memory, processor_s
from tests.bench.cameras.vitals import Difference, VitalsWatch

SETTLE_MOST_S: Final = 40.0
SETTLE_LEAST_S: Final = 8.0
LOOK_S: Final = 2.5
ENOUGH: Final = 0.97
"""Of 10 frames a second: what a camera must have had analysed, so that a frame that comes late does not count twice."""

OLDEST_S: Final = 1.0
MOST_STRETCH: Final = 2.0
"""A camera is not held by looking away: up to here the recall of labelled incidents stays within one point of that of
looking at every frame (`--recall`, docs/adr/0012)."""


@dataclass(frozen=True)
class Held:
    """What was measured with so many cameras. fps: analysed frames per second of each camera; ages in seconds."""

    cameras: int
    fps: dict[str, float]
    dropped_per_s: float
    age_p50_s: float
    age_p95_s: float
    runs_per_frame: float
    runs_per_s: dict[str, float]
    stretch: float
    processors: dict[str, float]
    milliseconds: dict[str, float]
    memory: dict[str, Memory] = field(repr=False)

    @property
    def is_fresh(self) -> bool:
        """Every camera at its rate, and no frame too old, however seldom the detector looks."""
        return min(self.fps.values()) >= ENOUGH * ANALYSED_FPS and self.age_p95_s <= OLDEST_S

    @property
    def is_held(self) -> bool:
        """And the detector looks about as often as it is asked to."""
        return self.is_fresh and self.stretch <= MOST_STRETCH

    def as_plain(self) -> dict[str, object]:
        producers = [each for name, each in self.memory.items() if name.startswith("producer.")]
        return {
            "cameras": self.cameras,
            "held": self.is_held,
            "fresh": self.is_fresh,
            "fps_least": round(min(self.fps.values()), 2),
            "fps_mean": round(mean(self.fps.values()), 2),
            "dropped_per_s": round(self.dropped_per_s, 2),
            "age_ms": {"p50": round(self.age_p50_s * 1000), "p95": round(self.age_p95_s * 1000)},
            "detector_runs_per_frame": round(self.runs_per_frame, 3),
            "detector_runs_per_s": {reason: round(rate, 2) for reason, rate in self.runs_per_s.items()},
            "stretch": round(self.stretch, 2),
            "processors": {name: round(share, 3) for name, share in sorted(self.processors.items())},
            "ms_per_frame": {stage: round(ms, 3) for stage, ms in self.milliseconds.items()},
            "mib_per_camera": {
                "rss_mean": round(mean(each.rss for each in producers), 1),
                "pss_mean": round(mean(each.pss for each in producers), 1),
                "rss_most": round(max(each.rss for each in producers), 1),
            },
            "inference_rss_mib": round(self.memory["inference"].rss, 1) if "inference" in self.memory else None,
        }


async def settled(watch: VitalsWatch, cameras: int) -> None:
    """Returns when every camera is watched at its rate, or when there is no more hope."""
    started = time.monotonic()
    names = [camera_name(number) for number in range(1, cameras + 1)]
    while time.monotonic() - started < SETTLE_MOST_S:
        before = watch.now()
        await asyncio.sleep(LOOK_S)
        difference = Difference(before, watch.now())
        rates = [difference.per_second("inference", "kaska_frames_analysed_total", camera=name) for name in names]
        if min(rates) >= ENOUGH * ANALYSED_FPS and time.monotonic() - started >= SETTLE_LEAST_S:
            return


async def measured(watch: VitalsWatch, home: Path, cameras: int, seconds: float) -> Held:
    """All that happens in so many seconds."""
    before, spent, began = watch.now(), processor_s(home), time.monotonic()
    await asyncio.sleep(seconds)
    difference, later, took_s = Difference(before, watch.now()), processor_s(home), time.monotonic() - began
    names = [camera_name(number) for number in range(1, cameras + 1)]
    fps = {str(name): difference.per_second("inference", "kaska_frames_analysed_total", camera=name) for name in names}
    processors = {name: (seconds_ - spent.get(name, 0.0)) / took_s for name, seconds_ in later.items()}
    runs = difference.by("inference", "kaska_detector_runs_total", "reason")
    newest = difference.after.samples.get("inference", {})
    return Held(
        cameras=cameras,
        fps=fps,
        dropped_per_s=difference.per_second("inference", "kaska_frames_dropped_total"),
        age_p50_s=difference.age_s(0.5),
        age_p95_s=difference.age_s(0.95),
        runs_per_frame=sum(runs.values()) / max(sum(fps.values()), 1e-9),
        runs_per_s=runs,
        stretch=newest.get(("kaska_detector_stretch", ()), 1.0),
        processors=processors,
        milliseconds=_milliseconds(difference, processors, sum(fps.values())),
        memory=memory(home),
    )


def _milliseconds(difference: Difference, processors: dict[str, float], frames_per_s: float) -> dict[str, float]:
    """Processor time of each stage for one analysed frame."""
    spent: dict[str, float] = {}
    for process in difference.processes("producer."):
        for stage, share in difference.by(process, "kaska_producer_cpu_seconds_total", "stage").items():
            spent[stage] = spent.get(stage, 0.0) + share
    spent["producer, rest"] = processors.get("producer", 0.0) - sum(spent.values())
    own = difference.by("inference", "kaska_inference_cpu_seconds_total", "stage")
    spent |= own
    spent["detect, publish"] = processors.get("inference", 0.0) - sum(own.values())
    spent["rules"] = processors.get("domain", 0.0)
    spent["projections"] = processors.get("projections", 0.0)
    spent["nats"] = processors.get("nats", 0.0)
    known = {"producer", "inference", "domain", "projections", "nats", "bench", "rtsp"}
    spent["other processes"] = sum(share for name, share in processors.items() if name not in known)
    spent["cameras (go2rtc, ffmpeg)"] = processors.get("rtsp", 0.0)
    return {stage: share * 1000 / max(frames_per_s, 1e-9) for stage, share in spent.items()}
