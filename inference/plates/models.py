"""Text on a vehicle: where lines of it are, and what they say. PP-OCR v4 (Apache-2.0) on OpenVINO, one thread each."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import openvino as ov
from numpy.typing import NDArray

from domain.contracts.detections import ModelRef
from domain.contracts.plates import CYRILLIC, LATIN
from inference.errors import ModelUnusable
from inference.weights import Weights, from_assets
from infra.frames import Pixels

Quad = NDArray[np.float32]
"""(4, 2) corners of a line in pixels: top left, top right, bottom right, bottom left."""

LOCATOR: Final = "ppocr_v4_det.onnx"
READER: Final = "ppocr_v4_rec.onnx"

SEEN_PX: Final = 480
"""Pixels across and down that the locator sees: a larger picture is scaled down, a smaller one up, at most twice."""

MOST_ENLARGED: Final = 2.0

LINE_HEIGHT, LINE_WIDTH = 48, 320

CHARS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALL: Final = "acehkmopstuvwxyz"
"""Small letters that look like their capitals; the others look like digits."""

TEXT_SHARE: Final = 0.3
"""Above it a pixel belongs to a line; values of the model's authors, here and below."""

LINE_SCORE: Final = 0.5
UNCLIP: Final = 1.6
LEAST_PX: Final = 5.0
MOST_LINES: Final = 12
"""The largest are read; a lorry's side may be covered with words."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in one line: capital Latin letters and digits, and how sure of each, 0..1."""

    text: str
    scores: tuple[float, ...]


class TextLocator:
    """Finds lines of text in a picture. Not thread-safe."""

    def __init__(self, weights: Weights | None = None) -> None:
        """Raises ModelUnusable."""
        weights = weights or from_assets(LOCATOR)
        self._request = _compiled(weights, [1, 3, SEEN_PX, SEEN_PX]).create_infer_request()
        self.model: ModelRef = weights.ref("openvino", SEEN_PX, SEEN_PX)
        self._input = np.zeros((1, 3, SEEN_PX, SEEN_PX), np.float32)

    def lines(self, picture: Pixels) -> list[Quad]:
        """picture   (h, w, 3) uint8 BGR; the largest lines first, at most MOST_LINES"""
        height, width = picture.shape[:2]
        scale = min(MOST_ENLARGED, SEEN_PX / max(height, width))
        w, h = max(1, round(width * scale)), max(1, round(height * scale))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        self._input.fill(-1.0)
        self._input[0, :, :h, :w] = _scaled(cv2.resize(picture, (w, h), interpolation=how))
        self._request.infer([self._input], share_inputs=True)
        shares = self._request.get_output_tensor(0).data[0, 0, :h, :w]
        mask = cv2.dilate((shares > TEXT_SHARE).astype(np.uint8), np.ones((2, 2), np.uint8))
        contours = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
        found = [quad for quad in (_line(contour, shares) for contour in contours) if quad is not None]
        found.sort(key=lambda quad: -float(cv2.contourArea(quad)))
        return [np.asarray(quad / scale, np.float32) for quad in found[:MOST_LINES]]


