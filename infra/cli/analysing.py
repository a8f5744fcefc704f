"""The work of `kaska analyse`: against a home that runs, or with one of its own for as long as it takes."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from nats.aio.client import Client

from domain.contracts import codec
from domain.contracts.detections import decode, from_microseconds, to_microseconds
from domain.contracts.identifiers import CameraId, IdentifierRefused, slug
from domain.contracts.observations import PictureQuality, QualityFault
from domain.contracts.plant import ARCHIVE_SCHEME
from domain.contracts.subjects import DETECTIONS, detections_subject
from infra import logs
from infra.archive import ArchiveError
from infra.archive.blindness import faults_of
from infra.archive.plan import Plan, Progress, piece_of, plan_path, read_plan
from infra.archive.plant import Wanted, WhichRules, archive_plant, read_plant
from infra.archive.recordings import Recording, recordings_in
from infra.archive.session import analyse, complete, incidents_of
from infra.assets import fetch, progress_bars
from infra.cli.analysis_progress import progress_bar
from infra.cli.running import run_until_stopped
from infra.cli.voice import FAILED, TROUBLE, fail, tell, tell_step
from infra.demo.plant import DemoPlant
from infra.demo.registration import register
from infra.detectors import DetectorKind
from infra.embedded.nats import ADMIN, NatsServer
from infra.embedded.ports import LOOPBACK
from infra.embedded.postgres import PostgresServer
from infra.embedded.s3 import S3Server
from infra.keeping import Keeping
from infra.nats.bridge import connect
from infra.nats.direct import get_last
from infra.nats.errors import NatsAdapterError
from infra.supervisor.environment import Surroundings
from infra.supervisor.home import RunningState, check_usable, read_state
from infra.supervisor.supervisor import Options, running

ALL_US: Final = 1_000_000
"""So near to its end a recording counts as known: pictures are left out between those that are analysed."""


LACKING: Final = {
    "plates": "  Номера не прочитаны: нет моделей. / Plates were not read: their models cannot be had.",
    "faces": "  Лица не сличены: нет моделей. / Faces were not compared: their models cannot be had.",
}

FAULTS: Final = {
    QualityFault.MOVED: "камера сдвинута / moved",
    QualityFault.COVERED: "камера закрыта / covered",
    QualityFault.BLURRED: "изображение размыто / blurred",
    QualityFault.DARK: "слишком темно / too dark",
    QualityFault.OVEREXPOSED: "изображение засвечено / overexposed",
    QualityFault.BLACK: "чёрный экран / black",
    QualityFault.FROZEN_PICTURE: "картинка застыла / frozen",
}


@dataclass(frozen=True)
class Order:
    """What the person said."""

    path: Path
    like: str | None
    camera: str | None
    at: datetime | None
    rules: WhichRules
    fps: float | None
    every_frame: bool
    plates: bool
    tz: str
    detector: DetectorKind
    as_json: bool


def run(home: Path, order: Order) -> None:
    """Ends the program: 0 when all incidents have photo and clip, 1 when some lack one, 2 for a wrong order."""

    async def work() -> int:
        try:
            return await _work(home, order)
        except (ArchiveError, IdentifierRefused) as error:
            return fail(str(error), TROUBLE)
        except NatsAdapterError as error:
            return fail(str(error), FAILED)

    run_until_stopped(work, when_stopped=FAILED)


async def _work(home: Path, order: Order) -> int:
    state = read_state(home)
    tz = order.tz if state is None else state.plant_tz
    at = order.at if order.at is None or order.at.tzinfo else order.at.replace(tzinfo=ZoneInfo(tz))
    recordings = recordings_in(order.path.expanduser(), at, tz)
    check_usable(home)
    with progress_bars() as bars:
        fetch(order.detector.weights, bars)
    async with _home(home, state, order) as (surroundings, admin):
        return await _analyse(surroundings, admin, order, recordings)


async def _analyse(at: Surroundings, admin: Client, order: Order, recordings: tuple[Recording, ...]) -> int:
    plant = await read_plant(admin)
    wanted = _wanted(order, recordings, at.plant_tz)
    told = archive_plant(plant, wanted)
    plan = Plan(
        wanted.camera_id,
        tuple(piece_of(each) for each in recordings),
        told.target_fps,
        told.analysis_width,
        told.ppe,
        order.every_frame,
        told.closing_s,
        told.copied,
        told.plates,
        order.like or "",
    )
    known_us = await _known_until(admin, wanted.camera_id)
    _check_order(at.home, plan, known_us)
    step = "cameras"
    tell_step(step)
    await register(admin, DemoPlant((wanted.camera_id,), told.commands), by="analyse")
    _tell_plan(wanted, recordings, told.rules, known_us)
    with progress_bar(recordings, known_us) as report:
        progress = await analyse(at, admin, plan, report, tell_step)
    since = (await read_plant(admin)).registered_at.get(wanted.camera_id, 1) - 1
    incidents = await incidents_of(admin, wanted.camera_id, since)
    faults = await faults_of(admin, wanted.camera_id)
    if order.as_json:
        found = [asdict(each) for each in incidents]
        seen = {"camera": wanted.camera_id, "incidents": found, "faults": [codec.to_plain(each) for each in faults]}
        print(json.dumps(_figures(progress) | seen, ensure_ascii=False))
    else:
        _tell_result(progress, len(incidents), sum(complete(each) for each in incidents))
        _tell_faults(faults, ZoneInfo(at.plant_tz))
    return 0 if all(complete(each) for each in incidents) else FAILED


def _wanted(order: Order, recordings: tuple[Recording, ...], tz: str) -> Wanted:
    first, last = recordings[0], recordings[-1]
    start = from_microseconds(first.start_us)
    local = start.astimezone(ZoneInfo(tz))
    like = None if order.like is None else CameraId(slug(order.like))
    named = order.camera or f"arc-{_short(order.like or '')}-{local:%y%m%d-%H%M%S}"
    return Wanted(
        camera_id=CameraId(slug(named)),
        like=like,
        which=order.rules,
        start=start,
        end=from_microseconds(max(each.end_us for each in recordings)) + timedelta(microseconds=1),
        name=f"Архив {order.like or order.camera}, {local:%d.%m.%Y %H:%M}",
        source=f"{ARCHIVE_SCHEME}{(first.path if first is last else first.path.parent)}",
        target_fps=order.fps,
        plates=order.plates,
    )


def _short(text: str) -> str:
    return re.sub(r"[^a-z0-9-]", "", text)[:20].strip("-")


async def _known_until(admin: Client, camera_id: CameraId) -> int:
    """Capture time of the last picture in DETECTIONS; 0 when there is none."""
    last = await get_last(admin, DETECTIONS, detections_subject(camera_id))
    if last is None:
        return 0
    newest = decode(camera_id, last.data)
    return newest.captured_at_us if newest.frames == 0 else newest.last_captured_at_us


def _check_order(home: Path, plan: Plan, known_us: int) -> None:
    """A camera's pictures are told in the order of their capture: an earlier recording needs a camera of its own."""
    if not known_us or plan.pieces[0].start_us > known_us:
        return
    if plan_path(home, plan.camera_id).exists() and read_plan(home, plan.camera_id).pieces[0] == plan.pieces[0]:
        return
    until = from_microseconds(known_us).isoformat(timespec="seconds")
    raise ArchiveError(
        f"Camera {plan.camera_id!r} was analysed until {until} already, and these recordings begin earlier: "
        "give them a camera of their own with --camera."
    )


