"""The picture of results (R88): the surface with its defects framed, how odd each place is, and the table beneath."""

from pathlib import Path
from typing import Final

import cv2
import matplotlib
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.defects.looking import Verdict
from training.defects.texture import Picture

FONT: Final = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
"""With Cyrillic letters: folders of defects are named in Russian."""

LEAST_WIDTH: Final = 480
ROW: Final = 26
MOST_ROWS: Final = 12
EDGE: Final = 12
HEAT_SHARE: Final = 0.45
COLOURS: Final = ((214, 39, 40), (255, 127, 14), (148, 103, 189), (31, 119, 180), (140, 86, 75), (227, 119, 194))
FINE: Final = (44, 160, 44)

Rgb = NDArray[np.uint8]


def drawn(picture: Picture, verdict: Verdict, title: str) -> Rgb:
    """(h, w, 3) RGB. title: what was looked at, for the first line."""
    scale = max(1.0, LEAST_WIDTH / picture.shape[1])
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    plain = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), cv2.COLOR_GRAY2RGB)
    heat = cv2.resize((verdict.heat * 255).astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
    coloured = cv2.cvtColor(cv2.applyColorMap(heat, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    warm = cv2.addWeighted(plain, 1 - HEAT_SHARE, coloured, HEAT_SHARE, 0)
    kinds = sorted({region.kind for region in verdict.regions})
    for number, region in enumerate(verdict.regions, 1):
        colour = COLOURS[kinds.index(region.kind) % len(COLOURS)]
        x1, y1, x2, y2 = (round(value * scale) for value in region.box)
        cv2.rectangle(plain, (x1, y1), (x2 - 1, y2 - 1), colour, 2)
        cv2.putText(plain, str(number), (x1 + 4, y1 + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, 2, cv2.LINE_AA)
    both = np.concatenate([plain, np.full((size[1], EDGE, 3), 255, np.uint8), warm], axis=1)
    return np.concatenate([both, _table(both.shape[1], verdict, kinds, title)])


def save(path: Path, picture: Rgb) -> None:
    """As PNG. Raises OSError."""
    is_encoded, data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not is_encoded:
        raise OSError(f"{path}: the picture cannot be encoded")
    path.write_bytes(data.tobytes())


def _table(width: int, verdict: Verdict, kinds: list[str], title: str) -> Rgb:
    """The verdict, then a line for each region."""
    shown = verdict.regions[:MOST_ROWS]
    page = Image.new("RGB", (width, ROW * (2 + len(shown)) + EDGE), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONT), ROW - 10)
    pen.text((EDGE, EDGE // 2), title, "black", font)
    colour = COLOURS[kinds.index(verdict.kind) % len(COLOURS)] if verdict.kind in kinds else FINE
    line = f"{verdict.kind}: {verdict.score:.2f} (порог / threshold {verdict.threshold:.2f})"
    pen.text((EDGE, EDGE // 2 + ROW), line, colour, font)
    for number, region in enumerate(shown, 1):
        x1, y1, x2, y2 = region.box
        line = f"{number}   {region.kind}   {region.score:.2f}   x {x1}–{x2}, y {y1}–{y2}"
        pen.text((EDGE, EDGE // 2 + ROW * (1 + number)), line, COLOURS[kinds.index(region.kind) % len(COLOURS)], font)
    return np.asarray(page, np.uint8)
