"""`kaska analyse`: recordings through the analytics, faster than they were made (R27)."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.archive.plant import WhichRules
from infra.cli.options import DEFAULT_HOME, DetectorOption, HomeOption, JsonOption, TimeZoneOption, resolved
from infra.detectors import DetectorKind

AtOption = Annotated[
    str | None,
    typer.Option("--at", help="Когда снят первый кадр: 2026-03-12T08:00:00. / When the first picture was captured."),
]


def analyse(
    path: Annotated[Path, typer.Argument(help="Запись или папка записей. / A recording, or a folder of them.")],
    *,
    like: Annotated[
        str | None, typer.Option("--like", help="Зоны и правила этой камеры. / Zones and rules of this camera.")
    ] = None,
    camera: Annotated[
        str | None, typer.Option("--camera", help="Имя архивной камеры. / Identifier of the archive camera.")
    ] = None,
    at: AtOption = None,
    rules: Annotated[
        WhichRules,
        typer.Option("--rules", help="Правила того времени или нынешние. / Rules of that time, or today's."),
    ] = WhichRules.THEN,
    fps: Annotated[
        float | None, typer.Option("--fps", min=0.2, max=60, help="Кадров в секунду. / Frames a second to analyse.")
    ] = None,
    every_frame: Annotated[
        bool, typer.Option("--every-frame", help="Детектор смотрит каждый кадр. / The detector looks at every frame.")
    ] = False,
    plates: Annotated[bool, typer.Option("--plates", help="Читать номера машин. / Read number plates.")] = False,
    home: HomeOption = DEFAULT_HOME,
    tz: TimeZoneOption = "Europe/Moscow",
    detector: DetectorOption = DetectorKind.OPENVINO,
    as_json: JsonOption = False,
) -> None:
    """Проанализировать архив быстрее реального времени. / Analyse recordings faster than real time."""
    # Imported here, so that the other commands do not wait for the servers' clients.
    from infra.cli.analysing import Order, run  # noqa: PLC0415

    if like is None and camera is None:
        raise typer.BadParameter("--like CAMERA или / or --camera ID")
    order = Order(path, like, camera, _moment(at), rules, fps, every_frame, plates, tz, detector, as_json)
    run(resolved(home), order)


def _moment(text: str | None) -> datetime | None:
    """Naive when no offset is said. Raises typer.BadParameter."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--at {text}: 2026-03-12T08:00:00") from None
