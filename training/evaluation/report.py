"""The report that a person opens: tables and pictures in one HTML file, in Russian (R171, R173)."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from training.evaluation.dataset import Boxes
from training.evaluation.scoring import Scores, by_use_case

PICTURES: Final = 4
GREEN, RED = (60, 180, 75), (40, 60, 230)  # BGR: labelled, tracked
COLUMNS: Final = {
    "ap50": "AP@50",
    "f1": "F1@50",
    "hota": "HOTA",
    "det_a": "DetA",
    "idf1": "IDF1",
    "incident_recall": "Полнота инцидентов",
    "incident_precision": "Точность инцидентов",
    "duplicates": "Дубли",
}
STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#1c2733}table{border-collapse:collapse;margin:1rem 0}"
    "td,th{padding:.3rem .8rem;border-bottom:1px solid #d5dde5;text-align:right}td:first-child,th:first-child"
    "{text-align:left}figure{display:inline-block;margin:.5rem}img{max-width:420px}figcaption{color:#5b6b7b}"
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
        "<p>Зелёное — разметка, красное — треки.</p>",
    ]
    for each in scores:
        parts.append(f"<h3>{escape(each.sequence.name)}</h3>")
        parts += [
            f"<figure><img src='data:image/jpeg;base64,{picture}'><figcaption>Кадр {frame}</figcaption></figure>"
            for frame, picture in _pictures(each)
        ]
    return "\n".join(parts)


def _table(rows: Mapping[str, Mapping[str, float]]) -> str:
    head = "".join(f"<th>{title}" for title in COLUMNS.values())
    body = "".join(
        f"<tr><td>{escape('Все' if name == 'all' else name)}" + "".join(f"<td>{row[key]:g}" for key in COLUMNS)
        for name, row in rows.items()
    )
    return f"<table><tr><th>{head}{body}</table>"


def _pictures(scores: Scores) -> Iterator[tuple[int, str]]:
    """The frames in which the counts differ most, at least a second apart: there a person should look."""
    wanted = set(_worst(scores))
    with av.open(str(scores.sequence.video)) as video:
        for number, picture in enumerate(video.decode(video=0), 1):
            if number in wanted:
                yield number, _drawn(np.asarray(picture.to_ndarray(format="bgr24"), np.uint8), scores, number)


def _worst(scores: Scores) -> list[int]:
    frames = np.arange(scores.frames + 1)
    labelled = np.bincount(scores.sequence.truth.within(1, scores.frames).frames, minlength=len(frames))
    tracked = np.bincount(scores.tracks.frames, minlength=len(frames))
    chosen: list[int] = []
    for frame in np.argsort(-np.abs(labelled - tracked)[1:], kind="stable") + 1:
        if all(abs(int(frame) - other) >= scores.sequence.fps for other in chosen):
            chosen.append(int(frame))
        if len(chosen) == PICTURES:
            break
    return chosen


def _drawn(pixels: NDArray[np.uint8], scores: Scores, number: int) -> str:
    _draw(pixels, scores.sequence.truth, number, GREEN)
    _draw(pixels, scores.tracks, number, RED)
    _, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return base64.b64encode(jpeg.tobytes()).decode()


def _draw(pixels: NDArray[np.uint8], boxes: Boxes, number: int, colour: tuple[int, int, int]) -> None:
    for x1, y1, x2, y2 in boxes.corners[boxes.of(number)].round().astype(int).tolist():
        cv2.rectangle(pixels, (x1, y1), (x2, y2), colour, 2)


def save(path: Path, scores: Sequence[Scores]) -> None:
    path.write_text(html(scores), encoding="utf-8")
