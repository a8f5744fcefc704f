"""`./kaska defects train|look`: models of a surface from pictures of it, and what one says of a picture (R88)."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from training.defects.drawing import drawn, save
from training.defects.errors import DefectsError
from training.defects.learning import train as learned
from training.defects.looking import Verdict, look
from training.defects.model import load
from training.defects.pictures import read_grey, samples
from training.defects.texture import Tiling

TROUBLE = 2

JsonOption = Annotated[bool, typer.Option("--json", help="Ответ для программ. / Answer for programs.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.command()
def train(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Папки good и <дефект>. / Folders.")],
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="Куда записать модель (.npz). / The model.")],
    tile: Annotated[int, typer.Option(min=16, max=512, help="Сторона участка, точек. / Side of a tile, pixels.")] = 64,
    step: Annotated[int | None, typer.Option(min=4, help="Шаг участков. / Step of the tiles.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Обучить на снимках поверхности; цифры — перекрёстная проверка. / Train; figures are cross-validated."""
    tiling = Tiling(tile, step or tile // 2, distances=tuple(d for d in Tiling().distances if d < tile // 2))
    try:
        model = learned(samples(folder), tiling)
        model.save(out)
    except (DefectsError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(TROUBLE) from error
    if as_json:
        sys.stdout.write(
            json.dumps({"model": str(out), "kinds": model.kinds} | model.figures, ensure_ascii=False) + "\n"
        )
    else:
        _print_figures(model.figures)


@app.command(name="look")
def look_at(
    picture: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Снимок. / The picture.")],
    model: Annotated[Path, typer.Option("--model", exists=True, dir_okay=False, help="Модель (.npz). / The model.")],
    out: Annotated[Path | None, typer.Option("--out", dir_okay=False, help="Картинка результата. / PNG.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Найти дефекты на снимке. / Find the defects of a picture."""
    try:
        grey = read_grey(picture)
        verdict = look(grey, load(model))
        if out is not None:
            save(out, drawn(grey, verdict, picture.name))
    except (DefectsError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(TROUBLE) from error
    if as_json:
        sys.stdout.write(json.dumps(verdict.as_plain(), ensure_ascii=False) + "\n")
    else:
        _print_verdict(verdict)


def _print_figures(figures: dict[str, Any]) -> None:
    table = Table("Вид / Kind", "Снимков / Pictures", "F1")
    for kind, count in figures["pictures"].items():
        table.add_row(kind, str(count), f"{figures['f1'][kind]:.3f}" if "f1" in figures else "—")
    Console().print(table)
    words = {"auc": "AUC снимков / of pictures", "tile_auc": "AUC участков / of tiles"}
    words |= {"calibration_error": "ошибка калибровки / calibration error", "threshold": "порог / threshold"}
    for name, word in words.items():
        if name in figures:
            sys.stdout.write(f"{word}: {figures[name]:.4f}\n")


def _print_verdict(verdict: Verdict) -> None:
    sys.stdout.write(f"{verdict.kind}  {verdict.score:.3f}  (порог / threshold {verdict.threshold:.3f})\n")
    if verdict.regions:
        table = Table("№", "Дефект / Defect", "Оценка / Score", "x1 y1 x2 y2")
        for number, region in enumerate(verdict.regions, 1):
            table.add_row(str(number), region.kind, f"{region.score:.3f}", " ".join(map(str, region.box)))
        Console().print(table)


if __name__ == "__main__":
    app(prog_name="kaska defects")