@asynccontextmanager
async def _home(home: Path, state: RunningState | None, order: Order) -> AsyncIterator[tuple[Surroundings, Client]]:
    if state is None:
        logs.configure("supervisor", path=home / "logs" / "supervisor.log")
        async with running(Options(home, plant_tz=order.tz, detector=order.detector), tell_step) as up:
            yield up.surroundings, up.admin
        return
    at = Surroundings(
        home=home,
        frames_dir=home / "frames",
        nats=NatsServer.of(home, state.nats_port),
        postgres=PostgresServer.of(home, state.postgres_port),
        s3=S3Server.of(home, state.s3_port),
        console_host=LOOPBACK,
        console_port=0,
        plant_tz=state.plant_tz,
        detector=order.detector,
        keeping=Keeping(),
    )
    admin = await connect(at.nats.url(ADMIN), name="analyse")
    try:
        yield at, admin
    finally:
        await admin.close()


def _tell_plan(wanted: Wanted, recordings: tuple[Recording, ...], rules: int, known_us: int) -> None:
    total = timedelta(microseconds=sum(each.duration_us for each in recordings))
    tell(f"  Камера / Camera: {wanted.camera_id}; {len(recordings)} × видео / video, {_clock(total)}")
    which = "нынешние / today's" if wanted.which is WhichRules.NOW else "того времени / of that time"
    tell(f"  Правила / Rules: {rules}, {which}")
    twice_us = sum(max(0, a.end_us - b.start_us) for a, b in pairwise(recordings))
    if twice_us > 1_000_000:
        tell(f"  Записи перекрываются на / Recordings overlap by {_clock(timedelta(microseconds=twice_us))}")
    if known_us >= max(each.end_us for each in recordings) - ALL_US:
        tell(
            "  Уже проанализировано; другие правила — другая --camera. / Known already; other rules: another --camera."
        )
    elif known_us >= to_microseconds(wanted.start):
        tell(f"  Продолжаю с / Going on from {from_microseconds(known_us).isoformat(timespec='seconds')}")


def _figures(progress: Progress) -> dict[str, Any]:
    """x_realtime: seconds of video a second. per_core: seconds of video for a second of one core."""
    wall_s, cpu_s = max(progress.wall_s, 1e-3), max(progress.cpu_s, 1e-3)
    return {
        "video_s": progress.video_s,
        "decoded": progress.decoded,
        "analysed": progress.analysed,
        "detected": progress.detected,
        "damaged": progress.damaged,
        "wall_s": progress.wall_s,
        "cpu_s": progress.cpu_s,
        "lacking": list(progress.lacking),
        "x_realtime": round(progress.video_s / wall_s, 2),
        "per_core": round(progress.video_s / cpu_s, 2),
    }


def _tell_result(progress: Progress, incidents: int, whole: int) -> None:
    figures = _figures(progress)
    tell(f"  Инцидентов / Incidents: {incidents}; с фото и клипом / with photo and clip: {whole}")
    tell(f"  Кадров / Frames: {progress.analysed}; повреждено / damaged: {progress.damaged}")
    for what in progress.lacking:
        tell(LACKING[what])
    tell(f"  × реального времени / real time: {figures['x_realtime']}; на ядро / per core: {figures['per_core']}")


def _tell_faults(faults: list[PictureQuality], tz: ZoneInfo) -> None:
    """When the recordings could show nothing: no incident there means nothing."""
    for each in faults:
        since = f"{each.since.astimezone(tz):%d.%m.%Y %H:%M:%S}"
        until = "" if each.until is None else f"{each.until.astimezone(tz):%H:%M:%S}"
        tell(f"  Ничего не видно / Blind {since}-{until}: {FAULTS[each.fault]}")


def _clock(span: timedelta) -> str:
    return str(timedelta(seconds=round(span.total_seconds())))
