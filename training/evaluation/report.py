"""The report that a person opens: tables, curves and pictures in one HTML file, in Russian (R171, R173)."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

from training.evaluation.boxes import precision_curve
from training.evaluation.charts import f1_chart, precision_chart
from training.evaluation.pictures import Picture, pictures
from training.evaluation.scoring import CONFIDENCE, Scores, by_use_case

COLUMNS: Final = {
    "ap50": "AP@50",
    "f1": "F1@50",
    "hota": "HOTA",
    "det_a": "DetA",
    "idf1": "IDF1",
    "incident_recall": "Полнота инцидентов",
    "incident_precision": "Точность инцидентов",
    "duplicates": "Дубли",
    "detect_s": "Секунд до инцидента",
}
GROUPS: Final = {
    "worst": "Кадры, где число треков больше всего расходится с разметкой",
    "missed": "Пропуски детектора, крупные первыми",
    "false": "Ложные срабатывания детектора, уверенные первыми",
    "incident_missed": "Пропущенные инциденты",
    "incident_false": "Ложные инциденты",
}
STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#1c2733}table{border-collapse:collapse;margin:1rem 0}"
    "td,th{padding:.3rem .8rem;border-bottom:1px solid #d5dde5;text-align:right}td:first-child,th:first-child"
    "{text-align:left}figure{display:inline-block;margin:.5rem;vertical-align:top}img{max-width:420px}"
    "figcaption{color:#5b6b7b}svg{margin:.5rem 1rem .5rem 0}svg text{font:12px system-ui,sans-serif}"
    "section{border-top:1px solid #d5dde5;margin-top:2rem}"
)


def html(scores: Sequence[Scores]) -> str:
    """The whole page, pictures included."""
    parts = [
        "<!doctype html><html lang=ru><meta charset=utf-8><title>Каска: оценка качества</title>",
        f"<style>{STYLE}</style><h1>Оценка качества</h1>",
        f"<p>Модель {escape(scores[0].model)}, записей {len(scores)}, кадров {sum(s.frames for s in scores)}.</p>",
        "<h2>По сценариям</h2>",
        _table(by_use_case(scores)),
        "<h2>По записям</h2>",
        _table({each.sequence.name: by_use_case([each])["all"] for each in scores}),
        "<p>Зелёное — разметка, красное — найденное. Совпадение — перекрытие от 50 %, "
        f"F1 считается с уверенности {CONFIDENCE:g}.</p>",
    ]
    for each in scores:
        parts += _section(each)
    return "\n".join(parts)


def _section(scores: Scores) -> Iterator[str]:
    curve = precision_curve(scores.boxes, scores.sequence.truth.within(1, scores.frames))
    incidents = scores.incidents
    yield f"<section><h2>{escape(scores.sequence.name)}</h2>"
    yield (
        f"<p>Инцидентов по разметке {incidents.expected}, найдено верно {incidents.matched}, "
        f"дублей {incidents.duplicates}, ложных {incidents.false}; "
        f"обработка {scores.processor_ms:.1f} мс процессора на кадр.</p>"
    )
    yield precision_chart(curve, CONFIDENCE) + f1_chart(curve, CONFIDENCE)
    drawn = pictures(scores)
    for group, title in GROUPS.items():
        figures = [_figure(each) for each in drawn if each.group == group]
        if figures:
            yield f"<h3>{title}</h3>" + "".join(figures)
    yield "</section>"


def _figure(picture: Picture) -> str:
    source = f"data:image/jpeg;base64,{picture.jpeg}"
    return f"<figure><img src='{source}'><figcaption>{escape(picture.caption)}</figcaption></figure>"


def _table(rows: Mapping[str, Mapping[str, float | None]]) -> str:
    head = "".join(f"<th>{title}" for title in COLUMNS.values())
    body = "".join(
        f"<tr><td>{escape('Все' if name == 'all' else name)}" + "".join(f"<td>{shown(row[key])}" for key in COLUMNS)
        for name, row in rows.items()
    )
    return f"<table><tr><th>{head}{body}</table>"


def shown(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"


def save(path: Path, scores: Sequence[Scores]) -> None:
    path.write_text(html(scores), encoding="utf-8")