class LineReader:
    """Reads one line of text at a time. Not thread-safe."""

    def __init__(self, weights: Weights | None = None) -> None:
        """Raises ModelUnusable."""
        weights = weights or from_assets(READER)
        compiled = _compiled(weights, [1, 3, LINE_HEIGHT, LINE_WIDTH])
        self._request = compiled.create_infer_request()
        self.model: ModelRef = weights.ref("openvino", LINE_WIDTH, LINE_HEIGHT)
        self._columns, self._starts = _alphabet(weights)
        self._input = np.zeros((1, 3, LINE_HEIGHT, LINE_WIDTH), np.float32)

    def read(self, line: Pixels) -> Line:
        """line   (h, w, 3) uint8 BGR, upright"""
        height, width = line.shape[:2]
        w = int(np.clip(round(width * LINE_HEIGHT / height), LINE_HEIGHT // 2, LINE_WIDTH))
        self._input.fill(0.0)
        self._input[0, :, :, :w] = _scaled(cv2.resize(line, (w, LINE_HEIGHT)))
        self._request.infer([self._input], share_inputs=True)
        raw = self._request.get_output_tensor(0).data[0]
        return _decoded(np.add.reduceat(raw[:, self._columns], self._starts, 1))


def straightened(picture: Pixels, quad: Quad) -> Pixels:
    """The line as an upright picture of its own."""
    width = max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1]))
    w, h = max(8, round(float(width))), max(8, round(float(height)))
    target = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
    turn = cv2.getPerspectiveTransform(quad, target)
    warped = cv2.warpPerspective(picture, turn, (w, h), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def _scaled(picture: Any) -> NDArray[np.float32]:
    return np.asarray(picture.transpose(2, 0, 1), np.float32) / 127.5 - 1.0


def _line(contour: Any, shares: Any) -> Quad | None:
    middle, size, turned = cv2.minAreaRect(contour)
    if min(size) < 2.0 or _score(contour, shares) < LINE_SCORE:
        return None
    grown = size[0] * size[1] * UNCLIP / (2 * (size[0] + size[1]))
    size = size[0] + 2 * grown, size[1] + 2 * grown
    if min(size) < LEAST_PX:
        return None
    return _ordered(cv2.boxPoints((middle, size, turned)))


def _ordered(corners: Any) -> Quad:
    """Clockwise from the top left one."""
    points = np.asarray(corners, np.float32)
    left, right = np.split(points[np.argsort(points[:, 0], kind="stable")], 2)
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.stack([left[0], right[0], right[1], left[1]])


def _score(contour: Any, shares: Any) -> float:
    x, y, w, h = cv2.boundingRect(contour)
    mask = np.zeros((h, w), np.uint8)
    cv2.drawContours(mask, [contour], -1, 1, -1, offset=(-x, -y))
    return float(cv2.mean(np.ascontiguousarray(shares[y : y + h, x : x + w]), mask)[0])


def _decoded(scores: NDArray[np.float32]) -> Line:
    """CTC: a character once for each run of columns in which it is the likeliest; column 0 is the blank."""
    text, sure = [], []
    last = 0
    for code, score in zip(scores.argmax(1).tolist(), scores.max(1).tolist(), strict=True):
        if code and code != last:
            text.append(CHARS[code - 1])
            sure.append(min(1.0, score))
        elif code:
            sure[-1] = max(sure[-1], min(1.0, score))
        last = code
    return Line("".join(text), tuple(sure))


def _alphabet(weights: Weights) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The model's outputs that plates need, ordered by character, and where each character's begin; the blank first.

    It knows 6,600 more. Letters on plates are lower than digits, so that it takes them for small ones.
    """
    try:
        written = ov.Core().read_model(weights.path).get_rt_info(["framework", "character"]).astype(str)
    except RuntimeError as error:
        raise ModelUnusable(f"{weights.path}: its characters are not in it") from error
    alike = {c: c for c in CHARS} | dict(zip(CYRILLIC, LATIN, strict=True)) | {c: c.upper() for c in SMALL}
    found = sorted((CHARS.index(alike[c]), i) for i, c in enumerate(written.splitlines(), 1) if c in alike)
    if {position for position, _ in found} != set(range(len(CHARS))):
        raise ModelUnusable(f"{weights.path}: it reads neither letters nor digits")
    starts = [0, *(n for n, (char, _) in enumerate(found, 1) if n == 1 or char != found[n - 2][0])]
    return np.array([0, *(i for _, i in found)], np.intp), np.array(starts, np.intp)


def _compiled(weights: Weights, shape: list[int]) -> ov.CompiledModel:
    core = ov.Core()
    try:
        model = core.read_model(weights.path)
        model.reshape(shape)
        return core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"})
    except RuntimeError as error:
        raise ModelUnusable(f"{weights.path}: {error}") from error
