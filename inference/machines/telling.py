"""What the commands print about a classifier, for a person in Russian."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from inference.machines.classifier import Told
from inference.machines.states import Aspect
from inference.machines.tally import Tally, figures

ASPECTS: Final = {Aspect.GUARD: "Защитный кожух", Aspect.RUNNING: "Работа станка", Aspect.LAMP: "Сигнальная лампа"}
STATES: Final = {
    "open": "открыт",
    "closed": "закрыт",
    "running": "работает",
    "stopped": "стоит",
    "red": "красный",
    "yellow": "жёлтый",
    "green": "зелёный",
    "off": "выключена",
}
CANNOT_TELL: Final = "не понять"


def tell_tallies(console: Console, tallies: Mapping[Aspect, Tally]) -> None:
    """Accuracy and confusion of each aspect, over pictures that were held out."""
    for aspect, tally in tallies.items():
        table = Table(title=ASPECTS[aspect], title_justify="left")
        table.add_column("На снимке")
        for column in _columns(tally):
            table.add_column(column, justify="right")
        for state, row in zip(tally.states, tally.photographed, strict=True):
            table.add_row(STATES[state], *map(str, row))
        for state, row in zip(tally.states, tally.varied, strict=True):
            table.add_row(f"{STATES[state]}, другой свет", *map(str, row))
        table.add_row("заслонён или темно", *map(str, tally.covered))
        console.print(table)
        _tell_figures(console, "На снимках, не показанных при обучении", tally.photographed)
        _tell_figures(console, "На них же при другом свете", tally.varied)
        hidden = sum(tally.covered)
        if hidden:
            console.print(f"  Заслонённых распознано как «{CANNOT_TELL}»: {_percent(tally.covered[-1] / hidden)}")


def tell_looks(console: Console, looks: Sequence[tuple[Path, Mapping[Aspect, Told]]]) -> None:
    """What a classifier says of single pictures."""
    for path, told in looks:
        said = [
            f"{ASPECTS[aspect]}: {CANNOT_TELL if look.state is None else STATES[look.state]}"
            f" ({_percent(max(look.probabilities))}, непохожесть {look.strangeness:.2f})"
            for aspect, look in told.items()
        ]
        console.print(f"{path}: {'; '.join(said)}", soft_wrap=True)


def _columns(tally: Tally) -> list[str]:
    return [*(STATES[state] for state in tally.states), CANNOT_TELL]


def _tell_figures(console: Console, title: str, table: Sequence[Sequence[int]]) -> None:
    found = figures(table)
    console.print(
        f"  {title}: верно {_percent(found.accuracy)} из названных, {CANNOT_TELL} {_percent(found.cannot_tell)}"
        f" ({found.looks})",
        soft_wrap=True,
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".", ",")
