"""`python -m training.evaluation --dataset DIR`: every labelled recording through all stages. Exit code 2 = trouble."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from infra.detectors import DetectorKind
from training.evaluation import report as pages
from training.evaluation.dataset import sequences
from training.evaluation.errors import EvaluationError
from training.evaluation.scoring import Scores, by_use_case, score

TROUBLE = 2


def main(
    *,
    dataset: Annotated[Path, typer.Option(help="Папка с размеченными записями. / Folder of labelled recordings.")],
    detector: Annotated[DetectorKind, typer.Option(help="Детектор. / Detector.")] = DetectorKind.OPENVINO,
    threads: Annotated[int, typer.Option(min=1, help="Потоков детектора. / Threads of the detector.")] = 2,
    as_watched: Annotated[
        bool, typer.Option(help="Как живую камеру, не каждый кадр. / As a live camera, not every frame.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Куда записать отчёт HTML. / Where the report goes.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Ответ для программ. / Answer for programs.")] = False,
) -> None:
    """Оценить качество на размеченных записях. / Score detection, tracking and incidents on labelled recordings."""
    progress = Console(stderr=True)
    try:
        known = list(sequences(dataset))
        options = [f"--detector={detector.value}", f"--threads={threads}", *(["--as-watched"] if as_watched else [])]
        scores = [score(each, options) for each in track(known, "Оценка", console=progress, disable=as_json)]
        if report is not None:
            pages.save(report, scores)
    except (EvaluationError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(TROUBLE) from error
    if as_json:
        answer = {"sequences": [each.as_plain() for each in scores], "use_cases": by_use_case(scores)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        Console().print(_table(scores))


def _table(scores: list[Scores]) -> Table:
    table = Table("Сценарий", *pages.COLUMNS.values())
    for name, row in by_use_case(scores).items():
        table.add_row("Все" if name == "all" else name, *(pages.shown(row[key]) for key in pages.COLUMNS))
    return table


if __name__ == "__main__":
    typer.run(main)
