"""Haralick's features: against scikit-image on one tile, and what they must not depend on."""

from typing import Any

import cv2
import numpy as np
import pytest
from skimage import data, feature

from tests.training.defects.surfaces import brushed, cracked
from training.defects.pictures import covered
from training.defects.texture import ANGLES, PROPERTIES, Tiling, haralick, levelled, tiles

SKIMAGE: Any = feature
TEXTURES: Any = data
TILING = Tiling(tile=32, step=16, levels=16, distances=(1, 3))


def test_the_tiles_cover_the_picture_to_its_border() -> None:
    boxes = tiles(70, 40, TILING)
    assert boxes[:, :2].tolist() == [[x, y] for y in (0, 8) for x in (0, 16, 32, 38)]
    assert (boxes[:, 2:] - boxes[:, :2] == 32).all()
    assert boxes[:, 2:].max(axis=0).tolist() == [70, 40]
    assert len(tiles(31, 500, TILING)) == 0


def test_a_tile_has_what_scikit_image_says_of_it() -> None:
    picture = brushed(np.random.default_rng(5), 80)
    found, boxes = haralick(picture, TILING), tiles(80, 80, TILING)
    assert found.shape == (len(boxes), TILING.numbers)
    for number in (0, 5, len(boxes) - 1):
        x1, y1, x2, y2 = boxes[number]
        tile = levelled(picture, 16)[y1:y2, x1:x2]
        matrix = SKIMAGE.graycomatrix(tile, (1, 3), ANGLES, 16, symmetric=True, normed=True)
        expected = []
        for name in PROPERTIES:
            values = SKIMAGE.graycoprops(matrix, name)
            expected += [*values.mean(axis=1), *np.ptp(values, axis=1)]
        np.testing.assert_allclose(found[number], expected)


@pytest.mark.parametrize("texture", ["brick", "grass", "gravel", "titanium"])
def test_a_part_may_lie_as_it_likes(texture: str) -> None:
    """Turned by a quarter, or mirrored, a texture stays the same."""
    picture = (
        cracked(np.random.default_rng(3), 96)[0] if texture == "titanium" else getattr(TEXTURES, texture)()[:96, :96]
    )
    plain = haralick(picture, Tiling(tile=96, step=96))
    for changed in (np.rot90(picture), np.rot90(picture, 2), cv2.flip(picture, 1)):
        np.testing.assert_allclose(haralick(np.ascontiguousarray(changed), Tiling(tile=96, step=96)), plain, atol=1e-6)


def test_the_lamp_changes_little_and_the_texture_much() -> None:
    rng = np.random.default_rng(8)
    surface = brushed(rng, 128).astype(np.float32)
    bright = np.clip(surface * 0.6 + np.linspace(0, 70, 128)[None], 0, 255).astype(np.uint8)
    whole = Tiling(tile=128, step=128)
    first, lit = haralick(surface.astype(np.uint8), whole)[0], haralick(bright, whole)[0]
    other = haralick(TEXTURES.gravel()[:128, :128], whole)[0]
    assert np.abs(lit - first).sum() < 0.2 * np.abs(other - first).sum()


@pytest.mark.parametrize("value", [0, 255])
def test_a_flat_or_burnt_out_picture_has_finite_features(value: int) -> None:
    assert np.isfinite(haralick(np.full((64, 64), value, np.uint8), TILING)).all()


def test_how_much_of_a_tile_is_masked() -> None:
    mask = np.zeros((40, 70), np.uint8)
    mask[0:16, 0:32] = 255
    part = covered(mask, tiles(70, 40, TILING))
    assert part[:2].tolist() == [0.5, 0.25]
    assert part[-1] == 0.0
