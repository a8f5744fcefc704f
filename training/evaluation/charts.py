"""Curves as SVG inside the report: precision over recall, with the score at which the plant's detector is set."""

from typing import Final

import numpy as np

from training.evaluation.boxes import Curve
from training.evaluation.dataset import Floats

WIDTH, HEIGHT, EDGE = 420, 300, 42
LINE, MARK, AXIS = "#1f6feb", "#d1242f", "#8c959f"
MOST_POINTS: Final = 300


def precision_chart(curve: Curve, at: float) -> str:
    """Empty where nothing was found. at: the score that is marked."""
    if not len(curve.scores):
        return ""
    rows = np.unique(np.linspace(0, len(curve.scores) - 1, MOST_POINTS).astype(int))
    path = " ".join(f"{_x(curve.recall[i]):.1f},{_y(curve.precision[i]):.1f}" for i in rows)
    count = int((curve.scores >= at).sum())
    mark = ""
    if count:
        x, y = _x(curve.recall[count - 1]), _y(curve.precision[count - 1])
        mark = (
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='5' fill='{MARK}'/>"
            f"<text x='{x - 8:.1f}' y='{y + 20:.1f}' text-anchor='end' fill='{MARK}'>порог {at:g}</text>"
        )
    return (
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' role='img' aria-label='Точность от полноты'>"
        f"{_axes('Полнота', 'Точность')}"
        f"<polyline points='{path}' fill='none' stroke='{LINE}' stroke-width='2'/>{mark}</svg>"
    )


def f1_chart(curve: Curve, at: float) -> str:
    """How F1 depends on the score from which detections count. Empty where nothing was found."""
    if not len(curve.scores):
        return ""
    both = curve.precision + curve.recall
    f1: Floats = np.divide(2 * curve.precision * curve.recall, both, out=np.zeros_like(both), where=both > 0)
    rows = np.unique(np.linspace(0, len(f1) - 1, MOST_POINTS).astype(int))
    path = " ".join(f"{_x(curve.scores[i]):.1f},{_y(f1[i]):.1f}" for i in rows)
    best = int(f1.argmax())
    x = _x(at)
    return (
        f"<svg viewBox='0 0 {WIDTH} {HEIGHT}' width='{WIDTH}' role='img' aria-label='F1 от порога'>"
        f"{_axes('Порог уверенности', 'F1@50')}"
        f"<line x1='{x:.1f}' y1='{_y(0):.1f}' x2='{x:.1f}' y2='{_y(1):.1f}' stroke='{MARK}' stroke-dasharray='4'/>"
        f"<polyline points='{path}' fill='none' stroke='{LINE}' stroke-width='2'/>"
        f"<text x='{EDGE + 8}' y='{_y(0.05)}' fill='{LINE}'>"
        f"лучший {f1[best]:.3f} при {curve.scores[best]:.2f}</text></svg>"
    )


def _axes(across: str, up: str) -> str:
    parts = [
        f"<path d='M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}' fill='none' stroke='{AXIS}'/>",
        f"<text x='{_x(0.5)}' y='{HEIGHT - 6}' text-anchor='middle'>{across}</text>",
        f"<text x='12' y='{_y(0.5)}' text-anchor='middle' transform='rotate(-90 12 {_y(0.5)})'>{up}</text>",
    ]
    for part in (0.0, 0.5, 1.0):
        parts.append(f"<text x='{_x(part)}' y='{_y(0) + 16}' text-anchor='middle' fill='{AXIS}'>{part:g}</text>")
        parts.append(f"<text x='{_x(0) - 6}' y='{_y(part) + 5}' text-anchor='end' fill='{AXIS}'>{part:g}</text>")
    return "".join(parts)


def _x(value: float) -> float:
    return round(EDGE + float(value) * (WIDTH - EDGE - 12), 1)


def _y(value: float) -> float:
    return round(HEIGHT - EDGE - float(value) * (HEIGHT - EDGE - 16), 1)
