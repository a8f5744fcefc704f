"""Detections and tracks against ground truth: AP50, F1 at 50 % overlap, HOTA, DetA, IDF1 (R172)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from trackers.eval import box_iou, compute_hota_metrics, compute_identity_metrics

from training.evaluation.dataset import Boxes, Floats, Ids

OVERLAP: Final = 0.5


@dataclass(frozen=True, slots=True)
class DetectionScores:
    """All 0..1. `f1` counts detections from the score `at` on."""

    ap50: float
    f1: float
    precision: float
    recall: float
    at: float


@dataclass(frozen=True, slots=True)
class TrackScores:
    """All 0..1 but the count of tracks."""

    hota: float
    det_a: float
    ass_a: float
    idf1: float
    tracks: int


def detection_scores(found: Boxes, truth: Boxes, at: float) -> DetectionScores:
    """Average precision over all points of the curve (VOC 2010), and F1 at a fixed confidence."""
    curve = precision_curve(found, truth)
    count = int((found.scores >= at).sum())
    taken = round(float(curve.recall[count - 1]) * len(truth)) if count else 0
    return DetectionScores(
        ap50=_area(curve.recall, curve.precision),
        f1=2 * taken / max(count + len(truth), 1),
        precision=taken / max(count, 1),
        recall=taken / max(len(truth), 1),
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Curve:
    """(n,) each: precision and recall of the detections from the score `scores[i]` on, best score first."""

    scores: Floats
    recall: Floats
    precision: Floats


def precision_curve(found: Boxes, truth: Boxes) -> Curve:
    """At 50 % overlap."""
    order = np.argsort(-found.scores, kind="stable")
    hit, _ = _hits(found, truth, order)
    right, wrong = np.cumsum(hit), np.cumsum(~hit)
    return Curve(found.scores[order], right / max(len(truth), 1), right / np.maximum(right + wrong, 1))


@dataclass(frozen=True, slots=True)
class Mistakes:
    """false: detections of nothing, best score first; missed: labelled objects without a detection, largest first."""

    false: Boxes
    missed: Boxes


def mistakes(found: Boxes, truth: Boxes, at: float) -> Mistakes:
    """Of the detections from the score `at` on."""
    counted = found.pick(found.scores >= at)
    order = np.argsort(-counted.scores, kind="stable")
    hit, taken = _hits(counted, truth, order)
    missed = truth.pick(~taken)
    sizes = (missed.corners[:, 2:] - missed.corners[:, :2]).prod(axis=1)
    return Mistakes(counted.at(order[~hit]), missed.at(np.argsort(-sizes, kind="stable")))


def _hits(found: Boxes, truth: Boxes, order: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Per detection, best score first: whether it is the first to overlap an object enough; per object: if any did."""
    taken = np.zeros(len(truth), np.bool_)
    hit = np.zeros(len(found), np.bool_)
    overlaps: dict[int, Floats] = {}
    for place, row in enumerate(order):
        frame = int(found.frames[row])
        rows, objects = found.of(frame), truth.of(frame)
        if objects.start == objects.stop:
            continue
        if frame not in overlaps:
            overlaps[frame] = _iou(found.corners[rows], truth.corners[objects])
        overlap = np.where(taken[objects], 0.0, overlaps[frame][row - rows.start])
        best = int(overlap.argmax())
        if overlap[best] >= OVERLAP:
            taken[objects.start + best] = hit[place] = True
    return hit, taken


def _area(recall: Floats, precision: Floats) -> float:
    """Area under the curve, each precision being the best at this recall or a higher one."""
    steps = np.concatenate([[0.0], recall, [1.0]])
    heights = np.concatenate([[0.0], precision, [0.0]])
    heights = np.maximum.accumulate(heights[::-1])[::-1]
    return float(((steps[1:] - steps[:-1]) * heights[1:]).sum())


def track_scores(found: Boxes, truth: Boxes, frames: int) -> TrackScores:
    """The scores of MOTChallenge, by the metrics of the `trackers` package, over the frames 1..frames."""
    truth_ids, found_ids = _numbered(truth.ids), _numbered(found.ids)
    objects, guesses, overlaps = list[NDArray[np.intp]](), list[NDArray[np.intp]](), list[Floats]()
    for frame in range(1, frames + 1):
        a, b = truth.of(frame), found.of(frame)
        objects.append(truth_ids[a])
        guesses.append(found_ids[b])
        overlaps.append(_iou(truth.corners[a], found.corners[b]))
    hota = compute_hota_metrics(objects, guesses, overlaps)
    identity = compute_identity_metrics(objects, guesses, overlaps, threshold=OVERLAP)
    return TrackScores(
        hota=float(hota["HOTA"]),
        det_a=float(hota["DetA"]),
        ass_a=float(hota["AssA"]),
        idf1=float(identity["IDF1"]),
        tracks=len(np.unique(found.ids)),
    )


def _numbered(ids: Ids) -> NDArray[np.intp]:
    """0, 1, 2, … in place of ids."""
    return np.unique(ids, return_inverse=True)[1].astype(np.intp).reshape(-1)


def _iou(a: Floats, b: Floats) -> Floats:
    """(len(a), len(b)) intersection over union."""
    if not len(a) or not len(b):
        return np.zeros((len(a), len(b)))
    return np.asarray(box_iou(a, b, box_format="xyxy"), np.float64)
