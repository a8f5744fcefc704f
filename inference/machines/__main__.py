"""`python -m inference.machines train|examples|tell`: a plant trains how its own machines look (docs/adr/0014)."""

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import cv2
import numpy as np
import typer
from rich.console import Console

from domain.contracts.identifiers import IdentifierRefused, ZoneId
from inference.errors import InferenceError
from inference.machines.classifier import dumped, loaded
from inference.machines.examples import Moment, crop_named, cut_examples, moments
from inference.machines.pictures import ExamplesRefused, Picture, read_pictures, require_enough
from inference.machines.store import install, load
from inference.machines.tally import as_plain
from inference.machines.telling import tell_looks, tell_tallies
from infra.frames import Pixels

TROUBLE: Final = 2

app = typer.Typer(
    help="Обучить, как выглядят состояния станка. / Train how the states of a machine look.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Home = Annotated[Path | None, typer.Option(envvar="KASKA_HOME", help="Папка Каски. / The home of Kaska.")]
Zone = Annotated[str | None, typer.Option(help="Зона, нарисованная вокруг станка. / The zone around the machine.")]


@app.command()
def train(
    states: Annotated[Path, typer.Option(exists=True, file_okay=False, help="По папке снимков на состояние.")],
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
        answer = _train(read_pictures(states), zone, home, out, as_json=as_json)
    except (InferenceError, IdentifierRefused, OSError) as error:
        _stop(str(error))
    if as_json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")


@app.command()
def examples(
    video: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    crop: Annotated[str, typer.Option(help="x1,y1,x2,y2 зоны в долях кадра. / Of the zone, parts of the picture.")],
    at: Annotated[list[str], typer.Option(help="12.5=open,running или 10-14=closed; можно повторять.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="Папка состояний. / Folder of states.")],
) -> None:
    """Вырезать снимки станка из записи. / Cut crops of a machine out of a recording."""
    try:
        wanted: list[Moment] = [moment for text in at for moment in moments(text)]
        written = cut_examples(video, crop_named(crop), wanted, out)
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
    from inference.machines.training import trained  # noqa: PLC0415 - scikit-learn loads slowly, and only here
    from inference.machines.validation import validated  # noqa: PLC0415

    require_enough(pictures)
    started = time.monotonic()
    tallies = validated(pictures)
    about = {"pictures": len(pictures), "aspects": as_plain(tallies)}
    data = dumped(trained(pictures, about))
    digest = hashlib.sha256(data).hexdigest()
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(data)
    if zone is not None and home is not None:
        install(home, ZoneId(zone), data)
    if not as_json:
        console = Console()
        tell_tallies(console, tallies)
        console.print(f"{len(pictures)} снимков, {time.monotonic() - started:.0f} с; sha256 {digest}", soft_wrap=True)
        if zone is not None:
            console.print(f"Классификатор зоны {zone} вступит в силу через 2 с, перезапуск не нужен.")
    return {"digest": digest, "seconds": round(time.monotonic() - started, 1), **about}


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
