"""`python -m inference.machines shoot|examples|train|tell`: a plant trains how its own machines look. See README.md."""

import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import cv2
import numpy as np
import typer
from rich.console import Console

from domain.contracts.identifiers import IdentifierRefused, ZoneId, slug
from inference.errors import InferenceError
from inference.machines.classifier import loaded
from inference.machines.crop import crop_of
from inference.machines.examples import Moment, crop_named, cut_examples, moments, states_named
from inference.machines.pictures import ExamplesRefused, Picture, read_pictures
from inference.machines.store import FOLDER, install, load
from inference.machines.telling import tell_looks, tell_tallies
from infra.frames import FramesError, Pixels

TROUBLE: Final = 2

app = typer.Typer(
    help="Обучить, как выглядят состояния станка. / Train how the states of a machine look.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Home = Annotated[Path | None, typer.Option(envvar="KASKA_HOME", help="Папка Каски. / The home of Kaska.")]
States = Annotated[
    Path | None,
    typer.Option(
        file_okay=False,
        help="По папке снимков на состояние; без неё папка зоны. / A folder per state; the zone's own when left out.",
    ),
]
Zone = Annotated[str | None, typer.Option(help="Зона, нарисованная вокруг станка. / The zone around the machine.")]


@app.command()
def train(
    states: States = None,
    *,
    zone: Zone = None,
    home: Home = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Записать ещё и в файл. / Also into a file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Ответ для программ. / Answer for programs.")] = False,
) -> None:
    """Обучить по снимкам и показать точность. / Train on labelled crops and show the accuracy.

    Папки: open, closed; running, stopped; red, yellow, green, off; unknown.
    """
    if out is None and (zone is None or home is None):
        _stop("--zone ZONE (and --home), or --out FILE: where shall the classifier go?")
    try:
        answer = _train(read_pictures(_states_folder(states, zone, home)), zone, home, out, as_json=as_json)
    except (InferenceError, IdentifierRefused, OSError) as error:
        _stop(str(error))
    if as_json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


@app.command()
def shoot(
    zone: Annotated[str, typer.Option(help="Зона, нарисованная вокруг станка. / The zone around the machine.")],
    show: Annotated[str, typer.Option("--as", help="Что видно сейчас: open,running,green. / What it shows now.")],
    *,
    home: Home = None,
    out: States = None,
    count: Annotated[int, typer.Option(min=1, max=1000, help="Сколько снимков. / How many.")] = 5,
    every: Annotated[float, typer.Option(min=0.1, max=3600.0, help="Секунд между ними. / Seconds between.")] = 2.0,
) -> None:
    """Снять станок с работающей камеры. / Take labelled crops from the running camera."""
    from inference.machines.shooting import shot, zone_drawn  # noqa: PLC0415 - the other commands need no NATS
    from infra.nats.bridge import Bridge  # noqa: PLC0415
    from infra.nats.errors import NatsAdapterError  # noqa: PLC0415

    url, frames_dir = os.environ.get("KASKA_NATS_URL"), os.environ.get("KASKA_FRAMES_DIR")
    if url is None or frames_dir is None:
        _stop("Kaska is not running here: start it with ./kaska up, or cut examples out of a recording")
    try:
        states = states_named(show)
        with closing(Bridge(url, name="machine")) as bridge:
            drawn = zone_drawn(bridge, ZoneId(zone))
        folder = _states_folder(out, zone, home)
        crop = crop_of(drawn.polygon)
        for path in shot(Path(frames_dir), drawn.camera_id, crop, states, folder, count=count, every_s=every):
            sys.stdout.write(f"{path}\n")
            sys.stdout.flush()
    except (InferenceError, IdentifierRefused, NatsAdapterError, FramesError, OSError) as error:
        _stop(str(error))


@app.command()
def examples(
    video: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    crop: Annotated[str, typer.Option(help="x1,y1,x2,y2 зоны в долях кадра. / Of the zone, parts of the picture.")],
    at: Annotated[list[str], typer.Option(help="12.5=open,running или 10-14=closed; можно повторять.")],
    zone: Zone = None,
    home: Home = None,
    out: States = None,
) -> None:
    """Вырезать снимки станка из записи. / Cut crops of a machine out of a recording."""
    try:
        wanted: list[Moment] = [moment for text in at for moment in moments(text)]
        written = cut_examples(video, crop_named(crop), wanted, _states_folder(out, zone, home))
    except (InferenceError, OSError) as error:
        _stop(str(error))
    for path in written:
        sys.stdout.write(f"{path}\n")


@app.command()
def tell(
    pictures: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    *,
    file: Annotated[Path | None, typer.Option(exists=True, dir_okay=False)] = None,
    zone: Zone = None,
    home: Home = None,
) -> None:
    """Что видно на снимках. / What a classifier says of crops."""
    try:
        if file is not None:
            classifier = loaded(file.read_bytes())
        elif zone is not None and home is not None:
            classifier = load(home, ZoneId(zone)).classifier
        else:
            _stop("--file FILE, or --zone ZONE (and --home): which classifier is asked?")
        looks = [(path, classifier.tell(_crop(path))) for path in pictures]
    except (InferenceError, IdentifierRefused, OSError) as error:
        _stop(str(error))
    tell_looks(Console(), looks)


def _train(
    pictures: list[Picture], zone: str | None, home: Path | None, out: Path | None, *, as_json: bool
) -> dict[str, Any]:
    from inference.machines.lesson import lesson  # noqa: PLC0415 - scikit-learn loads slowly, and only here

    done = lesson(pictures)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(done.data)
    if zone is not None and home is not None:
        install(home, ZoneId(zone), done.data)
    if not as_json:
        console = Console()
        tell_tallies(console, done.tallies)
        console.print(f"Снимков: {len(pictures)}, {done.seconds:.0f} с; sha256 {done.digest}", soft_wrap=True)
        if zone is not None:
            console.print(f"Классификатор зоны {zone} вступит в силу через 2 с, перезапуск не нужен.")
    return {"digest": done.digest, "seconds": round(done.seconds, 1), **done.about}


def _states_folder(given: Path | None, zone: str | None, home: Path | None) -> Path:
    """Where a zone's pictures lie when nobody says otherwise. Raises IdentifierRefused."""
    if given is not None:
        return given
    if zone is None or home is None:
        _stop("--zone ZONE (and --home), or a folder of states: where are the pictures?")
    return home / FOLDER / slug(zone) / "states"


def _crop(path: Path) -> Pixels:
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ExamplesRefused(f"{path}: not a picture")
    return np.asarray(pixels, np.uint8)


def _stop(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(TROUBLE)


if __name__ == "__main__":
    app()
